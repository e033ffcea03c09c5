"""When a feed is next polled, and why."""

from worker.schedule.decide import decide_next, replan
from worker.schedule.interval import next_interval
from worker.schedule.plan import spread_first_polls
from worker.schedule.quiet import quiet_since
from worker.schedule.recheck import wants_full_fetch

__all__ = [
    "decide_next",
    "next_interval",
    "quiet_since",
    "replan",
    "spread_first_polls",
    "wants_full_fetch",
]
