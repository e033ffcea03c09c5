"""Whether the service works, whatever its feeds do: database, broker, tick and workers.

The check runs every minute in every container, so it uses the drivers themselves: importing SQLAlchemy and
the client of Redis takes longer than the whole check.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from worker.errors import MissingDatabaseError, NotWorkingError, ServiceError
from worker.fault_words import (
    broker_hint,
    describe_broker_fault,
    describe_database_fault,
    explain,
    name_cause,
)
from worker.flows.broker_state import ANSWER_S, read_broker_state
from worker.flows.heartbeat_keys import ROLES, roles_of
from worker.flows.local_service import describe_absence, describe_silence, is_starting
from worker.flows.redis_link import LinkError, RefusedError, SilentError
from worker.service_urls import sqlite_path
from worker.settings import Settings
from worker.store.revision import Schema, ask_schema, find_fault
from worker.store.sqlite_file import open_file
from worker.text.amounts import spell_s

NO_WORKER = "no worker is alive: start `wireroom run`, or `wireroom worker ROLE` on each machine"
LATE_TICK_S = 60.0
LATE_TICKS = 5  # a longer interval between ticks makes them late after this many
# Seconds since the last tick. A clock that was set makes them wrong until the next one.
_TICK_AGE = {
    "sqlite": "SELECT (julianday('now') - julianday(at)) * 86400 FROM clock_state",
    "postgresql": "SELECT EXTRACT(EPOCH FROM clock_timestamp() - at) FROM clock_state",
}


def check_health(settings: Settings, role: str | None, machine: str) -> None:
    """Return if the service works; with a role, if its worker on this machine does.

    Raises ServiceError with one sentence: what is wrong, and what to do about it; NotWorkingError if it is
    the service's own processes that do not work.
    """
    tick_age_s = _check_database(settings)
    _check_broker(settings, role, machine)
    if role in {None, "control"}:
        _check_tick(tick_age_s, max(LATE_TICK_S, LATE_TICKS * settings.tick_s))


def _check_tick(age_s: float | None, late_s: float) -> None:
    if age_s is None:
        raise NotWorkingError("the tick has not run yet: start `wireroom run`, or `wireroom worker control`")
    if abs(age_s) > late_s:
        raise NotWorkingError(
            f"the last tick was {spell_s(abs(age_s))} ago, so no feed is polled: see the logs of the control "
            "worker and of beat, and restart them"
        )


def _check_database(settings: Settings) -> float | None:
    """The seconds since the last tick, None before the first one. Raises ServiceError."""
    try:
        schema, age_s = _read_database(settings)
    except ServiceError:
        raise
    except Exception as exc:  # the drivers' errors have no common class, and only one of them is imported
        raise ServiceError(describe_database_fault(str(exc) or type(exc).__name__)) from exc
    if fault := find_fault(schema):
        raise fault
    return age_s


def _read_database(settings: Settings) -> tuple[Schema, float | None]:
    """The schema and the seconds since the last tick, if there is a table of it. Raises errors of drivers."""
    path = sqlite_path(settings.database_url)
    dialect = "sqlite" if path else "postgresql"
    with closing(_open_sqlite(path) if path else _open_postgres(settings)) as connection:

        def ask(query: str) -> list[Any]:
            return [row[0] for row in connection.execute(query).fetchall()]

        schema = ask_schema(ask, dialect)
        ages = ask(_TICK_AGE[dialect]) if "clock_state" in schema.tables else []
        return schema, float(ages[0]) if ages else None


def _open_sqlite(path: Path) -> Any:
    if not path.exists():
        raise MissingDatabaseError(path.parent)
    return open_file(path, ANSWER_S)


def _open_postgres(settings: Settings) -> Any:
    import psycopg  # noqa: PLC0415 - not needed with SQLite

    url = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    connection = psycopg.connect(url, connect_timeout=ANSWER_S, application_name="wireroom health")
    # for this transaction only: behind a pooler the connection is another client's next
    connection.execute(f"SET LOCAL statement_timeout = '{ANSWER_S}s'")
    return connection


def _check_broker(settings: Settings, role: str | None, machine: str) -> None:
    """Raise ServiceError unless the broker takes writes and the workers are alive and able to work."""
    try:
        state = read_broker_state(settings)
    except LinkError as exc:
        is_refused = isinstance(exc, RefusedError)
        is_up = isinstance(exc, RefusedError | SilentError)
        if not is_up and settings.broker_url is None and is_starting(settings):
            raise ServiceError(describe_silence(settings) or str(exc)) from exc
        # the embedded one is the service's
        is_ours = settings.broker_url is None and not is_refused and not name_cause(str(exc))
        kind = NotWorkingError if is_ours else ServiceError
        hint = broker_hint(settings.broker_url)
        said = describe_broker_fault(str(exc), is_refused=is_refused, hint=hint)
        raise kind(describe_absence(settings) or said) from exc
    if not state.workers and (why := describe_silence(settings)):
        raise ServiceError(why)
    if fault := describe_missing_roles(settings, state.workers, role, machine):
        raise NotWorkingError(fault)
    if state.trouble:
        raise ServiceError(f"workers cannot work: {explain(state.trouble)}")


def describe_missing_roles(
    settings: Settings, workers: Sequence[Mapping[str, Any]], role: str | None = None, machine: str = ""
) -> str | None:
    """Why a role has no live worker, or the given one none on this machine; None if nothing is missing."""
    if role is not None:
        workers = [worker for worker in workers if worker["name"].partition("@")[2] == machine]
    alive = frozenset().union(*map(roles_of, workers))
    missing = [one for one in (ROLES if role is None else (role,)) if one not in alive]
    if not missing:
        return None
    who = f"{' and no '.join(missing)} worker" if len(missing) < len(ROLES) else "worker"
    if why := describe_silence(settings, who):
        return why
    if len(missing) == len(ROLES):
        return NO_WORKER
    where = f" on {machine}" if role else ""
    return f"no {who} is alive{where}: start `wireroom worker {missing[0]}`, or see its log if it runs"
