"""The clocks of an installation: tracked by each control worker, and compared for `wireroom status`."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from worker.flows.services import Services
from worker.logs import get_logger
from worker.store import clock_state
from worker.store.clock import DatabaseClock
from worker.store.clock_state import Mark
from worker.text.amounts import spell_s

OFF_S = 10.0  # a larger difference is a wrong clock, not the delay of reading it
REPORTED_S = 3600.0  # how long `status` reports that the clock was set

log = get_logger(__name__)


def keep(services: Services) -> None:
    """Record the current time, and shift all stored times if the database's clock was set."""
    if isinstance(services.clock, DatabaseClock) and (step_s := services.clock.keep()):
        log.warning("the clock of the database was set, all due times were shifted", step_s=round(step_s, 1))


def machine_ahead_s(services: Services) -> float | None:
    """The seconds by which this machine's clock is ahead of the installation's; None if unknown."""
    return services.clock.ahead_s() if isinstance(services.clock, DatabaseClock) else None


def read_needs(
    services: Services, workers: Sequence[Mapping[str, Any]], broker_s: float | None, now: datetime
) -> list[str]:
    """One sentence for each wrong clock, with its owner and difference; `broker_s` is the broker's Unix time.

    Raises ServiceError.
    """
    if not isinstance(services.clock, DatabaseClock):
        return []
    with services.db.read() as connection:
        mark = clock_state.read_mark(connection)
    broker_ahead_s = None if broker_s is None else broker_s - now.timestamp()
    return [
        *_recently_set(mark, now, is_sqlite=services.db.is_sqlite),
        *find_wrong_clocks(_machines(workers), broker_ahead_s),
    ]


def find_wrong_clocks(machines: Mapping[str, float], redis_s: float | None) -> list[str]:
    """One sentence for each wrong clock; the arguments are seconds ahead of the database's clock.

    If Redis and all machines agree with each other but not with the database, the database's clock is wrong.
    """
    every = sorted([*machines.values(), *([] if redis_s is None else [redis_s])])
    middle_s = every[len(every) // 2] if every else 0.0
    if redis_s is not None and machines and abs(middle_s) > OFF_S and every[-1] - every[0] <= OFF_S:
        return [_describe_wrong("the database", -middle_s, "that of Redis and of every machine with workers")]
    needs = [
        _describe_wrong(machine, ahead_s, "the database's")
        for machine, ahead_s in sorted(machines.items())
        if abs(ahead_s) > OFF_S
    ]
    if redis_s is not None and abs(redis_s) > OFF_S:
        needs.append(_describe_wrong("Redis", redis_s, "the database's"))
    return needs


def _describe_wrong(whose: str, ahead_s: float, than: str) -> str:
    way = "ahead of" if ahead_s > 0 else "behind"
    return f"the clock of {whose} is {spell_s(abs(ahead_s))} {way} {than}: set it right, for example with NTP"


def _machines(workers: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The seconds by which each machine with workers is ahead, by the worker that differs most."""
    found: dict[str, float] = {}
    for worker in workers:
        ahead_s, machine = worker.get("ahead_s"), str(worker["name"]).partition("@")[2]
        if ahead_s is not None and abs(ahead_s) >= abs(found.get(machine, 0.0)):
            found[machine] = float(ahead_s)
    return found


def _recently_set(mark: Mark | None, now: datetime, *, is_sqlite: bool) -> list[str]:
    if mark is None or not mark.step_s or mark.stepped_at is None:
        return []
    if not timedelta() <= now - mark.stepped_at < timedelta(seconds=REPORTED_S):
        return []
    whose, way = "this machine" if is_sqlite else "the database", "forward" if mark.step_s > 0 else "back"
    set_at = f"{mark.stepped_at:%H:%MZ}"
    by = spell_s(abs(mark.step_s))
    sentence = f"the clock of {whose} was set {way} by {by} at {set_at}, all due times with it"
    return [f"{sentence}: see that it is right and stays so, for example with NTP"]
