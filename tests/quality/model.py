"""The weights of the match model as one value, and their fit under sign constraints."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

from worker.dedupe import short_match, verify
from worker.dedupe.model_terms import SIGNS
from worker.dedupe.model_weights import BIAS, SHORT, WEIGHTS

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

PENALTY = 0.3  # of the squared weights
MAX_STEPS = 60
SMALL_GRADIENT = 1e-6  # below this a constrained weight stays 0
SMALL_GAIN = 1e-7  # of the loss; a step with a smaller gain is the last
MAX_LOGIT = 40.0


@dataclass(frozen=True, slots=True)
class Model:
    """What is fitted: bias and weights of the terms in the order of SIGNS, and the weights of short items."""

    bias: float
    weights: tuple[float, ...]
    short: tuple[float, float, float, float]

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Let the product decide by this model in the block."""
        with (
            patch.object(verify, "BIAS", self.bias),
            patch.object(verify, "_WEIGHTS", self.weights),
            patch.object(short_match, "SHORT", self.short),
        ):
            yield


def product_model() -> Model:
    """Return the model that the product uses."""
    return Model(BIAS, tuple(WEIGHTS.get(term, 0.0) for term in SIGNS), SHORT)


def likely(scores: Floats) -> Floats:
    """Return the probabilities of scores (log odds)."""
    out: Floats = 1 / (1 + np.exp(-np.clip(scores, -MAX_LOGIT, MAX_LOGIT)))
    return out


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
        now_likely = likely(design @ beta)
        loss_gradient = design.T @ (worth * (now_likely - is_copy)) + ridge * beta
        curvature = worth * now_likely * (1 - now_likely)
        hessian = (design * curvature[:, None]).T @ design + np.diag(ridge + 1e-9)
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


def _loss(design: Floats, is_copy: Floats, worth: Floats, ridge: Floats, beta: Floats) -> float:
    scores = design @ beta
    return float((worth * (np.logaddexp(0, scores) - is_copy * scores)).sum() + 0.5 * (ridge * beta**2).sum())
