"""Quality gate: copy recognition on kinds of streams that the weights were not fitted on.

The weights of each kind are those of `left_out.json`, fitted on the other kinds. Scores are pinned slightly
below those measured on a sample of each stream.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tests.newsroom.room import Newsroom
from tests.quality.fit import read_left_out
from tests.quality.left_out import SAMPLES, Sample, sampled_reliability, score_sample
from tests.quality.model import product_model
from tests.quality.rows import Row, score
from tests.quality.sets import kinds
from worker.dedupe.model_terms import SIGNS
from worker.flows.cluster import run

# of each sample: lowest precision and recall
LOWEST = (
    (0.98, 0.97), (0.95, 0.95),
    (0.96, 0.84), (0.94, 0.78),
    (0.98, 0.97), (0.97, 0.87),
    (0.98, 0.92), (0.97, 0.70),
    (0.97, 0.98), (0.94, 0.94),
    (0.98, 0.98), (0.98, 0.92),
)  # fmt: skip
# texts about the same event, or digests of events, that are not copies: hard to distinguish
NEIGHBORS = frozenset({"followup", "independent", "digest"})
MAX_OVERSTATED = 0.03  # of the shown similarity, over the share that is right


@pytest.mark.parametrize(("sample", "lowest"), list(zip(SAMPLES, LOWEST, strict=True)), ids=str)
def test_copies_are_recognized_in_kinds_of_streams_not_fitted_on(
    sample: Sample, lowest: tuple[float, float]
) -> None:
    found = score_sample(sample)
    if found is None:
        pytest.skip(f"no labeled stream {sample.name}")
    assert found[1].precision >= lowest[0]
    assert found[1].recall >= lowest[1]


@pytest.mark.parametrize("view", ["full", "short"])
def test_similarity_is_the_share_of_matches_that_are_right(view: str) -> None:
    """What is shown is not more than what holds on streams that were not fitted on, of all kinds together."""
    absent = [sample.name for sample in SAMPLES if sample.view == view and score_sample(sample) is None]
    if absent:
        pytest.skip(f"no labeled stream {', '.join(absent)}")
    bins = sampled_reliability(view)
    count = sum(found.count for found in bins)
    overstated = sum((found.shown - found.right) * found.count for found in bins)
    assert count > 500
    assert overstated <= MAX_OVERSTATED * count


def test_each_kind_of_streams_has_weights_fitted_without_it() -> None:
    stored = read_left_out()
    assert set(stored) >= set(kinds())
    product = product_model()
    assert all(len(model.weights) == len(SIGNS) for model in stored.values())
    assert all(model != product for model in stored.values())


@pytest.mark.parametrize("half", ["a", "b"])
def test_other_texts_about_an_event_stay_apart_from_its_copies(half: str) -> None:
    """Follow-ups with the same background, independent reports and digests rarely join copies."""
    found = score_sample(Sample("own simulator", f"simulator {half}", "full", 1, 1))
    assert found
    replay, scores, _ = found
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
