"""Dates of a text, resolved against its local day of publication; reduced where the text is: 2012-W27."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from worker.extract.facts import dates_cjk, dates_english


@dataclass(frozen=True, slots=True)
class Day:
    """A date as written, what it means (ISO 8601, reduced where the text is), and where it stands."""

    text: str
    date: str
    offset: int


def find_days(text: str, day: date, lang: str) -> list[Day]:
    """The dates that a text names, in its order; `day` is the local day of publication."""
    found = dates_cjk.find_dates if lang[:2] in {"ko", "ja", "zh"} else dates_english.find_dates
    return list(_apart(sorted((Day(*hit) for hit in found(text, day)), key=_order)))


def _order(item: Day) -> tuple[int, int]:
    return item.offset, -len(item.text)


def _apart(days: list[Day]) -> Iterator[Day]:
    """Without those that lie within another."""
    end = 0
    for item in days:
        if item.offset >= end and re.search(r"\w", item.text):
            yield item
            end = item.offset + len(item.text)
