"""Calendar arithmetic for resolving relative dates; results in ISO 8601 with reduced precision."""

from collections.abc import Iterable
from datetime import date, timedelta

FAR_DAYS = 90


def begins_word(text: str, at: int) -> bool:
    """Whether an offset is not directly preceded by a letter or digit."""
    return not text[max(0, at - 1) : at].isalnum()


def make_date(year: int, month: int, day: int) -> date | None:
    """Returns the date, or None if it does not exist."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def nearest(day: date, candidates: Iterable[date | None]) -> date | None:
    """Returns the candidate closest to a day, the earlier one if two are equally close."""
    known = [candidate for candidate in candidates if candidate]
    return min(known, key=lambda one: (abs((one - day).days), one), default=None)


def is_far(day: date, meant: date) -> bool:
    """Whether a day without a year is so far from publication that the verb beside it tells the year."""
    return abs((meant - day).days) > FAR_DAYS


def on_side(day: date, candidates: Iterable[date], direction: int) -> date | None:
    """Returns the closest candidate before (direction -1) or after (1) a day, None for direction 0."""
    return nearest(day, (one for one in candidates if (one - day).days * direction > 0))


def iso_week(day: date, weeks: int = 0) -> str:
    """Returns the ISO week `weeks` after that of a day: 2012-W27."""
    year, week, _ = (day + timedelta(weeks=weeks)).isocalendar()
    return f"{year}-W{week:02}"


def month_of(day: date, months: int = 0) -> str:
    """Returns the month `months` after that of a day: 2012-05."""
    year, month = shift_month(day, months)
    return f"{year:04}-{month:02}"


def shift_month(day: date, months: int) -> tuple[int, int]:
    """Returns year and month, `months` after those of a day."""
    index = day.year * 12 + day.month - 1 + months
    return index // 12, index % 12 + 1


def weekday_near(day: date, weekday: int, direction: int, *, with_today: bool) -> date:
    """Returns the previous (direction -1) or next (1) date with a weekday; Monday is 0."""
    distance = (weekday - day.weekday()) * direction % 7
    if distance == 0 and not with_today:
        distance = 7
    return day + timedelta(days=distance * direction)


def weekday_of_week(day: date, weekday: int, weeks: int) -> date:
    """Returns the date of a weekday in the week `weeks` after that of a day."""
    return day - timedelta(days=day.weekday()) + timedelta(days=weekday, weeks=weeks)


def day_of_month(day: date, number: int, months: int) -> date | None:
    """Returns day `number` of the month `months` after that of a day, or None."""
    return make_date(*shift_month(day, months), number)


def last_day_numbered(day: date, number: int) -> date | None:
    """Returns the latest date up to `day` whose day of the month is `number`."""
    found = (day_of_month(day, number, -back) for back in range(3))
    return next((one for one in found if one and one <= day), None)


def next_day_numbered(day: date, number: int) -> date | None:
    """Returns the earliest date from `day` on whose day of the month is `number`."""
    found = (day_of_month(day, number, on) for on in range(3))
    return next((one for one in found if one and one >= day), None)
