"""Retry policies of failed extraction jobs; after the last attempt a job is dead."""

import random
from dataclasses import dataclass
from datetime import datetime

from worker.errors import FetchError, PermanentFetchError
from worker.schedule.http_hints import read_retry_after

UNSENT_S = 60.0  # until a message is tried again that lacks a secret: no attempt, as nothing was sent
LONGEST_S = 6 * 3600.0
MAX_ATTEMPTS = 6  # of a job whose worker died each time


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The pause after the first failure, the growth factor of later ones, and the maximum attempts."""

    first_s: float
    growth: float
    attempts: int

    def pause_s(self, attempts: int, rng: random.Random) -> float | None:
        """Seconds before the next attempt (with jitter), or None after the last one."""
        if attempts >= self.attempts:
            return None
        return min(self.first_s * self.growth ** (attempts - 1), LONGEST_S) * rng.uniform(1.0, 1.2)


NETWORK = RetryPolicy(60.0, 4.0, 6)  # timeouts, resets, names: most pass within minutes
SERVER = RetryPolicy(300.0, 3.0, 6)  # 5xx and 429: the site is overloaded or broken
FORBIDDEN = RetryPolicy(3600.0, 6.0, 3)  # 403: a block that may be lifted; few requests
INTERNAL = RetryPolicy(600.0, 6.0, 3)  # an error in our code, which an upgrade may fix
LIMIT = RetryPolicy(
    600.0, 1.0, 2
)  # a deadline or a killed process: one retry, as the failure may be environmental
BUSY = RetryPolicy(60.0, 3.0, 6)  # the machine was busy
GIVE_UP = RetryPolicy(0.0, 1.0, 1)


def policy_for(exc: FetchError) -> RetryPolicy:
    """The retry policy for a failed page fetch (status codes: RFC 9110 section 15)."""
    if exc.status == 403:
        return FORBIDDEN
    if isinstance(exc, PermanentFetchError):
        return GIVE_UP
    return NETWORK if exc.status is None else SERVER


def retry_after_s(exc: FetchError, now: datetime) -> float:
    """The seconds of the response's `Retry-After`; 0 without one."""
    hint = read_retry_after(exc.headers, now)
    return (hint.wait_s or 0.0) if hint else 0.0
