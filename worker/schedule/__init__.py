"""When a feed is polled next, and why."""

from typing import TYPE_CHECKING

from worker.public_names import import_on_use

if TYPE_CHECKING:
    from worker.schedule.decide import SUCCESSES, decide_next, replan
    from worker.schedule.interval import next_interval
    from worker.schedule.network import (
        AWAY,
        HOSTS_MANY,
        HOSTS_MIN,
        LOCAL_FAULTS,
        Outage,
        Trial,
        describe_outage,
        find_outage,
        hold_still,
        next_probe_at,
        spread_after_outage,
    )
    from worker.schedule.plan import spread_first_polls
    from worker.schedule.quiet import quiet_since
    from worker.schedule.recheck import wants_full_fetch

__all__ = [
    "AWAY",
    "HOSTS_MANY",
    "HOSTS_MIN",
    "LOCAL_FAULTS",
    "SUCCESSES",
    "Outage",
    "Trial",
    "decide_next",
    "describe_outage",
    "find_outage",
    "hold_still",
    "next_interval",
    "next_probe_at",
    "quiet_since",
    "replan",
    "spread_after_outage",
    "spread_first_polls",
    "wants_full_fetch",
]

# imported on first use: `wireroom status` describes outages and schedules nothing
__getattr__ = import_on_use(
    __name__,
    {
        "worker.schedule.decide": "SUCCESSES decide_next replan",
        "worker.schedule.interval": "next_interval",
        "worker.schedule.network": (
            "AWAY HOSTS_MANY HOSTS_MIN LOCAL_FAULTS Outage Trial describe_outage find_outage "
            "hold_still next_probe_at spread_after_outage"
        ),
        "worker.schedule.plan": "spread_first_polls",
        "worker.schedule.quiet": "quiet_since",
        "worker.schedule.recheck": "wants_full_fetch",
    },
)
