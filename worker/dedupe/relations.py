"""Recognize texts that contain or quote others without being their copies: digests, live blogs, reports."""

from collections.abc import Iterable, Iterator

from worker.dedupe.match import Candidate
from worker.dedupe.signature import Signature
from worker.records import Relation, RelationKind

HALF = 0.5  # of a text; less of it is a quotation
MIN_PASSAGE = 30  # shingles in common, about two sentences
MIN_PASSAGE_CHARS = 60  # the same where texts are compared by characters
MIN_QUOTED = 0.2  # of one of the texts; a statement that many reports quote is less
_ALL_HASHES = 1 << 32


def decide_relations(new: Candidate, others: Iterable[Candidate]) -> Iterator[Relation]:
    """Yield how a text is related to earlier ones of which it is not a copy.

    A composite, or a text that has much else, contains another text if it has at least half of it. Of two
    texts with less in common, the composite or else the later one quotes the other.
    """
    for other in others:
        relation = _relation(new, other)
        if relation is not None:
            yield relation


def _relation(new: Candidate, old: Candidate) -> Relation | None:
    a, b = new.signature, old.signature
    limit = min(a.limit, b.limit)
    both = len(a.shingles & b.shingles)
    least = MIN_PASSAGE_CHARS if a.is_char else MIN_PASSAGE
    if a.is_char != b.is_char or a.is_worn or b.is_worn or both * (_ALL_HASHES / limit) < least:
        return None
    share_new, share_old = both / a.count_below(limit), both / b.count_below(limit)
    is_later = _is_later(a, b)
    if _contains(a, b, share_new, share_old) and not (_contains(b, a, share_old, share_new) and not is_later):
        return Relation(new.article, old.article, RelationKind.CONTAINS, round(share_old, 3))
    if _contains(b, a, share_old, share_new):
        return Relation(old.article, new.article, RelationKind.CONTAINS, round(share_new, 3))
    if not _may_quote(a, b) or not MIN_QUOTED <= max(share_new, share_old) < HALF:
        return None
    holds_new = _is_composite(a) if _is_composite(a) != _is_composite(b) else is_later
    if holds_new:
        return Relation(new.article, old.article, RelationKind.QUOTES, round(share_old, 3))
    return Relation(old.article, new.article, RelationKind.QUOTES, round(share_new, 3))


def _contains(holder: Signature, held: Signature, share_holder: float, share_held: float) -> bool:
    """Whether a text has at least half of another one that is not a composite, beside much else."""
    if share_held < HALF or _is_composite(held):
        return False
    return _is_composite(holder) or (share_holder < HALF and not _is_same_source(holder, held))


def _may_quote(a: Signature, b: Signature) -> bool:
    """Whether a common passage is a quotation; one source or agency repeats its background."""
    is_same_agency = bool(a.agency) and a.agency == b.agency
    return not (_is_same_source(a, b) or is_same_agency or (_is_composite(a) and _is_composite(b)))


def _is_composite(signature: Signature) -> bool:
    return bool(signature.form) or signature.short.is_composite


def _is_same_source(a: Signature, b: Signature) -> bool:
    return bool(a.source) and a.source == b.source


def _is_later(a: Signature, b: Signature) -> bool:
    """Whether the first text is the later one; without times it is, as it arrived later."""
    if a.published_at is None or b.published_at is None:
        return True
    return a.published_at >= b.published_at
