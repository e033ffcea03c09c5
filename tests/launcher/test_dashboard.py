"""What an operator sees: the live summary, the log line, and what wants a person."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console, ConsoleDimensions
from rich.live import Live

from worker.launcher.dashboard import render, summary_fields
from worker.launcher.live_summary import LineDisplay, LiveDisplay
from worker.settings import read_settings

STATUS = {
    "feeds": {"active": 12, "failing": 1, "dead": 0},
    "articles": 340,
    "stories": 290,
    "jobs": {"done": 280, "queued": 3, "dead": 0},
    "oldest_due_s": 4.2,
    "polls_1h": 48,
    "failures_1h": 2,
    "needs": ["feed paid-desk answers 401: check its password"],
    "recent_polls": [
        {"feed": "coast", "outcome": "updated", "new": 3, "at": "2026-11-24T05:00:01Z", "error": None},
        {
            "feed": "paid-desk",
            "outcome": "failed",
            "new": 0,
            "at": "2026-11-24T05:00:00Z",
            "error": "401 from x",
        },
    ],
    "recent_stories": [{"id": 7, "title": "Harbor [bold]reopens[/bold] after storm", "copies": 4}],
}
CLEAR = "\x1b[H\x1b[2J"
UP = {"broker": "up", "poll": "starting"}


NOW = datetime(2026, 11, 24, 5, 0, 30, tzinfo=UTC)
SIZES = [(100, 40), (80, 24), (60, 10), (40, 8), (20, 4), (12, 2), (30, 1), (200, 60)]
LONG_NEED = "12 feeds fail with the same error, 401 Unauthorized from example.org: " + "check " * 60


def drawn(*args, width=100, height=40, pages=None):
    """The lines of the summary on a terminal of this size, which cuts nothing by itself."""
    size = ConsoleDimensions(width, height)
    console = Console(file=StringIO(), width=width, height=height)
    console.print(render(*args, pages=pages, size=size, now=NOW))
    return console.file.getvalue()


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("count", [0, 1, 2, 9, 300])
@pytest.mark.parametrize("need", ["feed a fails", LONG_NEED, "공급자 응답 없음 " * 40, "two\nlines\x1b[2J"])
def test_the_summary_fits_the_terminal_and_its_needs_come_first(width, height, count, need):
    needs = [f"{number}: {need}" for number in range(1, count + 1)]
    busy = {
        "needs": needs,
        "recent_polls": STATUS["recent_polls"] * 8,
        "recent_stories": [{"id": 7, "title": "항구가 다시 열렸다 " * 30, "copies": 4}] * 9,
    }
    many = {f"poll-{number}": "up" for number in range(9)} | {"flower": "down"}
    text = drawn({**STATUS, **busy}, many, "http://127.0.0.1:5555", width=width, height=height)
    lines = text.splitlines()
    assert len(lines) <= height
    assert max(map(cell_len, lines)) <= width
    assert "\x1b" not in text
    shown = [line for line in lines if line.startswith("! ")]
    assert lines[: len(shown)] == shown
    assert len(shown) >= min(count, 1)
    for number, line in enumerate(shown, start=1):
        assert line.startswith(f"! {number}: "[:width])
        whole = f"! {number}: {' '.join(need.split())}"
        assert line.split(" +")[0].endswith("…") == (
            cell_len(whole) > width or not line.startswith(whole[:-4])
        )
    if count > len(shown):
        further = str(count - len(shown))
        told = lines[len(shown)].split()[1] if height > 3 else shown[-1].rpartition("+")[2]
        assert told == further
    if height >= 4:
        assert any("flower down"[: width - 11] in line for line in lines)


def test_at_24_lines_everything_has_its_place():
    busy = {
        "needs": ["first", "second"],
        "recent_polls": STATUS["recent_polls"] * 8,
        "recent_stories": STATUS["recent_stories"] * 9,
    }
    urls = {"flower": "http://127.0.0.1:5555", "pages": "http://127.0.0.1:5580"}
    lines = drawn(
        {**STATUS, **busy}, UP, urls["flower"], pages=urls["pages"], width=80, height=24
    ).splitlines()
    assert lines[:2] == ["! first", "! second"]
    assert [line.split()[0] for line in lines[3:10]] == [
        "service",
        "pages",
        "monitor",
        "feeds",
        "polls",
        "articles",
        "jobs",
    ]
    assert sum("05:00:0" in line for line in lines) >= 4
    assert sum("Harbor" in line for line in lines) >= 4
    assert len(lines) == 24


@pytest.mark.parametrize("state", ["starting", "failed"])
def test_the_url_of_pages_that_are_not_served_is_not_shown(state):
    url = "http://127.0.0.1:5580"
    assert url in drawn(STATUS, {**UP, "web": "up"}, None, pages=url)
    assert url not in drawn(STATUS, {**UP, "web": state}, None, pages=url)


def test_a_poll_of_another_day_is_shown_with_its_date():
    old = [{"feed": "coast", "outcome": "updated", "new": 3, "at": "2026-11-20T05:00:01Z", "error": None}]
    assert "11-20 05:00Z  coast" in drawn({**STATUS, "recent_polls": old}, UP, None)


@pytest.mark.parametrize(
    "shown",
    [
        "12 active, 1 failing",
        "48 in the last hour, 2 failed, oldest due 4 s ago",
        "340 in 290 stories",
        "280 done, 3 queued",
        "05:00:01",
        "coast",
        "failed 401 from x",
        "Harbor [bold]reopens[/bold] after storm",  # a title is text, never markup
        "! feed paid-desk answers 401: check its password",
        "http://127.0.0.1:5555",
        "poll starting",
    ],
)
def test_the_live_summary_shows(shown):
    assert shown in drawn(STATUS, UP, "http://127.0.0.1:5555")


def test_states_that_no_feed_is_in_are_not_shown():
    assert "dead" not in drawn(STATUS, UP, None)


@pytest.mark.parametrize("status", [None, {}, {"feeds": {}, "jobs": {}, "needs": []}])
def test_a_service_that_has_just_started_can_be_drawn(status):
    assert "broker" in drawn(status, UP, None)


def test_a_database_that_cannot_be_read_is_said_and_the_last_figures_stay():
    text = drawn(STATUS, UP, None, "the database cannot be reached")
    assert "! the database cannot be reached" in text
    assert "340 in 290 stories" in text


def test_only_the_first_needs_are_shown_with_the_number_of_the_rest():
    text = drawn({**STATUS, "needs": [f"need {n}" for n in range(9)]}, UP, None)
    assert "! need 5" in text
    assert "need 6" not in text
    assert "and 3 more: wireroom status" in text


def test_the_log_line_holds_the_figures_without_zeros():
    fields = summary_fields(STATUS)
    assert fields["feeds_active"] == 12
    assert fields["jobs_queued"] == 3
    assert fields["needs"] == 1
    assert "feeds_dead" not in fields


def test_plain_lines_tell_each_need_once_while_it_lasts(tmp_path):
    display = LineDisplay(tmp_path, start=None, log=None)
    [need] = STATUS["needs"]

    def told(status, problem=None):
        return [event for event, _ in display.lines(status, problem)]

    assert told(STATUS) == [need, "summary"]
    assert told(STATUS) == ["summary"]
    assert told({**STATUS, "needs": []}) == ["summary"]
    assert told(STATUS) == [need, "summary"]


def test_plain_lines_tell_once_that_the_database_cannot_be_read(tmp_path):
    display = LineDisplay(tmp_path, start=None, log=None)
    assert list(display.lines(None, "the database cannot be reached")) == [
        ("the database cannot be reached", {})
    ]
    assert list(display.lines(None, "the database cannot be reached")) == []


def test_a_resized_terminal_is_cleared_before_the_next_picture(tmp_path):
    """It has wrapped the old picture in its own way, so that moving up by its height would leave parts."""
    display = LiveDisplay(None, read_settings({"WIREROOM_HOME": str(tmp_path)}), None)
    console = Console(file=StringIO(), force_terminal=True, width=100, height=30)
    display._live = Live(console=console, auto_refresh=False, transient=True)
    display._size = console.size
    display._live.start()
    display._live.update("a picture", refresh=True)
    display._clear_if_resized()
    assert CLEAR not in console.file.getvalue()
    console.size = (60, 20)
    display._clear_if_resized()
    display._live.update("the next", refresh=True)
    display._live.stop()
    before, after = console.file.getvalue().split(CLEAR)
    assert "a picture" in before
    assert "the next" in after


def test_a_story_that_is_withdrawn_says_so_before_its_headline():
    story = {"id": 7, "title": "Harbor reopens", "copies": 4, "mark": "withdrawn"}
    assert "7  WITHDRAWN: Harbor reopens" in drawn(
        {**STATUS, "recent_stories": [story]}, {"poll": "up"}, None
    )
