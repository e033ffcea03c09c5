"""What an operator sees: the live summary, the log line, and what wants a person."""

from io import StringIO

import pytest
from rich.console import Console

from worker.cli.dashboard import render, summary_fields
from worker.cli.displays import LineDisplay
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
UP = {"broker": "up", "poll": "starting"}


def drawn(*args):
    console = Console(file=StringIO(), width=100)
    console.print(render(*args))
    return console.file.getvalue()


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
    display = LineDisplay(read_settings({"WIREROOM_HOME": str(tmp_path)}), log=None)
    [need] = STATUS["needs"]

    def told(status, problem=None):
        return [event for event, _ in display.lines(status, problem)]

    assert told(STATUS) == [need, "summary"]
    assert told(STATUS) == ["summary"]
    assert told({**STATUS, "needs": []}) == ["summary"]
    assert told(STATUS) == [need, "summary"]


def test_plain_lines_tell_once_that_the_database_cannot_be_read(tmp_path):
    display = LineDisplay(read_settings({"WIREROOM_HOME": str(tmp_path)}), log=None)
    assert list(display.lines(None, "the database cannot be reached")) == [
        ("the database cannot be reached", {})
    ]
    assert list(display.lines(None, "the database cannot be reached")) == []
