"""Score copy recognition on kinds of streams that it was not fitted on, beside the scores in sample.

    python -m tests.quality.left_out              # scores and reliability, on whole streams
    python -m tests.quality.left_out --ablate     # and what each rule and each group of terms is worth

Of each kind of stream the stories are built with weights that were fitted without it (`left_out.json`), and
with the weights of the product. Rules have no weights: people wrote them with these streams in view.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import NamedTuple
from unittest.mock import patch

import numpy as np

from tests.quality.fit import Part, fit_weights, make_part, read_left_out, weigh
from tests.quality.model import Bools, Model, likely, product_model
from tests.quality.replay import Judged, Replay
from tests.quality.rows import Scores
from tests.quality.sets import OTHER_LANGUAGES, SETS, is_of_kind, is_sampled, kinds
from worker.dedupe import verify
from worker.dedupe.match import THRESHOLD
from worker.dedupe.model_terms import SIGNS


class Sample(NamedTuple):
    """A part of a set, scored with weights fitted without a kind: every Nth story with copies, and others."""

    kind: str
    name: str
    view: str
    copies: int
    others: int


SAMPLES = (
    Sample("real full", "real_full", "full", 1, 8),
    Sample("real short", "real_short", "short", 1, 4),
    Sample("Reuters 1987", "real_reuters_dev", "full", 1, 4),
    Sample("Reuters 1987", "real_reuters_dev", "short", 1, 4),
    Sample("wiresim", "wiresim_dev", "full", 8, 16),
    Sample("wiresim", "wiresim_dev", "short", 8, 16),
    Sample("second author", "full_en", "full", 8, 8),
    Sample("second author", "short", "short", 8, 8),
    Sample("own simulator", "simulator a", "full", 1, 1),
    Sample("own simulator", "simulator b", "short", 1, 1),
    Sample(OTHER_LANGUAGES, "wiresim_ja", "full", 6, 6),
    Sample(OTHER_LANGUAGES, "full_multi", "full", 6, 6),
)
BINS = (THRESHOLD, 0.8, 0.9, 0.95, 0.98, 0.995, 1.0001)
# rules of `verify` -> what they return if they never apply
RULES: Mapping[str, object] = {
    "is_other_form": False,
    "is_same_rolling": False,
    "is_take_or_rewrite": False,
    "_is_refilled_template": False,
    "_is_about_others": False,
    "_is_other_brief": False,
    "_is_other_event": False,
    "LITTLE_OF_FULL": 0.0,
    "LITTLE_SHARE": 0.0,
    "OWN_TITLE_SHARE": 0.0,
}
GROUPS = {
    "numbers": ("number_",),
    "names": ("name_", "short_name"),
    "titles": ("title_", "short_title", "heading", "correct_title"),
    "openings": ("lead_", "brief_turned", "fresh", "inlay", "short_tail"),
    "size": ("brief", "short", "size", "whole_"),
    "same source": ("same",),
    "time": ("gap_",),
    "place, worn": ("place", "worn"),
}


@dataclass(frozen=True, slots=True)
class Bin:
    """Matches of a range of shown similarity: each kind of streams counts the same in the shares."""

    low: float
    high: float
    count: int
    shown: float  # mean similarity
    right: float  # share of copies


@cache
def score_sample(sample: Sample) -> tuple[Replay, Scores, list[Judged]] | None:
    """Build the stories of a sample with weights fitted without its kind; None if its set is not here."""
    entry = next(entry for entry in SETS if entry.name == sample.name)
    if not entry.is_present:
        return None
    rows = entry.rows()
    sizes = Counter(row.story for row in rows)
    kept = [row for row in rows if is_sampled(row, sample.copies if sizes[row.story] > 1 else sample.others)]
    replay = Replay(entry, sample.view, kept)
    with read_left_out()[sample.kind].in_use():
        return replay, *replay.run()


def sampled_reliability(view: str) -> list[Bin]:
    """Return the reliability of matches of the samples in a view."""
    matches: dict[str, list[tuple[float, bool]]] = {}
    for sample in SAMPLES:
        found = score_sample(sample) if (sample.view == view and sample.kind != OTHER_LANGUAGES) else None
        if found:
            matches.setdefault(sample.kind, []).extend(judged_matches(found[0], found[2]))
    return reliability(matches)


def judged_matches(replay: Replay, judged: Iterable[Judged]) -> list[tuple[float, bool]]:
    """Return (similarity, whether it is a copy) of all matches; undecided pairs are left out."""
    rows, unsure = replay.rows, replay.entry.unsure()
    found = []
    for new, old, similarity in judged:
        low, high = sorted((rows[new].id, rows[old].id))
        if (low, high) not in unsure:
            found.append((similarity, rows[new].story == rows[old].story))
    return found


def reliability(matches: Mapping[str, Sequence[tuple[float, bool]]]) -> list[Bin]:
    """Return how often matches are right, by their similarity; `matches` by kind of streams."""
    values = np.array([value for found in matches.values() for value, _ in found])
    right = np.array([is_right for found in matches.values() for _, is_right in found])
    worth = np.array([1 / len(found) for found in matches.values() for _ in found])
    bins = []
    for low, high in pairwise(BINS):
        within = (values >= low) & (values < high)
        total = float(worth[within].sum())
        if total:
            shown = float((worth * values)[within].sum() / total)
            share = float((worth * right)[within].sum() / total)
            bins.append(Bin(low, min(high, 1.0), int(within.sum()), shown, share))
    return bins


def show_scores(
    replays: Sequence[Replay], models: Mapping[str, Model]
) -> dict[str, list[tuple[float, bool]]]:
    """Print the scores of each stream; returns the matches of left-out streams by kind and view."""
    product, matches = product_model(), dict[str, list[tuple[float, bool]]]()
    print(f"{'left out':16}{'set':18}{'view':6}  left out: P     R     F1     in sample: P     R     F1")
    for kind in kinds():
        for replay in replays:
            if not is_of_kind(replay.entry, kind):
                continue
            with models[kind].in_use():
                scores, judged = replay.run()
            with product.in_use():
                fitted, _ = replay.run()
            if kind != OTHER_LANGUAGES:
                found = matches.setdefault(f"{kind}, {replay.view}", [])
                found += judged_matches(replay, judged)
            print(
                f"{kind:16}{replay.entry.name:18}{replay.view:6}  {_format(scores)}     {_format(fitted)}",
                flush=True,
            )
    return matches


def _format(s: Scores) -> str:
    return f"{s.precision:8.4f}{s.recall:7.4f}{s.f1:7.4f}"


def show_reliability(matches: Mapping[str, Sequence[tuple[float, bool]]]) -> None:
    """Print what is right of the matches with a similarity, in both views and together."""
    print(f"\n{'shown':>14}{'matches':>9}{'mean':>8}{'right':>8}")
    for view in ("full", "short"):
        chosen = {kind: found for kind, found in matches.items() if kind.endswith(view) and found}
        print(f"{view} texts")
        for entry in reliability(chosen):
            print(f"{entry.low:7.3f}-{entry.high:5.3f}{entry.count:9}{entry.shown:8.3f}{entry.right:8.3f}")


def show_ablation(parts: Sequence[Part]) -> None:
    """Print the scores of candidate pairs of left-out streams without each group of terms and each rule."""
    print("\ncandidate pairs of left-out streams: P/R and F1 by kind, and without")
    names = [kind for kind in kinds() if kind != OTHER_LANGUAGES]
    print(f"{'':24}" + "".join(f"{kind:>24}" for kind in names))
    betas = {kind: fit_weights(parts, kind) for kind in names}
    print(f"{'nothing':24}" + "".join(_pair_scores(parts, kind, betas[kind]) for kind in names))
    for group, starts in GROUPS.items():
        terms = [term for term in SIGNS if term.startswith(starts)]
        fitted = {kind: fit_weights(parts, kind, terms) for kind in names}
        line = "".join(_pair_scores(parts, kind, fitted[kind]) for kind in names)
        print(f"terms: {group:17}{line}", flush=True)
    for rule, never in RULES.items():
        line = "".join(_rule_scores(parts, kind, betas[kind].tolist(), rule, never) for kind in names)
        print(f"rule: {rule:18}{line}", flush=True)


def _pair_scores(parts: Sequence[Part], kind: str, beta: np.ndarray) -> str:
    found = [
        (part, likely(weigh(part, beta)) >= THRESHOLD)
        for part in parts
        if is_of_kind(part.replay.entry, kind)
    ]
    return _counted(found)


def _rule_scores(parts: Sequence[Part], kind: str, beta: list[float], rule: str, never: object) -> str:
    model = Model(beta[0], tuple(beta[1:]), product_model().short)
    found = []
    with model.in_use(), _without(rule, never):
        for part in parts:
            if is_of_kind(part.replay.entry, kind):
                scores = [
                    pair.short is None and verify.score_match(pair.features) >= THRESHOLD
                    for pair in part.pairs
                ]
                found.append((part, np.array(scores, bool)))
    return _counted(found)


@contextmanager
def _without(rule: str, never: object) -> Iterator[None]:
    replacement = (lambda _: never) if callable(getattr(verify, rule)) else never
    with patch.object(verify, rule, replacement):
        yield


def _counted(found: Sequence[tuple[Part, Bools]]) -> str:
    count: Counter[tuple[bool, bool]] = Counter()
    for part, joined in found:
        used = ~part.is_unsure & (part.ruled < 0)
        count.update(zip(joined[used].tolist(), part.is_true[used].tolist(), strict=True))
    hits, wrong, missed = count[True, True], count[True, False], count[False, True]
    if not hits + missed:
        return f"{'-':>24}"
    precision, recall = hits / max(1, hits + wrong), hits / (hits + missed)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return f"{precision:10.3f}{recall:7.3f}{f1:7.3f}"


def main(argv: Sequence[str] | None = None) -> None:
    """Print the scores, the reliability and, if requested, the ablation."""
    parser = argparse.ArgumentParser(description="Score streams with weights that were fitted without them.")
    parser.add_argument("--ablate", action="store_true", help="print what rules and terms are worth")
    options = parser.parse_args(argv)
    replays = [Replay(entry, view) for entry in SETS if entry.is_present for view in entry.views]
    show_reliability(show_scores(replays, read_left_out()))
    if options.ablate:
        show_ablation(
            [make_part(replay.sampled(partial(is_sampled, every=replay.entry.every))) for replay in replays]
        )


if __name__ == "__main__":
    main()
