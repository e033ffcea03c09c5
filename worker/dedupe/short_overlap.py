"""Align the words of two short items, and describe what is where they differ."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from worker.dedupe.alignment import Run, common_runs
from worker.dedupe.short_text import KIND_BITS, NAME, NUMBER, SMALL, is_weekday

MIN_RUN = 3  # units in a row; fewer recur by chance
NEAR = 2  # a shorter run counts this close to another
MAX_SLOT = 4  # more at the start or end are other sentences, not another filling of the same place

Place = tuple[Sequence[int], Sequence[int]]  # what two texts have where they differ
Pair = tuple[frozenset[int], frozenset[int]]


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two sequences of units share, and what is where they differ."""

    shared: int = 0  # units in common runs
    longest: int = 0  # units of the longest run
    swapped: int = 0  # units replaced by others, the fewer of both sides
    one_sided: int = 0  # units between runs that only one side has
    ends: int = 0  # units before the first and after the last run, each on the side that has fewer
    framed: int = 0  # units that the first sequence has more before the first run; may be negative
    numbers: int = 0  # places where each side has a number that the other has nowhere
    names: int = 0  # places where each side has a name that the other has nowhere
    is_other: bool = False  # the sides are of different days or people: another edition of a template


def overlap_of(
    a: Sequence[int], b: Sequence[int], title_a: Sequence[int] = (), title_b: Sequence[int] = ()
) -> Overlap:
    """Return what two sequences of units share, under their titles."""
    runs = _firm_runs(common_runs(a, b))
    if not runs:
        return Overlap()
    places = [(a[i + n : i2], b[j + n : j2]) for (i, j, n), (i2, j2, _) in pairwise(runs)]
    inner = [(len(left), len(right)) for left, right in places]
    (i0, j0, _), (i1, j1, last) = runs[0], runs[-1]
    ends = ((a[:i0], b[:j0]), (a[i1 + last :], b[j1 + last :]))
    places += [(left, right) for left, right in ends if min(len(left), len(right)) <= MAX_SLOT]
    filled = [(left, right) for left, right in places if left and right]
    mine, theirs = frozenset(a), frozenset(b)
    return Overlap(
        shared=sum(size for _, _, size in runs),
        longest=max(size for _, _, size in runs),
        swapped=sum(map(min, inner)),
        one_sided=sum(abs(left - right) for left, right in inner),
        ends=sum(min(len(left), len(right)) for left, right in ends),
        framed=i0 - j0,
        numbers=_count_other(filled, mine, theirs, NUMBER),
        names=_count_other(filled, mine, theirs, NAME),
        is_other=_is_other(filled, (ends[0],), (mine, theirs), (title_a, title_b)),
    )


def _firm_runs(runs: Sequence[Run]) -> list[Run]:
    """Return the runs without those that recur by chance: short, and far from a longer one."""
    kept = [run for n, run in enumerate(runs) if run[2] >= MIN_RUN or _is_near(runs, n)]
    return kept if any(size >= MIN_RUN for _, _, size in kept) else []


def _is_near(runs: Sequence[Run], n: int) -> bool:
    pairs = [
        (runs[m], runs[m + 1], runs[m if m < n else n + 1]) for m in (n - 1, n) if 0 <= m < len(runs) - 1
    ]
    return any(
        max(after[0] - before[0] - before[2], after[1] - before[1] - before[2]) <= NEAR
        and other[2] >= MIN_RUN
        for before, after, other in pairs
    )


def _count_other(
    places: Iterable[tuple[Sequence[int], Sequence[int]]],
    mine: frozenset[int],
    theirs: frozenset[int],
    kind: int,
) -> int:
    """Count the places where each side has a unit of a kind that the other side has nowhere."""
    return sum(
        any(unit & KIND_BITS == kind and unit not in theirs for unit in left)
        and any(unit & KIND_BITS == kind and unit not in mine for unit in right)
        for left, right in places
    )


def _is_other(places: Sequence[Place], opening: Iterable[Place], texts: Pair, titles: Place) -> bool:
    """Whether the sides differ in the day of the week, in their first name, or in the name in their titles.

    The last alone may be another word for the same: it counts if the sides differ elsewhere, too.
    """
    mine, theirs = texts
    differing = sum(min(map(len, place)) for place in places)
    for place in places:
        left, right = frozenset(place[0]) - theirs, frozenset(place[1]) - mine
        if not (left and right):
            continue
        if any(map(is_weekday, left)) and any(map(is_weekday, right)):
            return True
        names, others = bare(of_kind(left, NAME)), bare(of_kind(right, NAME))
        if not (names and others) or differing <= min(map(len, place)):
            continue
        title, other_title = map(bare, titles)
        if (names & title) - other_title and (others & other_title) - title:
            return True
    return any(
        min(map(len, place))
        and max(map(len, place)) <= MAX_SLOT
        and _count_other([place], mine, theirs, NAME)
        for place in opening
    )


def bare(units: Iterable[int]) -> frozenset[int]:
    """Return units without their kinds."""
    return frozenset([unit & ~KIND_BITS for unit in units])


def content_of(units: Iterable[int]) -> frozenset[int]:
    """Return units without their kinds, function words aside."""
    return frozenset([unit & ~KIND_BITS for unit in units if unit & KIND_BITS != SMALL])


def of_kind(units: Iterable[int], kind: int) -> frozenset[int]:
    """Return the units of a kind."""
    return frozenset([unit for unit in units if unit & KIND_BITS == kind])
