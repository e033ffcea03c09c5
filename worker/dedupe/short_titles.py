"""Compare the titles of two short items with each other and with the words of their texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from worker.dedupe.short_overlap import bare, content_of, of_kind
from worker.dedupe.short_text import KIND_BITS, MAX_TITLE_UNITS, NAME, NUMBER, ShortText
from worker.dedupe.signature import Signature

# amounts in words; two characters of a script without spaces count as one word
TITLE_WORDS = 5  # a title of fewer words does not identify a text
PART_WORDS = 6  # nor does so short a part of a title
KICKER_WORDS = 4
ALIKE_TITLE = 0.6
TOLD = 0.8
HEADLINE_WORDS = 8  # a headline that is another text's opening
OPENING = 6  # words before it
KEPT = 512  # an item is compared with a dozen others


@dataclass(frozen=True, slots=True)
class Titles:
    """What the titles of two short items have in common, with each other and with the texts."""

    share: float  # of the shorter title found in the other title
    is_equal: bool  # long enough to identify a text, and equal but for an outlet's name
    is_part: bool  # one is the other's beginning, or its end after a kicker
    opens: bool  # one is the opening of the other text
    has_other_number: bool  # each has a number that the other lacks
    told: tuple[float, float]  # share of each title's words found in the other item
    is_told: bool  # one item has nearly all words of the other's title
    is_alike: bool  # they have most words of their subjects in common
    about: tuple[bool, bool]  # each has a word of the common text
    is_factual: bool  # the common text has a name or a number


@dataclass(frozen=True, slots=True)
class Words:
    """The units of an item as they are compared with those of others, without their kinds where not noted."""

    units: frozenset[int]  # of the text, with their kinds
    title: frozenset[int]
    text: frozenset[int]
    subject: frozenset[int]  # of the title, function words aside
    facts: frozenset[int]  # names and numbers of the text
    numbers: frozenset[int]  # of the title, with their kind
    forms: tuple[tuple[tuple[int, ...], frozenset[int]], ...]  # of the title, and the different units of each
    opening: tuple[int, ...]  # of the text, long enough for a title


def compare_titles(a: Signature, b: Signature) -> Titles:
    """Return what the titles of two short items have in common; symmetric."""
    scale, x, y = scale_of(a, b), words_of(a), words_of(b)
    told = _found(x.title, y), _found(y.title, x)
    forms, common = list(product(x.forms, y.forms)), x.text & y.text
    return Titles(
        share=max([_share(t, u) for (_, t), (_, u) in forms]),
        is_equal=any(t == u and len(t) >= TITLE_WORDS * scale for (t, _), (u, _) in forms),
        is_part=any(_is_part(t, u, scale) for (t, _), (u, _) in forms),
        opens=_opens(x, y, scale) or _opens(y, x, scale),
        has_other_number=bool(x.numbers - y.numbers and y.numbers - x.numbers),
        told=told,
        is_told=_is_told((x.title, y.title), told),
        is_alike=len(x.subject & y.subject) >= ALIKE_TITLE * max(1, min(len(x.subject), len(y.subject))),
        about=(not x.subject.isdisjoint(common), not y.subject.isdisjoint(common)),
        is_factual=not x.facts.isdisjoint(common),
    )


def scale_of(a: Signature, b: Signature) -> int:
    """Return the number of units that count as a word."""
    return 2 if a.is_char and b.is_char else 1


@lru_cache(maxsize=KEPT)
def words_of(text: Signature) -> Words:
    """Return the units of an item as they are compared with those of others."""
    item = text.short
    return Words(
        units=frozenset(item.words),
        title=bare(item.title),
        text=bare(item.words),
        subject=content_of(item.title),
        facts=frozenset([unit & ~KIND_BITS for unit in item.words if unit & KIND_BITS in (NAME, NUMBER)]),
        numbers=of_kind(item.title, NUMBER),
        forms=tuple([(form, frozenset(form)) for form in _forms(item)]),
        opening=tuple([unit & ~KIND_BITS for unit in item.words[: MAX_TITLE_UNITS + 2 * OPENING]]),
    )


def _found(title: frozenset[int], other: Words) -> float:
    """Return the share of a title's words that another item has."""
    return 1 - len(title - other.title - other.text) / max(1, len(title))


def _is_told(titles: Sequence[frozenset[int]], told: Sequence[float]) -> bool:
    """Whether one item has nearly all words of the other's headline."""
    return any(len(t) >= PART_WORDS and share >= TOLD for t, share in zip(titles, told, strict=True))


def _forms(item: ShortText) -> list[tuple[int, ...]]:
    """Return the title's units with and without an outlet's name at its end, without their kinds."""
    whole = tuple([unit & ~KIND_BITS for unit in item.title])
    return [whole] if item.title_head == len(whole) else [whole, whole[: item.title_head]]


def _share(a: frozenset[int], b: frozenset[int]) -> float:
    return len(a & b) / max(1, min(len(a), len(b)))


def _is_part(a: Sequence[int], b: Sequence[int], scale: int) -> bool:
    part, whole = (a, b) if len(a) <= len(b) else (b, a)
    size, left = len(part), len(whole) - len(part)
    if size < PART_WORDS * scale:
        return False
    return whole[:size] == part or (left <= KICKER_WORDS * scale and whole[left:] == part)


def _opens(item: Words, other: Words, scale: int) -> bool:
    """Whether the headline of one item is the opening of the other's text, word by word."""
    title, units = item.forms[-1]
    size = len(title)
    if size < HEADLINE_WORDS * scale or not units <= other.text:
        return False
    opening = other.opening[: size + OPENING * scale]
    return any(opening[start : start + size] == title for start in range(len(opening) - size + 1))
