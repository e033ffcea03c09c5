"""Find which of several texts a correction belongs to: a template's other texts share all but the facts."""

from collections.abc import Callable, Mapping, Sequence

from worker.dedupe.features import compare
from worker.dedupe.signature import Signature
from worker.records import Match

Texts = Mapping[int | str, Signature]
AreCopies = Callable[[Signature, Signature], bool]


def keep_original(
    new: Signature, matches: Sequence[Match], texts: Texts, are_copies: AreCopies
) -> list[Match]:
    """Return the matches of a correction with the text that it corrects; those of any other text as they are.

    Of the texts of its source that match and tell different facts, it corrects the one with which it
    has most facts in common. If two have equally many, nothing matches.
    """
    own = [match for match in matches if new.source and texts[match.article].source == new.source]
    if new.take != "correction" or not own:
        return list(matches)
    facts = {match.article: _count_common(new, texts[match.article]) for match in own}
    original = max(facts, key=lambda article: facts[article])
    others = [
        article
        for article in facts
        if not are_copies(texts[article], texts[original]) and not _tell_same(texts[article], texts[original])
    ]
    if any(facts[article] == facts[original] for article in others):
        return []
    strange = [texts[article] for article in others]
    return [
        match
        for match in matches
        if match.article not in others
        and (match.article in facts or not any(are_copies(texts[match.article], one) for one in strange))
    ]


def _tell_same(a: Signature, b: Signature) -> bool:
    """Whether two texts have the same numbers and names wherever they have the same words."""
    f = compare(a, b)
    return bool(f.number_agree and not f.number_differ and not f.name_differ)


def _count_common(a: Signature, b: Signature) -> int:
    """Count the words of the title, the numbers and the names that two texts have in common."""
    mine, theirs = (frozenset(value for _, value in (*one.numbers, *one.names)) for one in (a, b))
    return len(a.title & b.title) + len(mine & theirs)
