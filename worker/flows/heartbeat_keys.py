"""The keys in Redis by which workers report that they are alive, and what is read from their reports."""

from collections.abc import Mapping
from typing import Any

PREFIX = "wireroom:worker:"
TTL_S = 15
PROBE = "wireroom:probe"
TROUBLE = "wireroom:trouble"
LACKS = "wireroom:lacks:"  # and a machine
ROLES = ("control", "poll", "extract")  # each has a queue of its name


def roles_of(worker: Mapping[str, Any]) -> frozenset[str]:
    """The roles of a worker by the queues that its heartbeat names, whatever its node name is.

    That of version 0.1.0 names the role only.
    """
    return frozenset(ROLES).intersection(worker.get("queues") or (worker.get("role"),))
