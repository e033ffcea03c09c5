"""Finds dates in a text and resolves them against its local day of publication."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from worker.extract.facts import dates_cjk, dates_english


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date as written, its ISO 8601 value with the text's own precision (2012-W27), and its offset."""

    text: str
    date: str
    offset: int


def find_dates(text: str, day: date, lang: str) -> list[DateMention]:
    """Returns the dates in a text, in order of appearance; `day` is the local day of publication."""
    find = dates_cjk.find_dates if lang[:2] in {"ko", "ja", "zh"} else dates_english.find_dates
    return list(_drop_nested(sorted((DateMention(*hit) for hit in find(text, day)), key=_order)))


def _order(item: DateMention) -> tuple[int, int]:
    return item.offset, -len(item.text)


def _drop_nested(dates: list[DateMention]) -> Iterator[DateMention]:
    """Yields the dates that are not inside another one."""
    end = 0
    for item in dates:
        if item.offset >= end and re.search(r"\w", item.text):
            yield item
            end = item.offset + len(item.text)
