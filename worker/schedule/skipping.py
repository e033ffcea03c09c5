"""Hours and days at which a feed should not be polled (RSS 2.0 skipHours, skipDays; GMT)."""

import random
from datetime import UTC, datetime, timedelta

from worker.records import FeedHints

_HOURS = 24
_WEEK_HOURS = 7 * _HOURS
_HOUR_S = 3_600.0


def leave_skipped(due_at: datetime, hints: FeedHints | None, spread_s: float, rng: random.Random) -> datetime:
    """`due_at`, or a time soon after the skipped hours that contain it.

    That time is at random within `spread_s` of their end and before the next skipped hours, so that feeds do
    not become due together. Hints that exclude the whole week are ignored.
    """
    if hints is None or not (hints.skip_hours or hints.skip_days):
        return due_at
    due_at = due_at.astimezone(UTC)
    if not _is_skipped(due_at, hints):
        return due_at
    hour_at = due_at.replace(minute=0, second=0, microsecond=0)
    following = [hour_at + timedelta(hours=ahead) for ahead in range(1, _WEEK_HOURS + 1)]
    open_from = next((at for at in following if not _is_skipped(at, hints)), None)
    if open_from is None:
        return due_at
    open_s = _HOUR_S
    while open_s < spread_s and not _is_skipped(open_from + timedelta(seconds=open_s), hints):
        open_s += _HOUR_S
    return open_from + timedelta(seconds=rng.uniform(0.0, 0.9 * min(spread_s, open_s)))


def _is_skipped(moment: datetime, hints: FeedHints) -> bool:
    return moment.hour in hints.skip_hours or moment.weekday() in hints.skip_days
