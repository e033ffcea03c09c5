"""Compare the titles of two short items with each other and with the words of their texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from worker.dedupe.short_overlap import bare, content_of, of_kind
from worker.dedupe.short_text import KIND_BITS, NAME, NUMBER, ShortText
from worker.dedupe.signature import Signature

# amounts in words; two characters of a script without spaces count as one word
TITLE_WORDS = 5  # a title of fewer words does not identify a text
PART_WORDS = 6  # nor does so short a part of a title
KICKER_WORDS = 4
ALIKE_TITLE = 0.6
TOLD = 0.8
HEADLINE_WORDS = 8  # a headline that is another text's opening
OPENING = 6  # words before it
KEPT = 64  # an item is compared with a dozen others


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


def compare_titles(a: Signature, b: Signature) -> Titles:
    """Return what the titles of two short items have in common; symmetric."""
    x, y, scale = a.short, b.short, scale_of(a, b)
    titles, bodies = (_bare(x.title), _bare(y.title)), (_bare(x.words), _bare(y.words))
    mine, theirs = titles[0] - titles[1] - bodies[1], titles[1] - titles[0] - bodies[0]
    told = 1 - len(mine) / max(1, len(titles[0])), 1 - len(theirs) / max(1, len(titles[1]))
    forms = list(product(_forms(x), _forms(y)))
    common = bodies[0] & bodies[1]
    subjects = _content(x.title), _content(y.title)
    left, right = of_kind(x.title, NUMBER), of_kind(y.title, NUMBER)
    return Titles(
        share=max(_share(t, u) for t, u in forms),
        is_equal=any(t == u and len(t) >= TITLE_WORDS * scale for t, u in forms),
        is_part=any(_is_part(t, u, scale) for t, u in forms),
        opens=_opens(x, y, scale) or _opens(y, x, scale),
        has_other_number=bool(left - right and right - left),
        told=told,
        is_told=_is_told(titles, told),
        is_alike=len(subjects[0] & subjects[1]) >= ALIKE_TITLE * max(1, min(map(len, subjects))),
        about=(bool(subjects[0] & common), bool(subjects[1] & common)),
        is_factual=not _facts(x.words).isdisjoint(common),
    )


def scale_of(a: Signature, b: Signature) -> int:
    """Return the number of units that count as a word."""
    return 2 if a.is_char and b.is_char else 1


@lru_cache(maxsize=KEPT)
def _bare(units: tuple[int, ...]) -> frozenset[int]:
    return bare(units)


@lru_cache(maxsize=KEPT)
def _content(units: tuple[int, ...]) -> frozenset[int]:
    return content_of(units)


@lru_cache(maxsize=KEPT)
def _facts(units: tuple[int, ...]) -> frozenset[int]:
    return bare(of_kind(units, NAME) | of_kind(units, NUMBER))


def _is_told(titles: Sequence[frozenset[int]], told: Sequence[float]) -> bool:
    """Whether one item has nearly all words of the other's headline."""
    return any(len(t) >= PART_WORDS and share >= TOLD for t, share in zip(titles, told, strict=True))


def _forms(item: ShortText) -> list[tuple[int, ...]]:
    """Return the title's units with and without an outlet's name at its end, without their kinds."""
    whole = tuple([unit & ~KIND_BITS for unit in item.title])
    return [whole] if item.title_head == len(whole) else [whole, whole[: item.title_head]]


def _share(a: Sequence[int], b: Sequence[int]) -> float:
    mine, theirs = frozenset(a), frozenset(b)
    return len(mine & theirs) / max(1, min(len(mine), len(theirs)))


def _is_part(a: Sequence[int], b: Sequence[int], scale: int) -> bool:
    part, whole = sorted((a, b), key=len)
    left = len(whole) - len(part)
    is_end = left <= KICKER_WORDS * scale and whole[left:] == part
    return len(part) >= PART_WORDS * scale and (whole[: len(part)] == part or is_end)


def _opens(item: ShortText, other: ShortText, scale: int) -> bool:
    """Whether the headline of one item is the opening of the other's text, word by word."""
    size = min(item.title_head, len(item.title))
    if size < HEADLINE_WORDS * scale:
        return False
    title = tuple([unit & ~KIND_BITS for unit in item.title[:size]])
    opening = tuple([unit & ~KIND_BITS for unit in other.words[: size + OPENING * scale]])
    return any(opening[start : start + size] == title for start in range(len(opening) - size + 1))
