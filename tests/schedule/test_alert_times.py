"""When alerts are sent: groups, pauses, quiet hours."""

from datetime import UTC, datetime, timedelta

import pytest

from worker.records import AlertRules
from worker.schedule.alert_times import is_group_complete, is_quiet

NIGHT = (22 * 60, 7 * 60)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "zone", "at", "expected"),
    [
        (None, "UTC", "2026-11-24T23:00", False),
        (NIGHT, "UTC", "2026-11-24T21:59", False),
        (NIGHT, "UTC", "2026-11-24T22:00", True),
        (NIGHT, "UTC", "2026-11-25T06:59", True),
        (NIGHT, "UTC", "2026-11-25T07:00", False),
        (NIGHT, "Asia/Seoul", "2026-11-24T12:59", False),  # 21:59 there
        (NIGHT, "Asia/Seoul", "2026-11-24T13:00", True),
        (NIGHT, "Europe/Berlin", "2026-07-01T20:00", True),  # 22:00 in summer
        (NIGHT, "Europe/Berlin", "2026-12-01T20:30", False),  # 21:30 in winter
        ((12 * 60, 13 * 60), "UTC", "2026-11-24T12:30", True),
        ((12 * 60, 13 * 60), "UTC", "2026-11-24T13:00", False),
    ],
)
def test_quiet_hours_follow_the_wall_clock_of_their_zone(hours, zone, at, expected):
    now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert is_quiet(AlertRules(quiet_hours=hours, timezone=zone), now) is expected


@pytest.mark.parametrize(
    ("waited_s", "paused_s", "expected"),
    [
        (29, None, False),
        (30, None, True),
        (30, 299, False),
        (600, 300, True),
        (-3600, None, True),  # the clock was set back: not waited for
        (30, -3600, True),
    ],
)
def test_a_group_waits_for_what_follows_and_for_the_pause_after_the_last(waited_s, paused_s, expected):
    rules = AlertRules(group_s=30, pause_s=300)
    sent_at = None if paused_s is None else NOON - timedelta(seconds=paused_s)
    assert is_group_complete(rules, NOON - timedelta(seconds=waited_s), sent_at, NOON) is expected


def test_nothing_becomes_a_message_in_the_quiet_hours():
    rules = AlertRules(quiet_hours=(11 * 60, 13 * 60))
    assert not is_group_complete(rules, NOON - timedelta(hours=2), None, NOON)
