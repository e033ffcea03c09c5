"""Fit the logistic match model under sign constraints, and score the resulting stories."""

import numpy as np
import numpy.typing as npt

from tests.quality.pairs import Floats, Stream
from tests.quality.rows import Scores, score
from worker.dedupe.match import THRESHOLD

PENALTY = 0.3  # of the squared weights
MAX_STEPS = 60
SMALL_GRADIENT = 1e-6  # below this a constrained weight stays 0
SMALL_GAIN = 1e-7  # of the loss; a step with a smaller gain is the last


def fit_logistic(
    terms: Floats, is_copy: Floats, worth: Floats, signs: Floats, penalty: float = PENALTY
) -> Floats:
    """Return the bias and the weights that minimize the log loss; each weight has its sign or is 0.

    Newton steps, each to the constrained minimum of the quadratic approximation, halved until the loss
    decreases.
    """
    design = np.hstack([np.ones((len(terms), 1)), terms])
    bounds = np.concatenate([[0.0], signs])
    ridge = np.full(design.shape[1], penalty)
    ridge[0] = 0.0
    beta = np.zeros(design.shape[1])
    loss = _loss(design, is_copy, worth, ridge, beta)
    for _ in range(MAX_STEPS):
        likely = _likely(design @ beta)
        loss_gradient = design.T @ (worth * (likely - is_copy)) + ridge * beta
        hessian = (design * (worth * likely * (1 - likely))[:, None]).T @ design + np.diag(ridge + 1e-9)
        step = _best_within(hessian, hessian @ beta - loss_gradient, bounds, beta) - beta
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


def _best_within(hessian: Floats, pull: Floats, bounds: Floats, start: Floats) -> Floats:
    """Minimize x'Bx/2 - p'x under the signs, from a feasible start (Lawson and Hanson 1974)."""
    best = start.copy()
    free = (bounds == 0) | (best != 0)
    while True:
        goal = _solve(hessian, pull, free)
        while (out := free & (bounds * goal < 0)).any():
            reach = np.where(out, best / np.where(out, best - goal, 1.0), np.inf)
            first = int(np.argmin(reach))
            best = best + reach[first] * (goal - best)
            best[first] = 0.0
            free[first] = False
            goal = _solve(hessian, pull, free)
        best = goal
        gradient = np.where(free, 0.0, (pull - hessian @ best) * bounds)
        if gradient.max() < SMALL_GRADIENT:
            return best
        free[int(np.argmax(gradient))] = True


def _solve(hessian: Floats, pull: Floats, free: npt.NDArray[np.bool_]) -> Floats:
    found = np.zeros_like(pull)
    found[free] = np.linalg.solve(hessian[np.ix_(free, free)], pull[free])
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
    """Score the stories of the chosen rows under given weights: each row joins its most likely candidate."""
    likely = _likely(beta[0] + stream.terms @ beta[1:])
    best: dict[int, tuple[float, int]] = {}
    for new, old, p in zip(stream.new.tolist(), stream.old.tolist(), likely.tolist(), strict=True):
        if p >= threshold and (chosen is None or (new in chosen and old in chosen)):
            best[new] = max(best.get(new, (0.0, -1)), (p, old))
    story_of = list(range(len(stream.rows)))
    for at in range(len(story_of)):
        if at in best:
            story_of[at] = story_of[best[at][1]]
    kept = [at for at in range(len(story_of)) if chosen is None or at in chosen]
    return score([stream.rows[at] for at in kept], [story_of[at] for at in kept], unsure)
