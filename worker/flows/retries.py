"""When a failed extraction job is tried again, by what went wrong; after the last attempt it is dead."""

import random
from dataclasses import dataclass
from datetime import datetime

from worker.errors import FetchError, PermanentFetchError
from worker.schedule.http_hints import read_retry_after

LONGEST_S = 6 * 3600.0
MAX_ATTEMPTS = 6  # of a job whose workers died


@dataclass(frozen=True, slots=True)
class Plan:
    """The pause after the first failure, the growth of each further one, and the attempts in all."""

    first_s: float
    growth: float
    attempts: int

    def pause_s(self, attempts: int, rng: random.Random) -> float | None:
        """Seconds until the next attempt after so many, spread a little; None when that was the last."""
        if attempts >= self.attempts:
            return None
        return min(self.first_s * self.growth ** (attempts - 1), LONGEST_S) * rng.uniform(1.0, 1.2)


NETWORK = Plan(60.0, 4.0, 6)  # timeouts, resets, names: most pass within minutes
SERVER = Plan(300.0, 3.0, 6)  # 5xx and 429: the site has trouble of its own and needs rest
FORBIDDEN = Plan(3600.0, 6.0, 3)  # 403: a block that may be lifted, and must not be hammered
OUR_FAULT = Plan(600.0, 6.0, 3)  # an error in our code: it may be mended by an upgrade
LIMIT = Plan(600.0, 1.0, 2)  # a deadline, or a process that died: once more, perhaps it was the machine
GIVE_UP = Plan(0.0, 1.0, 1)


def plan_of(exc: FetchError) -> Plan:
    """How a page that could not be had is tried again (status codes as in RFC 9110 section 15)."""
    if exc.status == 403:
        return FORBIDDEN
    if isinstance(exc, PermanentFetchError):
        return GIVE_UP
    return NETWORK if exc.status is None else SERVER


def asked_wait_s(exc: FetchError, now: datetime) -> float:
    """Seconds that the server asked to wait for (`Retry-After`); 0 when it did not."""
    asked = read_retry_after(exc.headers, now)
    return (asked.wait_s or 0.0) if asked else 0.0
