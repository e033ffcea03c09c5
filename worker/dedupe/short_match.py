"""Decide whether two short items (headline and summary) are copies, by rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from worker.dedupe.alignment import Run, common_pairs, merge_runs
from worker.dedupe.short_text import KIND_BITS, NAME, NUMBER, SMALL, ShortText
from worker.dedupe.signature import Signature

MIN_RUN = 3  # equal units in a row; fewer recur by chance
MAX_SLOT = 4  # units; more at the start or end are other sentences, not another filling of the same place
NEAR = 2  # units; a shorter run counts this close to another


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two sequences of units share, and what stands where they differ."""

    shared: int = 0  # units in common runs
    longest: int = 0  # units of the longest run
    swapped: int = 0  # units replaced by others, the fewer of both sides
    one_sided: int = 0  # units between runs that only one side has
    head: int = 0  # units before the first run, on the side that has fewer
    tail: int = 0  # units after the last run, on the side that has fewer
    framed: int = 0  # units before the first run that only the first has; negative: only the second
    numbers_equal: int = 0
    numbers_other: int = 0  # places where each side has a number that the other has nowhere
    names_other: int = 0  # places where each side has a name that the other has nowhere


def overlap_of(a: Sequence[int], b: Sequence[int]) -> Overlap:
    """Return what two sequences share."""
    runs = _firm_runs(merge_runs([(i, j, 1) for i, j in common_pairs(a, b)]))
    if not runs:
        return Overlap()
    swapped = one_sided = 0
    places: list[tuple[Sequence[int], Sequence[int]]] = []
    for (i, j, size), (i2, j2, _) in zip(runs, runs[1:], strict=False):
        left, right = a[i + size : i2], b[j + size : j2]
        swapped += min(len(left), len(right))
        one_sided += abs(len(left) - len(right))
        places.append((left, right))
    (i0, j0, _), (i1, j1, last) = runs[0], runs[-1]
    ends = ((a[:i0], b[:j0]), (a[i1 + last :], b[j1 + last :]))
    places += [(left, right) for left, right in ends if min(len(left), len(right)) <= MAX_SLOT]
    mine, theirs = frozenset(a), frozenset(b)
    return Overlap(
        shared=sum(size for _, _, size in runs),
        longest=max(size for _, _, size in runs),
        swapped=swapped,
        one_sided=one_sided,
        head=min(i0, j0),
        framed=i0 - j0,
        tail=min(len(a) - i1 - last, len(b) - j1 - last),
        numbers_equal=sum(a[n] & KIND_BITS == NUMBER for i, _, size in runs for n in range(i, i + size)),
        numbers_other=_count_other(places, mine, theirs, NUMBER),
        names_other=_count_other(places, mine, theirs, NAME),
    )


def _firm_runs(runs: Sequence[Run]) -> list[Run]:
    """Return the runs without those that recur by chance: short, and far from any other."""
    kept: list[Run] = []
    for n, (i, j, size) in enumerate(runs):
        if size >= MIN_RUN or _is_near(runs, n):
            kept.append((i, j, size))
    return kept if any(size >= MIN_RUN for _, _, size in kept) else []


def _is_near(runs: Sequence[Run], n: int) -> bool:
    i, j, size = runs[n]
    for m in (n - 1, n + 1):
        if 0 <= m < len(runs):
            i2, j2, size2 = runs[m]
            gap = max(i2 - i - size, j2 - j - size) if m > n else max(i - i2 - size2, j - j2 - size2)
            if gap <= NEAR and size2 >= MIN_RUN:
                return True
    return False


def _count_other(
    places: Sequence[tuple[Sequence[int], Sequence[int]]], mine: frozenset[int], theirs: frozenset[int], kind: int
) -> int:
    """Count the places where each side has a unit of a kind that the other side has nowhere."""
    return sum(
        any(unit & KIND_BITS == kind and unit not in theirs for unit in left)
        and any(unit & KIND_BITS == kind and unit not in mine for unit in right)
        for left, right in places
    )


@dataclass(frozen=True, slots=True)
class ShortPair:
    """What two short items have in common; the amounts are in words, two characters counting as one."""

    text: Overlap
    scale: int  # units to a word
    shorter: int  # units of the shorter text
    cover: float  # share of the shorter text found in the other
    title_share: float  # of the shorter title found in the other title
    title_equal: bool
    title_words: int
    title_swapped: bool  # each title has a number that the other lacks
    told: float  # of each title's words found in the other item, the lower share
    told_framed: float  # of the title of the item that has more before the common text
    strange_titles: bool  # each title has words that neither the other title nor the other text has
    title_part: bool  # one title is the other's beginning, or its end after a short kicker
    is_about: bool  # both titles share a word with the common text or the other title
    gap_d: float
    same_source: bool


def may_share(x, y) -> bool:
    """Whether two items have enough units in common to be compared."""
    if len(frozenset(x.words).intersection(y.words)) >= MIN_SHARED:
        return True
    return len(_bare(x.title) & _bare(y.title)) >= EQUAL_TITLE_WORDS


def compare_short(a: Signature, b: Signature) -> ShortPair:
    x, y = a.short, b.short
    scale = 2 if a.is_char and b.is_char else 1
    text = overlap_of(x.words, y.words)
    share, is_equal = _title_likeness(x, y)
    mine, theirs = _bare(x.title), _bare(y.title)
    told = (_found(mine, theirs | _bare(y.words)), _found(theirs, mine | _bare(x.words)))
    both = _bare(x.words) & _bare(y.words)
    about = (any if text.shared >= 20 * scale else all)(_content(t) & (both | _bare(o)) for t, o in ((x.title, y.title), (y.title, x.title)))
    left, right = _numbers(x.title), _numbers(y.title)
    shorter = min(len(x.words), len(y.words))
    return ShortPair(
        text=text, scale=scale, shorter=shorter, cover=text.shared / max(1, shorter),
        title_share=share, title_equal=is_equal, title_words=min(len(mine), len(theirs)),
        title_swapped=bool(left - right and right - left), told=min(told), told_framed=told[text.framed < 0], title_part=_is_part(x, y, scale), strange_titles=bool(_content(x.title) - theirs - _bare(y.words)) and bool(_content(y.title) - mine - _bare(x.words)), is_about=about,
        gap_d=gap_days(a, b), same_source=bool(a.source) and a.source == b.source,
    )


def gap_days(a, b):
    if a.published_at is None or b.published_at is None:
        return 0.0
    return abs((a.published_at - b.published_at).total_seconds()) / 86_400


def _bare(units):
    return frozenset(unit & ~KIND_BITS for unit in units)


def _content(units):
    return frozenset(unit & ~KIND_BITS for unit in units if unit & KIND_BITS != SMALL)


def _numbers(units):
    return frozenset(unit for unit in units if unit & KIND_BITS == NUMBER)


def _found(units, among):
    return len(units & among) / max(1, len(units))


def _title_likeness(x, y):
    best = (0.0, False)
    for t in {x.title, x.title[: x.title_head]}:
        for u in {y.title, y.title[: y.title_head]}:
            s, v = _bare(t), _bare(u)
            both = len(s & v)
            best = max(best, (both / max(1, min(len(s), len(v))), bool(both) and both == len(s | v)))
    return best


def _is_part(x, y, scale):
    for t in {x.title, x.title[: x.title_head]}:
        for u in {y.title, y.title[: y.title_head]}:
            a, b = sorted(([w & ~KIND_BITS for w in t], [w & ~KIND_BITS for w in u]), key=len)
            n = len(b) - len(a)
            if len(a) >= 6 * scale and (b[: len(a)] == a or (n <= 3 and b[n:] == a)):
                return True
    return False


MIN_SHARED, SIDED, DOUBT, GAP_COST = 8, 0.5, 2, 0.5
NUMBER_COST, NAME_COST, TITLE_COST = 4, 6, 6
EQUAL_TITLE_WORDS = 5


def agreement(f):
    o, k = f.text, f.scale
    cost = o.swapped + SIDED * o.one_sided + o.head + o.tail
    cost += NUMBER_COST * o.numbers_other - 2 * (o.numbers_other > 0)
    cost += NAME_COST * o.names_other - 2 * (o.names_other > 0)
    cost += TITLE_COST * f.title_swapped
    cost += k * (DOUBT + f.gap_d * GAP_COST)
    return o.shared / (o.shared + cost)


def likeness(f):
    """0 to 1, from .7 for copies."""
    o, k = f.text, f.scale
    long_title = f.title_equal and f.title_words >= EQUAL_TITLE_WORDS * k
    is_bare = f.shorter < 5 * k or o.shared < MIN_SHARED * k
    conflicts = o.numbers_other + o.names_other
    same_head = 0.0
    if (long_title or f.title_part) and not f.same_source and not f.title_swapped and f.gap_d <= 2 and (not conflicts or is_bare):
        same_head = 0.75
    if is_bare:
        return same_head
    if f.same_source and (f.title_share < 0.5 or f.title_swapped or f.strange_titles):
        return 0.0
    if f.same_source and f.gap_d > 1 and not (f.cover == 1 and o.swapped + o.one_sided == 0 and o.shared >= 20 * k):
        return 0.0
    if not f.is_about:
        return 0.0
    s = agreement(f)
    need = 0.8
    if conflicts <= 1:
        need = 0.6 if long_title else 0.7 if f.title_share >= 0.6 else 0.8
    if o.longest >= 20 * k and not o.numbers_other and not f.title_swapped:
        need = min(need, 0.65)
    if f.cover < 0.7 and max(f.title_share, f.told, f.told_framed if o.head + o.tail + o.swapped <= 1 and o.shared >= 10 * k else 0) < 0.5:
        return 0.0
    if abs(o.framed) >= 4 * k and max(f.title_share, f.told_framed) < 0.5:
        return 0.0
    return max(same_head, s / need * 0.7 if s < need else 0.7 + 0.3 * (s - need) / (1 - need))


def combine(f, weighed):
    ruled = likeness(f)
    o, k = f.text, f.scale
    is_rerun = (not f.same_source and f.gap_d > 1 and f.title_share >= 0.6 and not f.title_swapped
      and not o.numbers_other + o.names_other and o.shared >= 20 * k and o.swapped + o.one_sided + o.head + o.tail <= o.shared / 8)
    if ruled >= 0.7 and (weighed >= 0.2 or is_rerun):
        return max(0.7, (ruled + max(weighed, 0.7)) / 2)
    if (ruled >= 0.6 and weighed >= 0.7) or (ruled >= 0.4 and weighed >= 0.85):
        return 0.7 + 0.3 * ruled * weighed
    return min(0.69, ruled, weighed)
