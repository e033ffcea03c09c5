"""Phrases for a story's lineage: roles, edits, reasons."""

from collections.abc import Mapping, Sequence
from typing import Any

from worker.dedupe.lineage import Edits
from worker.dedupe.wording import Tally, counts_characters
from worker.text.amounts import count_of

WHOLE = 0.995  # a share from here on is "all"
OTHER_LENGTHS = 1.25  # a ratio of lengths above it that changed by more is that of other texts
MAX_NAMED = 4  # numbers that differ
TAKE_WORDS = {
    "lead": "{nth} lead",
    "update": "update {n}",
    "correction": "correction",
    "withdrawal": "withdrawal",
}


def role_words(role: str, take_kind: str, take: int) -> str:
    """The role with the take: "update, 2nd lead"; without repeated words."""
    said = TAKE_WORDS.get(take_kind, "").format(nth=_nth(take), n=take)
    if said.startswith(role):
        return said
    return f"{role}, {said}" if said else role


def unit_of(text: str) -> str:
    """The unit in which a text is counted: "word" or "character"."""
    return "character" if counts_characters(text) else "word"


def tally_words(tally: Tally, unit: str) -> str:
    """Counts of kept, cut, added and changed units, without zeros."""
    names = ("kept", "moved", "cut", "added", "changed")
    parts = [(getattr(tally, name), name) for name in names]
    told = [f"{n:,} {what}" for n, what in parts if n] or ["nothing"]
    number, space, rest = told[0].partition(" ")
    return ", ".join(
        [f"{number} {unit}{'' if number == '1' else 's'} {rest}" if space else number, *told[1:]]
    )


def edits_words(edits: Edits, unit: str, *, is_brief: bool, lead_is_brief: bool) -> list[str]:
    """What an outlet changed, one phrase per kind of edit.

    If only the summary of the copy is known, cuts are unknown; if only that of the lead, additions are.
    """
    told = []
    if is_brief:
        told.append(f"its feed gives only {count_of(edits.words, unit)}")
    elif edits.cut:
        place = f", from {edits.where}" if edits.where else ""
        told.append(f"cut {edits.cut} of {count_of(edits.paragraphs, 'paragraph')}{place}")
    if edits.moved:
        told.append(f"moved {count_of(edits.moved, 'paragraph')}")
    if edits.added and not lead_is_brief:
        size = f"{count_of(edits.added, 'paragraph')}, {count_of(edits.added_words, unit)}"
        told.append(f"added {size}: “{edits.opening}”")
    if edits.changed and not is_brief:
        told.append(f"{count_of(edits.changed, unit)} changed")
    if edits.is_verbatim:
        told.append("word for word the same text")
    return told


def reasons_words(
    reasons: Mapping[str, Any], other: int, *, longer_by: float, numbers: Sequence[tuple[str, str]] = ()
) -> str:
    """Why an article was joined to another, from the stored reasons of the decision.

    `longer_by` is its present length by that of the other; `numbers` are pairs of differing numbers: its own
    and the other's.
    """
    small, large = reasons.get("shared_of_smaller"), reasons.get("shared_of_larger")
    told = [] if small is None or large is None else [_shares_words(small, large, other, longer_by)]
    for what in ("number", "name"):
        found = reasons.get(f"{what}s") or {}
        agree, differ = found.get("agree", 0), found.get("differ", 0)
        if agree or differ:
            named = _named(numbers, differ) if what == "number" else ""
            agreeing = f"{_count(agree, what)} agree{'s' if agree == 1 else ''}"
            differing = f"{differ or 'none'} differ{'s' if differ == 1 else ''}"
            told.append(f"{agreeing}, {differing}{named}")
    title = reasons.get("title")
    if title is not None:
        told.append(f"titles share {_share(title)} of their words" if title else "titles share no word")
    if reasons.get("provisional"):
        told.append("provisional: little text is known so far")
    return "; ".join(told)


def _shares_words(small: float, large: float, other: int, longer_by: float) -> str:
    """What was shared of both texts when they were compared.

    Shares whose ratio is not that of the present lengths are of other texts, such as a summary that the page
    replaced since, or of texts with much boilerplate; which was the shorter one is not known then.
    """
    then, now = small / large if large else 1.0, max(longer_by, 1 / longer_by)
    if then > OTHER_LENGTHS and max(then / now, now / then) > OTHER_LENGTHS:
        parts = f"{_share(small)} of the shorter text and {_share(large)} of the longer one"
        return f"shared {parts} with article {other} when they were compared"
    own, that = (large, small) if longer_by > 1 else (small, large)
    return f"shares {_share(own)} of its text with article {other} ({_share(that)} of that one)"


def _named(numbers: Sequence[tuple[str, str]], differ: int) -> str:
    """The differing numbers in brackets; empty if the current texts differ in more than were counted."""
    if not 0 < len(numbers) <= differ:
        return ""
    shown = [f"{own} for {that}" for own, that in numbers[:MAX_NAMED]]
    return f" ({', '.join(shown)}{', …' if len(shown) < differ else ''})"


def _count(number: int, word: str) -> str:
    return count_of(number, word) if number else f"no {word}s"


def _share(value: float) -> str:
    return "all" if value >= WHOLE else f"{value:.0%}" if value > 0 else "nothing"


def _nth(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"
