"""Times for people: when the year is shown, and in which zone."""

import time
from datetime import UTC, datetime, timedelta

import click
import pytest
from click.testing import CliRunner

from worker.cli.articles import articles
from worker.cli.diff import diff
from worker.cli.discover import discover
from worker.cli.feeds import feeds
from worker.cli.jobs import jobs
from worker.cli.parse import parse
from worker.cli.status import status
from worker.cli.stories import stories
from worker.launcher.run import run
from worker.views.output import shown
from worker.views.times import ago, due, show_time, until, zone_option

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CASES = [
    (NOW, "11-24 12:00:00Z", "12:00:00Z"),
    (NOW - timedelta(hours=13), "11-23 23:00:00Z", "11-23 23:00Z"),
    (NOW - timedelta(days=183), "05-25 12:00:00Z", "05-25 12:00Z"),
    (NOW - timedelta(days=184), "2026-05-24 12:00:00Z", "2026-05-24"),
    (datetime(2012, 6, 29, 5, 0, 1, tzinfo=UTC), "2012-06-29 05:00:01Z", "2012-06-29"),
    (datetime(1990, 1, 1, tzinfo=UTC), "1990-01-01 00:00:00Z", "1990-01-01"),
    (NOW + timedelta(seconds=30), "11-24 12:00:30Z", "12:00:30Z"),  # another machine's clock
    (NOW + timedelta(hours=1), "2026-11-24 13:00:00Z", "13:00:00Z"),
    (NOW + timedelta(days=2), "2026-11-26 12:00:00Z", "2026-11-26"),
    (datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), "9999-12-31 23:59:59Z", "9999-12-31"),
]


@pytest.mark.parametrize(("at", "long", "short"), CASES)
def test_a_time_has_its_year_when_it_is_old_or_to_come(at, long, short):
    assert show_time(at, NOW) == long
    assert show_time(at, NOW, brief=True) == short
    assert len(short) <= 12


def test_a_time_in_another_zone_is_shown_in_utc():
    assert show_time(datetime.fromisoformat("2026-11-24T18:30:00+09:00"), NOW) == "11-24 09:30:00Z"


def test_what_is_done_next_has_its_distance_and_its_time():
    assert due(NOW + timedelta(minutes=12), NOW) == "in 12 min (12:12:00Z)"
    assert due(NOW + timedelta(days=2), NOW) == "in 2 d (2026-11-26 12:00:00Z)"
    assert due(NOW - timedelta(minutes=1), NOW) == "now (11:59:00Z)"
    assert due(None, NOW) == "-"


def test_a_distance_to_now_has_whole_seconds():
    assert ago(NOW - timedelta(seconds=0.34), NOW) == "0 s ago"
    assert ago(NOW - timedelta(seconds=15.2), NOW) == "15 s ago"
    assert until(NOW + timedelta(seconds=4.4), NOW) == "in 4 s"
    assert ago(NOW - timedelta(seconds=93), NOW) == "1.6 min ago"


@pytest.fixture
def in_seoul(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Seoul")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@click.command()
@zone_option
def told():
    for at, *_ in CASES:
        click.echo(f"{show_time(at, NOW)} {show_time(at, NOW, brief=True)}")


def test_local_times_have_their_offset_and_are_the_choice_of_one_command_only(in_seoul):
    lines = CliRunner().invoke(told, ["--local"]).stdout.splitlines()
    assert lines[0] == "11-24 21:00:00+09:00 21:00:00"
    assert lines[1] == "11-24 08:00:00+09:00 11-24 08:00"
    assert lines[4] == "2012-06-29 14:00:01+09:00 2012-06-29"
    assert len(lines) == len(CASES)
    assert CliRunner().invoke(told, ["--utc"]).stdout.splitlines()[0] == "11-24 12:00:00Z 12:00:00Z"
    assert CliRunner().invoke(told).stdout.splitlines()[0] == "11-24 12:00:00Z 12:00:00Z"


@pytest.mark.parametrize(
    "command", [articles, diff, discover, feeds, jobs, parse, run, status, stories], ids=lambda c: c.name
)
def test_every_command_that_shows_times_takes_the_choice(command):
    assert "--utc / --local" in CliRunner().invoke(command, ["--help"]).stdout


def test_parse_shows_old_entries_with_their_year_in_the_chosen_zone(in_seoul, tmp_path):
    item = "<item><title>a</title><link>http://a.example/1</link><pubDate>{}</pubDate></item>"
    dates = ("Fri, 29 Jun 2012 05:00:00 GMT", "Mon, 23 Nov 2026 09:00:00 GMT")
    document = f"<rss><channel><title>x</title>{''.join(map(item.format, dates))}</channel></rss>"
    (tmp_path / "feed.xml").write_text(document)
    utc, local = (
        CliRunner().invoke(parse, [str(tmp_path / "feed.xml"), *more]).stdout for more in ([], ["--local"])
    )
    assert "2012-06-29 05:00:00Z" in utc
    assert "\n11-23 09:00:00Z" in utc
    assert "2012-06-29 14:00:00+09:00" in local
    assert "\n11-23 18:00:00+09:00" in local


def test_tables_show_times_by_the_same_rule(shown_at):
    assert shown(shown_at) == "12-01 12:00:00Z"
    assert shown(datetime(2012, 6, 29, 5, 0, tzinfo=UTC)) == "2012-06-29 05:00:00Z"
