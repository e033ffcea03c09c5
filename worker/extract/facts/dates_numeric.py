"""Finds days in digits with a year: 06/11/2026, 8/30/2026, 30.8.2026, 2026-08-30."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from worker.extract.facts.calendar import make_date, nearest

Hit = tuple[str, str, int]
_NUMBER, _YEAR = r"[0-3]?\d", r"(?:1[6-9]|20)\d\d"
_LAST_YEAR = re.compile(
    rf"(?<![\w./-])(?P<first>{_NUMBER})(?P<mark>[./-])(?P<second>{_NUMBER})(?P=mark)(?P<year>{_YEAR})(?![\w/-]|\.\d)"
)
# A year of two digits, behind a day and a month of two: 17.03.26, 17/03/26
_SHORT_YEAR = re.compile(
    r"(?<![\w./-])(?P<first>[0-3]\d)(?P<mark>[./])(?P<second>[0-3]\d)(?P=mark)(?P<year>\d\d)(?![\w/-]|\.\d|[.,]?\s?%)"
)
_NEAR_YEARS = range(-60, 21)  # from that of publication, which a year of two digits may mean
_FIRST_YEAR = re.compile(
    rf"(?<![\w./-])(?P<year>{_YEAR})(?P<mark>[./-])(?P<second>{_NUMBER})(?P=mark)(?P<first>{_NUMBER})(?![\d/-]|\.\d)"
)
# Before the number of a version, a file or a part of a text
_NUMBERED = re.compile(
    r"(?:\b(?:version\w*|versão|build|release|firmware|update|patch|kernel|v|no|nr|núm|case|file|docket|invoice|model"
    r"|article|clause|section|chapter|kapitel|abschnitt|punkt|ziffer|art|az|aktenzeichen|ref|odds|score|phone|tel|fax)\.?:?"
    r"|верси\w*|№|#|§|버전|バージョン)\s?\Z",
    re.IGNORECASE,
)
# A product's name before a number with full stops: Windows 10.11.2026, iOS 12.5.2026
_PRODUCT = re.compile(r"(?<![.!?:]\s)(?<!\A)\b(?!\w*(?:day|month)\b)(?:[A-Z]\w*|[a-z]+[A-Z]\w*)\s\Z")
_LOOK_BACK_CHARS = 24
_US_OFFSETS_H = range(-10, -3)
_BOTH_HABITS_H = (0, 8)  # the zone of times without a zone; Manila beside Singapore


def find_numeric_days(text: str, day: date, *, month_first: bool | None) -> Iterator[Hit]:
    """Yields each day in digits as (text, ISO date, offset).

    Where both numbers may be a month, `month_first` decides; if it is None, the distance to `day` does.
    """
    for found in _FIRST_YEAR.finditer(text):
        meant = make_date(int(found["year"]), int(found["second"]), int(found["first"]))
        if meant and not _is_number_of(found, text):
            yield found[0], meant.isoformat(), found.start()
    for found in (*_LAST_YEAR.finditer(text), *_SHORT_YEAR.finditer(text)):
        meant = _of_either(found, day, month_first)
        if meant and not _is_number_of(found, text):
            yield found[0], meant.isoformat(), found.start()


def is_month_first(lang: str, offset: timedelta | None) -> bool | None:
    """Returns whether an English outlet writes the month first, by its zone and language; None if unknown.

    American zones write it first; the tag "en-US" alone says nothing, since systems set it everywhere.
    """
    region = lang[3:5].upper()
    if region and region not in {"US", "PH", "CA"}:
        return False
    hours = int(offset.total_seconds() // 3600) if offset is not None else 0
    if hours in _US_OFFSETS_H:
        return True
    return None if hours in _BOTH_HABITS_H else False


def _of_either(found: re.Match[str], day: date, month_first: bool | None) -> date | None:
    first, second, year = int(found["first"]), int(found["second"]), _year_of(found["year"], day)
    by_day, by_month = make_date(year, second, first), make_date(year, first, second)
    if found["mark"] != "/" and month_first is None:
        month_first = False  # with full stops the day is first everywhere
    if not (by_day and by_month):
        return by_day or (by_month if found["mark"] != "." else None)
    if month_first is None:
        return nearest(day, (by_day, by_month))
    return by_month if month_first and found["mark"] != "." else by_day


def _year_of(digits: str, day: date) -> int:
    """Returns the year; of two digits, the one nearest to publication that they may mean."""
    year = int(digits)
    if len(digits) > 2:
        return year
    century = day.year // 100 * 100
    return next(
        meant
        for meant in (century + year, century + year - 100, century + year + 100)
        if meant - day.year in _NEAR_YEARS or meant < day.year
    )


def _is_number_of(found: re.Match[str], text: str) -> bool:
    """Whether the digits number a version, a file or a paragraph."""
    before = text[max(0, found.start() - _LOOK_BACK_CHARS) : found.start()]
    if _NUMBERED.search(before):
        return True
    return found["mark"] == "." and _PRODUCT.search(before) is not None
