"""Wait for the database server and the required schema, or stop when it is another one."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from worker.errors import SchemaError, ServiceError
from worker.fault_words import may_pass
from worker.launcher.supervisor import Log
from worker.logs import get_logger

if TYPE_CHECKING:
    from worker.store.session import Database

RETRY_S = 2.0
LOG_EVERY_S = 60.0
POSTGRES_PORT = 5432
ABSENT_S = 60.0  # that a server may take to start with its machine; then a supervisor starts us again
EXIT_AGAIN, EXIT_FOR_GOOD = 1, 2  # of a worker: a restart may help; an operator must act first


class _Absence:
    """A server that does not respond, which is waited for a while, unless it refuses us."""

    def __init__(self, database: "Database") -> None:
        self._place = place_of(database)
        self._end_s: float | None = None

    def note(self, exc: ServiceError) -> str:
        """The line to show while waiting. Raises ServiceError if waiting does not help, or no longer."""
        if not may_pass(str(exc)):
            raise ServiceError(
                f"{exc}; correct WIREROOM_DATABASE_URL, or the server at {self._place}"
            ) from exc
        now_s = time.monotonic()
        if self._end_s is None:
            self._end_s = now_s + ABSENT_S
        if now_s >= self._end_s:
            raise ServiceError(
                f"{exc}; waited {ABSENT_S:.0f} s: start PostgreSQL at {self._place}, "
                "or correct WIREROOM_DATABASE_URL"
            ) from exc
        return f"{exc}; at most {ABSENT_S:.0f} s"

    def end(self) -> None:
        """The server responds."""
        self._end_s = None


def place_of(database: "Database") -> str:
    """Host and port of a PostgreSQL server, or its socket; for messages."""
    host = database.url.host or database.url.query.get("host")
    if not isinstance(host, str):
        return "its socket" if host is None else ", ".join(host)
    return host if host.startswith("/") else f"{host}:{database.url.port or POSTGRES_PORT}"


def wait_for_server(
    database: "Database",
    log: Log,
    sleep: Callable[[float], None] = time.sleep,
    is_stopping: Callable[[], bool] = lambda: False,
) -> bool:
    """Return True when the database's server responds, whatever its schema; at once for a SQLite file.

    Returns False once `is_stopping`. Raises ServiceError after `ABSENT_S`, or if the login is refused.
    """
    absence, logged = _Absence(database), ""
    while not database.is_sqlite and not is_stopping():
        try:
            database.check_schema()
        except SchemaError:
            return True
        except ServiceError as exc:
            reason = absence.note(exc)
        else:
            return True
        if reason != logged:
            log.warning("waiting for the database", at=place_of(database), reason=reason)
            logged = reason
        sleep(RETRY_S)
    return not is_stopping()


def wait_for_schema(database: "Database", log: Log, sleep: Callable[[float], None] = time.sleep) -> None:
    """Return when the database responds and has the schema of this program.

    While it is older or empty, this waits without limit: upgrading a large database takes long, and a worker
    that gave up would have to be restarted by an operator. The reason is logged when it changes, and every
    minute. Raises SchemaError if an upgrade cannot help, and ServiceError as `wait_for_server` does.
    """
    absence, logged, logged_at_s = _Absence(database), "", 0.0
    while True:
        try:
            database.check_schema()
        except SchemaError as exc:
            if not exc.may_pass:
                raise
            absence.end()
            reason = str(exc)
        except ServiceError as exc:
            reason = str(exc) if database.is_sqlite else absence.note(exc)
        else:
            return
        if reason != logged or time.monotonic() - logged_at_s > LOG_EVERY_S:
            at = {} if database.is_sqlite else {"at": place_of(database)}
            log.warning("waiting for the database", reason=reason, **at)
            logged, logged_at_s = reason, time.monotonic()
        sleep(RETRY_S)


def stop_on_other_schema() -> Callable[[], int]:
    """Stop this Celery worker when a task fails because the schema has changed.

    Returns a function that gives the exit code of the stopped worker (Celery's `start` does not): 2, or 1 if
    it would wait for an upgrade when restarted; otherwise 0.
    """
    from celery.signals import task_failure
    from celery.worker import state

    log = get_logger("wireroom.worker")

    def stop(exception: BaseException | None = None, **_: Any) -> None:
        if isinstance(exception, SchemaError) and state.should_stop is None:
            log.error("stopping the worker", reason=str(exception))
            code = EXIT_AGAIN if exception.may_pass else EXIT_FOR_GOOD
            state.should_stop = code  # type: ignore[assignment]  # the stubs know None only

    task_failure.connect(stop, weak=False)
    return lambda: int(state.should_stop or 0)
