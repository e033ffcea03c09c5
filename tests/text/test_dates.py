"""Dates: unambiguous ones are read exactly, ambiguous ones are None."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.text.dates import read_date

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 23 Nov 2026 18:00:00 KST",
        "Mon, 23 Nov 2026 18:00:00 JST",
        "Mon, 23 Nov 2026 10:00:00 CET",
        "Mon, 23 Nov 2026 11:00:00 EET",
        "Mon, 23 Nov 2026 12:00:00 MSK",
        "Mon, 23 Nov 2026 14:30:00 IST",
        "Mon, 23 Nov 2026 17:00:00 HKT",
        "Mon, 23 Nov 2026 20:00:00 AEDT",
        "Mon, 23 Nov 2026 22:00:00 NZDT",
        "Mon, 23 Nov 2026 04:00:00 EST",
        "Mon, 23 Nov 2026 03:00:00 CST",
        "Mon, 23 Nov 2026 01:00:00 PST",
        "Mon, 23 Nov 2026 06:00:00 BRT",
        "Mon, 23 Nov 2026 09:00:00 Z",
        "Mon, 23 Nov 2026 09:00:00 UT",
        "Mon, 23 Nov 2026 18:00:00 GMT+9",
        "Mon, 23 Nov 2026 18:00:00 UTC+09:00",
        "Mon, 23 Nov 2026 18:00:00 +0900",
        "Mon, 23 Nov 2026 18:00:00 +0900 (KST)",
        "Mon, 23 Nov 2026 18:00:00 Asia/Seoul",
        "Mon, 23 Nov 26 09:00:00 GMT",
        "23 Nov 2026 09:00 GMT",
        "Nov 23, 2026 9:00 AM GMT",
        "Monday, November 23, 2026 at 04:00 a.m. EST",
        "Mon Nov 23 09:00:00 2026",
        "Mon Nov 23 2026 18:00:00 GMT+0900 (Korean Standard Time)",
        "2026-11-23T09:00:00Z",
        "2026-11-23T18:00:00+09:00",
        "2026-11-23T18:00:00.123456+0900",
        "2026-11-23t09:00:00z",
        "2026-11-23 09:00:00",
        "2026-11-23T18:00:00 09:00",
        "20261123T090000Z",
        "2026.11.23 09:00",
        "2026/11/23 09:00:00",
        "2026년 11월 23일 오전 9:00",
        "2026年11月23日 9時00分",
        "Mo, 23 Nov 2026 10:00:00 +0100",
        "lun., 23 nov. 2026 10:00:00 +0100",
        "Lundi, 23. Novembre 2026 - 09:00",
        "lun, 23 novembre 2026 09:00:00 GMT",
        "23 de noviembre de 2026 09:00",
        "пн, 23 ноября 2026 12:00:00 +0300",
        "1795424400",
        "1795424400000",
    ],
)
def test_a_clear_date_is_read(text: str) -> None:
    assert read_date(text) == NINE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "yesterday",
        "Mon, 31 Feb 2026 09:00:00 GMT",
        "Mon, 23 Nov 2026 24:00:00 GMT",
        "Mon, 23 Nov 2026 25:00:00 GMT",
        "Mon, 23 Nov 2026 09:61:00 GMT",
        "Mon, 23 Nov 2026 09:00:00 XYZT",
        "23 Nov 2026 09:00:00 XYZT",
        "Mon, 23 Nov 2026 09:00:00 +00:zz",
        "Mon, 23 Nov 2026 09:00:00 +2500",
        "Mon, Nov x 2026 11:47:32 GMT",
        "Mon, 16 Nov zz 11:47:32 GMT",
        "03/04/2026",
        "0001-01-01T00:00:00Z",
        "0000-00-00 00:00:00",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "1989-12-31T23:59:59Z",
        "2026-11-23T09:xx:00Z",
        "1" * 60_000,
    ],
)
def test_an_unclear_impossible_or_early_date_is_none(text: str) -> None:
    assert read_date(text) is None


def test_a_time_without_zone_is_in_the_zone_of_the_feed() -> None:
    assert read_date("2026-11-23 18:00:00", SEOUL) == NINE


def test_a_stated_zone_wins_over_the_zone_of_the_feed() -> None:
    assert read_date("Mon, 23 Nov 2026 09:00:00 GMT", SEOUL) == NINE


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Mon, 23 Nov 2026 17:00:00 CST", "Asia/Shanghai"),
        ("Mon, 23 Nov 2026 11:00:00 IST", "Asia/Jerusalem"),
        ("Mon, 23 Nov 2026 14:30:00 IST", "Asia/Kolkata"),
        ("Mon, 23 Nov 2026 17:00:00 PST", "Asia/Manila"),
    ],
)
def test_an_ambiguous_name_means_the_zone_of_the_feed_if_that_has_the_name(text: str, zone: str) -> None:
    assert read_date(text, ZoneInfo(zone)) == NINE


@pytest.mark.parametrize(
    ("text", "hour"),
    [("14 Jul 2026 10:00 ET", 14), ("14 Jan 2026 10:00 ET", 15), ("14 Jul 2026 10:00:00 BST", 9)],
)
def test_a_name_without_season_follows_the_rules_of_its_region(text: str, hour: int) -> None:
    moment = read_date(text)
    assert moment is not None
    assert moment.hour == hour


def test_day_before_month_only_where_it_cannot_be_otherwise() -> None:
    assert read_date("23/11/2026 09:00") == NINE
    assert read_date("11/23/2026 09:00") == NINE
    assert read_date("05/05/2026") == datetime(2026, 5, 5, tzinfo=UTC)
    assert read_date("03.04.2026") == datetime(2026, 4, 3, tzinfo=UTC)


def test_a_weekday_that_is_also_a_month_is_a_weekday() -> None:
    assert read_date("mar., 01 déc. 2026 09:00:00 +0000") == datetime(2026, 12, 1, 9, tzinfo=UTC)


def test_a_leap_second_is_the_second_before() -> None:
    assert read_date("2016-12-31T23:59:60Z") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


@given(st.text(max_size=130))
def test_any_text_gives_a_utc_date_after_1990_or_none(text: str) -> None:
    moment = read_date(text, SEOUL)
    assert moment is None or (moment.tzinfo is UTC and moment.year >= 1990)


@given(st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2199, 1, 1)))
def test_rfc_822_and_rfc_3339_say_the_same(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert read_date(moment.isoformat()) == moment
    assert read_date(moment.strftime("%a, %d %b %Y %H:%M:%S +0000")) == moment
