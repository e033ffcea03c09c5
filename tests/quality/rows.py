"""Labeled streams of articles, and scores of copy recognition."""

import gzip
import itertools
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from worker.records import Document

SHARED = Path(os.environ.get("WIREROOM_SHARED") or Path(__file__).parents[3] / "shared") / "dedupe"
SUMMARY_CHARS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """An article of a stream with its true story; `kind` names the edit of its text."""

    id: str
    at: datetime
    source: str
    title: str
    text: str
    story: str
    summary: str = ""
    lang: str | None = None
    kind: str = ""

    def document(self, view: str = "full") -> Document:
        """Return the article as in a feed: the full text, or in the `short` view its summary."""
        text = self.text
        if view == "short":
            text = self.summary or " ".join(self.text.split())[:SUMMARY_CHARS]
        return Document(self.id, self.title, text, self.source, self.lang, self.at)


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores by pairs of copies: number of `hits`; ids of `wrong` and `missed` pairs."""

    precision: float
    recall: float
    wrong: tuple[tuple[str, str], ...] = ()
    missed: tuple[tuple[str, str], ...] = ()
    hits: int = 0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)


def read_rows(path: Path) -> list[Row]:
    """Read the rows of a labeled set (gzipped JSON Lines) in order of time."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    found = [
        Row(
            id=str(row["id"]),
            at=datetime.fromisoformat(row["t"]).replace(tzinfo=UTC),
            source=row["src"],
            title=row["title"],
            text=row["body"],
            story=str(row["gold"]),
            summary=row.get("summary") or "",
            lang=row.get("lang"),
            kind=row.get("kind") or "",
        )
        for row in rows
    ]
    return sorted(found, key=lambda row: row.at)


def read_unsure(folder: Path = SHARED) -> frozenset[tuple[str, str]]:
    """Return pairs of ids that no reader could decide; they are not scored."""
    path = folder / "uncertain.json"
    listed = json.loads(path.read_text(encoding="utf-8"))["uncertain"] if path.exists() else []
    return frozenset((min(a, b), max(a, b)) for a, b in listed)


def score(
    rows: Sequence[Row], labels: Sequence[object], unsure: frozenset[tuple[str, str]] = frozenset()
) -> Scores:
    """Score assigned stories (`labels`, one per row) against the true ones, pair by pair."""
    found, true = _pairs(labels), _pairs([row.story for row in rows])
    wrong = [pair for pair in _named(rows, found - true) if pair not in unsure]
    hits = len(found & true)
    return Scores(
        precision=hits / max(1, hits + len(wrong)),
        recall=hits / max(1, len(true)),
        wrong=tuple(sorted(wrong)),
        missed=tuple(sorted(_named(rows, true - found))),
        hits=hits,
    )


def _named(rows: Sequence[Row], pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    for a, b in pairs:
        low, high = sorted((rows[a].id, rows[b].id))
        yield low, high


def _pairs(labels: Sequence[object]) -> set[tuple[int, int]]:
    groups: dict[object, list[int]] = defaultdict(list)
    for place, label in enumerate(labels):
        groups[label].append(place)
    return {pair for group in groups.values() for pair in itertools.combinations(group, 2)}
