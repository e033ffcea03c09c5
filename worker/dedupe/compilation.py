"""Recognize a text that was compiled from several earlier ones, which are strangers to each other."""

from collections.abc import Sequence

from worker.dedupe.signature import Signature

MIN_FOREIGN = 0.2  # of a text, found in a stranger of its match
MIN_OTHER = 30  # shingles of the stranger
STRANGER_SHARE = 0.1  # of the smaller text; strangers share less
EXPLAINED = 0.7  # of the smaller text: one text is the other with additions


def is_compiled(new: Signature, match: Signature, others: Sequence[Signature]) -> bool:
    """Whether a text holds a part of another text that its match does not have.

    The match and the other text must be strangers: a digest, a round-up or a column that quotes both is a
    copy of neither. Texts of different samples are compared by the hashes that all samples have.
    """
    limit = min(new.limit, match.limit, *(other.limit for other in others))
    mine, theirs = _below(new, limit), _below(match, limit)
    rest = mine - theirs
    both = len(mine) - len(rest)
    if both >= EXPLAINED * min(len(mine), len(theirs)):
        return False
    for other in others:
        if other is match or other.form or other.is_char != new.is_char or other.source == new.source:
            continue  # what one source's texts have in common may be its own boilerplate
        third = _below(other, limit)
        is_stranger = (
            len(third) >= MIN_OTHER
            and len(third & theirs) <= STRANGER_SHARE * min(len(third), len(theirs))
            and _share_of_names(other, match) <= STRANGER_SHARE
        )
        if is_stranger and len(rest & third) >= MIN_FOREIGN * len(mine):
            return True
    return False


def _share_of_names(a: Signature, b: Signature) -> float:
    """Return the share of the fewer names and headline words of two texts that the other has, too."""
    mine, theirs = ({*signature.named, *signature.title} for signature in (a, b))
    return len(mine & theirs) / max(1, min(len(mine), len(theirs)))


def _below(signature: Signature, limit: int) -> frozenset[int]:
    if signature.limit == limit:
        return signature.shingles
    return frozenset(value for value in signature.shingles if value < limit)
