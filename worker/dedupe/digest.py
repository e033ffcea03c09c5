"""Recognize a text of passages from two other ones that have nothing to do with each other."""

from collections.abc import Iterable

from worker.dedupe.compilation import (
    ALL_HASHES,
    EXPLAINED,
    MIN_OTHER,
    MIN_SAMPLED,
    are_about_same,
    are_unrelated,
)
from worker.dedupe.signature import Signature

PASSAGE = 0.25  # of a text; fewer words of another one may be local matter or standing phrases
MOST = 0.6  # of a text; one that has more of another one is that text with additions
MIN_SENTENCE = 10  # shingles of an excerpt
WITHIN = 0.8  # of what a text has of its match, in one of the passages

_Passage = tuple[Signature, frozenset[int]]


def has_much_beside(text: Signature, other: Signature) -> bool:
    """Whether a text has much that another one has not."""
    return len(text.shingles & other.shingles) < EXPLAINED * _size(text, other)


def is_digest(text: Signature, match: Signature, others: Iterable[Signature]) -> bool:
    """Whether what a text has of its match is a passage of one text, beside a passage of a stranger to that.

    Neither text need be in it whole, so that a round-up in a few sentences is recognized. What the texts of
    its own source have in common may be boilerplate.
    """
    shared = text.shingles & match.shingles
    if match.source == text.source or len(shared) > MOST * _size(text, match):
        return False
    found = [
        (other, passage)
        for other in (match, *others)
        if other.source != text.source
        if not other.form and other.is_char == text.is_char
        if len(passage := text.shingles & other.shingles) >= max(MIN_SAMPLED, PASSAGE * _size(text, other))
    ]
    ones = [one for one in found if len(shared & one[1]) >= WITHIN * len(shared)]
    return any(
        _are_considerable(text, one, other) and _are_apart(one[0], other[0])
        for one in ones
        for other in found
    )


def _are_apart(a: Signature, b: Signature) -> bool:
    """Whether two texts are unrelated; of one too short to be sure, nothing is in the other, a longer one."""
    small, large = sorted((len(a.shingles), len(b.shingles)))
    if not MIN_SENTENCE <= small < MIN_OTHER <= large:
        return are_unrelated(a, b)
    return a.shingles.isdisjoint(b.shingles) and not are_about_same(a, b)


def _are_considerable(text: Signature, one: _Passage, other: _Passage) -> bool:
    """Whether each of two passages makes up much of a text, without what both have."""
    limit = min(text.limit, one[0].limit, other[0].limit)
    smaller = min(_count(one[1] - other[1], limit), _count(other[1] - one[1], limit))
    return smaller >= max(MIN_SAMPLED, PASSAGE * text.count_below(limit))


def _size(text: Signature, other: Signature) -> int:
    return text.count_below(min(text.limit, other.limit))


def _count(shingles: frozenset[int], limit: int) -> int:
    return len(shingles) if limit == ALL_HASHES else sum(map(limit.__gt__, shingles))
