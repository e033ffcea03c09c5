"""What two signatures have in common and where they differ, as numbers from 0 to 1."""

from dataclasses import dataclass

from worker.dedupe.signature import Pairs, Signature


@dataclass(frozen=True, slots=True)
class Features:
    """How two texts compare; shares are 0 to 1."""

    small: float  # share of the smaller text found in the larger
    large: float  # share of the larger text found in the smaller
    lead_small: float  # share of the smaller's opening found in the larger
    lead_large: float
    number_agree: int  # numbers between the same neighbors that are equal
    number_differ: int
    number_share: float  # share of the numbers of the smaller that the larger has; 1 when it has none
    name_agree: int
    name_differ: int
    name_share: float
    title_share: float  # of the shorter title
    title_jaccard: float
    shingles: int  # of the smaller text
    gap_h: float
    same_source: bool


def compare(a: Signature, b: Signature) -> Features:
    """The features of a pair; the same either way round."""
    if (len(a.shingles) * b.limit, a.length) > (len(b.shingles) * a.limit, b.length):
        a, b = b, a
    limit = min(a.limit, b.limit)
    left = a.shingles if a.limit == limit else frozenset(h for h in a.shingles if h < limit)
    right = b.shingles if b.limit == limit else frozenset(h for h in b.shingles if h < limit)
    both = len(left & right)
    title_both = len(a.title & b.title)
    number_agree, number_differ = _slots(a.numbers, b.numbers)
    name_agree, name_differ = _slots(a.names, b.names)
    gap = (
        abs((a.published_at - b.published_at).total_seconds()) / 3600
        if a.published_at and b.published_at
        else 0.0
    )
    return Features(
        small=both / max(1, len(left)),
        large=both / max(1, len(right)),
        lead_small=_found(a.lead, b.shingles, b.limit),
        lead_large=_found(b.lead, a.shingles, a.limit),
        number_agree=number_agree,
        number_differ=number_differ,
        number_share=_value_share(a.numbers, b.numbers),
        name_agree=name_agree,
        name_differ=name_differ,
        name_share=_value_share(a.names, b.names),
        title_share=title_both / max(1, min(len(a.title), len(b.title))),
        title_jaccard=title_both / max(1, len(a.title | b.title)),
        shingles=len(a.shingles),
        gap_h=gap,
        same_source=bool(a.source) and a.source == b.source,
    )


def _found(lead: tuple[int, ...], shingles: frozenset[int], limit: int) -> float:
    asked = [value for value in lead if value < limit]
    return sum(value in shingles for value in asked) / len(asked) if asked else 0.0


def _slots(a: Pairs, b: Pairs) -> tuple[int, int]:
    """How many places that both have hold the same value, and how many hold only unlike ones."""
    mine: dict[int, set[int]] = {}
    theirs: dict[int, set[int]] = {}
    for pairs, table in ((a, mine), (b, theirs)):
        for place, value in pairs:
            table.setdefault(place, set()).add(value)
    shared = mine.keys() & theirs.keys()
    agree = sum(not mine[place].isdisjoint(theirs[place]) for place in shared)
    return agree, len(shared) - agree


def _value_share(a: Pairs, b: Pairs) -> float:
    mine, theirs = {value for _, value in a}, {value for _, value in b}
    if not mine or not theirs:
        return 1.0 if not mine else 0.5
    return len(mine & theirs) / len(mine)
