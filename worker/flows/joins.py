"""Apply match results: links, merges, splits, leads and their jobs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection

from worker.dedupe import KEY_HOLDERS, LARGE_STORY, Assembly, arrange
from worker.errors import ConflictError
from worker.flows import jobs, notices, push_notes, splits
from worker.flows.push_notes import StoryChange
from worker.flows.services import Services
from worker.flows.story_edits import MatchResult, StoryEdits
from worker.records import EventKind
from worker.store import articles as article_store
from worker.store import copy_links as link_store
from worker.store import decisions as decision_store
from worker.store import events as event_store
from worker.store import notices as notice_store
from worker.store import push_notes as note_store
from worker.store import relations as relation_store
from worker.store import sketches as sketch_store
from worker.store import stories as story_store
from worker.store.stories import Arranged, Member, Size, StoryFacts


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The data the results are based on; the results are void if it changed."""

    revisions: Mapping[int, int]  # of every compared sketch
    partners: Mapping[int, frozenset[int]]  # by provisional links, of articles being matched again
    replaced: Mapping[int, frozenset[int]]  # by all links, of those whose text was replaced by another


def apply(
    services: Services, ids: Collection[int], results: Sequence[MatchResult], snapshot: Snapshot
) -> None:
    """Join, merge and split stories according to the results, and mark the articles as matched.

    Raises ConflictError, with nothing changed, if another transaction interfered or changed the snapshot.
    """
    now = services.clock()
    involved = {article for result in results for article in result.articles} | snapshot.partners.keys()
    with services.db.write() as connection:
        marked = story_store.marked_articles(connection, ids)
        results = [*results, *(MatchResult(article, is_marked=True) for article in marked)]
        involved |= set(ids) if note_store.wanted_kinds(connection) else marked
        story_of = story_store.lock_stories(connection, involved) if involved else {}
        before = dict(story_of)
        article_store.lock_articles(connection, set(ids).union(*(r.related_articles for r in results)))
        _check(connection, {*ids, *involved}, snapshot)
        changes = _apply_results(connection, story_of, results, now) if results else []
        relation_store.drop_relations(connection, snapshot.partners)
        relation_store.put_relations(connection, (one for result in results for one in result.related))
        sketch_store.mark_matched(connection, ids, now)
        push_notes.note_matched(connection, now, changes, ids, before)


def _check(connection: Connection, articles: Collection[int], snapshot: Snapshot) -> None:
    """Raise ConflictError if a compared text or its links changed concurrently.

    A transaction that publishes another text reads its links afterwards, under the lock of its story. So
    either this transaction sees the new text here, or that one sees the links written here.
    """
    for article, revision in sketch_store.read_revisions(connection, articles).items():
        if revision != snapshot.revisions.get(article, revision):
            raise ConflictError(f"the text of article {article} changed while it was compared")
    if len(sketch_store.still_unmatched(connection, snapshot.replaced)) < len(snapshot.replaced):
        raise ConflictError("a replaced text was compared meanwhile")
    provisional = link_store.provisional_partners(connection, snapshot.partners)
    linked = link_store.partners(connection, snapshot.replaced) if snapshot.replaced else {}
    for known_by, now_by in ((snapshot.partners, provisional), (snapshot.replaced, linked)):
        for article, known in known_by.items():
            if set(now_by.get(article, ())) - known:
                raise ConflictError(f"article {article} was linked while it was compared")


def keep_findable(connection: Connection, stories: Collection[int]) -> None:
    """Give keys to the newest copies of large stories after copies with keys were pruned."""
    facts = story_store.read_facts(connection, set(stories)).values()
    large = [story.id for story in facts if story.copies > KEY_HOLDERS]  # in others every copy has keys
    sketch_store.show_again(connection, large, KEY_HOLDERS)


def repair_stories(
    connection: Connection,
    stories: Collection[int],
    now: datetime,
    changed: Collection[int] = (),
    split_from: Mapping[int, int] = MappingProxyType({}),
    *,
    tells_leads: bool = True,
) -> None:
    """Recompute stories that lost or got articles; delete empty ones. The caller has locked their rows.

    `changed` are articles that may have lost the lead or their links; `split_from` has the story that a story
    of these has left. Push reports other leads if it `tells_leads`, and other marks in any case.
    """
    facts = story_store.read_facts(connection, stories)
    edits = StoryEdits(connection, now, facts, _assembly({}, facts, ()), touched=set(facts))
    edits.changed, edits.split_from = set(changed), dict(split_from)
    left = _rearrange(edits)
    changes = [one for one in edits.changes if tells_leads or not one.has_only_another_lead]
    push_notes.note_stories(connection, now, note_store.wanted_kinds(connection), changes)
    story_store.remove_empty(connection, facts.keys() - left)
    keep_findable(connection, left)


def _apply_results(
    connection: Connection, story_of: dict[int, int], results: Sequence[MatchResult], now: datetime
) -> list[StoryChange]:
    """Apply the results; returns how the stories changed."""
    facts = story_store.read_facts(connection, set(story_of.values()))
    assembly = _assembly(story_of, facts, link_store.joined(connection, story_of))
    strangers = {article for result in results for article in result.strangers}
    near = story_store.stories_of(connection, strangers - story_of.keys())
    # a stranger in a story that is not locked may be moved meanwhile, but is in no story that is joined here
    story_of |= {article: story for article, story in near.items() if story in facts}
    edits = StoryEdits(connection, now, facts, assembly)
    for result in results:
        if result.is_replaced:
            article_store.begin_anew(connection, result.article)
        splits.split_off(edits, result)
    assembly.apart = decision_store.apart_stories(connection, edits.facts)
    assembly.linked |= decision_store.kept_together(connection, story_of)
    for result in results:
        assembly.add(result.article, result.matches, result.strangers)
        for article, match in result.late:
            assembly.add_late(article, match)
    edits.touched |= {story_of[one.article] for one in results if one.is_marked and one.article in story_of}
    _note_joins(edits)
    story_store.merge(connection, {goes: assembly.final(goes) for goes in assembly.moves}, now)
    link_store.put_links(connection, assembly.links)
    link_store.refresh_matches(connection, edits.changed)
    _rearrange(edits)
    sketch_store.show_again(connection, edits.parted, KEY_HOLDERS)
    event_store.add_events(connection, now, edits.events)
    return edits.changes


def _assembly(
    story_of: dict[int, int], facts: Mapping[int, StoryFacts], known: Collection[tuple[int, int]]
) -> Assembly:
    return Assembly(story_of, {story.id: story.copies for story in facts.values()}, known)


def _note_joins(edits: StoryEdits) -> None:
    """Note which articles and stories the new links and merges changed, and the merges to be reported."""
    assembly, joined = edits.assembly, {article for article, _ in edits.assembly.links}
    edits.changed |= joined | {edits.facts[merge.goes].lead for merge in assembly.merges}
    edits.touched |= {assembly.story_of[article] for article in joined}
    edits.touched = {assembly.final(story) for story in edits.touched}
    for merge in assembly.merges:
        if merge.is_visible:
            went = f"story {merge.goes} went into story {merge.stays}"
            message = f"{went}: article {merge.article} has the text of both"
            edits.events.append((EventKind.STORY_MERGED, message))


def _rearrange(edits: StoryEdits) -> Collection[int]:
    """Re-elect leads and roles, emit events, and reassign jobs; returns the stories that have articles."""
    found = _members(edits)
    leads, changed, arranged = set(), set(), list[Arranged]()
    untold = notice_store.untold(edits.connection, found)
    for story, (members, size) in sorted(found.items()):
        order = arrange([member.facts for member in members])
        arranged.append(Arranged(story, int(order.lead), order.mark, size, members, order.roles))
        was = edits.facts[story]
        origin = edits.facts.get(left) if (left := edits.split_from.get(story)) is not None else None
        stored = untold.get(story, ())
        told = notices.tell(edits.connection, was, order, stored, edits.now, split_from=origin)
        later = [notice for notice, due_at in stored if due_at > edits.now]
        edits.changes.append(StoryChange.of(was, order, size.copies, told, later=later, split_from=left))
        leads.add(int(order.lead))
        changed |= (edits.changed | {was.lead}) & {int(member.facts.article) for member in members}
    story_store.save_arrangements(edits.connection, arranged)
    jobs.reassign_jobs(edits.connection, leads, changed, edits.now)
    sketch_store.drop_keys(edits.connection, sorted(edits.assembly.hidden))
    return found.keys()


def _members(edits: StoryEdits) -> dict[int, tuple[list[Member], Size]]:
    """The members of the changed stories; of a very large story only those that may still change it."""
    large = {story for story in edits.touched if edits.assembly.copies[story] > LARGE_STORY}
    small = story_store.load_members(edits.connection, edits.touched - large)
    found = {story: (members, Size.of(members)) for story, members in small.items()}
    for story in sorted(large):
        others = edits.changed | {edits.facts[story].lead}
        members, size = story_store.load_some_members(edits.connection, story, others, LARGE_STORY)
        if members:
            found[story] = (members, size)
    return found
