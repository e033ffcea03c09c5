"""Numbers, people, and the facts of a text as one result."""

from datetime import datetime, timedelta, timezone

import pytest

from worker.extract import BUILT_IN, derive, make_extractor_input
from worker.extract.facts.numbers import find_numbers
from worker.extract.facts.people import find_people
from worker.records import ExtractorInput, FeedMetadata

KST = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("It cost $1.5 million.", 1_500_000, "USD"),
        ("About 28,500 troops came.", 28_500, "troops"),
        ("It grew 3.2 percent.", 3.2, "%"),
        ("약 3만명이 모였다.", 30_000, "people"),
        ("3億円を投じた。", 300_000_000, "JPY"),
        ("1천200억원을 들였다.", 120_000_000_000, "KRW"),
        ("3조5천억원이 들었다.", 3_500_000_000_000, "KRW"),
        ("2만3천명이 모였다.", 23_000, "people"),
        ("12억5천만원을 받았다.", 1_250_000_000, "KRW"),
        ("1억 2천만원을 받았다.", 120_000_000, "KRW"),
        ("1億2000万円を投じた。", 120_000_000, "JPY"),
        ("It lies 12 km away.", 12, "km"),
        ("Some 1,200 people came.", 1_200, "people"),
    ],
)
def test_a_quantity_has_its_value_and_unit(text, value, unit):
    (number,) = find_numbers(text)
    assert (number.value, number.unit) == (value, unit)
    assert text.startswith(number.text, number.offset)


def test_bare_small_numbers_dates_and_times_are_no_quantities():
    assert find_numbers("On June 28 at 15:38, 12 of them left for room 7.") == []


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        ("Foreign Ministry spokesman Cho Min-ho denied it.", "Cho Min-ho", "Foreign Ministry spokesman"),
        ("Anna Berg, the mayor of Lyon, agreed.", "Anna Berg", "mayor of Lyon"),
        ("Then Dr. Priya Nair spoke.", "Priya Nair", "Dr."),
        ("He had met U.S. President Lee. Then he left.", "Lee", "U.S. President"),
        ("It was Ms. Roe. The mayor agreed.", "Roe", "Ms."),
        ("김민수 국방부 장관은 말했다.", "김민수", "국방부 장관"),
    ],
)
def test_a_titled_person_has_name_and_title(text, name, title):
    (person,) = find_people(text)
    assert (person.name, person.title) == (name, title)
    assert text.startswith(name, person.offset)


@pytest.mark.parametrize(
    "text",
    [
        "They signed the General Security of Information Agreement.",
        "The General Assembly meets in King County.",
        "Shares of General Motors rose.",
    ],
)
def test_bodies_whose_names_begin_like_a_title_are_no_people(text):
    assert find_people(text) == []


def test_days_are_those_of_the_zone_it_was_published_in():
    """Half past midnight in Seoul is the day before in UTC."""
    at = datetime(2024, 7, 5, 0, 30, tzinfo=KST)
    found = derive(BUILT_IN["facts"], ExtractorInput(text="It opens tomorrow.", lang="en", published_at=at))
    assert [day["date"] for day in found.payload["dates"]] == ["2024-07-06"]
    assert found.payload["schema"] == "facts/1"


@pytest.mark.parametrize(
    ("raw", "timezone", "day"),
    [
        ("Fri, 05 Jul 2024 00:30:00 +0900", None, "2024-07-05"),
        ("2024-07-04T15:30:00Z", "Asia/Seoul", "2024-07-05"),
        ("2024-07-04T15:30:00Z", None, "2024-07-04"),
    ],
)
def test_the_local_day_is_by_the_date_as_written_else_by_the_feed_s_zone(raw, timezone, day):
    at = datetime.fromisoformat("2024-07-04T15:30:00+00:00")
    said = FeedMetadata(text="It opens today.", published_at=at, published_raw=raw, timezone=timezone)
    found = derive(BUILT_IN["facts"], make_extractor_input("", {}, said)).payload
    assert found["local_day"] == day


def test_without_a_day_of_publication_no_date_is_resolved():
    found = derive(BUILT_IN["facts"], ExtractorInput(text="It opens tomorrow.", lang="en"))
    assert (found.status, found.payload["dates"]) == ("ok", [])
    assert "unknown day" in found.reason


@pytest.mark.parametrize(
    "piece",
    [
        "Aa-",
        "A.",
        "1,111,",
        "(ABCDE) ",
        "president ",
        "May ",
        "the Monday ",
        "said ",
        '"a b c," ',
        "“",
        "[",
        "김",
        "1일 ",
    ],
)
def test_hostile_text_ends_with_bounded_facts(piece):
    text = (piece * 60_000)[:60_000]
    at = datetime(2024, 7, 5, tzinfo=KST)
    payload = derive(BUILT_IN["facts"], ExtractorInput(text=text, lang="en", published_at=at)).payload
    assert all(len(payload[kind]) <= 300 for kind in ("quotes", "acronyms", "dates", "numbers", "people"))
