"""Dates of pages: read in their zone, and accepted only within bounds."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.extract.page.outlet_zone import zone_of_language
from worker.extract.page.visible_dates import read_date_line, within_bounds
from worker.text.dates import read_date
from worker.text.zone_names import load_zone

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "zone", "moment"),
    [
        ("2026-11-24T09:00:00+09:00", None, "2026-11-24T00:00:00+00:00"),
        ("2026-11-24T09:00:00Z", "Asia/Seoul", "2026-11-24T09:00:00+00:00"),
        ("2026-11-24 09:00", "Asia/Seoul", "2026-11-24T00:00:00+00:00"),
        ("2026-11-24 09:00", None, "2026-11-24T09:00:00+00:00"),
        ("2026-11-24", "No/Such_Zone", "2026-11-24T00:00:00+00:00"),
        ("Tue, 24 Nov 2026 09:00:00 KST", None, "2026-11-24T00:00:00+00:00"),
        ("November 24, 2026 9:00 AM EST", None, "2026-11-24T14:00:00+00:00"),
        ("2026년 11월 24일 (화) 오후 3:05", "Asia/Seoul", "2026-11-24T06:05:00+00:00"),
        ("2026.11.24. 15:05", "Asia/Seoul", "2026-11-24T06:05:00+00:00"),
        ("2026年11月24日 15時05", "Asia/Tokyo", "2026-11-24T06:05:00+00:00"),
        ("2026年11月24日 15:05 JST", None, "2026-11-24T06:05:00+00:00"),
        ("2026-11-24 09:00:30 KST", None, "2026-11-24T00:00:30+00:00"),
        ("2026-11-24T09:00:00+9:00", None, "2026-11-24T00:00:00+00:00"),
        ("2026-11-24 03:05 PM", None, "2026-11-24T15:05:00+00:00"),
        ("2026.11.24 오전 12:05", None, "2026-11-24T00:05:00+00:00"),
        ("20261124090000", "Asia/Seoul", "2026-11-24T00:00:00+00:00"),
        ("1795478400", "Asia/Seoul", "2026-11-24T00:00:00+00:00"),
        ("1795478400000", None, "2026-11-24T00:00:00+00:00"),
    ],
)
def test_a_moment_is_read_in_its_zone(raw, zone, moment):
    """A stated zone takes precedence; a naive time is in the given zone, else UTC."""
    assert read_date(raw, load_zone(zone)).isoformat() == moment


@pytest.mark.parametrize(
    "raw", [None, "", "yesterday", "9:30", "Tuesday 24", "0000-00-00T00:00", "x" * 500, "2026-13-45"]
)
def test_what_states_no_day_gives_none(raw):
    """Nothing is filled in from today's date."""
    assert read_date(raw) is None


@pytest.mark.parametrize(
    ("moment", "feed_at", "kept"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), None, False),
        (datetime(1989, 12, 31, tzinfo=UTC), None, False),
        (NOW + timedelta(days=2), None, True),
        (NOW + timedelta(days=3), None, False),
        (NOW - timedelta(days=29), NOW, True),
        (NOW - timedelta(days=31), NOW, False),
    ],
)
def test_only_credible_moments_are_kept(moment, feed_at, kept):
    """1990 to two days ahead, and within 30 days of the feed's date."""
    assert (within_bounds(moment, NOW, feed_at) is not None) == kept


def test_a_visible_line_is_read_without_its_label():
    """Labels may have a colon."""
    for line in ("입력 2026.11.24 오후 3:05", "기사입력 : 2026-11-24 15:05", "公開 2026年11月24日 15:05"):
        assert read_date_line(line, load_zone("Asia/Seoul")).isoformat() == "2026-11-24T06:05:00+00:00"
    assert (
        read_date_line("Published on Nov. 24, 2026 at 3:05 p.m.").isoformat() == "2026-11-24T15:05:00+00:00"
    )
    assert read_date_line("Mittwoch, 25.11.2026 - 14:30").isoformat() == "2026-11-25T14:30:00+00:00"
    assert read_date_line("Erstellt am: 25.11.2026 14:30 / sk").isoformat() == "2026-11-25T14:30:00+00:00"
    assert read_date_line("Nov. 25, 2026 2:30 p.m. / sk").isoformat() == "2026-11-25T14:30:00+00:00"
    assert read_date_line("Posted 10/11/2026") is None


@pytest.mark.parametrize(
    ("tag", "zone"),
    [
        ("ko", "Asia/Seoul"),
        ("ja_JP", "Asia/Tokyo"),
        ("de-AT", "Europe/Vienna"),
        ("en-GB", None),
        ("en", None),
        ("en-US", None),
        ("es", None),
        ("", None),
    ],
)
def test_a_language_tells_a_zone_where_it_or_its_region_is_of_one_country(tag, zone):
    assert zone_of_language(tag) == zone


@given(st.text(alphabet="0123456789-/:T+Z. 년월일AMPM", max_size=90))
def test_no_text_makes_the_reader_raise(raw):
    """Any text yields a UTC datetime or None."""
    moment = read_date(raw, load_zone("Asia/Seoul"))
    assert moment is None or moment.utcoffset() == timedelta(0)
