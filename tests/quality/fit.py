"""Fit the weights of the match model, on all streams and on all but one kind of streams.

    python -m tests.quality.fit     # write worker/dedupe/model_weights.py and tests/quality/left_out.json

Uses the labeled streams of the shared directory and the simulator. Each model is fitted in three steps: the
weights of the terms; their scale, so that the result is a probability on streams of kinds that were not
fitted on; and the weights of short items. `tests.quality.left_out` shows the scores of these models.
"""

import json
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from tests.quality.model import Bools, Floats, Model, fit_logistic, likely
from tests.quality.replay import Pair, Replay
from tests.quality.sets import SETS, is_of_kind, is_sampled, is_unseen, kinds
from worker.dedupe.model_terms import SIGNS
from worker.dedupe.short_match import MIN_RULED, MIN_TEXT, UNWEIGHED, likeness, short_terms
from worker.dedupe.verify import weighable_terms

WEIGHTS_FILE = Path(__file__).parents[2] / "worker/dedupe/model_weights.py"
LEFT_OUT_FILE = Path(__file__).with_name("left_out.json")
# kind of stream -> weight of each of its pairs: real texts most. The second author's pairs are many and
# alike: with more weight they worsen the scores of real streams that were not fitted on
WORTH = {
    "real full": 15.0,
    "real short": 15.0,
    "Reuters 1987": 15.0,
    "wiresim": 1.0,
    "own simulator": 2.0,
    "second author": 0.1,
}
LITTLE_TEXT, LITTLE_TITLE = 0.08, 0.3  # shares that many unrelated texts have in common
PAIRS_OF_A_KIND = 3_000  # for the scale; a kind with more pairs counts like one with this number
MAX_SCORE = 12.0  # log odds; what is beyond says nothing about the scale
PRECISION = 3  # decimals of a weight
WIDTH = 110
HEAD = "The weights of the match model: a logistic model, fitted offline."
DESCRIPTION = """
Written by `python -m tests.quality.fit`: Newton steps under the signs of `model_terms.SIGNS`, on the
candidate pairs of labeled streams: real texts of several sources, Reuters wire of 1987, and simulated edits.
Weight of a pair by kind of stream: {worth}.

The scale makes the result a probability on streams of kinds that were not fitted on.
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A stream in one view and its candidate pairs, as arrays; `terms` are 0 where a rule decides."""

    replay: Replay
    pairs: Sequence[Pair]
    terms: Floats
    is_weighed: Bools  # no rule excludes the pair
    is_true: Bools
    is_unsure: Bools  # no reader could decide
    is_distant: Bools  # with almost nothing in common
    ruled: Floats  # likeness by the rules of short items, -1 for others
    is_bare: Bools  # one of two short items has no text

    @property
    def kind(self) -> str:
        """The kind of stream."""
        return self.replay.entry.kind


def gather(tell: Callable[[str], None] = print) -> list[Part]:
    """Return all streams that are present, in all their views."""
    parts = []
    for entry in SETS:
        for view in entry.views if entry.is_present else ():
            replay = Replay(entry, view).sampled(partial(is_sampled, every=entry.every))
            parts.append(make_part(replay))
            tell(f"{entry.name} {view}: {len(replay.rows)} documents, {len(parts[-1].pairs)} pairs")
    return parts


def make_part(replay: Replay) -> Part:
    """Return the candidate pairs of a stream as arrays."""
    pairs, rows, unsure = replay.pairs(), replay.rows, replay.entry.unsure()
    terms = [weighable_terms(pair.features) for pair in pairs]
    ids = [tuple(sorted((rows[pair.new].id, rows[pair.old].id))) for pair in pairs]
    return Part(
        replay,
        pairs,
        np.array([found or (0.0,) * len(SIGNS) for found in terms], float).reshape(len(pairs), len(SIGNS)),
        np.array([found is not None for found in terms], bool),
        np.array([rows[pair.new].story == rows[pair.old].story for pair in pairs], bool),
        np.array([ident in unsure for ident in ids], bool),
        np.array(
            [p.features.small < LITTLE_TEXT and p.features.title_share < LITTLE_TITLE for p in pairs], bool
        ),
        np.array([likeness(pair.short) if pair.short else -1.0 for pair in pairs], float),
        np.array([p.short is not None and p.short.shorter < MIN_TEXT * p.short.scale for p in pairs], bool),
    )


def seen(part: Part, kind: str | None) -> Bools:
    """Return which pairs may be fitted on if a kind of streams is left out."""
    entry, rows = part.replay.entry, part.replay.rows
    if kind is None:
        return np.ones(len(part.pairs), bool)
    return np.array([not is_unseen(entry, rows[pair.new], kind) for pair in part.pairs], bool)


def fit_weights(parts: Sequence[Part], kind: str | None, without: Sequence[str] = ()) -> Floats:
    """Fit bias and weights on all streams, or on all but one kind; `without` are terms left out."""
    terms, true, worth = [], [], []
    for part in parts:
        used = seen(part, kind) & part.is_weighed & ~part.is_unsure & (part.is_true | ~part.is_distant)
        terms.append(part.terms[used])
        true.append(part.is_true[used].astype(float))
        worth.append(np.full(int(used.sum()), WORTH[part.kind]))
    kept = np.array([term not in without for term in SIGNS], bool)
    signs = np.array(list(SIGNS.values()), float)[kept]
    found = fit_logistic(np.vstack(terms)[:, kept], np.concatenate(true), np.concatenate(worth), signs)
    beta = np.zeros(len(SIGNS) + 1)
    beta[np.concatenate([[True], kept])] = found
    return beta


def weigh(part: Part, beta: Floats) -> Floats:
    """Return the log odds of each pair by the weighted terms, the lowest where a rule excludes it."""
    scores: Floats = np.clip(beta[0] + part.terms @ beta[1:], -MAX_SCORE, MAX_SCORE)
    scores[~part.is_weighed] = -MAX_SCORE
    return scores


def fit_scale(unseen: Sequence[tuple[Part, Floats, float]]) -> Floats:
    """Return offset and factor that make log odds of unseen streams those of their most similar candidates.

    `unseen` are streams with their log odds and the weight of each of their rows.
    """
    terms, true, worth = [], [], []
    for part, scores, weight in unseen:
        chosen = best_of_rows(part, scores, part.is_weighed & (part.ruled < 0) & ~part.is_unsure)
        terms.append(scores[chosen][:, None])
        true.append(part.is_true[chosen].astype(float))
        worth.append(np.full(len(chosen), weight))
    return fit_logistic(np.vstack(terms), np.concatenate(true), np.concatenate(worth), np.ones(1), 0.0)


def fit_short(unseen: Sequence[tuple[Part, Floats, float]]) -> Floats:
    """Return the weights of short items: of the bias, of the likeness by rules, and of the model."""
    terms, true, worth = [], [], []
    for part, scores, weight in unseen:
        chosen = np.flatnonzero((part.ruled >= MIN_RULED) & ~part.is_unsure)
        weighed = np.where(part.is_weighed, likely(scores), 0.0)
        weighed = np.where(part.is_bare, np.maximum(weighed, UNWEIGHED), weighed)
        found = [short_terms(part.ruled[at], weighed[at]) for at in chosen.tolist()]
        terms.append(np.array(found, float).reshape(len(chosen), 3))
        true.append(part.is_true[chosen].astype(float))
        worth.append(np.full(len(chosen), weight))
    return fit_logistic(np.vstack(terms), np.concatenate(true), np.concatenate(worth), np.ones(3))


def best_of_rows(part: Part, scores: Floats, mask: Bools) -> list[int]:
    """Return the pair with the highest score of each row, among the pairs of a mask."""
    best: dict[int, int] = {}
    for at in np.flatnonzero(mask).tolist():
        new = part.pairs[at].new
        if new not in best or scores[at] > scores[best[new]]:
            best[new] = at
    return list(best.values())


def fit_models(parts: Sequence[Part]) -> dict[str, Model]:
    """Return the model fitted on all streams as "", and by kind the one without that kind."""
    betas = {kind: fit_weights(parts, kind or None) for kind in ("", *kinds())}
    odds = [weigh(part, betas[part.kind]) for part in parts]
    return {kind: _scaled(parts, odds, beta, kind) for kind, beta in betas.items()}


def _scaled(parts: Sequence[Part], odds: Sequence[Floats], beta: Floats, kind: str) -> Model:
    """Return a model whose scale and short items are fitted on scores of unseen streams of other kinds."""
    used = [at for at, part in enumerate(parts) if not kind or not is_of_kind(part.replay.entry, kind)]
    counts = {name: sum(len(parts[at].pairs) for at in used if parts[at].kind == name) for name in kinds()}
    weights = [PAIRS_OF_A_KIND / max(PAIRS_OF_A_KIND, counts[parts[at].kind]) for at in used]
    offset, factor = fit_scale(
        [(parts[at], odds[at], weight) for at, weight in zip(used, weights, strict=True)]
    ).tolist()
    scaled = [offset + factor * odds[at] for at in used]
    short = fit_short([(parts[at], s, w) for at, s, w in zip(used, scaled, weights, strict=True)])
    bias, *rest = [offset + factor * beta[0], *(factor * beta[1:]).tolist()]
    first, second, third, fourth = (round(float(value), PRECISION) for value in short)
    return Model(
        round(float(bias), PRECISION),
        tuple(round(float(weight), PRECISION) + 0.0 for weight in rest),
        (first, second, third, fourth),
    )


def main() -> None:
    """Fit all models and write them."""
    models = fit_models(gather())
    WEIGHTS_FILE.write_text(module_of(models[""]), encoding="utf-8")
    listed = {kind: _listed(model) for kind, model in models.items() if kind}
    LEFT_OUT_FILE.write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")


def _listed(model: Model) -> dict[str, object]:
    weights = {term: weight for term, weight in zip(SIGNS, model.weights, strict=True) if weight}
    return {"bias": model.bias, "short": list(model.short), "weights": weights}


def read_left_out() -> dict[str, Model]:
    """Return the stored models, each fitted without one kind of streams."""
    found = json.loads(LEFT_OUT_FILE.read_text(encoding="utf-8"))
    return {
        kind: Model(
            entry["bias"],
            tuple(entry["weights"].get(term, 0.0) for term in SIGNS),
            tuple(entry["short"]),
        )
        for kind, entry in found.items()
    }


def module_of(model: Model) -> str:
    """Return the source of the module with the weights."""
    worth = ", ".join(f"{kind} {weight:g}" for kind, weight in WORTH.items())
    weights = "".join(
        f'    "{term}": {weight:.{PRECISION}f},\n' for term, weight in zip(SIGNS, model.weights, strict=True)
    )
    text = "\n\n".join(
        textwrap.fill(part, WIDTH, break_on_hyphens=False)
        for part in DESCRIPTION.strip().format(worth=worth).split("\n\n")
    )
    short = ", ".join(f"{weight:.{PRECISION}f}" for weight in model.short)
    return (
        f'"""{HEAD}\n\n{text}\n"""\n\nBIAS = {model.bias:.{PRECISION}f}\n\n'
        f"# of two short items: the bias, and the weights of `short_match.short_terms`\nSHORT = ({short})\n\n"
        f"WEIGHTS: dict[str, float] = {{\n{weights}}}\n"
    )


if __name__ == "__main__":
    main()
