"""Find which of several texts a correction belongs to: a template's other texts share all but the facts."""

from collections.abc import Sequence

from worker.dedupe.signature import Signature
from worker.dedupe.slots import tell_same
from worker.dedupe.told_apart import AreCopies, Texts
from worker.records import Match


def keep_original(
    new: Signature, matches: Sequence[Match], texts: Texts, are_copies: AreCopies
) -> list[Match]:
    """Return the matches of a correction with the text that it corrects; those of any other text as they are.

    Of the texts of its source that match, or of all if none is of its source, it corrects the one with which
    it has most facts in common. If another that tells different facts has equally many, nothing matches.
    """
    if new.take != "correction" or len(matches) < 2:
        return list(matches)
    own = [match for match in matches if new.source and texts[match.article].source == new.source]
    facts = {match.article: _count_common(new, texts[match.article]) for match in own or matches}
    original = max(facts, key=lambda article: facts[article])
    others = [
        match.article
        for match in matches
        if not are_copies(texts[match.article], texts[original])
        and not tell_same(texts[match.article], texts[original])
        and (match.article in facts or not tell_same(texts[match.article], new))
    ]
    if any(facts.get(article) == facts[original] for article in others):
        return []
    strange = [texts[article] for article in others]
    return [
        match
        for match in matches
        if match.article not in others
        and (match.article in facts or not any(are_copies(texts[match.article], one) for one in strange))
    ]


def _count_common(a: Signature, b: Signature) -> int:
    """Count the words of the title, the numbers and the names that two texts have in common."""
    mine, theirs = (frozenset(value for _, value in (*one.numbers, *one.names)) for one in (a, b))
    return len(a.title & b.title) + len(mine & theirs)
