"""Watchdog: restarts workers that are alive but not processing tasks."""

from collections.abc import Mapping
from typing import Any

from worker.launcher.supervisor import Supervisor

STUCK_S = 180.0  # well above the longest poll and any wait for a host
WORKING = ("beat", "control", "poll")


def is_stuck(status: Mapping[str, Any]) -> bool:
    """Whether feeds have been due for `STUCK_S` without any poll in that time.

    A worker that lost its broker at the wrong moment can stay alive without ever receiving a task again. All
    times are by the installation's clock.
    """
    if (status.get("oldest_due_s") or 0.0) < STUCK_S:
        return False
    ends = [poll["at"] for poll in status.get("recent_polls", ()) if poll.get("at")]
    return not ends or (status["read_at"] - max(ends)).total_seconds() > STUCK_S


def heal(supervisor: Supervisor, status: Mapping[str, Any]) -> bool:
    """Restart the stuck processes that polling depends on, at most once per `STUCK_S`; True if it did."""
    names = [name for name in WORKING if supervisor.up_for_s(name) > STUCK_S]
    if len(names) < len(WORKING) or not is_stuck(status):
        return False
    for name in names:
        supervisor.restart(name)
    return True
