"""Process a labeled stream repeatedly with different weights; the rest is computed once."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from tests.quality.rows import Row, Scores, score
from tests.quality.sets import LabeledSet
from worker.dedupe import Candidate, Signature, make_signature, match
from worker.dedupe.features import Features, compare, may_match
from worker.dedupe.match import Around, Decision
from worker.dedupe.short_match import ShortPair, are_short, compare_short, may_share
from worker.flows import cluster
from worker.records import Document, Match, Role

Judged = tuple[int, int, float]  # row, earlier row, similarity


@dataclass(frozen=True, slots=True)
class Pair:
    """A candidate pair of rows (the later first); `short` if both are short items of different outlets."""

    new: int
    old: int
    features: Features
    short: ShortPair | None


class _Index(cluster.StoryIndex):
    """An index of documents that have their signatures already."""

    def _learn(self, document: Document) -> frozenset[int]:
        return frozenset()


@dataclass(slots=True)
class Replay:
    """A labeled stream in one view, with its signatures and comparisons."""

    entry: LabeledSet
    view: str
    rows: list[Row] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    _documents: list[Document] = field(default_factory=list)
    _place_of: dict[int, int] = field(default_factory=dict)  # of a signature: its row
    _known: dict[tuple[str, int, int], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rows = self.rows or self.entry.rows()
        self._documents = [row.document(self.view) for row in self.rows]
        if not self.signatures:
            learned = cluster.StoryIndex()
            for document in self._documents:
                self.signatures.append(make_signature(document, learned._learn(document)))
        self._place_of = {id(signature): at for at, signature in enumerate(self.signatures)}

    def sampled(self, keep: Callable[[Row], bool]) -> "Replay":
        """Return a stream of some of the rows, with the furniture learned from all of them."""
        kept = [(row, s) for row, s in zip(self.rows, self.signatures, strict=True) if keep(row)]
        return Replay(self.entry, self.view, [row for row, _ in kept], [s for _, s in kept])

    def run(self) -> tuple[Scores, list[Judged]]:
        """Return the scores of the stories, and the best match of each row that has one."""
        story: dict[int | str, int | str] = {}
        best: list[Judged] = []

        def decide(new: Signature, candidates: Iterable[Candidate], around: Around) -> Decision:
            decision = match.decide(new, candidates, around)
            at, first = self._place_of[id(new)], decision.matches[:1]
            best.extend((at, int(found.article), found.similarity) for found in first)
            return decision

        index = _Index()
        with patch.object(cluster, "decide", decide), self._kept():
            for document, row in zip(self._documents, self.rows, strict=True):
                for placed in index.place(document, row.at):
                    story[placed.id] = placed.story
        labels = [story[row.id] for row in self.rows]
        return score(self.rows, labels, self.entry.unsure()), best

    def pairs(self) -> list[Pair]:
        """Return the pairs worth comparing if all earlier rows are in their true stories."""
        found: list[Pair] = []
        short = self._once("short", compare_short)

        def decide(new: Signature, candidates: Iterable[Candidate], _around: Around) -> Decision:
            at, joined = self._place_of[id(new)], list[Match]()
            for candidate in candidates:
                old, other = candidate.signature, int(candidate.article)
                if self.rows[other].story == self.rows[at].story:
                    joined.append(Match(candidate.article, Role.COPY, 1.0, {}))
                if are_short(new, old):
                    if may_share(new.short, old.short):
                        found.append(Pair(at, other, match.compare(new, old), short(new, old)))
                elif may_match(new, old):
                    found.append(Pair(at, other, match.compare(new, old), None))
            return Decision(joined[:1], [])

        index = _Index()
        with patch.object(cluster, "decide", decide), self._kept():
            for document, row in zip(self._documents, self.rows, strict=True):
                index.place(document, row.at)
        return found

    @contextmanager
    def _kept(self) -> Iterator[None]:
        """Use the known signatures and comparisons in the block."""
        signature_of = dict(zip((row.id for row in self.rows), self.signatures, strict=True))
        with (
            patch.object(cluster, "make_signature", lambda document, _: signature_of[document.id]),
            patch.object(match, "compare", self._once("full", compare)),
            patch.object(match, "compare_if_alike", self._once("short", compare_short)),
        ):
            yield

    def _once(self, name: str, function: Callable[[Signature, Signature], Any]) -> Callable[..., Any]:
        known, places = self._known, self._place_of

        def call(new: Signature, old: Signature) -> Any:
            if id(new) not in places or id(old) not in places:
                return function(new, old)  # made for one comparison
            key = (name, id(new), id(old))
            if key not in known:
                known[key] = function(new, old)
            return known[key]

        return call
