"""Read the update hints of a feed document: ttl, skipHours, skipDays, mod_syndication."""

from collections.abc import Sequence
from typing import Any

from worker.records import FeedHints

# RSS 1.0 syndication module (mod_syndication): updatePeriod in seconds
PERIODS_S = {
    "hourly": 3_600.0,
    "daily": 86_400.0,
    "weekly": 604_800.0,
    "monthly": 2_592_000.0,
    "yearly": 31_536_000.0,
}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MAX_TTL_MINUTES = 60 * 24 * 366  # larger values are mistakes


def read_hints(feed: Any, skip_hours: Sequence[str], skip_days: Sequence[str]) -> FeedHints:
    """Return a feed's own hints (RSS 2.0: ttl, skipHours, skipDays; mod_syndication)."""
    return FeedHints(
        ttl_s=_ttl_s(feed.get("ttl")),
        update_interval_s=_update_interval_s(feed.get("sy_updateperiod"), feed.get("sy_updatefrequency")),
        skip_hours=_hours(skip_hours),
        skip_days=_days(skip_days),
    )


def _number(value: Any) -> int | None:
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _ttl_s(value: Any) -> float | None:
    minutes = _number(value)
    return minutes * 60.0 if minutes and minutes <= MAX_TTL_MINUTES else None


def _update_interval_s(period: Any, frequency: Any) -> float | None:
    """Return period divided by frequency; the defaults are "daily" and 1, as the module specifies."""
    if not period and not frequency:
        return None
    length_s = PERIODS_S.get(str(period or "daily").strip().lower())
    times = _number(frequency) if frequency else 1
    return length_s / times if length_s and times else None


def _hours(values: Sequence[str]) -> tuple[int, ...]:
    """Return hours of the day in GMT; 24 is midnight in RSS 0.91."""
    numbers = [number for value in values if (number := _number(value)) is not None]
    return tuple(sorted({number % 24 for number in numbers if number <= 24}))


def _days(values: Sequence[str]) -> tuple[int, ...]:
    names = {value.strip().lower() for value in values}
    return tuple(number for number, name in enumerate(DAYS) if name in names)
