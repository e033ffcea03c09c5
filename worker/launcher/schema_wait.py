"""What a process does about a database whose schema is not the one it needs."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from worker.errors import SchemaError, ServiceError
from worker.launcher.supervisor import Log

if TYPE_CHECKING:
    from worker.store.session import Database

AGAIN_S = 2.0
TELL_S = 60.0
EXIT_AGAIN, EXIT_FOR_GOOD = 1, 2  # of a worker: may be started again; a person must act first


def wait_for_schema(database: "Database", log: Log, sleep: Callable[[float], None] = time.sleep) -> None:
    """Return when the database answers and has the schema of this program.

    While it is older, has no tables, or is away, this waits without limit: the upgrade of a large database
    takes its time, and a worker that gave up would have to be started by a person. The reason is logged when
    it changes, and every minute. Raises SchemaError where no upgrade helps.
    """
    told, told_at_s = "", 0.0
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
        if reason != told or time.monotonic() - told_at_s > TELL_S:
            log.warning("waiting for the database", reason=reason)
            told, told_at_s = reason, time.monotonic()
        sleep(AGAIN_S)


def stop_on_other_schema() -> Callable[[], int]:
    """Have this Celery worker stop when a task fails because the schema is another one by now.

    What comes back gives the exit code that the stopped worker should end with (Celery's `start` does not):
    2 then, or 1 where it would wait for an upgrade when started again; else 0.
    """
    import structlog
    from celery.signals import task_failure
    from celery.worker import state

    log = structlog.get_logger("wireroom.worker")

    def stop(exception: BaseException | None = None, **_: Any) -> None:
        if isinstance(exception, SchemaError) and state.should_stop is None:
            log.error("the worker stops", reason=str(exception))
            code = EXIT_AGAIN if exception.may_pass else EXIT_FOR_GOOD
            state.should_stop = code  # type: ignore[assignment]  # the stubs know None only

    task_failure.connect(stop, weak=False)
    return lambda: int(state.should_stop or 0)
