"""Compute the features of a pair of signatures: what they share and where they differ."""

from dataclasses import dataclass

from worker.dedupe.forms import LIVE
from worker.dedupe.signature import Signature
from worker.dedupe.slots import count_other, count_slots, sets_of

MIN_SHARE = 0.15
MIN_TITLE = 0.5
_CORRECTING = frozenset({"correction", "withdrawal"})
MAX_RENAMED = 2
REFIGURED_PAIRS = 3  # of characters, in which a number of one or two figures occurs
OPENING_SHINGLES = 3
OPENING_FACTS = 4  # the first numbers and names of a text identify the event


@dataclass(frozen=True, slots=True)
class Features:
    """Features of a pair; shares are 0 to 1, of the smaller text found in the larger unless noted."""

    small: float
    large: float  # of the larger text found in the smaller
    lead_small: float  # of the opening
    lead_large: float
    opening: float  # of one text's first words, the larger of both directions
    number_agree: int  # equal numbers between the same neighbors
    number_differ: int
    number_share: float
    number_lead: float  # of the first numbers
    name_agree: int
    name_differ: int
    title_share: float  # of the shorter title
    title_jaccard: float
    title_swap: float  # 1 if each title has a word that the other lacks
    title_tokens: int  # of the shorter title
    title_numbers: float  # 1 if each title has a number that the other lacks
    heading_share: float  # of one title's word runs found in the other text or title, the larger of both
    place: float  # 1 if datelines of the same agency name different places
    correction: float  # 1 if one of them is marked as a correction or withdrawal
    worn: float  # 1 if one of them is only furniture, unless both are identical
    same_source: float
    shingles: int  # of the smaller text
    shingles_large: int
    gap_d: float  # days between their publication times
    number_lost: int  # numbers of the smaller text missing from the larger
    number_found: int
    title_both: int  # words in both titles
    title_fact: int  # names and numbers of each title missing from the other title and text (minimum)
    is_char: float  # 1 if they are compared by characters
    is_cut: float  # 1 if one of them is truncated
    composite: float  # 1 if one of them is a live blog or a digest
    same_form: float  # 1 if both have the same form
    rolling: float  # 1 if both are live blogs
    facts_other: int = 0  # shared contexts whose number or name each text has nowhere else, nor the other
    title_renamed: float = 0.0  # 1 if titles differ in MAX_RENAMED words at most, a name on each side
    marked: float = 0.0  # 1 if one of them is marked as a take, correction or withdrawal
    title_refigured: float = 0.0  # 1 if one title is the other with other numbers


def may_match(a: Signature, b: Signature) -> bool:
    """Whether a pair shares enough text or title to be worth comparing (most candidates do not)."""
    return (
        a.limit != b.limit  # one is sampled: only `compare` makes them comparable
        or len(a.title & b.title) >= MIN_TITLE * max(1, min(len(a.title), len(b.title)))
        or len(a.shingles & b.shingles) >= MIN_SHARE * min(len(a.shingles), len(b.shingles))
        or max(_heading(a, b), _heading(b, a)) >= MIN_TITLE
    )


def share_of_smaller(a: Signature, b: Signature) -> float:
    """Return `small` of a pair's features."""
    a, b = _by_size(a, b)
    return len(a.shingles & b.shingles) / max(1, a.count_below(min(a.limit, b.limit)))


def compare(a: Signature, b: Signature) -> Features:
    """Return the features of a pair; symmetric."""
    a, b = _by_size(a, b)
    x, y = sets_of(a), sets_of(b)
    mine, theirs = [value for _, value in a.numbers], y.numbers.values
    lost = len(x.numbers.values - theirs)
    return Features(
        *_shares(a, b),
        *_opening_shares(a, b),
        *count_slots(x.numbers, y.numbers),
        _share(mine, theirs),
        _share(mine[:OPENING_FACTS], theirs),
        *count_slots(x.names, y.names),
        *_title_shares(a, b),
        title_tokens=min(len(a.title), len(b.title)),
        title_numbers=float(bool(a.title_numbers - b.title_numbers and b.title_numbers - a.title_numbers)),
        heading_share=max(_heading(a, b), _heading(b, a)),
        place=float(are_elsewhere(a, b)),
        correction=float(not _CORRECTING.isdisjoint((a.take, b.take))),
        worn=_worn(a, b),
        same_source=float(bool(a.source) and a.source == b.source),
        shingles=len(a.shingles),
        shingles_large=len(b.shingles),
        gap_d=days_between(a, b),
        number_lost=lost,
        number_found=len(x.numbers.values) - lost,
        title_both=len(a.title & b.title),
        title_fact=_title_facts(a, b),
        is_char=float(a.is_char and b.is_char),
        is_cut=float(a.is_cut or b.is_cut),
        composite=float(bool(a.form or b.form)),
        same_form=float(a.form == b.form),
        rolling=float(a.form == b.form == LIVE),
        facts_other=count_other(x.numbers, y.numbers) + count_other(x.names, y.names),
        title_renamed=float(_is_renamed(a, b)),
        marked=float(bool(a.take or b.take)),
        title_refigured=float(_is_refigured(a, b)),
    )


def _opening_shares(a: Signature, b: Signature) -> tuple[float, float, float]:
    """Return `lead_small`, `lead_large` and `opening`."""
    return _found(a.lead, b), _found(b.lead, a), _opening(a, b)


def _title_shares(a: Signature, b: Signature) -> tuple[float, float, float]:
    """Return `title_share`, `title_jaccard` and `title_swap`."""
    both, less = len(a.title & b.title), min(len(a.title), len(b.title))
    return both / max(1, less), both / max(1, len(a.title | b.title)), float(both < less)


def _is_renamed(a: Signature, b: Signature) -> bool:
    """Whether two titles are of one wording about others."""
    left, right = a.title - b.title, b.title - a.title
    is_alike = max(len(left), len(right)) <= MAX_RENAMED and 2 * len(a.title & b.title) >= len(a.title)
    return is_alike and not (left.isdisjoint(a.named) or right.isdisjoint(b.named))


def _is_refigured(a: Signature, b: Signature) -> bool:
    """Whether one title is the other with other numbers, and a word more at most ("kills 5, not 7").

    In scripts without spaces, a number is a part of all pairs of characters that contain it.
    """
    sides = ((a.title - b.title, a.title_numbers), (b.title - a.title, b.title_numbers))
    if not any(own for own, _ in sides) or a.title_numbers == b.title_numbers:
        return False
    if a.is_char and b.is_char:
        return max(len(own) for own, _ in sides) <= REFIGURED_PAIRS
    words = sorted(len(own - numbers) for own, numbers in sides)
    return words <= [0, 1]


def _title_facts(a: Signature, b: Signature) -> int:
    """Return the number of facts of each title missing from the other title and text (minimum of both)."""
    mine, theirs = sets_of(a).facts, sets_of(b).facts
    left = len((a.title & mine) - b.title - theirs)
    right = len((b.title & theirs) - a.title - mine)
    return min(left, right)


def _by_size(a: Signature, b: Signature) -> tuple[Signature, Signature]:
    """Order a pair by size, smaller first; a sampled text counts with its original size."""
    is_larger = (len(a.shingles) * b.limit, a.length, a.lead) > (len(b.shingles) * a.limit, b.length, b.lead)
    return (b, a) if is_larger else (a, b)


def _shares(a: Signature, b: Signature) -> tuple[float, float]:
    """Return the share of each text found in the other, over the hashes that both samples cover."""
    limit = min(a.limit, b.limit)
    both = len(a.shingles & b.shingles)
    return both / max(1, a.count_below(limit)), both / max(1, b.count_below(limit))


def _opening(a: Signature, b: Signature) -> float:
    return max(_found(a.lead[:OPENING_SHINGLES], b), _found(b.lead[:OPENING_SHINGLES], a))


def _worn(a: Signature, b: Signature) -> float:
    is_same = a.shingles == b.shingles and a.title == b.title
    return float((a.is_worn or b.is_worn) and not is_same)


def are_elsewhere(a: Signature, b: Signature) -> bool:
    """Whether datelines of the same agency name different places."""
    return a.place != b.place and a.agency == b.agency and "" not in (a.place, b.place)


def days_between(a: Signature, b: Signature) -> float:
    """Return the days between the publication times of two texts, 0 if one is unknown."""
    if a.published_at is None or b.published_at is None:
        return 0.0
    return abs((a.published_at - b.published_at).total_seconds()) / 86_400


def _found(lead: tuple[int, ...], text: Signature) -> float:
    """Return the share of an opening found in a text, of which the opening is not sampled."""
    opening, shingles, limit = sets_of(text).opening, text.shingles, text.limit
    known = [value for value in lead if value < limit or value in opening]
    return sum([value in shingles or value in opening for value in known]) / len(known) if known else 0.0


def _heading(a: Signature, b: Signature) -> float:
    found = sum([value in b.shingles or value in b.heading for value in a.heading])
    return found / len(a.heading) if a.heading else 0.0


def _share(values: list[int], among: frozenset[int]) -> float:
    """Return the share of values found in `among`: 1 without values, 0.5 if `among` is empty."""
    if not values:
        return 1.0
    return sum(map(among.__contains__, values)) / len(values) if among else 0.5
