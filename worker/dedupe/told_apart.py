"""Leave out a match with a text of another event, which the outlets themselves tell apart.

Texts of a template share all but the facts, and a third that differs a little from both would join them.
"""

from collections.abc import Callable, Mapping, Sequence

from worker.dedupe.full_texts import OTHER_FACTS
from worker.dedupe.signature import Signature
from worker.dedupe.slots import facts_other, tell_same
from worker.records import Match

Texts = Mapping[int | str, Signature]
AreCopies = Callable[[Signature, Signature], bool]


def keep_own_event(
    new: Signature, matches: Sequence[Match], texts: Texts, are_copies: AreCopies
) -> list[Match]:
    """Return the matches that tell what a text tells, and of the others those that no outlet tells apart.

    Two texts of one source that do not match and differ in several facts are two events. A text that tells
    what the one does is not a copy of the other. `texts` are all candidates.
    """

    def are_two(a: Signature, b: Signature) -> bool:
        is_own = a is not b and bool(a.source) and a.source == b.source
        return is_own and facts_other(a, b) >= OTHER_FACTS and not are_copies(a, b)

    def is_other(old: Signature) -> bool:
        return any(are_two(one, old) for one in same) or any(
            are_two(one, new) and tell_same(one, old) and are_copies(one, old) for one in texts.values()
        )

    told = {match.article: tell_same(new, texts[match.article]) for match in matches}
    same = [texts[article] for article, is_same in told.items() if is_same]
    return [match for match in matches if told[match.article] or not is_other(texts[match.article])]
