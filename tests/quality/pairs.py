"""Collect the pairs of articles that the match model scores while a stream is processed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

from tests.quality.rows import Row
from worker.dedupe import Candidate, Signature
from worker.dedupe.features import Features, compare, may_match
from worker.dedupe.match import Decision
from worker.dedupe.model_terms import SIGNS
from worker.dedupe.verify import weighable_terms
from worker.flows import cluster
from worker.records import Match, Role

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
LITTLE_TEXT, LITTLE_TITLE = 0.08, 0.3  # shares that many unrelated texts have in common


@dataclass(frozen=True, slots=True)
class Stream:
    """A labeled stream and its pairs: of row `new[i]` with the earlier row `old[i]`, weighed by `terms[i]`.

    `unsure` marks pairs that no reader could decide, `distant` those with almost nothing in common. Pairs
    that a rule rejects are omitted.
    """

    name: str
    view: str
    rows: Sequence[Row]
    new: Ints
    old: Ints
    terms: Floats
    unsure: Bools
    distant: Bools

    @property
    def true(self) -> Bools:
        """Which pairs are copies."""
        stories = [row.story for row in self.rows]
        return np.array([stories[a] == stories[b] for a, b in zip(self.new, self.old, strict=True)], bool)


Visitor = Callable[[int, int, Features], None]


def collect(
    name: str, view: str, rows: Sequence[Row], unsure: frozenset[tuple[str, str]] = frozenset()
) -> Stream:
    """Process rows with the true stories in the index, and collect every candidate pair."""
    new: list[int] = []
    old: list[int] = []
    terms: list[tuple[float, ...]] = []
    distant: list[bool] = []

    def keep(a: int, b: int, features: Features) -> None:
        found = weighable_terms(features)
        if found is not None:
            new.append(a)
            old.append(b)
            terms.append(found)
            distant.append(features.small < LITTLE_TEXT and features.title_share < LITTLE_TITLE)

    visit_pairs(rows, view, keep)
    ids = [row.id for row in rows]
    is_unsure = [(min(ids[a], ids[b]), max(ids[a], ids[b])) in unsure for a, b in zip(new, old, strict=True)]
    matrix = np.array(terms, float).reshape(len(terms), len(SIGNS))
    return Stream(
        name,
        view,
        rows,
        np.array(new, int),
        np.array(old, int),
        matrix,
        np.array(is_unsure, bool),
        np.array(distant),
    )


def visit_pairs(rows: Sequence[Row], view: str, visit: Visitor) -> None:
    """Call `visit` with the row numbers (later first) and the features of each pair worth comparing."""
    index = cluster.StoryIndex()
    at = 0

    def decide(signature: Signature, candidates: Iterable[Candidate]) -> Decision:
        match = None
        for candidate in candidates:
            earlier = int(candidate.article)
            if may_match(signature, candidate.signature):
                visit(at, earlier, compare(signature, candidate.signature))
            if rows[earlier].story == rows[at].story and match is None:
                match = Match(earlier, Role.COPY, 1.0, {})
        return Decision([match] if match else [], [])

    with patch.object(cluster, "decide", decide):
        for at, row in enumerate(rows):
            document = row.document(view)
            index.place(
                type(document)(at, document.title, document.text, row.source, row.lang, row.at), row.at
            )
