"""Decide whether two short items (headline and summary) are copies.

Rules judge what both items show: their texts are aligned word by word, and what is on one side only, at
an end, is a cut. The weighted model of `verify` has a say, since rules alone do not know how common a
wording is: a logistic model of both returns the probability.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from operator import mul

from worker.dedupe.features import are_elsewhere, days_between
from worker.dedupe.model_weights import SHORT
from worker.dedupe.short_overlap import Overlap, bare, overlap_of
from worker.dedupe.short_text import ShortText
from worker.dedupe.short_titles import (
    ALIKE_TITLE,
    TITLE_WORDS,
    Titles,
    Words,
    compare_titles,
    scale_of,
    words_of,
)
from worker.dedupe.signature import Signature

# amounts in words; two characters of a script without spaces count as one word
MIN_TEXT = 5  # less is not a text
MIN_SHARED = 7
NOTICE_WORDS = 12  # so long a notice hardly ever shares a word with a headline by chance
LONG_RUN = 20  # longer than nearly all notices
FRAME = 8  # words before the common text on one side only: more than an introductory clause
ENOUGH_TITLE = 0.5
SAME_TEXT = 0.9  # of the shorter text; with less, one agency's texts from two places are of two events
WHOLE = 0.7  # share of the shorter text; less is a cut, a quotation or a composite
MAX_GAP_D = 2.0  # headlines recur after days
# what a difference costs, in common words
SIDED, NUMBER_COST, NAME_COST, TITLE_NUMBER_COST = 0.5, 4, 6, 6
FIRST_FREE = 2  # off the first number and the first name: corrections change one
DOUBT, DAY_COST = 2, 0.5
# lowest agreement of copies, and with an equal title, a similar title, and a long common run
AGREE, AGREE_EQUAL, AGREE_ALIKE, AGREE_RUN = 0.8, 0.6, 0.7, 0.65
LIKELY = 0.7  # likeness of copies
MIN_RULED = 0.45  # less is never enough
SURE, DOUBTFUL = 0.85, 0.65  # the model's probability that overrules the rules, and the most without it
UNWEIGHED = 0.3  # the least that the model says where it has nothing to weigh
MAX_LOGIT = 6.0  # of the model's probability, either way
HEADLINE_ONLY = 0.75  # likeness of items with only the headline in common


@dataclass(frozen=True, slots=True)
class ShortPair:
    """What two short items have in common."""

    text: Overlap
    scale: int  # units to a word
    shorter: int  # units of the shorter text
    longer: int
    title_share: float  # of the shorter title found in the other title
    title_equal: bool  # long enough to identify a text, and equal but for an outlet's name
    title_part: bool  # one title is the other's beginning, or its end after a kicker
    title_opens: bool  # one title is the opening of the other text
    title_numbers: bool  # each title has a number that the other lacks
    told: float  # share of each title's words found in the other item, the lower
    told_framed: float  # of the title of the item that has more before the common text
    is_about: (
        bool  # the titles share words with the common text, or most with each other: the text is not a notice
    )
    is_factual: bool  # the common text has a name or a number, which notices lack
    is_mixed: bool  # one of them is a composite
    is_both: bool  # both are composites
    is_elsewhere: bool  # datelines of one agency name different places
    gap_d: float  # days between their publication times


def are_short(a: Signature, b: Signature) -> bool:
    """Whether the rules for short items apply: two short items of different outlets.

    One outlet's items share its templates and recurring headlines, which the model knows.
    """
    return a.short.is_short and b.short.is_short and not (a.source and a.source == b.source)


def may_share(a: ShortText, b: ShortText) -> bool:
    """Whether two items have enough units in common to be worth comparing."""
    return (
        len(frozenset(a.words).intersection(b.words)) >= MIN_SHARED
        or len(bare(a.title) & bare(b.title)) >= TITLE_WORDS
    )


def compare_short(a: Signature, b: Signature) -> ShortPair:
    """Return what two short items have in common; symmetric."""
    return _align(a, b, compare_titles(a, b))


def compare_if_alike(a: Signature, b: Signature) -> ShortPair | None:
    """Return what two short items have in common, or None if their `likeness` is 0 whatever their alignment.

    Alignment shares at most the units of one text that are in the other, `most`. `likeness` is 0 without a
    title that suffices if the items are bare, one is a composite, the common text is a notice, it is less
    than WHOLE of the shorter text and in no title, or they are from two places and not nearly the same. Such
    a condition that is true for `most` units is true for fewer.
    """
    titles, k = compare_titles(a, b), scale_of(a, b)
    x, y, is_far = a.short, b.short, are_elsewhere(a, b)
    by_title = (titles.is_equal or titles.is_part or titles.opens) and not (is_far or titles.has_other_number)
    if by_title and not (x.is_composite or y.is_composite):
        return _align(a, b, titles)
    most = min(_count_in(x.words, words_of(b)), _count_in(y.words, words_of(a)))
    shorter = min(len(x.words), len(y.words))
    is_notice = not _is_about(titles, most, k) and not (titles.is_factual and most >= LONG_RUN * k)
    is_inlay = most < WHOLE * shorter and max(titles.share, *titles.told) < ENOUGH_TITLE
    is_bare = shorter < MIN_TEXT * k or most < MIN_SHARED * k
    is_other = is_far and (titles.has_other_number or most < SAME_TEXT * shorter)
    if is_bare or x.is_composite != y.is_composite or is_notice or is_inlay or is_other:
        return None
    return _align(a, b, titles)


def _count_in(units: Sequence[int], other: Words) -> int:
    return sum(map(other.units.__contains__, units))


def _align(a: Signature, b: Signature, titles: Titles) -> ShortPair:
    x, y, scale = a.short, b.short, scale_of(a, b)
    text = overlap_of(x.words, y.words, x.title, y.title)
    return ShortPair(
        text=text,
        scale=scale,
        shorter=min(len(x.words), len(y.words)),
        longer=max(len(x.words), len(y.words)),
        title_share=titles.share,
        title_equal=titles.is_equal,
        title_part=titles.is_part,
        title_opens=titles.opens,
        title_numbers=titles.has_other_number,
        told=min(titles.told),
        told_framed=titles.told[text.framed < 0],
        is_about=_is_about(titles, text.shared, scale),
        is_factual=titles.is_factual,
        is_mixed=x.is_composite != y.is_composite,
        is_both=x.is_composite and y.is_composite,
        is_elsewhere=are_elsewhere(a, b),
        gap_d=days_between(a, b),
    )


def _is_about(titles: Titles, shared: int, scale: int) -> bool:
    is_any = any(titles.about) and shared >= NOTICE_WORDS * scale
    return titles.is_alike or all(titles.about) or is_any or titles.is_told


def likeness(f: ShortPair) -> float:
    """Return how alike two items are by the rules, 0 to 1; from LIKELY they are copies."""
    k = f.scale
    is_bare = f.shorter < MIN_TEXT * k or f.text.shared < MIN_SHARED * k
    is_other = f.text.is_other or (f.text.numbers + f.text.names > 0 and not is_bare)
    by_title = (f.title_equal or f.title_part or f.title_opens) and not (
        f.title_numbers or f.is_mixed or f.is_both or f.is_elsewhere or is_other or f.gap_d > MAX_GAP_D
    )
    least = HEADLINE_ONLY if by_title else 0.0
    if is_bare:
        return least
    is_notice = not f.is_about and not (f.is_factual and f.text.shared >= LONG_RUN * k)
    if (
        f.is_mixed
        or f.text.is_other
        or (f.is_elsewhere and not _is_same_text(f))
        or is_notice
        or _is_inlay(f)
        or (f.is_both and not _is_same_composite(f))
    ):
        return 0.0
    share, need = _agreement(f), _needed(f)
    if share < need:
        return max(least, LIKELY * share / need)
    return max(least, LIKELY + (1 - LIKELY) * (share - need) / (1 - need))


def combine(f: ShortPair, ruled: float, weighed: float) -> float:
    """Return the probability that two items are copies, by their likeness and the model's probability.

    The model knows little about items without a text, and about nearly the same text days later. Items that
    are alike neither by the rules nor, surely, by the model are independent reports more often than not.
    """
    has_text = f.shorter >= MIN_TEXT * f.scale
    if not has_text or (ruled >= LIKELY and _is_rerun(f)):
        weighed = max(weighed, UNWEIGHED)
    bias, *weights = SHORT
    both = 1 / (1 + exp(-bias - sum(map(mul, weights, short_terms(ruled, weighed)))))
    return both if ruled >= LIKELY or weighed >= SURE else min(both, DOUBTFUL)


def short_terms(ruled: float, weighed: float) -> tuple[float, float, float]:
    """Return the terms of two short items: likeness up to LIKELY, what exceeds it, the model's log odds."""
    odds = log(max(weighed, 1e-9) / max(1 - weighed, 1e-9))
    return min(ruled, LIKELY), max(0.0, ruled - LIKELY), max(-MAX_LOGIT, min(MAX_LOGIT, odds))


def _agreement(f: ShortPair) -> float:
    """Return the share of the common words in what both items show."""
    o = f.text
    cost = o.swapped + o.ends + SIDED * o.one_sided + f.scale * (DOUBT + DAY_COST * f.gap_d)
    cost += NUMBER_COST * o.numbers - FIRST_FREE * (o.numbers > 0)
    cost += NAME_COST * o.names - FIRST_FREE * (o.names > 0)
    return o.shared / (o.shared + cost + TITLE_NUMBER_COST * f.title_numbers)


def _needed(f: ShortPair) -> float:
    """Return the agreement that copies need: less if their titles agree or a long run is common."""
    need = AGREE
    if f.text.numbers + f.text.names <= 1:
        need = AGREE_EQUAL if f.title_equal else AGREE_ALIKE if f.title_share >= ALIKE_TITLE else AGREE
    if f.text.longest >= LONG_RUN * f.scale and not f.text.numbers and not f.title_numbers:
        need = min(need, AGREE_RUN)
    return need


def _is_same_text(f: ShortPair) -> bool:
    """Whether two items have nearly the same text with the same numbers."""
    return not (f.text.numbers or f.title_numbers) and f.text.shared >= SAME_TEXT * f.shorter


def _is_inlay(f: ShortPair) -> bool:
    """Whether the common text is a part of a text whose headline is of something else."""
    o, k = f.text, f.scale
    is_cut = o.ends + o.swapped <= 1 and o.shared >= (MIN_SHARED + 2) * k
    told = max(f.title_share, f.told, f.told_framed if is_cut else 0.0)
    if o.shared < WHOLE * f.shorter and told < ENOUGH_TITLE:
        return True
    return abs(o.framed) >= FRAME * k and max(f.title_share, f.told_framed) < ENOUGH_TITLE


def _is_same_composite(f: ShortPair) -> bool:
    """Whether two digests or live blogs are one: their first items alone are those of other outlets, too."""
    return f.title_equal and f.text.shared >= max(LONG_RUN * f.scale, WHOLE * f.longer)


def _is_rerun(f: ShortPair) -> bool:
    """Whether another outlet ran nearly the same text days later."""
    o = f.text
    differing = o.swapped + o.one_sided + o.ends
    return (
        not (f.title_numbers or o.numbers or o.names)
        and f.gap_d > 1
        and f.title_share >= ALIKE_TITLE
        and o.shared >= max(LONG_RUN * f.scale, 8 * differing)
    )
