"""Quality gate: copy recognition on kinds of streams that the weights were not fitted on.

The weights of each kind are those of `left_out.json`, fitted on the other kinds. Scores are pinned slightly
below those measured on a sample of each stream: every Nth story.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

import pytest

from tests.newsroom.room import Newsroom
from tests.quality.fit import read_left_out
from tests.quality.left_out import judged_matches, reliability
from tests.quality.model import product_model
from tests.quality.replay import Judged, Replay
from tests.quality.rows import Row, Scores, score
from tests.quality.sets import OTHER_LANGUAGES, SETS, is_sampled, kinds
from worker.dedupe.model_terms import SIGNS
from worker.flows.cluster import run


class Gate(NamedTuple):
    """The kind that is left out, the set and view that are scored, on every Nth story; the lowest scores."""

    kind: str
    name: str
    view: str
    every: int
    precision: float
    recall: float


GATES = [
    Gate("real full", "real_full", "full", 3, 0.97, 0.93),
    Gate("real short", "real_short", "short", 1, 0.96, 0.93),
    Gate("Reuters 1987", "real_reuters_dev", "full", 2, 0.98, 0.83),
    Gate("Reuters 1987", "real_reuters_dev", "short", 2, 0.95, 0.78),
    Gate("wiresim", "wiresim_dev", "full", 8, 0.99, 0.97),
    Gate("wiresim", "wiresim_dev", "short", 8, 0.98, 0.89),
    Gate("second author", "full_en", "full", 8, 0.98, 0.94),
    Gate("second author", "short", "short", 8, 0.98, 0.75),
    Gate("own simulator", "simulator a", "full", 1, 0.98, 0.99),
    Gate("own simulator", "simulator b", "short", 1, 0.95, 0.95),
    Gate(OTHER_LANGUAGES, "wiresim_ja", "full", 6, 0.99, 0.98),
    Gate(OTHER_LANGUAGES, "full_multi", "full", 4, 0.98, 0.94),
]
# texts about the same event, or digests of events, that are not copies: hard to distinguish
NEIGHBORS = frozenset({"followup", "independent", "digest"})
MAX_OVERSTATED = 0.03  # of the shown similarity, over the share that is right


@cache
def left_out(kind: str, name: str, view: str, every: int) -> tuple[Replay, Scores, list[Judged]]:
    """Build the stories of a sample with the weights that were fitted without its kind."""
    entry = next(entry for entry in SETS if entry.name == name)
    if not entry.is_present:
        pytest.skip(f"no labeled stream {entry.file}")
    rows = [row for row in entry.rows() if is_sampled(row, every)]
    replay = Replay(entry, view, rows)
    with read_left_out()[kind].in_use():
        return replay, *replay.run()


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: f"{gate.kind}: {gate.name} {gate.view}")
def test_copies_are_recognized_in_kinds_of_streams_not_fitted_on(gate: Gate) -> None:
    _, scores, _ = left_out(*gate[:4])
    assert scores.precision >= gate.precision
    assert scores.recall >= gate.recall


@pytest.mark.parametrize("view", ["full", "short"])
def test_similarity_is_the_share_of_matches_that_are_right(view: str) -> None:
    """What is shown is not more than what holds on streams that were not fitted on."""
    matches: dict[str, list[tuple[float, bool]]] = {}
    for gate in GATES:
        entry = next(entry for entry in SETS if entry.name == gate.name)
        if gate.view == view and gate.kind != OTHER_LANGUAGES and entry.is_present:
            replay, _, judged = left_out(*gate[:4])
            matches.setdefault(gate.kind, []).extend(judged_matches(replay, judged))
    bins = reliability(matches)
    assert sum(found.count for found in bins) > 500
    shown = sum(found.shown * found.count for found in bins)
    right = sum(found.right * found.count for found in bins)
    assert shown - right <= MAX_OVERSTATED * sum(found.count for found in bins)


def test_each_kind_of_streams_has_weights_fitted_without_it() -> None:
    stored = read_left_out()
    assert set(stored) >= set(kinds())
    product = product_model()
    assert all(len(model.weights) == len(SIGNS) for model in stored.values())
    assert all(model != product for model in stored.values())


@pytest.mark.parametrize("half", ["a", "b"])
def test_other_texts_about_an_event_stay_apart_from_its_copies(half: str) -> None:
    """Follow-ups with the same background, independent reports and digests rarely join copies."""
    replay, scores, _ = left_out("own simulator", f"simulator {half}", "full", 1)
    kinds_of = {row.id: row.kind for row in replay.rows}
    near = sum(row.kind in NEIGHBORS for row in replay.rows)
    joined = {ident for pair in scores.wrong for ident in pair if kinds_of[ident] in NEIGHBORS}
    assert near > 20
    assert len(joined) <= near * 0.05


def test_one_round_of_the_sample_newsroom_joins_only_copies() -> None:
    """One round has different texts of the same outlets; only copies are joined."""
    rows = newsroom_rows()
    scores = score(rows, [place.story for place in run((row.document(), row.at) for row in rows)])
    assert not scores.wrong
    assert scores.recall >= 0.9


def newsroom_rows() -> Sequence[Row]:
    """Return the entries of the sample newsroom at its start."""
    rows = [
        Row(
            id=entry.guid,
            at=entry.published_at,
            source=name,
            title=entry.title,
            text="\n\n".join(entry.paragraphs) if entry.outlet.full else entry.summary,
            story=entry.story,
            summary=entry.summary,
            lang=entry.outlet.lang,
            kind=entry.role,
        )
        for name, entries in Newsroom(datetime(2031, 3, 3, 5, tzinfo=UTC)).entries.items()
        for entry in entries
    ]
    return sorted(rows, key=lambda row: (row.at, row.id))
