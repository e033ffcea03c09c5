"""Carry out what was decided of a few articles: links, merges, splits, leads and their jobs."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import Connection

from worker.dedupe import arrange
from worker.flows import jobs
from worker.flows.services import Services
from worker.records import Match
from worker.store import events as event_store
from worker.store import sketches as sketch_store
from worker.store import stories as story_store
from worker.store.stories import StoryFacts

# So many copies of a story can be found by their keys. More of the same would only crowd out other
# holders of a key: a text that a hundred outlets run must still be found by the next one.
KEY_HOLDERS = 8
SAME_TEXT = 0.8  # from here on a text is surely enough the same to bind a second story to the first

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided of an article.

    `matches` are earlier articles of the same text, likest first; `late` are (article, match) of later ones
    that looked before this one could be seen; `refuted` are articles that it is no copy of after all.
    """

    article: int
    matches: tuple[Match, ...] = ()
    late: tuple[tuple[int, Match], ...] = ()
    refuted: frozenset[int] = frozenset()

    @property
    def links(self) -> list[tuple[int, Match]]:
        """All its pairs as (article, match)."""
        return [*((self.article, match) for match in self.matches), *self.late]

    @property
    def articles(self) -> set[int]:
        """Every article it speaks of."""
        pairs = ((article, int(match.article)) for article, match in self.links)
        return {self.article, *self.refuted, *(article for pair in pairs for article in pair)}


@dataclass(slots=True)
class _Room:
    """The stories being changed, all locked, as they stand within the transaction."""

    connection: Connection
    now: datetime
    story_of: dict[int, int]
    facts: dict[int, StoryFacts]
    linked: set[int]  # articles that were joined to an earlier one before
    touched: set[int] = field(default_factory=set)
    joined: set[int] = field(default_factory=set)
    sure: set[int] = field(default_factory=set)  # joined by a text that is surely the same
    events: list[tuple[str, str]] = field(default_factory=list)

    def move(self, goes: int, stays: int) -> None:
        """Count what was merged."""
        self.story_of = {a: stays if story == goes else story for a, story in self.story_of.items()}
        copies = self.facts[stays].copies + self.facts[goes].copies
        self.facts[stays] = StoryFacts(stays, self.facts[stays].lead, copies, self.facts[stays].mark)
        self.touched = (self.touched | {stays}) - {goes}


def apply(services: Services, ids: Sequence[int], verdicts: Sequence[Verdict]) -> None:
    """Join, merge and split stories as decided, and note that these articles are matched.

    Raises ConflictError when another transaction was in the way; then nothing was changed.
    """
    now = services.clock()
    involved = {article for verdict in verdicts for article in verdict.articles}
    with services.db.write() as connection:
        if involved:
            _settle(connection, involved, verdicts, now)
        sketch_store.mark_matched(connection, ids, now)


def mend(connection: Connection, stories: Collection[int], now: datetime) -> None:
    """Put stories in order that lost articles; one without any goes. Their rows are locked by the caller."""
    facts = story_store.read_facts(connection, stories)
    room = _Room(connection, now, {}, facts, set())
    members = story_store.load_members(connection, stories)
    for story in sorted(facts):
        if story in members:
            _arrange(room, story, members[story])
        else:
            story_store.remove_empty(connection, story)


def _settle(connection: Connection, involved: set[int], verdicts: Sequence[Verdict], now: datetime) -> None:
    story_of = story_store.lock_stories(connection, involved)
    facts = story_store.read_facts(connection, set(story_of.values()))
    linked = {link.article for link in story_store.links_of(connection, involved)}
    room = _Room(connection, now, story_of, facts, linked)
    for verdict in verdicts:
        _split_off(room, verdict)
    for verdict in verdicts:
        for article, match in _binding(verdict):
            _join(room, article, match)
    story_store.refresh_matches(connection, room.joined)
    for story, members in sorted(story_store.load_members(connection, room.touched).items()):
        _arrange(room, story, members)
    event_store.add_events(connection, now, room.events)


def _binding(verdict: Verdict) -> Iterable[tuple[int, Match]]:
    """Its best match, and all others that are surely of the same text.

    A later, fuller text shows that two excerpts which share little with each other are of one text.
    """
    yield from ((verdict.article, match) for match in verdict.matches[:1])
    yield from ((verdict.article, match) for match in verdict.matches[1:] if match.similarity >= SAME_TEXT)
    yield from verdict.late


def _join(room: _Room, article: int, match: Match) -> None:
    other = int(match.article)
    if article not in room.story_of or other not in room.story_of:
        return  # one of them was purged meanwhile
    first, second = room.story_of[article], room.story_of[other]
    if first != second:
        # what was joined before brings its whole story along: that wants a text that is surely the same
        if article in room.linked and match.similarity < SAME_TEXT:
            return
        before = (room.facts[first].copies, room.facts[second].copies)
        stays, goes = story_store.pick_survivor(room.facts[first], room.facts[second])
        story_store.merge(room.connection, stays, goes)
        room.move(goes, stays)
        if min(before) > 1:
            told = f"story {goes} went into story {stays}: article {article} has the text of both"
            room.events.append(("story.merged", told))
    story_store.put_links(room.connection, [(article, match)])
    room.linked.add(article)
    room.joined.add(article)
    if match.similarity >= SAME_TEXT:
        room.sure.add(article)
    room.touched.add(room.story_of[article])


def _split_off(room: _Room, verdict: Verdict) -> None:
    """Cut the links that more text refuted; what hangs together without them keeps together."""
    here = room.story_of.get(verdict.article)
    refuted = [other for other in verdict.refuted if here is not None and room.story_of.get(other) == here]
    if here is None or not refuted:
        return
    members = [int(m.facts.article) for m in story_store.load_members(room.connection, [here])[here]]
    links = [(link.article, link.other) for link in story_store.links_of(room.connection, members)]
    cut = {(verdict.article, other) for other in refuted} | {(other, verdict.article) for other in refuted}
    kept = [link for link in links if link not in cut]
    together, left = _reach(verdict.article, links), _reach(verdict.article, kept)
    story_store.drop_links(room.connection, [link for link in links if link in cut])
    room.joined |= {verdict.article, *refuted}
    room.linked = (room.linked - {verdict.article}) | {article for article, _ in kept}
    room.touched.add(here)
    rest = together - left
    if not rest:
        return
    # the founder's side keeps the id, else the one with the lead, else the rest
    keepers = (here, room.facts[here].lead)
    leaving = rest if any(keeper in left for keeper in keepers if keeper in together) else left
    back = story_store.split(room.connection, here, leaving, room.now)
    room.story_of |= dict.fromkeys(leaving & room.story_of.keys(), back)
    old = room.facts[here]
    room.facts[here] = StoryFacts(here, old.lead, len(members) - len(leaving), old.mark)
    room.facts[back] = StoryFacts(back, back, len(leaving), "")
    room.touched.add(back)
    told = f"article {verdict.article} is no copy of article {refuted[0]} after all"
    room.events.append(("story.split", f"story {back} left story {here}: {told}"))


def _reach(start: int, links: Sequence[tuple[int, int]]) -> set[int]:
    """The articles that links hold together with one."""
    neighbors: dict[int, list[int]] = {}
    for a, b in links:
        neighbors.setdefault(a, []).append(b)
        neighbors.setdefault(b, []).append(a)
    reached, waiting = {start}, [start]
    while waiting:
        fresh = [other for other in neighbors.get(waiting.pop(), ()) if other not in reached]
        reached.update(fresh)
        waiting += fresh
    return reached


def _arrange(room: _Room, story: int, members: Sequence[story_store.Member]) -> None:
    order = arrange([member.facts for member in members])
    lead = int(order.lead)
    story_store.save_arrangement(
        room.connection, story, members, lead=lead, roles=order.roles, mark=order.mark
    )
    if order.mark and order.mark != room.facts[story].mark:
        room.events.append((f"story.{order.mark}", f"story {story} was {order.mark} by its maker"))
    ids = {int(member.facts.article) for member in members}
    newly = room.joined & ids
    jobs.settle(room.connection, lead, newly | ({room.facts[story].lead} & ids), room.now)
    sure = sorted(room.sure & ids)
    keep = max(0, KEY_HOLDERS - (len(members) - len(sure)))
    sketch_store.drop_keys(room.connection, sure[keep:])
