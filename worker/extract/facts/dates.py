"""Finds dates in a text and resolves them against its local day of publication."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain, zip_longest

from worker.extract.facts import dates_cjk, dates_english, dates_european
from worker.extract.facts.dates_numeric import find_numeric_days, is_month_first
from worker.extract.facts.named_years import find_years

ISO_DAY = 10  # characters
_BRACKET = re.compile(r"\s?[(（]\s?(?:[a-zà-ÿ]{1,4}\s)?")
_SAME_WORDS = {"nb": "no", "nn": "no", "bs": "hr", "sh": "hr"}


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date as written, its ISO 8601 value with the text's own precision (2012-W27), and its offset."""

    text: str
    date: str
    offset: int


def find_dates(text: str, day: date, lang: str, offset: timedelta | None = None) -> list[DateMention]:
    """Returns the dates in a text, in order of appearance; `day` is the local day of publication.

    `offset` is that of the outlet's zone from UTC, None if it is unknown.
    """
    short = _SAME_WORDS.get(lang[:2], lang[:2])
    if short in dates_european.LANGUAGES:
        hits = dates_european.find_dates(text, day, short)
    elif short in {"ko", "ja", "zh"}:
        hits = chain(dates_cjk.find_dates(text, day), find_numeric_days(text, day, month_first=False))
    else:
        hits = dates_english.find_dates(text, day, month_first=is_month_first(lang, offset))
    hits = chain(hits, find_years(text, day))
    found = list(_drop_nested(sorted((DateMention(*hit) for hit in hits), key=_order)))
    pairs = zip_longest(found, found[1:])
    return [_beside(text, one, following) for one, following in pairs if one]


def _beside(text: str, one: DateMention, following: DateMention | None) -> DateMention:
    """Returns the date of a weekday, which is that of the day in brackets behind: Mittwoch (21. Oktober)."""
    is_weekday = not re.search(r"\d", one.text) and len(one.date) == ISO_DAY
    if not (following and is_weekday and len(following.date) == ISO_DAY and re.search(r"\d", following.text)):
        return one
    between = text[one.offset + len(one.text) : following.offset]
    is_same = date.fromisoformat(one.date).weekday() == date.fromisoformat(following.date).weekday()
    return replace(one, date=following.date) if is_same and _BRACKET.fullmatch(between) else one


def _order(item: DateMention) -> tuple[int, int]:
    return item.offset, -len(item.text)


def _drop_nested(dates: list[DateMention]) -> Iterator[DateMention]:
    """Yields the dates that are not inside another one."""
    end = 0
    for item in dates:
        if item.offset >= end and re.search(r"\w", item.text):
            yield item
            end = item.offset + len(item.text)
