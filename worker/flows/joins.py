"""Carry out what was decided of a few articles: links, merges, splits, leads and their jobs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog
from sqlalchemy import Connection

from worker.dedupe import arrange
from worker.errors import ConflictError
from worker.flows import jobs
from worker.flows.services import Services
from worker.records import Match
from worker.store import articles as article_store
from worker.store import copy_links as link_store
from worker.store import events as event_store
from worker.store import sketches as sketch_store
from worker.store import stories as story_store
from worker.store.stories import Arranged, Member, Size, StoryFacts

# So many copies of a story can be found by their keys. More of the same would only crowd out other
# holders of a key: a text that a hundred outlets run must still be found by the next one.
KEY_HOLDERS = 8
LARGE_STORY = 500  # copies; from here on new ones no longer rearrange all that came before
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
    """The stories being changed, all locked, and what is to be written of them at the end."""

    connection: Connection
    now: datetime
    story_of: dict[int, int]
    facts: dict[int, StoryFacts]
    known: set[tuple[int, int]]  # (article, other) that are linked
    linked: set[int] = field(default_factory=set)  # articles that have been joined to an earlier one
    links: dict[tuple[int, int], Match] = field(default_factory=dict)
    moves: dict[int, int] = field(default_factory=dict)  # merged story -> the one it went into
    touched: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)  # articles whose links changed
    sure: set[int] = field(default_factory=set)  # joined by a text that is surely the same
    parted: set[int] = field(default_factory=set)  # both sides of splits
    events: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.linked |= {article for article, _ in self.known}

    def place(self, article: int) -> int | None:
        """The story of an article, merges so far included; None when it is gone."""
        story = self.story_of.get(article)
        return None if story is None else _end(self.moves, story)

    def move(self, goes: int, stays: int) -> None:
        """Merge one story into another."""
        self.moves[goes] = stays
        self.changed.add(self.facts[goes].lead)
        kept = self.facts[stays]
        self.facts[stays] = replace(kept, copies=kept.copies + self.facts[goes].copies)
        self.touched.discard(goes)


@dataclass(frozen=True, slots=True)
class Basis:
    """What the verdicts were made on: they hold only as long as this does."""

    revisions: Mapping[int, int]  # of every sketch that was compared
    partners: Mapping[int, frozenset[int]]  # by provisional links, of articles that were matched before


def apply(services: Services, ids: Collection[int], verdicts: Sequence[Verdict], basis: Basis) -> None:
    """Join, merge and split stories as decided, and note that these articles are matched.

    Raises ConflictError when another transaction was in the way, or changed what the verdicts were made on;
    then nothing was changed.
    """
    now = services.clock()
    involved = {article for verdict in verdicts for article in verdict.articles} | basis.partners.keys()
    with services.db.write() as connection:
        story_of = story_store.lock_stories(connection, involved) if involved else {}
        article_store.lock_articles(connection, ids)
        _check(connection, {*ids, *involved}, basis)
        if verdicts:
            _settle(connection, story_of, verdicts, now)
        sketch_store.mark_matched(connection, ids, now)


def _check(connection: Connection, articles: Collection[int], basis: Basis) -> None:
    """A text that became another meanwhile is compared again; so is one that was linked by what it was.

    Who publishes other text looks for its links after that, under the lock of its story. So either this
    transaction sees the new text here, or that one sees the links that are written here.
    """
    for article, revision in sketch_store.read_revisions(connection, articles).items():
        if revision != basis.revisions.get(article, revision):
            raise ConflictError(f"the text of article {article} changed while it was compared")
    partners = provisional_partners(connection, basis.partners)
    for article, known in basis.partners.items():
        if partners.get(article, frozenset()) - known:
            raise ConflictError(f"article {article} was linked while it was compared")


def provisional_partners(connection: Connection, articles: Collection[int]) -> dict[int, frozenset[int]]:
    """What each article is linked with for as long as no more text refutes it."""
    found: dict[int, set[int]] = {}
    for link in link_store.links_of(connection, articles):
        if link.is_provisional:
            found.setdefault(link.article, set()).add(link.other)
            found.setdefault(link.other, set()).add(link.article)
    return {article: frozenset(others) for article, others in found.items()}


def keep_findable(connection: Connection, stories: Collection[int]) -> None:
    """When the copies of a large story that had keys are forgotten, the newest ones take their place."""
    facts = story_store.read_facts(connection, set(stories)).values()
    large = [story.id for story in facts if story.copies > KEY_HOLDERS]  # all others show every copy
    sketch_store.show_again(connection, large, KEY_HOLDERS)


def mend(connection: Connection, stories: Collection[int], now: datetime) -> None:
    """Put stories in order that lost articles; one without any goes. Their rows are locked by the caller."""
    facts = story_store.read_facts(connection, stories)
    room = _Room(connection, now, {}, facts, set(), touched=set(facts))
    left = _arrange(room)
    story_store.remove_empty(connection, facts.keys() - left)
    large = [story for story in left if facts[story].copies > KEY_HOLDERS]
    sketch_store.show_again(connection, large, KEY_HOLDERS)


def _settle(
    connection: Connection, story_of: dict[int, int], verdicts: Sequence[Verdict], now: datetime
) -> None:
    facts = story_store.read_facts(connection, set(story_of.values()))
    room = _Room(connection, now, story_of, facts, link_store.joined(connection, story_of))
    for verdict in verdicts:
        _split_off(room, verdict)
    for verdict in verdicts:
        for article, match in _binding(verdict):
            _join(room, article, match, is_best=bool(verdict.matches) and match is verdict.matches[0])
    story_store.merge(connection, {goes: _end(room.moves, goes) for goes in room.moves})
    link_store.put_links(connection, room.links)
    link_store.refresh_matches(connection, room.changed)
    _arrange(room)
    sketch_store.show_again(connection, room.parted, KEY_HOLDERS)
    event_store.add_events(connection, now, room.events)


def _end(moves: Mapping[int, int], story: int) -> int:
    while story in moves:
        story = moves[story]
    return story


def _binding(verdict: Verdict) -> Iterable[tuple[int, Match]]:
    """Its best match, and all others that are surely of the same text.

    A later, fuller text shows that two excerpts which share little with each other are of one text.
    """
    yield from ((verdict.article, match) for match in verdict.matches[:1])
    yield from ((verdict.article, match) for match in verdict.matches[1:] if match.similarity >= SAME_TEXT)
    yield from verdict.late


def _join(room: _Room, article: int, match: Match, *, is_best: bool) -> None:
    """Link a pair and bring their stories together; a pair that tells nothing new is let be."""
    other = int(match.article)
    first, second = room.place(article), room.place(other)
    if first is None or second is None:
        return  # one of them was purged meanwhile
    if first == second and not is_best and (article, other) not in room.known:
        return
    if first != second:
        # what was joined before brings its whole story along: that wants a text that is surely the same
        if article in room.linked and match.similarity < SAME_TEXT:
            return
        is_told = min(room.facts[first].copies, room.facts[second].copies) > 1
        stays, goes = story_store.pick_survivor(room.facts[first], room.facts[second])
        room.move(goes, stays)
        if is_told:
            told = f"story {goes} went into story {stays}: article {article} has the text of both"
            room.events.append(("story.merged", told))
    room.links[article, other] = match
    room.linked.add(article)
    room.changed.add(article)
    if match.similarity >= SAME_TEXT:
        room.sure.add(article)
    room.touched.add(_end(room.moves, first))


def _split_off(room: _Room, verdict: Verdict) -> None:
    """Cut the links that more text refuted; what hangs together without them keeps together."""
    here = room.story_of.get(verdict.article)
    refuted = [other for other in verdict.refuted if here is not None and room.story_of.get(other) == here]
    if here is None or not refuted:
        return
    members = [int(m.facts.article) for m in story_store.load_members(room.connection, [here])[here]]
    links = [(link.article, link.other) for link in link_store.links_of(room.connection, members)]
    cut = {(verdict.article, other) for other in refuted} | {(other, verdict.article) for other in refuted}
    best = [(verdict.article, int(match.article)) for match in verdict.matches[:1]]
    kept = [link for link in links if link not in cut] + [link for link in best if link[1] in members]
    together, left = _reach(verdict.article, links), _reach(verdict.article, kept)
    link_store.drop_links(room.connection, [link for link in links if link in cut])
    room.changed |= {verdict.article, *refuted}
    room.linked = (room.linked - {verdict.article}) | {article for article, _ in kept}
    room.touched.add(here)
    rest = together - left
    if not rest:
        return
    # the founder's side keeps the id, else the one with the lead, else the rest
    keepers = (here, room.facts[here].lead)
    keeper = next((article for article in keepers if article in together), None)
    leaving = rest if keeper in left else left
    back = story_store.split(room.connection, here, leaving, room.now)
    room.story_of |= dict.fromkeys(leaving & room.story_of.keys(), back)
    old = room.facts[here]
    room.facts[here] = replace(old, copies=len(members) - len(leaving))
    room.facts[back] = StoryFacts(back, back, len(leaving), "")
    room.touched.add(back)
    room.parted |= {here, back}
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


def _arrange(room: _Room) -> Collection[int]:
    """Elect leads and roles anew, tell what became of a text, and give the jobs to those who need them.

    Gives the stories that have articles.
    """
    found = _members(room)
    leads, changed, hidden, arranged = set(), set(), list[int](), list[Arranged]()
    for story, (members, size) in sorted(found.items()):
        order = arrange([member.facts for member in members])
        arranged.append(Arranged(story, int(order.lead), order.mark, size, members, order.roles))
        if order.mark and order.mark != room.facts[story].mark:
            room.events.append((f"story.{order.mark}", f"story {story} was {order.mark} by its maker"))
        ids = {int(member.facts.article) for member in members}
        leads.add(int(order.lead))
        changed |= (room.changed | {room.facts[story].lead}) & ids
        sure = sorted(room.sure & ids)
        hidden += sure[max(0, KEY_HOLDERS - (size.copies - len(sure))) :]
    story_store.save_arrangements(room.connection, arranged)
    jobs.settle(room.connection, leads, changed, room.now)
    sketch_store.drop_keys(room.connection, hidden)
    return found.keys()


def _members(room: _Room) -> dict[int, tuple[list[Member], Size]]:
    """The members of the stories that changed; of a very large one those that may still change it."""
    large = {story for story in room.touched if room.facts[story].copies > LARGE_STORY}
    small = story_store.load_members(room.connection, room.touched - large)
    found = {story: (members, Size.of(members)) for story, members in small.items()}
    for story in sorted(large):
        others = room.changed | {room.facts[story].lead}
        members, size = story_store.load_some_members(room.connection, story, others, LARGE_STORY)
        if members:
            found[story] = (members, size)
    return found
