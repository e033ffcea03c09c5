"""Part the articles of a story that turn out not to be copies of each other."""

from collections.abc import Collection, Sequence
from itertools import pairwise

from worker.dedupe import KEY_HOLDERS, reach
from worker.flows.story_edits import MatchResult, StoryEdits
from worker.records import EventKind
from worker.store import copy_links as link_store
from worker.store import decisions as decision_store
from worker.store import sketches as sketch_store
from worker.store import stories as story_store
from worker.store.stories import StoryFacts


def split_off(edits: StoryEdits, result: MatchResult) -> None:
    """Remove the refuted links; articles connected without them, or by an editor, stay together.

    So those that only this article had connected are parted as well, unless they are copies of each other.
    As that is only known of the articles it was linked with, and no second link is stored within a story, the
    newest ones of a group that leaves are compared once more.
    """
    story_of = edits.assembly.story_of
    here = story_of.get(result.article)
    refuted = [other for other in result.refuted if here is not None and story_of.get(other) == here]
    if here is None or not (refuted or result.is_replaced):
        return
    members = {int(m.facts.article) for m in story_store.load_members(edits.connection, [here])[here]}
    own, others = _groups(edits, here, members, result, refuted)
    if not others and not (result.is_replaced and members - own):
        return
    staying = _staying(edits, here, others if result.is_replaced else [own, *others], others)
    for group in (own, *others):
        if group is staying:
            continue
        members -= group
        if own not in (group, staying):
            reason = f"only article {result.article}, which left as well, had connected them"
        elif result.is_replaced:
            reason = f"article {result.article} has another text now"
        else:
            reason = f"article {result.article} is not a copy of article {refuted[0]} after all"
        _leave(edits, here, group, len(members), reason)
        if group is not own and len(others) > 1:
            sketch_store.mark_unmatched(edits.connection, sorted(group)[-KEY_HOLDERS:])


def _groups(
    edits: StoryEdits, here: int, members: Collection[int], result: MatchResult, refuted: Sequence[int]
) -> tuple[set[int], list[set[int]]]:
    """Remove refuted links; returns what is still connected with the article, and the groups cut off from it.

    The largest group is the first.
    """
    links = [(link.article, link.other) for link in link_store.links_of(edits.connection, members)]
    cut = [link for link in links if result.article in link and not {*link}.isdisjoint(refuted)]
    best = [(result.article, int(match.article)) for match in result.matches[:1] if match.article in members]
    among = {
        (article, int(match.article)): match
        for article, match in result.among
        if article in refuted and match.article in refuted
    }
    kept = [*(link for link in links if link not in cut), *best, *among]
    edits.assembly.links |= among
    link_store.drop_links(edits.connection, cut)
    edits.changed |= {result.article, *refuted}
    edits.assembly.linked -= {result.article}
    edits.assembly.linked |= {article for article, _ in kept}
    edits.touched.add(here)
    kept += [
        pair for group in decision_store.groups_within(edits.connection, here) for pair in pairwise(group)
    ]
    own, others = reach([result.article], kept), list[set[int]]()
    for article in sorted({article for link in cut for article in link} - own):
        if not any(article in group for group in others):
            others.append(reach([article], kept))
    return own, sorted(others, key=len, reverse=True)


def _staying(
    edits: StoryEdits, here: int, groups: Sequence[set[int]], others: Sequence[set[int]]
) -> set[int] | None:
    """The group that keeps the story's id: its first article's, else its lead's, else the largest other."""
    for keeper in (here, edits.facts[here].lead):
        for group in groups:
            if keeper in group:
                return group
    return next(iter(others), None)


def _leave(edits: StoryEdits, here: int, leaving: set[int], left: int, reason: str) -> None:
    """Give some articles a story of their own; the one that they leave keeps `left` copies."""
    back = story_store.split(edits.connection, here, leaving, edits.now)
    edits.assembly.story_of |= dict.fromkeys(leaving & edits.assembly.story_of.keys(), back)
    edits.assembly.copies |= {here: left, back: len(leaving)}
    edits.facts[back] = StoryFacts(back, back, len(leaving), "")
    edits.touched.add(back)
    edits.parted |= {here, back}
    edits.split_from[back] = here
    edits.events.append((EventKind.STORY_SPLIT, f"story {back} left story {here}: {reason}"))
