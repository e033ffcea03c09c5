"""How many extraction jobs are sent ahead of the workers: as many as they can end, whatever the jobs cost."""

import math
from dataclasses import dataclass

LEAST_PER_THREAD_S = 1.5  # jobs per worker thread and second between ticks, before anything was measured
TICKS_AHEAD = 2.0  # a queue that holds the work of two ticks does not run dry before the next one
MOST_AHEAD_S = 9.0  # the last job sent must begin within its lease
KEPT = 0.5  # of what was allowed before, when few jobs ended


@dataclass
class JobPace:
    """Measures how many jobs end per second, from one tick to the next."""

    left: int = 0  # outstanding jobs after the last tick
    at_s: float | None = None
    allowed: int = 0  # outstanding jobs at once

    def least(self, threads: int, tick_s: float) -> int:
        """The number of outstanding jobs that is always allowed."""
        return math.ceil(threads * max(1.0, LEAST_PER_THREAD_S * tick_s))

    def allow(self, outstanding: int, now_s: float, *, threads: int, tick_s: float) -> int:
        """How many jobs may be outstanding now: what ends in two ticks at the measured rate.

        `now_s` is a monotonic time. Half of what was allowed before is kept, so that a pause does not slow
        the next burst. Jobs whose claim has lapsed count as ended; that lasts for one tick.
        """
        rate = 0.0
        if self.at_s is not None and now_s > self.at_s:
            rate = max(0, self.left - outstanding) / (now_s - self.at_s)
        ahead_s = min(TICKS_AHEAD * tick_s, MOST_AHEAD_S)
        kept = self.allowed * KEPT
        self.allowed = max(self.least(threads, tick_s), math.ceil(max(rate * ahead_s, kept)))
        return self.allowed

    def sent(self, outstanding: int, now_s: float) -> None:
        """Note the outstanding jobs after sending, from which the next tick measures."""
        self.left, self.at_s = outstanding, now_s
