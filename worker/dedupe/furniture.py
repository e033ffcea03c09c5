"""Furniture: the boilerplate that an outlet or agency adds around a text, and its removal."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from xxhash import xxh3_64_intdigest

from worker.agencies.closing import find_credit_line
from worker.agencies.marks import find_dateline
from worker.dedupe.boilerplate_phrases import BYLINE, is_boilerplate
from worker.dedupe.page_lists import drop_page_lists
from worker.dedupe.text import count_letters, split_paragraphs
from worker.records import Document
from worker.text.invisible import drop_joiners

FURNITURE_SIGHTINGS = 2  # a paragraph in this many other articles of a source is furniture
MAX_FURNITURE_LETTERS = 600  # a longer paragraph is text, however often it occurs
MIN_LEFT_LETTERS = 24  # if less is left over, the text itself was stripped
MIN_UNIT_LETTERS = 10  # "Inc." is not a sentence
SHORT_CHARS = 1_200  # in a text this short, furniture may be sentences of one line
_NOTE = re.compile(
    r"^\s*\((?:ATTN|Eds|EDS|UPDATES?|LEAD|RECAST|ADDS?|CORRECTS?|\d(?:st|nd|rd|th) L)[^)]{0,200}\)\s*"
)
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]{0,2}\s+|(?<=[。！？])")


@dataclass(frozen=True, slots=True)
class Stripped:
    """A text without its furniture; `is_worn` if all of it was furniture, in which case none was removed."""

    text: str
    is_worn: bool = False
    place: str = ""  # of the dateline
    agency: str = ""  # of the dateline or the credit line


def paragraph_keys(document: Document) -> tuple[int, ...]:
    """Return signed 64-bit hashes of the parts of a document that may be furniture, each once.

    The parts are its paragraphs, and for a short text also its sentences. Furniture is what a source repeats:
    count, per source, the distinct articles that contain each key.
    """
    paragraphs = split_paragraphs(document.text)
    units = dict.fromkeys((*paragraphs, *_sentences(paragraphs, document.text)))
    return tuple({_key(unit): None for unit in units if _may_repeat(unit)})


def unit_keys(text: str) -> frozenset[int]:
    """Return the hashes of all paragraphs and sentences of a text, as computed by `paragraph_keys`."""
    paragraphs = split_paragraphs(text)
    sentences = (unit for paragraph in paragraphs for unit in _SENTENCE_END.split(paragraph) if unit)
    return frozenset(_key(unit) for unit in (*paragraphs, *sentences) if _may_repeat(unit))


def strip_furniture(text: str, furniture: Collection[int]) -> Stripped:
    """Return a text without dateline, byline, credit line, editors' notes and furniture.

    A text that consists only of learned furniture is not stripped: it was sent again or has no text of its
    own, and is marked `is_worn`.
    """
    credit = find_credit_line(text)
    if credit and credit.start > 0:
        text = f"{text[: credit.start]}{text[credit.end :]}"
    paragraphs = drop_page_lists(split_paragraphs(text))
    units = [unit for unit in _sentences(paragraphs, text) if not is_boilerplate(unit)]
    kept = units
    if furniture:
        paragraphs = [p for p in paragraphs if not _is_furniture(p, furniture)]
        kept = [
            u for u in _sentences(paragraphs, text) if not (is_boilerplate(u) or _is_furniture(u, furniture))
        ]
    is_worn = len(kept) < len(units) and count_letters(" ".join(kept)) < MIN_LEFT_LETTERS
    body = units if is_worn else kept
    while body and BYLINE.fullmatch(body[0]):
        body = body[1:]
    joined = _NOTE.sub("", "\n".join(body))
    dateline = find_dateline(joined)
    if dateline:
        joined = joined[dateline.end :]
    maker = credit.agency_id if credit and credit.kind == "credit" else None
    agency = (dateline and dateline.agency_id) or maker or ""
    return Stripped(_NOTE.sub("", joined), is_worn, dateline.place if dateline else "", agency)


def _sentences(paragraphs: list[str], text: str) -> list[str]:
    """Return the sentences of a short text, or the paragraphs of a long one."""
    if len(text) > SHORT_CHARS:
        return paragraphs
    return [unit for paragraph in paragraphs for unit in _SENTENCE_END.split(paragraph) if unit]


def _is_furniture(unit: str, furniture: Collection[int]) -> bool:
    return _may_repeat(unit) and _key(unit) in furniture


def _may_repeat(unit: str) -> bool:
    return MIN_UNIT_LETTERS <= len(unit) <= MAX_FURNITURE_LETTERS


@lru_cache(maxsize=1024)
def _key(paragraph: str) -> int:
    value = xxh3_64_intdigest(" ".join(drop_joiners(paragraph).lower().split()).encode("utf-8", "replace"))
    return value - (1 << 64) if value >> 63 else value
