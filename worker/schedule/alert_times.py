"""When alerts are sent: events are grouped, messages are spaced, and the quiet hours are kept."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from worker.records import AlertRules


def is_quiet(rules: AlertRules, now: datetime) -> bool:
    """Whether it is within the quiet hours, which may pass midnight; they begin and end on the wall clock."""
    if rules.quiet_hours is None:
        return False
    first, last = rules.quiet_hours
    local = now.astimezone(ZoneInfo(rules.timezone))
    minute = local.hour * 60 + local.minute
    return first <= minute < last if first < last else minute >= first or minute < last


def is_group_complete(
    rules: AlertRules, oldest_at: datetime, sent_at: datetime | None, now: datetime
) -> bool:
    """Whether the events since `oldest_at` become a message now; `sent_at` is when the last one was made.

    A time in the future was stored before the clock was set back, and is not waited for.
    """
    waited = _is_past(oldest_at, rules.group_s, now)
    return waited and (sent_at is None or _is_past(sent_at, rules.pause_s, now)) and not is_quiet(rules, now)


def _is_past(at: datetime, wait_s: float, now: datetime) -> bool:
    return at > now or now - at >= timedelta(seconds=wait_s)
