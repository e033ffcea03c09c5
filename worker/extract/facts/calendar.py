"""Arithmetic of days for resolving dates; ISO 8601 with reduced precision."""

from collections.abc import Iterable
from datetime import date, timedelta


def begins_word(text: str, at: int) -> bool:
    """Whether no letter or digit stands right before an offset."""
    return not text[max(0, at - 1) : at].isalnum()


def make_date(year: int, month: int, day: int) -> date | None:
    """The date, or None when there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def nearest(day: date, candidates: Iterable[date | None]) -> date | None:
    """The candidate closest to a day; of two, the earlier."""
    known = [candidate for candidate in candidates if candidate]
    return min(known, key=lambda one: (abs((one - day).days), one), default=None)


def iso_week(day: date, weeks: int = 0) -> str:
    """The ISO week of a day, so many weeks on: 2012-W27."""
    year, week, _ = (day + timedelta(weeks=weeks)).isocalendar()
    return f"{year}-W{week:02}"


def month_of(day: date, months: int = 0) -> str:
    """The month of a day, so many months on: 2012-05."""
    index = day.year * 12 + day.month - 1 + months
    return f"{index // 12:04}-{index % 12 + 1:02}"


def shift_month(day: date, months: int) -> tuple[int, int]:
    """Year and month, so many months on."""
    index = day.year * 12 + day.month - 1 + months
    return index // 12, index % 12 + 1


def weekday_near(day: date, weekday: int, direction: int, *, with_today: bool) -> date:
    """The last (direction -1) or next (1) such weekday; Monday is 0."""
    distance = (weekday - day.weekday()) * direction % 7
    if distance == 0 and not with_today:
        distance = 7
    return day + timedelta(days=distance * direction)


def weekday_of_week(day: date, weekday: int, weeks: int) -> date:
    """The weekday of the week that is so many weeks on."""
    return day - timedelta(days=day.weekday()) + timedelta(days=weekday, weeks=weeks)


def day_of_month(day: date, number: int, months: int) -> date | None:
    """Such a day of the month that is so many months on."""
    return make_date(*shift_month(day, months), number)


def last_such(day: date, number: int) -> date | None:
    """The last day of that number, today included."""
    found = (day_of_month(day, number, -back) for back in range(3))
    return next((one for one in found if one and one <= day), None)


def next_such(day: date, number: int) -> date | None:
    """The next day of that number, today included."""
    found = (day_of_month(day, number, on) for on in range(3))
    return next((one for one in found if one and one >= day), None)
