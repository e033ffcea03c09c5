"""Furniture: the boilerplate that an outlet or agency adds around a text, and its removal."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, dropwhile

from xxhash import xxh3_64_intdigest

from worker.agencies.closing import find_credit_line
from worker.agencies.correction_notes import split_note
from worker.agencies.correction_notices import is_notice
from worker.agencies.marks import find_dateline, find_take, without_takes
from worker.dedupe.boilerplate_phrases import BYLINE, is_boilerplate
from worker.dedupe.page_lists import drop_page_lists
from worker.dedupe.text import (
    count_letters,
    fold,
    is_char_script,
    lower_tokens,
    split_paragraphs,
    tokens_of,
    words_of,
)
from worker.records import Document
from worker.text.invisible import drop_joiners

FURNITURE_SIGHTINGS = 2  # a paragraph in this many other articles of a source is furniture
# Takes and corrections of one text, which have a part of their title in common, repeat most of it: what would
# leave less than this share of such a text is furniture only in this many other articles.
SERIES_SHARE, SERIES_SIGHTINGS = 0.5, 8
MIN_CORRECTED_LETTERS, MIN_CORRECTED_CHARS = 300, 100  # of the text of a correction; notices are shorter
TITLE_WORDS, TITLE_CHARS = 3, 6  # of a title's beginning and end, the latter in scripts without spaces
MAX_FURNITURE_LETTERS = 600  # a longer paragraph is text, however often it occurs
MIN_LEFT_LETTERS = 24  # if less is left over, the text itself was stripped
MAX_TITLE_CHARS = 300
MIN_UNIT_LETTERS = 10  # "Inc." is not a sentence
MAX_NOTICE_CHARS = 400  # of what a text says of its correction
SHORT_CHARS = 1_200  # in a text this short, furniture may be sentences of one line
_NOTE = re.compile(
    r"^\s*\((?:ATTN|Eds|EDS|UPDATES?|LEAD|RECAST|ADDS?|CORRECTS?|\d(?:st|nd|rd|th) L)[^)]{0,200}\)\s*"
)
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]{0,2}\s+|[。！？]")  # its first character ends the sentence


@dataclass(frozen=True, slots=True)
class Stripped:
    """A text without its furniture; `is_worn` if all of it was furniture, in which case none was removed."""

    text: str
    is_worn: bool = False
    place: str = ""  # of the dateline
    agency: str = ""  # of the dateline or the credit line


def paragraph_keys(document: Document) -> tuple[int, ...]:
    """Return signed 64-bit hashes of the parts of a document that its source may repeat, each once.

    The parts are its paragraphs, for a short text also its sentences, and the beginning and the end of its
    title. Furniture is what a source repeats: count, per source, the distinct articles that contain each key.
    """
    paragraphs = split_paragraphs(document.text)
    units = dict.fromkeys(paragraphs)
    if len(document.text) <= SHORT_CHARS:
        units |= dict.fromkeys(unit for paragraph in paragraphs for unit in _sentences(paragraph))
    keys = dict.fromkeys(_key(unit) for unit in units if _may_repeat(unit))
    title = _title_keys(document)
    whole = () if title.whole is None else (title.whole,)
    return tuple(keys | dict.fromkeys((*whole, *title.parts)))


@dataclass(frozen=True, slots=True)
class _TitleKeys:
    """Hashes of a title without its take marks: the whole, and without numbers its beginning and its end."""

    whole: int | None  # of a title without a mark: corrections often keep the title of their original
    parts: tuple[int, ...]


def _title_keys(document: Document) -> _TitleKeys:
    title = fold(document.title[:MAX_TITLE_CHARS])
    take = find_take(title, document.text)
    if take and take.end:
        title = without_takes(f"{title[: take.start]} {title[take.end :]}")
    words = words_of(lower_tokens(tokens_of(title)))
    whole, most = _title_key("whole", words) if words and not take else None, TITLE_WORDS
    words = [word for word in words if not word[0].isdigit()]
    if is_char_script(title) and len(words) <= 2 * TITLE_WORDS:
        words, most = list("".join(words)), TITLE_CHARS
    ends = {"beginning": words[:most], "end": words[-most:]} if len(words) > most else {}
    return _TitleKeys(whole, tuple(_title_key(at, part) for at, part in ends.items()))


def _title_key(at: str, words: Sequence[str]) -> int:
    return _key(f"\0{at}\0{' '.join(words)}")


def find_furniture(document: Document, others: Mapping[int, int]) -> frozenset[int]:
    """Return which of its `paragraph_keys` are furniture, by the number of other articles that have each.

    The numbers are those of the document's source; a key without one is in no other article.
    """
    repeated = {key for key, n in others.items() if n >= FURNITURE_SIGHTINGS}
    if not repeated:
        return frozenset()
    title = _title_keys(document)
    found = frozenset(repeated.difference((title.whole, *title.parts)))
    return found - _series(document, title, others, found)


def _series(
    document: Document, title: _TitleKeys, others: Mapping[int, int], found: frozenset[int]
) -> frozenset[int]:
    """Return the keys of what a text shares only with takes and corrections of itself.

    These have a part of its title, or it is a correction of a text, whose title may be another. An equal
    title without a mark is that of a column.
    """
    titled = max((others.get(key, 0) for key in title.parts), default=0)
    if _is_corrected_text(document):
        titled = SERIES_SIGHTINGS - 1
    own = frozenset(key for key in found if others[key] <= titled < SERIES_SIGHTINGS)
    if not own or (title.whole is not None and others.get(title.whole, 0) > 0):
        return frozenset()
    units, kept = _without_furniture(document.text, found)
    left = sum(map(count_letters, kept))
    is_series = MIN_LEFT_LETTERS <= left < SERIES_SHARE * sum(map(count_letters, units))
    return own if is_series else frozenset()


def _is_corrected_text(document: Document) -> bool:
    """Whether a text is marked as a correction, and longer than notices are."""
    take = find_take(document.title, "")
    least = MIN_CORRECTED_CHARS if is_char_script(document.text) else MIN_CORRECTED_LETTERS
    return take is not None and take.kind == "correction" and count_letters(document.text) >= least


def unit_keys(text: str) -> frozenset[int]:
    """Return the hashes of all paragraphs and sentences of a text, as computed by `paragraph_keys`."""
    paragraphs = split_paragraphs(text)
    sentences = (unit for paragraph in paragraphs for unit in _sentences(paragraph))
    return frozenset(_key(unit) for unit in (*paragraphs, *sentences) if _may_repeat(unit))


def strip_furniture(text: str, furniture: Collection[int]) -> Stripped:
    """Return a text without dateline, byline, credit line, notes and furniture.

    A text that consists only of learned furniture is not stripped: it was sent again or has no text of its
    own, and is marked `is_worn`.
    """
    credit = find_credit_line(text)
    if credit and credit.start > 0:
        text = f"{text[: credit.start]}{text[credit.end :]}"
    units, kept = _without_furniture(text, furniture)
    is_worn = len(kept) < len(units) and not _has_text(kept)
    body = dropwhile(BYLINE.fullmatch, units if is_worn else kept)
    joined = _NOTE.sub("", "\n".join(body))
    dateline = find_dateline(joined)
    if dateline:
        joined = joined[dateline.end :]
    maker = credit.agency_id if credit and credit.kind == "credit" else None
    agency = (dateline and dateline.agency_id) or maker or ""
    return Stripped(_NOTE.sub("", joined), is_worn, dateline.place if dateline else "", agency)


def _without_furniture(text: str, furniture: Collection[int]) -> tuple[list[str], list[str]]:
    """Return the paragraphs or, of a short text, the sentences: all but boilerplate, and those to keep."""
    is_short = len(text) <= SHORT_CHARS
    units: list[str] = []
    kept: list[str] = []
    for paragraph in _without_notices(text):
        is_kept = not _is_furniture(paragraph, furniture)
        for unit in _sentences(paragraph) if is_short else (paragraph,):
            if is_boilerplate(unit):
                continue
            units.append(unit)
            if is_kept and not (is_short and _is_furniture(unit, furniture)):
                kept.append(unit)
    return units, kept


def _without_notices(text: str) -> list[str]:
    """Return the paragraphs without what they say of corrections, unless that is the whole text."""
    paragraphs = [split_note(paragraph)[1] for paragraph in drop_page_lists(split_paragraphs(text))]
    left = [one for one in paragraphs if len(one) > MAX_NOTICE_CHARS or not is_notice(one)]
    return left if _has_text(left) else paragraphs


def _has_text(units: Sequence[str]) -> bool:
    """Whether units have at least MIN_LEFT_LETTERS, counted no further than that."""
    return any(map(MIN_LEFT_LETTERS.__le__, accumulate(map(count_letters, units))))


def _sentences(paragraph: str) -> tuple[str, ...]:
    """Return the sentences of a paragraph, without the closing quotes and spaces between them."""
    return _known_sentences(paragraph) if len(paragraph) <= SHORT_CHARS else _split_sentences(paragraph)


@lru_cache(maxsize=256)
def _known_sentences(paragraph: str) -> tuple[str, ...]:
    return _split_sentences(paragraph)


def _split_sentences(paragraph: str) -> tuple[str, ...]:
    found, start = [], 0
    for end in _SENTENCE_END.finditer(paragraph):
        found.append(paragraph[start : end.start() + 1])
        start = end.end()
    return (*found, paragraph[start:]) if start < len(paragraph) else tuple(found)


def _is_furniture(unit: str, furniture: Collection[int]) -> bool:
    return bool(furniture) and _may_repeat(unit) and _key(unit) in furniture


def _may_repeat(unit: str) -> bool:
    return MIN_UNIT_LETTERS <= len(unit) <= MAX_FURNITURE_LETTERS


@lru_cache(maxsize=1024)
def _key(paragraph: str) -> int:
    value = xxh3_64_intdigest(" ".join(drop_joiners(paragraph).lower().split()).encode("utf-8", "replace"))
    return value - (1 << 64) if value >> 63 else value
