"""The clocks that an installation depends on: kept by each control, and compared for `wireroom status`."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import redis
import structlog

from worker.flows.services import Services
from worker.store import clock_state
from worker.store.clock import DatabaseClock
from worker.store.clock_state import Mark

OFF_S = 10.0  # a clock that differs by more is wrong, not slow to be read
TOLD_S = 3600.0  # how long `status` says that the clock was set

log = structlog.get_logger(__name__)


def keep(services: Services) -> None:
    """Write the present down, and move all stored times when the database's clock was set."""
    if isinstance(services.clock, DatabaseClock) and (step_s := services.clock.keep()):
        log.warning("the clock of the database was set, all due times moved along", step_s=round(step_s, 1))


def machine_ahead_s(services: Services) -> float | None:
    """By how many seconds this machine's clock is ahead of the installation's; None when not known."""
    return services.clock.ahead_s() if isinstance(services.clock, DatabaseClock) else None


def read_needs(services: Services, workers: Sequence[Mapping[str, Any]], now: datetime) -> list[str]:
    """One sentence for each clock that is wrong, whose it is and by how much. Raises ServiceError."""
    if not isinstance(services.clock, DatabaseClock):
        return []
    with services.db.read() as connection:
        mark = clock_state.read_mark(connection)
    machines = _machines(workers)
    broker_s = _redis_ahead_s(services)
    return [*_set_lately(mark, now, is_sqlite=services.db.is_sqlite), *off_needs(machines, broker_s)]


def off_needs(machines: Mapping[str, float], redis_s: float | None) -> list[str]:
    """What to say of clocks that are so many seconds ahead of the database's.

    Where Redis and all machines agree with each other against the database, it is the database that is wrong.
    """
    every = [*machines.values(), *([] if redis_s is None else [redis_s])]
    if redis_s is not None and machines and abs(median(every)) > OFF_S and max(every) - min(every) <= OFF_S:
        return [_off("the database", -median(every), "that of Redis and of every machine with workers")]
    needs = [
        _off(machine, ahead_s, "the database's")
        for machine, ahead_s in sorted(machines.items())
        if abs(ahead_s) > OFF_S
    ]
    if redis_s is not None and abs(redis_s) > OFF_S:
        needs.append(_off("Redis", redis_s, "the database's"))
    return needs


def _off(whose: str, ahead_s: float, than: str) -> str:
    way = "ahead of" if ahead_s > 0 else "behind"
    return f"the clock of {whose} is {_span(ahead_s)} {way} {than}: set it right, for example with NTP"


def _span(seconds: float) -> str:
    size = abs(seconds)
    if size < 120:
        return f"{size:.0f} s"
    return f"{size / 60:.0f} min" if size < 7200 else f"{size / 3600:.1f} h"


def _machines(workers: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """By how much each machine with workers is ahead: the worker that differs most."""
    found: dict[str, float] = {}
    for worker in workers:
        ahead_s, machine = worker.get("ahead_s"), str(worker["name"]).partition("@")[2]
        if ahead_s is not None and abs(ahead_s) >= abs(found.get(machine, 0.0)):
            found[machine] = float(ahead_s)
    return found


def _redis_ahead_s(services: Services) -> float | None:
    try:
        seconds, microseconds = services.redis.time()
    except redis.RedisError:
        return None
    return float(seconds) + microseconds / 1e6 - services.clock().timestamp()


def _set_lately(mark: Mark | None, now: datetime, *, is_sqlite: bool) -> list[str]:
    if mark is None or not mark.step_s or mark.stepped_at is None:
        return []
    if not timedelta() <= now - mark.stepped_at < timedelta(seconds=TOLD_S):
        return []
    whose, way = "this machine" if is_sqlite else "the database", "forward" if mark.step_s > 0 else "back"
    set_at = f"{mark.stepped_at:%H:%MZ}"
    said = f"the clock of {whose} was set {way} by {_span(mark.step_s)} at {set_at}, all due times with it"
    return [f"{said}: see that it is right and stays so, for example with NTP"]
