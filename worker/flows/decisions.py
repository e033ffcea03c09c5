"""An editor's decisions about stories: detach an article, merge two stories, undo a decision.

A decision takes its turn among decisions, then the locks of the matching in the same order: stories, then
articles. So a match that is decided at the same moment sees the decision, or happened before it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType

from sqlalchemy import Connection

from worker.dedupe import KEY_HOLDERS, pick_survivor, reach
from worker.errors import ConflictError, DecisionError
from worker.flows import joins, match
from worker.flows.services import Services
from worker.records import EventKind, Match, Role
from worker.store import articles as article_store
from worker.store import copy_links as link_store
from worker.store import decisions as decision_store
from worker.store import events as event_store
from worker.store import retried
from worker.store import sketches as sketch_store
from worker.store import stories as story_store
from worker.store.decisions import APART, TOGETHER, DecisionFacts, DecisionKind, Kept, Side
from worker.store.turns import TURN_DECISIONS, wait_for_turn

UNDONE = "undone: "  # begins what is said of an undone decision


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that was made or undone, with what happened in words.

    Of a detached article, `story` is the story that it left and `other_story` its own; of a merge, `story`
    remained and `other_story` went into it.
    """

    decision: int
    kind: str
    article: int | None
    story: int
    other_story: int
    message: str


@dataclass(frozen=True, slots=True)
class _Edit:
    """A transaction that makes or undoes a decision."""

    connection: Connection
    now: datetime
    by: str

    def lock_members(self, stories: Collection[int]) -> dict[int, set[int]]:
        """The articles of stories that are locked, locked as well."""
        found = story_store.load_members(self.connection, stories)
        members = {story: {int(m.facts.article) for m in found.get(story, ())} for story in stories}
        article_store.lock_articles(self.connection, set().union(*members.values()))
        return members

    def settle(
        self,
        stories: Collection[int],
        changed: Collection[int],
        relinked: Collection[int],
        *,
        split_from: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        """Elect leads, assign roles and jobs, and let the articles of the stories be found again."""
        link_store.refresh_matches(self.connection, relinked)
        joins.repair_stories(self.connection, stories, self.now, {*changed, *relinked}, split_from)
        sketch_store.show_again(self.connection, stories, KEY_HOLDERS)

    def add(self, kind: DecisionKind, article: int | None, story: int, other: int, **before: object) -> int:
        """Store the decision; returns its id."""
        return decision_store.add_decision(
            self.connection, kind=kind.value, made_by=self.by, at=self.now, article_id=article,
            story_id=story, other_id=other, before=before,
        )  # fmt: skip


def detach(services: Services, article: int, by: str) -> Decided:
    """Take an article out of its story for good; `by` names the editor.

    The matching never joins it to that story again. Raises DecisionError if it is alone or not stored.
    """
    return _decide(services, by, partial(_detach, article=article))


def merge(services: Services, first: int, second: int, by: str) -> Decided:
    """Make two stories one for good; `by` names the editor.

    The matching never splits their articles again. Raises DecisionError if one is unknown, or both are one.
    """
    return _decide(services, by, partial(_merge, asked=(first, second)))


def undo(services: Services, decision: int | None, by: str) -> Decided:
    """Undo a decision, by default the latest one in force, and restore the stories as they were.

    Articles that came since remain with those that they are linked to. Raises DecisionError if there is no
    such decision, or if another one in force prevents it.
    """
    done = _decide(services, by, partial(_undo, decision=decision))
    if done.article is not None:
        match.run(services, [done.article])  # its matches were not applied meanwhile
    return done


def _decide(services: Services, by: str, decide: Callable[[_Edit], Decided]) -> Decided:
    def transact() -> Decided:
        now = services.clock()
        with services.db.write() as connection:
            wait_for_turn(connection, TURN_DECISIONS)
            done = decide(_Edit(connection, now, by))
            event = (EventKind.STORY_DECIDED, _event_words(connection, done, by))
            feed = None if done.article is None else article_store.feed_of(connection, done.article)
            event_store.add_events(connection, now, [event], article_id=done.article, feed_id=feed)
        return done

    return retried(transact)


def _event_words(connection: Connection, done: Decided, by: str) -> str:
    """What the event says: who decided, and who took it back, perhaps another editor."""
    made = decision_store.read_decision(connection, done.decision)
    if made is None or made.undone_at is None:
        return f"decision {done.decision} of {by}: {done.message}"
    return f"decision {made.id} of {made.made_by} was undone by {by}: {done.message.removeprefix(UNDONE)}"


def _detach(edit: _Edit, article: int) -> Decided:
    connection = edit.connection
    story = story_store.lock_stories(connection, [article]).get(article)
    if story is None:
        raise DecisionError(f"no article {article}; `wireroom articles` lists them")
    rest = edit.lock_members([story])[story] - {article}
    if not rest:
        raise DecisionError(f"article {article} is the only one of story {story}")
    links = link_store.matches_of(connection, article)
    kept = decision_store.rows_of_articles(connection, [article])
    overruled = decision_store.release(connection, [row for row in kept if row.side in TOGETHER])
    own = story_store.split(connection, story, [article], edit.now)
    saved = [[*pair, link.similarity, dict(link.reasons)] for pair, link in sorted(links.items())]
    decision = edit.add(DecisionKind.DETACH, article, story, own, links=saved, overruled=overruled)
    sides = [Kept(decision, other, Side.LEFT, story) for other in rest]
    decision_store.keep(connection, [Kept(decision, article, Side.DETACHED, own), *sides])
    link_store.drop_links(connection, list(links))
    relinked = {article, *(end for pair in links for end in pair)}
    edit.settle([own, story], [], relinked, split_from={own: story})
    message = f"article {article} left story {story} and is story {own} now"
    return Decided(decision, DecisionKind.DETACH.value, article, story, own, message)


def _merge(edit: _Edit, asked: tuple[int, int]) -> Decided:
    connection = edit.connection
    leads = [_lead_of(connection, story) for story in asked]
    story_of = story_store.lock_stories(connection, leads)
    if not story_of.keys() >= set(leads):
        raise ConflictError("a story lost its lead while it was merged")
    first, second = (story_of[lead] for lead in leads)
    if first == second:
        raise DecisionError(f"{asked[0]} and {asked[1]} are one story already")
    members = edit.lock_members([first, second])
    stays, goes = pick_survivor(first, second, {story: len(ids) for story, ids in members.items()})
    overruled = decision_store.release(connection, _rows_between(connection, first, second))
    decision = edit.add(DecisionKind.MERGE, None, stays, goes, overruled=overruled)
    story_store.merge(connection, {goes: stays}, edit.now)
    sides = {stays: Side.STAYED, goes: Side.WENT}
    decision_store.keep(
        connection,
        [Kept(decision, one, side, stays) for story, side in sides.items() for one in members[story]],
    )
    edit.settle([stays], leads, [])
    message = f"story {goes} went into story {stays}"
    return Decided(decision, DecisionKind.MERGE.value, None, stays, goes, message)


def _lead_of(connection: Connection, story: int) -> int:
    facts = story_store.story_facts(connection, story)
    if facts is None:
        raise DecisionError(f"no story {story}; `wireroom stories` lists them")
    return int(facts["lead"])


def _rows_between(connection: Connection, first: int, second: int) -> list[Kept]:
    """The rows by which detached articles of one story are kept apart from the other story."""
    rows = decision_store.rows_of_stories(connection, [first, second], APART)
    detached = {(row.decision, row.story) for row in rows if row.side == Side.DETACHED}
    other = {first: second, second: first}
    return [row for row in rows if row.side == Side.LEFT and (row.decision, other[row.story]) in detached]


def _undo(edit: _Edit, decision: int | None) -> Decided:
    made = decision_store.read_decision(edit.connection, decision)
    if made is None:
        raise DecisionError("there is no decision to undo" if decision is None else f"no decision {decision}")
    if made.undone_at is not None:
        raise DecisionError(f"decision {made.id} was undone already")
    message = (_undo_detach if made.kind == DecisionKind.DETACH else _undo_merge)(edit, made)
    decision_store.restore(edit.connection, made.before["overruled"])
    return Decided(made.id, made.kind, made.article, made.story, made.other, UNDONE + message)


def _undo_detach(edit: _Edit, made: DecisionFacts) -> str:
    """Let the detached article go back; what joined it since comes along if its story is still its own."""
    connection, article = edit.connection, made.article or 0
    links = {(a, b): Match(b, Role.COPY, share, why) for a, b, share, why in made.before["links"]}
    partner = _partner(connection, made, links)
    decision_store.end_decision(connection, made.id, edit.by, edit.now)
    if partner is None:
        return f"article {article} has no story to go back to: it or all others of that story were purged"
    story_of = story_store.lock_stories(connection, [article, partner])
    if len(story_of) < len({article, partner}):
        raise ConflictError("an article was purged while a decision was undone")
    own, target = story_of[article], story_of[partner]
    if own == target:
        return f"article {article} is in story {own} already"
    members, stories = edit.lock_members([own, target]), {target}
    if own != made.other:
        stories.add(own)
        own = _leave(edit, article, own, made.other)
        members[own] = {article}
    if decision_store.apart_stories(connection, [own, target]):
        raise DecisionError(
            f"another decision keeps article {article} apart from story {target}: undo that one first"
        )
    changed = {facts.lead for facts in story_store.read_facts(connection, [own, target]).values()}
    story_store.merge(connection, {own: target}, edit.now)
    there = members[own] | members[target]
    again = {pair: link for pair, link in links.items() if there.issuperset(pair)}
    link_store.put_links(connection, again)
    edit.settle(stories - {own}, changed, {article, *(end for pair in again for end in pair)})
    return f"article {article} is in story {target} again"


def _partner(
    connection: Connection, made: DecisionFacts, links: Mapping[tuple[int, int], Match]
) -> int | None:
    """The article that shows where a detached one belongs: its best match, or another of the story.

    Returns None if the detached article or all others were purged.
    """
    best = sorted(links, key=lambda pair: -links[pair].similarity)
    wanted = [end for pair in best for end in pair if end != made.article]
    kept = decision_store.rows_of_decision(connection, made.id)
    wanted += [row.article for row in kept if row.side == Side.LEFT]
    stored = story_store.stories_of(connection, {*wanted, made.article or 0})
    return next((other for other in wanted if other in stored), None) if made.article in stored else None


def _leave(edit: _Edit, article: int, story: int, home: int) -> int:
    """Take an article out of the story that it joined after it was detached; returns its story, as `home`."""
    connection = edit.connection
    if decision_store.kept_together(connection, [article]):
        raise DecisionError(f"another decision keeps article {article} in story {story}: undo that one first")
    links = link_store.matches_of(connection, article)
    own = story_store.split(connection, story, [article], edit.now, home)
    link_store.drop_links(connection, list(links))
    link_store.refresh_matches(connection, {end for pair in links for end in pair})
    return own


def _undo_merge(edit: _Edit, made: DecisionFacts) -> str:
    """Split the stories again; articles that came since remain with those that they are linked to."""
    connection = edit.connection
    rows = decision_store.rows_of_decision(connection, made.id)
    story_of = story_store.lock_stories(connection, [row.article for row in rows])
    decision_store.end_decision(connection, made.id, edit.by, edit.now)
    stayed, went = ({row.article for row in rows if row.side == side} & story_of.keys() for side in TOGETHER)
    if not (stayed and went):
        return f"of the articles of story {made.other} or story {made.story} none is stored"
    here = story_of[min(went)]
    members = edit.lock_members([here])[here]
    links = [(link.article, link.other) for link in link_store.links_of(connection, members)]
    leaving, home = _side_of(went, stayed, links), made.other
    for group in decision_store.groups_within(connection, here):
        if not leaving.isdisjoint(group) and not leaving.issuperset(group):
            raise DecisionError(
                f"another decision keeps articles of both in story {here}: undo that one first"
            )
    if here != made.story and (here == made.other or here in leaving):  # a story keeps its id
        leaving, home = members - leaving, made.story
    back = story_store.split(connection, here, leaving, edit.now, home)
    crossing = [link for link in links if (link[0] in leaving) != (link[1] in leaving)]
    link_store.drop_links(connection, crossing)
    edit.settle([here, back], [], {end for link in crossing for end in link}, split_from={back: here})
    return f"story {back} left story {here}"


def _side_of(mine: set[int], theirs: set[int], links: list[tuple[int, int]]) -> set[int]:
    """The articles that are linked with these, and not with the others, in some way."""
    own = reach(mine, [link for link in links if theirs.isdisjoint(link)])
    return own - reach(theirs, [link for link in links if mine.isdisjoint(link)])
