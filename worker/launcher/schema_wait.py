"""Wait for the required database schema, or stop when it is another one."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from worker.errors import SchemaError, ServiceError
from worker.launcher.supervisor import Log
from worker.logs import get_logger

if TYPE_CHECKING:
    from worker.store.session import Database

RETRY_S = 2.0
LOG_EVERY_S = 60.0
EXIT_AGAIN, EXIT_FOR_GOOD = 1, 2  # of a worker: a restart may help; an operator must act first


def wait_for_schema(database: "Database", log: Log, sleep: Callable[[float], None] = time.sleep) -> None:
    """Return when the database responds and has the schema of this program.

    While it is older, empty or unavailable, this waits without limit: upgrading a large database takes long,
    and a worker that gave up would have to be restarted by an operator. The reason is logged when it
    changes, and every minute. Raises SchemaError if an upgrade cannot help.
    """
    logged, logged_at_s = "", 0.0
    while True:
        try:
            database.check_schema()
        except SchemaError as exc:
            if not exc.may_pass:
                raise
            reason = str(exc)
        except ServiceError as exc:
            reason = str(exc)
        else:
            return
        if reason != logged or time.monotonic() - logged_at_s > LOG_EVERY_S:
            log.warning("waiting for the database", reason=reason)
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
