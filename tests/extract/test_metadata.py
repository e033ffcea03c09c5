"""Metadata: the feed outranks the page, each value has its source, dates are within bounds."""

from datetime import UTC, datetime

import pytest

from worker.extract import extract_all
from worker.extract.page.byline_and_date import clean_author
from worker.records import Page

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAGE = """<!doctype html><html lang="en"><head><title>Ferry sails again - Harbor Courier</title>
<link rel="canonical" href="https://courier.example/ferry">
<meta property="article:section" content="Local"><meta property="og:image" content="/ferry.jpg">
<meta property="article:modified_time" content="{modified}">
<script type="application/ld+json">{ld}</script></head>
<body><h1>Ferry sails again</h1><p class="date">{visible}</p>
<p>Ferries between the town and the outer islands sailed again on Tuesday after a storm of three days.</p>
<p>Crews checked the piers at dawn and found one ramp bent, the port authority of the town said.</p>
</body></html>"""
LD = (
    '{"@type":"NewsArticle","headline":"Ferry sails again","datePublished":"%s",'
    '"author":[{"name":"Ann Berg"},{"name":"By Jo Li"}]}'
)


def metadata_of(ld="{}", visible="", modified="", **said):
    text = PAGE.format(ld=ld, visible=visible, modified=modified).encode()
    page = Page(text, "https://www.courier.example/ferry?x=1", "text/html", **said)
    return extract_all(page, now=NOW)["metadata"].payload


def test_each_value_comes_with_its_source():
    found = metadata_of(LD % "2026-11-23T10:00:00+09:00", modified="2026-11-23T12:00:00+09:00")
    assert found["schema"] == "metadata/1"
    assert found["authors"] == ["Ann Berg", "Jo Li"]
    assert (found["published_at"], found["modified_at"]) == ("2026-11-23T01:00:00Z", "2026-11-23T03:00:00Z")
    assert (found["section"], found["image"]) == ("Local", "https://www.courier.example/ferry.jpg")
    assert found["canonical_url"] == "https://courier.example/ferry"
    assert found["sources"] | {"lang": "page"} == found["sources"]
    assert found["sources"]["published_at"] == "json-ld"
    assert found["sources"]["modified_at"] == "meta article:modified_time"


def test_what_the_feed_says_goes_first():
    at = datetime(2026, 11, 22, 8, tzinfo=UTC)
    found = metadata_of(LD % "2026-11-23T10:00:00+09:00", feed_title="Ferries  sail", published_at=at)
    assert (found["title"], found["published_at"]) == ("Ferries sail", "2026-11-22T08:00:00Z")
    assert found["sources"]["title"] == found["sources"]["published_at"] == "feed"


def test_year_one_and_broken_json_ld_are_passed_over():
    assert metadata_of(LD % "0001-01-01T00:00:00Z", "Published: Nov. 23, 2026 09:30")["published_at"] == (
        "2026-11-23T09:30:00Z"
    )
    found = metadata_of('{"@type": "NewsArticle", "headline": ', "Published: Nov. 23, 2026 09:30")
    assert (found["published_at"], found["sources"]["published_at"]) == ("2026-11-23T09:30:00Z", "page")


def test_a_naive_time_takes_the_zone_of_the_feed_then_of_the_outlet_s_country():
    assert metadata_of("", "Published : Nov 23, 2026 - 15:38", timezone="Asia/Tokyo")["published_at"] == (
        "2026-11-23T06:38:00Z"
    )
    page = Page(
        PAGE.format(ld="", visible="Published : Nov 23, 2026 - 15:38", modified="")
        .replace("Harbor Courier", "The Korea Courier Daily")
        .encode(),
        "",
        "text/html",
    )
    found = extract_all(page, now=NOW)["metadata"].payload
    assert (found["published_at"], found["site"]) == ("2026-11-23T06:38:00Z", "The Korea Courier Daily")


def test_a_change_before_the_publication_is_no_change():
    found = metadata_of(LD % "2026-11-23T10:00:00+09:00", modified="2026-11-20T12:00:00+09:00")
    assert found["modified_at"] is None


@pytest.mark.parametrize(
    ("stated", "published"),
    [
        ('["2026-11-23T10:00:00Z"]', "2026-11-23T10:00:00Z"),
        ('{"@value": "2026-11-23T10:00:00Z"}', "2026-11-23T10:00:00Z"),
        ("1795428000", "2026-11-23T10:00:00Z"),
        ("1795428000000", "2026-11-23T10:00:00Z"),
        ('"2026-11-26T10:00:00Z"', "2026-11-26T10:00:00Z"),
        ('"2027-11-27T10:00:00Z"', None),
        ('"1970-01-01T00:00:00Z"', None),
        ("true", None),
        ("null", None),
        ("-62135596800", None),
        ('"{{ date }}"', None),
    ],
)
def test_a_date_may_be_a_list_an_object_or_a_number_and_lies_within_bounds(stated, published):
    """From 1990 to two days ahead."""
    assert metadata_of((LD % "X").replace('"X"', stated))["published_at"] == published


@pytest.mark.parametrize(
    ("byline", "name"),
    [
        ("By UPI Staff | June 28, 2022 at 3:04 PM", "UPI Staff"),
        ("ann@courier.example (Ann Berg)", "Ann Berg"),
        ("Von Ann Berg", "Ann Berg"),
        ("https://courier.example/ann", None),
        ("ann@courier.example", None),
    ],
)
def test_an_author_is_a_name_without_address_and_date(byline, name):
    assert clean_author(byline) == name


def test_a_naive_time_takes_the_zone_of_the_page_s_language():
    text = PAGE.format(ld=LD % "2026-11-23 10:00", visible="", modified="").replace('lang="en"', 'lang="ko"')
    page = Page(text.encode(), "https://www.courier.example/ferry", "text/html")
    found = extract_all(page, now=NOW)
    assert found["metadata"].payload["published_at"] == "2026-11-23T01:00:00Z"
    assert found["fulltext"].payload["timezone"] == "Asia/Seoul"


def test_days_named_in_a_text_count_from_the_outlet_s_own_day():
    """08:00 in Seoul is still the day before in UTC."""
    text = PAGE.format(ld=LD % "2026-11-23 08:00", visible="", modified="").replace('lang="en"', 'lang="ko"')
    page = Page(
        text.replace("on Tuesday", "today").encode(), "https://www.courier.example/ferry", "text/html"
    )
    assert [day["date"] for day in extract_all(page, now=NOW)["facts"].payload["dates"]] == ["2026-11-23"]
