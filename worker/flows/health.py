"""Whether the service works, whatever its feeds do: database, broker, tick and workers.

The check runs every minute in every container, so it uses the drivers themselves: importing SQLAlchemy and
the client of Redis takes longer than the whole check.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from worker.errors import NotWorkingError, ServiceError
from worker.flows.causes import BROKER_HINT, describe_broker_fault, explain, name_cause
from worker.flows.heartbeat_keys import PREFIX, PROBE, ROLES, TROUBLE, role_of
from worker.flows.redis_link import LinkError, RedisLink, RefusedError
from worker.settings import Settings, redis_url_of
from worker.store.revision import REVISION_TABLE, REVISIONS, TABLES, Schema, find_fault
from worker.text.amounts import spell_s

ANSWER_S = 5
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
        reason = explain(" ".join(str(exc).split()) or type(exc).__name__)
        raise ServiceError(f"the database does not respond: {reason}") from exc
    if fault := find_fault(schema):
        raise fault
    return age_s


def _read_database(settings: Settings) -> tuple[Schema, float | None]:
    """The schema and the seconds since the last tick, if there is a table of it. Raises errors of drivers."""
    is_sqlite = settings.database_url.startswith("sqlite:")
    dialect = "sqlite" if is_sqlite else "postgresql"
    with closing(_open_sqlite(settings) if is_sqlite else _open_postgres(settings)) as connection:

        def ask(query: str) -> list[Any]:
            return [row[0] for row in connection.execute(query).fetchall()]

        tables = frozenset(ask(TABLES[dialect]))
        revisions = ask(REVISIONS) if REVISION_TABLE in tables else []
        ages = ask(_TICK_AGE[dialect]) if "clock_state" in tables else []
        return Schema(tables, tuple(sorted(revisions))), float(ages[0]) if ages else None


def _open_sqlite(settings: Settings) -> Any:
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    if not path.exists():
        raise ServiceError(
            f"the state directory {path.parent} has no database: check WIREROOM_HOME, or start `wireroom run`"
        )
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=ANSWER_S)


def _open_postgres(settings: Settings) -> Any:
    import psycopg  # noqa: PLC0415 - not needed with SQLite

    url = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    connection = psycopg.connect(
        url, autocommit=True, connect_timeout=ANSWER_S, application_name="wireroom health"
    )
    # not among the options of the connection: the URL may have its own, and poolers refuse them
    connection.execute(f"SET statement_timeout = '{ANSWER_S}s'")
    return connection


def _check_broker(settings: Settings, role: str | None, machine: str) -> None:
    """Raise ServiceError unless the broker takes writes and the workers are alive and able to work."""
    url = redis_url_of(settings)
    try:
        alive, trouble = _ask_library(url) if url.startswith("rediss:") else _ask_directly(url)
    except LinkError as exc:
        if isinstance(exc, RefusedError) or name_cause(str(exc)):
            raise ServiceError(f"the broker does not work: {explain(str(exc))}") from exc
        kind = ServiceError if settings.broker_url else NotWorkingError  # the embedded one is the service's
        raise kind(f"{describe_broker_fault(str(exc))}: {BROKER_HINT}") from exc
    _check_workers(alive, role, machine)
    if trouble:
        raise ServiceError(f"workers cannot work: {explain(trouble)}")


def _ask_directly(url: str) -> tuple[list[str], str]:
    """The names of the live workers, and the error that stops one of them. Raises LinkError."""
    with RedisLink(url, ANSWER_S) as link:
        link.ask("SET", PROBE, "1", "EX", "1")
        trouble = link.ask("GET", TROUBLE) or b""
        return link.keys(f"{PREFIX}*"), trouble.decode("utf-8", "replace")


def _ask_library(url: str) -> tuple[list[str], str]:
    """The same by TLS, with the options that the client of Redis has for it. Raises LinkError."""
    from redis import Redis, RedisError  # noqa: PLC0415 - takes longer to import than the check
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.retry import Retry  # noqa: PLC0415

    try:
        once = Retry(NoBackoff(), 0)  # its own retries would take longer than a health check may
        with Redis.from_url(
            url, socket_timeout=ANSWER_S, socket_connect_timeout=ANSWER_S, retry=once
        ) as client:
            client.set(PROBE, "1", ex=1)
            trouble: Any = client.get(TROUBLE) or b""
            keys = [key.decode("utf-8", "replace") for key in client.scan_iter(f"{PREFIX}*", count=1000)]
    except (RedisError, OSError) as exc:
        raise LinkError(str(exc)) from exc
    return keys, trouble.decode("utf-8", "replace")


def _check_workers(keys: Iterable[str], role: str | None, machine: str) -> None:
    """Raise ServiceError without a worker of each role, or of the role on this machine."""
    names = [key.removeprefix(PREFIX) for key in keys]
    if role is not None:
        names = [name for name in names if name.partition("@")[2] == machine]
    alive = {role_of(name) for name in names}
    missing = [one for one in (ROLES if role is None else (role,)) if one not in alive]
    if not missing:
        return
    where = f" on {machine}" if role else ""
    if len(missing) == len(ROLES):
        raise NotWorkingError("no worker is alive: start `wireroom run`")
    raise NotWorkingError(
        f"no {' and no '.join(missing)} worker is alive{where}: "
        f"start `wireroom worker {missing[0]}`, or see its log if it runs"
    )
