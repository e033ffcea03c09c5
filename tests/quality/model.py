"""The verifier's logistic model: its fit under signs, and the stories that follow from it."""

import numpy as np
import numpy.typing as npt

from tests.quality.pairs import Floats, Stream
from tests.quality.rows import Scores, score
from worker.dedupe.match import THRESHOLD

PENALTY = 0.3  # of the squared weights
MAX_STEPS = 60
SMALL_WISH = 1e-6  # a slope that moves no weight
SMALL_GAIN = 1e-7  # of the loss; a step that wins less is the last


def fit_logistic(
    terms: Floats, is_copy: Floats, worth: Floats, signs: Floats, penalty: float = PENALTY
) -> Floats:
    """The bias and the weights of the terms that make the least log loss; each weight has its sign or is 0.

    Newton steps, each to the best point that the signs allow of the loss's quadratic picture, and halved
    until it wins.
    """
    design = np.hstack([np.ones((len(terms), 1)), terms])
    bounds = np.concatenate([[0.0], signs])
    ridge = np.full(design.shape[1], penalty)
    ridge[0] = 0.0
    beta = np.zeros(design.shape[1])
    loss = _loss(design, is_copy, worth, ridge, beta)
    for _ in range(MAX_STEPS):
        likely = _likely(design @ beta)
        slope = design.T @ (worth * (likely - is_copy)) + ridge * beta
        bend = (design * (worth * likely * (1 - likely))[:, None]).T @ design + np.diag(ridge + 1e-9)
        step = _best_within(bend, bend @ beta - slope, bounds, beta) - beta
        size, now = 1.0, loss
        while size > 1e-4:
            now = _loss(design, is_copy, worth, ridge, beta + size * step)
            if now < loss:
                break
            size /= 2
        if loss - now < SMALL_GAIN * max(1.0, loss):
            break
        beta, loss = beta + size * step, now
    return beta


def _best_within(bend: Floats, pull: Floats, bounds: Floats, start: Floats) -> Floats:
    """The least of x'Bx/2 - p'x under the signs, from a start that keeps them (Lawson and Hanson 1974)."""
    best = start.copy()
    free = (bounds == 0) | (best != 0)
    while True:
        goal = _solve(bend, pull, free)
        while (out := free & (bounds * goal < 0)).any():
            reach = np.where(out, best / np.where(out, best - goal, 1.0), np.inf)
            first = int(np.argmin(reach))
            best = best + reach[first] * (goal - best)
            best[first] = 0.0
            free[first] = False
            goal = _solve(bend, pull, free)
        best = goal
        wish = np.where(free, 0.0, (pull - bend @ best) * bounds)
        if wish.max() < SMALL_WISH:
            return best
        free[int(np.argmax(wish))] = True


def _solve(bend: Floats, pull: Floats, free: npt.NDArray[np.bool_]) -> Floats:
    found = np.zeros_like(pull)
    found[free] = np.linalg.solve(bend[np.ix_(free, free)], pull[free])
    return found


def _likely(scores: Floats) -> Floats:
    out: Floats = 1 / (1 + np.exp(-np.clip(scores, -40, 40)))
    return out


def _loss(design: Floats, is_copy: Floats, worth: Floats, ridge: Floats, beta: Floats) -> float:
    scores = design @ beta
    return float((worth * (np.logaddexp(0, scores) - is_copy * scores)).sum() + 0.5 * (ridge * beta**2).sum())


def judge(
    stream: Stream,
    beta: Floats,
    chosen: set[int] | None = None,
    unsure: frozenset[tuple[str, str]] = frozenset(),
    threshold: float = THRESHOLD,
) -> Scores:
    """The scores of the stories that weights give to the chosen rows: each joins its likeliest candidate."""
    likely = _likely(beta[0] + stream.terms @ beta[1:])
    best: dict[int, tuple[float, int]] = {}
    for new, old, p in zip(stream.new.tolist(), stream.old.tolist(), likely.tolist(), strict=True):
        if p >= threshold and (chosen is None or (new in chosen and old in chosen)):
            best[new] = max(best.get(new, (0.0, -1)), (p, old))
    said = list(range(len(stream.rows)))
    for at in range(len(said)):
        if at in best:
            said[at] = said[best[at][1]]
    kept = [at for at in range(len(said)) if chosen is None or at in chosen]
    return score([stream.rows[at] for at in kept], [said[at] for at in kept], unsure)
