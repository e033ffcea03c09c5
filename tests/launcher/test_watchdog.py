"""Workers that run but do not work are started again, and only those."""

from datetime import UTC, datetime, timedelta

import pytest

from worker.launcher.watchdog import STUCK_S, heal, is_stuck

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


class Workers:
    """As much of a supervisor as healing asks for."""

    def __init__(self, up_s):
        self.up_s = up_s
        self.restarted = []

    def up_for_s(self, name):
        return self.up_s

    def restart(self, name):
        self.restarted.append(name)


def status(oldest_due_s, *polled_s_ago):
    polls = [{"feed": "desk", "at": NOW - timedelta(seconds=ago)} for ago in polled_s_ago]
    return {"oldest_due_s": oldest_due_s, "recent_polls": polls, "read_at": NOW}


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(status(0.0, 3600), False, id="nothing is due, however long ago the last poll was"),
        pytest.param(status(STUCK_S * 2, 5), False, id="behind, but polling"),
        pytest.param(status(STUCK_S * 2, 3600, 5), False, id="the newest poll counts, in any order"),
        pytest.param(status(STUCK_S * 2, 3600), True, id="due for minutes and nothing polled"),
        pytest.param(status(STUCK_S * 2), True, id="due for minutes and never polled"),
        pytest.param({}, False, id="a service that has just started"),
    ],
)
def test_stuck_is_due_for_minutes_without_any_poll(seen, expected):
    assert is_stuck(seen) == expected


def test_what_polls_depend_on_is_started_again():
    workers = Workers(up_s=STUCK_S * 2)
    assert heal(workers, status(STUCK_S * 2, 3600))
    assert workers.restarted == ["beat", "control", "poll"]


def test_a_process_that_was_just_started_is_given_time():
    workers = Workers(up_s=5.0)
    assert not heal(workers, status(STUCK_S * 2, 3600))
    assert workers.restarted == []
