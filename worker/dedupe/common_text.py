"""Recognize text that strangers have in common: notices and standing sentences of many outlets.

Such text is not evidence for a copy, whoever prints it and whether or not it is known. Of four texts that
have a passage in common and nothing else, the passage is not of their stories.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from worker.dedupe.short_overlap import bare, content_of
from worker.dedupe.short_text import KIND_BITS
from worker.dedupe.signature import Signature

MIN_STRANGERS = 3  # with the passage of a text, beside that text; strangers to each other, too
MIN_WORDS = 8  # in common; fewer recur by chance
MIN_SHINGLES = 20  # in common in full texts
OWN_SHARE = 0.3  # of a full text outside of the passage; a copy has less
STRANGE_SHARE = 0.1  # of the rests of two texts; strangers share less


def drop_common(new: Signature, others: Sequence[Signature]) -> tuple[Signature, list[Signature]] | None:
    """Return a text and others without what strangers among them have in common; None if there is nothing."""
    if len(others) < MIN_STRANGERS:
        return None
    if new.short.is_short:
        words = _common_words(new, others)
        return (_without_words(new, words), [_without_words(o, words) for o in others]) if words else None
    shingles = _common_shingles(new, others)
    if not shingles:
        return None
    return _without_shingles(new, shingles), [_without_shingles(other, shingles) for other in others]


def _common_words(new: Signature, others: Iterable[Signature]) -> frozenset[int]:
    """Return the words of a short item that items under unrelated headlines have, too.

    Copies of one text may have unrelated headlines, but most of these have a word of the text.
    """
    mine = bare(new.short.words)
    found: list[Signature] = []
    told = 0
    for other in others:
        shared = mine & bare(other.short.words)
        if not other.short.is_short or len(shared) < MIN_WORDS or (new.source and other.source == new.source):
            continue
        if content_of(other.short.title) & shared:
            told += 1
        elif all(are_unrelated(other, seen) for seen in found):
            found.append(other)
    if len(found) < MIN_STRANGERS or told > len(found) // 2:
        return frozenset()
    counts = Counter(word for other in found for word in bare(other.short.words))
    return frozenset(word for word in mine if counts[word] >= MIN_STRANGERS)


def _common_shingles(new: Signature, others: Sequence[Signature]) -> frozenset[int]:
    """Return the shingles of a full text that two strangers to it and to each other have, too.

    Sampled texts are long: a notice is little of them.
    """
    found: list[Signature] = []
    passages: list[frozenset[int]] = []
    for other in others:
        if other.limit != new.limit or other.source == new.source:
            continue
        passage = new.shingles & other.shingles
        if len(passage) >= MIN_SHINGLES and all(
            _have_own_text(other, seen, passage) for seen in (new, *found)
        ):
            found.append(other)
            passages.append(passage)
    if len(found) < MIN_STRANGERS:
        return frozenset()
    counts = Counter(chain.from_iterable(passages))
    return frozenset(shingle for shingle, count in counts.items() if count >= MIN_STRANGERS)


def _without_words(signature: Signature, words: frozenset[int]) -> Signature:
    """Return the signature of a short item without some words of its text."""
    kept = tuple(unit for unit in signature.short.words if unit & ~KIND_BITS not in words)
    return replace(signature, short=replace(signature.short, words=kept))


def _without_shingles(signature: Signature, shingles: frozenset[int]) -> Signature:
    """Return the signature of a text without some of its shingles."""
    lead = tuple(value for value in signature.lead if value not in shingles)
    return replace(signature, shingles=signature.shingles - shingles, lead=lead)


def are_unrelated(a: Signature, b: Signature) -> bool:
    """Whether neither headline has a word in the other item, and each has one of its own."""
    mine, theirs = content_of(a.short.title), content_of(b.short.title)
    return bool(mine and theirs) and not (
        mine & theirs or mine & bare(b.short.words) or theirs & bare(a.short.words)
    )


def _have_own_text(a: Signature, b: Signature, passage: frozenset[int]) -> bool:
    """Whether two texts have much text outside of a passage, and nearly none of it in common."""
    mine, theirs = a.shingles - passage, b.shingles - passage
    return (
        len(mine) >= OWN_SHARE * len(a.shingles)
        and len(theirs) >= OWN_SHARE * len(b.shingles)
        and len(mine & theirs) <= STRANGE_SHARE * min(len(mine), len(theirs))
        and len(a.title & b.title) <= STRANGE_SHARE * min(len(a.title), len(b.title))
    )
