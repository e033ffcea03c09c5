"""The pairs of articles that the verifier is asked about, collected exactly as a stream brings them up."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

from tests.quality.rows import Row
from worker.dedupe import Candidate, Signature
from worker.dedupe.features import Features, compare, may_match
from worker.dedupe.model_terms import SIGNS
from worker.dedupe.verify import weighable_terms
from worker.flows import cluster
from worker.records import Match, Role

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
LITTLE_TEXT, LITTLE_TITLE = 0.08, 0.3  # shares that many strangers have in common


@dataclass(frozen=True, slots=True)
class Stream:
    """A labeled stream and its pairs: of row `new[i]` with the earlier row `old[i]`, weighed by `terms[i]`.

    `unsure` marks pairs that nobody could decide, `distant` those with next to nothing in common. Pairs that
    a rule rejects are left out.
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


Asked = Callable[[int, int, Features], None]


def collect(
    name: str, view: str, rows: Sequence[Row], unsure: frozenset[tuple[str, str]] = frozenset()
) -> Stream:
    """Stream rows through an index whose stories are the true ones, and keep every pair it brings up."""
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

    ask(rows, view, keep)
    ids = [row.id for row in rows]
    doubt = [(min(ids[a], ids[b]), max(ids[a], ids[b])) in unsure for a, b in zip(new, old, strict=True)]
    matrix = np.array(terms, float).reshape(len(terms), len(SIGNS))
    return Stream(
        name,
        view,
        rows,
        np.array(new, int),
        np.array(old, int),
        matrix,
        np.array(doubt, bool),
        np.array(distant),
    )


def ask(rows: Sequence[Row], view: str, asked: Asked) -> None:
    """Call `asked` with each pair of row numbers worth comparing, the later first, and with its features."""
    index = cluster.StoryIndex()
    at = 0

    def decide(signature: Signature, candidates: Iterable[Candidate]) -> Match | None:
        match = None
        for candidate in candidates:
            earlier = int(candidate.article)
            if may_match(signature, candidate.signature):
                asked(at, earlier, compare(signature, candidate.signature))
            if rows[earlier].story == rows[at].story and match is None:
                match = Match(earlier, candidate.story, Role.COPY, 1.0, {})
        return match

    with patch.object(cluster, "decide_match", decide):
        for at, row in enumerate(rows):
            document = row.document(view)
            index.place(
                type(document)(at, document.title, document.text, row.source, row.lang, row.at), row.at
            )
