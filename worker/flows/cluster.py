"""Join a stream of documents into stories, by the rules of the service: each with earlier ones only."""

from bisect import bisect_left
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from worker.dedupe import (
    KEY_HOLDERS,
    LARGE_STORY,
    Assembly,
    Candidate,
    Decision,
    Signature,
    arrange,
    decide,
    find_furniture,
    make_signature,
    paragraph_keys,
    rank_candidates,
)
from worker.records import STATE_OF_TAKE, ArticleState, Document, Match, Role, StoryMember

WINDOW = timedelta(days=7)
MAX_PARAGRAPHS = 50_000  # furniture counts kept for one source
MAX_COUNTS = 1_000_000  # and for all sources; the least recently used source is dropped first
MAX_LATE = 200_000  # the maximum number of articles in memory, whatever their dates


@dataclass(frozen=True, slots=True)
class Placed:
    """The placement of a document: its story, its role, and the similarity to the best matched copy."""

    id: int | str
    story: int | str
    role: Role
    similarity: float


@dataclass(slots=True)
class _Article:
    """An article of the window; `has_keys` if it can be found by its keys."""

    id: int | str
    candidate: Candidate
    facts: StoryMember
    story: int
    similarity: float
    role: Role = Role.LEAD
    has_keys: bool = False


@dataclass(slots=True)
class _Story:
    """A story with articles in the window; `copies` counts all articles, `members` only those."""

    id: int | str  # of its first document
    members: list[int]  # in order of arrival
    copies: int = 1
    lead: int = 0


@dataclass(slots=True)
class StoryIndex:
    """The recent articles of a stream, numbered in order of arrival and indexed by their sketch keys.

    `merges` counts how often two stories became one: a document that joins a story counts as well.
    """

    window: timedelta = WINDOW
    merges: int = 0
    _recent: deque[tuple[datetime, int]] = field(default_factory=deque)
    _articles: dict[int, _Article] = field(default_factory=dict)
    _stories: dict[int, _Story] = field(default_factory=dict)
    _holders: dict[int, list[int]] = field(default_factory=dict)  # of each key, in order of arrival
    _paragraphs: OrderedDict[str, Counter[int]] = field(default_factory=OrderedDict)
    _counts: int = 0  # of all sources
    _next: int = 0
    _ids: dict[int | str, int] = field(default_factory=dict)  # the number of each document in the window
    _apart: set[tuple[int, int]] = field(default_factory=set)  # stories that an editor keeps apart

    def __len__(self) -> int:
        return len(self._articles)

    def __contains__(self, ident: int | str) -> bool:
        """Whether a document with that id is in the window."""
        return ident in self._ids

    def place(self, document: Document, seen_at: datetime) -> list[Placed]:
        """Match a document with the index, then add it.

        Returns its placement, followed by the new placements of earlier documents: those in the window whose
        story or role it changed.
        """
        self._forget(seen_at)
        signature = make_signature(document, self._learn(document))
        decision = decide(signature, self._near(signature), self._around)
        number = self._add(document, signature, seen_at, decision.matches)
        self._apart |= {(number, self._articles[other].story) for other in self._known(document.apart)}
        wanted = self._known(document.together)
        moved = self._join(number, decision, wanted) if decision.matches or wanted else set[int]()
        changed = moved | self._arrange(number)
        return [self._placed(n) for n in (number, *sorted(changed - {number}))]

    def _near(self, signature: Signature) -> list[Candidate]:
        """The articles that share most keys with a text."""
        near = rank_candidates(self._holders.get(key, ()) for key in signature.keys)
        return [self._articles[number].candidate for number in near]

    def _around(self, number: int | str) -> list[Candidate]:
        """The articles that share most keys with one of the window."""
        return self._near(self._articles[int(number)].candidate.signature)

    def _add(self, document: Document, signature: Signature, seen_at: datetime, matches: list[Match]) -> int:
        """Add a document as a story of its own; returns its number."""
        number, self._next = self._next, self._next + 1
        facts = StoryMember(
            article=number,
            source=document.source or f"\0{number}",  # documents without a source are of different outlets
            length=signature.length,
            first_length=signature.length,
            seen_at=seen_at,
            take=signature.take_number if signature.take else 0,
            state=STATE_OF_TAKE.get(signature.take, ArticleState.ACTIVE),
        )
        candidate = Candidate(number, signature)
        similarity = matches[0].similarity if matches else 1.0
        self._articles[number] = _Article(document.id, candidate, facts, number, similarity)
        self._stories[number] = _Story(document.id, [number], lead=number)
        self._ids[document.id] = number
        self._recent.append((seen_at, number))
        self._show(number)
        return number

    def _known(self, ids: Iterable[int | str]) -> list[int]:
        """The numbers of those documents that are in the window."""
        return [self._ids[ident] for ident in ids if ident in self._ids]

    def _join(self, number: int, decision: Decision, wanted: Iterable[int]) -> set[int]:
        """Join an article to its matches and to those that an editor keeps together with it.

        Returns the articles whose story changed.
        """
        strangers = [int(article) for article in decision.strangers]
        involved = {number, *wanted, *(int(match.article) for match in decision.matches), *strangers}
        story_of = {article: self._articles[article].story for article in involved}
        copies = {story: self._stories[story].copies for story in story_of.values()}
        assembly = Assembly(story_of, copies, apart=self._apart)
        for other in wanted:
            assembly.keep_together(number, other)
        assembly.add(number, decision.matches, strangers)
        self._apart = {(assembly.final(a), assembly.final(b)) for a, b in self._apart}
        moved: set[int] = set()
        for merge in assembly.merges:
            gone, kept = self._stories.pop(merge.goes), self._stories[merge.stays]
            for member in gone.members:
                self._articles[member].story = merge.stays
            kept.members = sorted(kept.members + gone.members)
            kept.copies += gone.copies
            moved.update(gone.members)
        self.merges += len(assembly.merges)
        for article in assembly.hidden:
            self._hide(article)
        return moved

    def _arrange(self, number: int) -> set[int]:
        """Assign lead and roles in the story of a new article; returns the articles whose role changed."""
        story = self._stories[self._articles[number].story]
        if story.members == [story.lead]:
            return set()  # as it was added
        members = sorted({*story.members[:LARGE_STORY], story.lead, number} & self._articles.keys())
        order = arrange([self._articles[member].facts for member in members])
        story.lead = int(order.lead)
        changed = {member for member in members if self._articles[member].role != order.roles[member]}
        for member in changed:
            self._articles[member].role = order.roles[member]
        return changed

    def _placed(self, number: int) -> Placed:
        article = self._articles[number]
        return Placed(article.id, self._stories[article.story].id, article.role, article.similarity)

    def _show(self, number: int) -> None:
        """Let an article be found by its keys."""
        article = self._articles[number]
        article.has_keys = True
        for key in article.candidate.signature.keys:
            held = self._holders.setdefault(key, [])
            held.insert(bisect_left(held, number), number)

    def _hide(self, number: int) -> None:
        """Let an article no longer be found by its keys."""
        article = self._articles[number]
        if not article.has_keys:
            return
        article.has_keys = False
        for key in article.candidate.signature.keys:
            held = self._holders[key]
            del held[bisect_left(held, number)]
            if not held:
                del self._holders[key]

    def _learn(self, document: Document) -> frozenset[int]:
        keys = paragraph_keys(document)
        counts = self._paragraphs.setdefault(document.source, Counter())
        self._paragraphs.move_to_end(document.source)
        furniture = find_furniture(document, {key: counts[key] for key in keys})
        if len(counts) < MAX_PARAGRAPHS:
            self._counts -= len(counts)
            counts.update(keys)
            self._counts += len(counts)
        while self._counts > MAX_COUNTS and len(self._paragraphs) > 1:
            self._counts -= len(self._paragraphs.popitem(last=False)[1])
        return furniture

    def _forget(self, now: datetime) -> None:
        """Drop the articles that left the window; large stories stay findable by their newest copies."""
        while self._recent and (self._recent[0][0] < now - self.window or len(self._recent) > MAX_LATE):
            _, number = self._recent.popleft()
            self._hide(number)
            article = self._articles.pop(number)
            self._ids.pop(article.id, None)
            story = self._stories[article.story]
            story.members.remove(number)
            if not story.members:
                del self._stories[article.story]
                self._apart = {pair for pair in self._apart if article.story not in pair}
            elif story.copies > KEY_HOLDERS:
                for member in story.members[-KEY_HOLDERS:]:
                    if not self._articles[member].has_keys:
                        self._show(member)


def run(documents: Iterable[tuple[Document, datetime]], window: timedelta = WINDOW) -> list[Placed]:
    """Return the final placement of each (document, time it was seen), in order."""
    index, found = StoryIndex(window), list[Placed]()
    places: dict[int | str, int] = {}  # of the ids in the window
    for document, seen_at in documents:
        placed, *changed = index.place(document, seen_at)
        places[placed.id] = len(found)
        found.append(placed)
        for other in changed:
            found[places[other.id]] = other
    return found
