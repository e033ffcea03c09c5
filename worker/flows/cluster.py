"""Join a stream of documents into stories; each is matched with earlier documents only."""

from collections import Counter, OrderedDict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from worker.dedupe import (
    FURNITURE_SIGHTINGS,
    MAX_KEY_HOLDERS,
    Candidate,
    decide_match,
    make_signature,
    paragraph_keys,
    rank_candidates,
)
from worker.records import Document, Role

WINDOW = timedelta(days=7)
HOLDERS_PER_STORY = 4  # of one key
MAX_PARAGRAPHS = 50_000  # furniture counts kept for one source
MAX_COUNTS = 1_000_000  # and for all sources; the least recently used source is dropped first
MAX_LATE = 200_000  # the maximum number of articles in memory, whatever their dates


@dataclass(frozen=True, slots=True)
class Placed:
    """The placement of a document: its story, its role, and the similarity to the matched copy."""

    id: int | str
    story: int | str
    role: Role
    similarity: float


@dataclass(slots=True)
class StoryIndex:
    """The recent articles of a stream, indexed by their sketch keys."""

    window: timedelta = WINDOW
    _recent: deque[tuple[datetime, int]] = field(default_factory=deque)
    _articles: dict[int, Candidate] = field(default_factory=dict)
    _holders: dict[int, list[int]] = field(default_factory=dict)
    _paragraphs: OrderedDict[str, Counter[int]] = field(default_factory=OrderedDict)
    _counts: int = 0  # of all sources
    _serial: int = 0
    _ids: set[int | str] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self._articles)

    def __contains__(self, ident: int | str) -> bool:
        """Whether a document with that id is in the window."""
        return ident in self._ids

    def place(self, document: Document, seen_at: datetime) -> Placed:
        """Match a document with the index, then add it; returns its placement."""
        self._forget(seen_at)
        signature = make_signature(document, self._learn(document))
        near = rank_candidates(self._holders.get(key, ()) for key in signature.keys)
        match = decide_match(signature, (self._articles[number] for number in near))
        story = match.story if match else document.id
        number = self._serial = self._serial + 1
        self._articles[number] = Candidate(document.id, story, signature, document.source)
        self._ids.add(document.id)
        self._recent.append((seen_at, number))
        for key in signature.keys:
            self._hold(key, number, story)
        if match is None:
            return Placed(document.id, story, Role.LEAD, 1.0)
        return Placed(document.id, story, match.role, match.similarity)

    def _hold(self, key: int, number: int, story: int | str) -> None:
        """Add an article to a key's holders; each story has few, so that copies do not crowd out others."""
        held = self._holders.setdefault(key, [])
        if len(held) <= MAX_KEY_HOLDERS and (
            len(held) < HOLDERS_PER_STORY
            or sum(self._articles[other].story == story for other in held) < HOLDERS_PER_STORY
        ):
            held.append(number)

    def _learn(self, document: Document) -> frozenset[int]:
        keys = paragraph_keys(document)
        counts = self._paragraphs.setdefault(document.source, Counter())
        self._paragraphs.move_to_end(document.source)
        furniture = frozenset(key for key in keys if counts[key] >= FURNITURE_SIGHTINGS)
        if len(counts) < MAX_PARAGRAPHS:
            self._counts -= len(counts)
            counts.update(keys)
            self._counts += len(counts)
        while self._counts > MAX_COUNTS and len(self._paragraphs) > 1:
            self._counts -= len(self._paragraphs.popitem(last=False)[1])
        return furniture

    def _forget(self, now: datetime) -> None:
        while self._recent and (self._recent[0][0] < now - self.window or len(self._recent) > MAX_LATE):
            _, number = self._recent.popleft()
            article = self._articles.pop(number)
            self._ids.discard(article.article)
            for key in article.signature.keys:
                held = self._holders.get(key)
                if held and number in held:
                    held.remove(number)
                if not held:
                    self._holders.pop(key, None)


def run(documents: Iterable[tuple[Document, datetime]], window: timedelta = WINDOW) -> Iterator[Placed]:
    """Yield the placement of each (document, time it was seen), in order."""
    index = StoryIndex(window)
    for document, seen_at in documents:
        yield index.place(document, seen_at)
