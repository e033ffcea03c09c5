"""How many extraction tasks are sent ahead of the workers: as many as they can end, at whatever cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from worker.flows.services import Services

ENDED = "wireroom:extract-tasks-ended"  # counter in Redis; emptied with it, which costs one measurement
LEAST_PER_THREAD_S = 1.5  # jobs per worker thread and second between ticks, before anything was measured
TICKS_AHEAD = 2.0  # a queue that holds the work of two ticks does not run dry before the next one
LEASE_TICKS = 3.0  # how many ticks a queued task keeps its claim, if they are long
SAFE_LEASE = 0.75  # of the lease of a queued task: the last task sent must begin within it
KEPT = 0.5  # of what was allowed before, when few tasks ended
SHORTEST = 0.5  # of a tick: what ended in less is measured with the next one


def note_ended(services: Services) -> None:
    """Count a task that did its job; a lost count is harmless."""
    from redis import RedisError  # noqa: PLC0415 - services are imported without it

    try:
        services.redis.incr(ENDED)
    except RedisError:
        return


def read_ended(services: Services) -> int | None:
    """The number of tasks that have ended, of all workers; None if the broker does not respond."""
    from redis import RedisError  # noqa: PLC0415 - services are imported without it

    try:
        return int(cast("bytes | None", services.redis.get(ENDED)) or 0)
    except RedisError:
        return None


@dataclass
class JobPace:
    """Measures how many tasks end per second, from one tick of this control to its next.

    The workers count what ended, so lapsed claims, follow-up jobs and what other controls send do not matter.
    """

    ended: int | None = None  # as of the last measurement
    at_s: float = -math.inf
    allowed: int = 0  # outstanding tasks at once

    def least(self, threads: int, tick_s: float) -> int:
        """The number of outstanding tasks that is always allowed."""
        return math.ceil(threads * max(1.0, LEAST_PER_THREAD_S * tick_s))

    def allow(self, ended: int | None, now_s: float, *, threads: int, tick_s: float, lease_s: float) -> int:
        """How many tasks may be outstanding: one per thread, and what ends in two ticks at the measured rate.

        `ended` is the count of ended tasks, `now_s` a monotonic time, `lease_s` how long a queued task keeps
        its claim. Half of what was allowed before is kept, so that a pause does not slow the next burst.
        """
        passed_s, rate = now_s - self.at_s, 0.0
        if self.allowed and passed_s < SHORTEST * tick_s:
            return self.allowed
        if ended is not None and self.ended is not None:
            rate = max(0, ended - self.ended) / passed_s
        self.ended, self.at_s = ended, now_s
        ahead_s = min(TICKS_AHEAD * tick_s, SAFE_LEASE * lease_s)
        wanted = threads + rate * ahead_s if rate else 0.0
        self.allowed = max(self.least(threads, tick_s), math.ceil(max(wanted, self.allowed * KEPT)))
        return self.allowed
