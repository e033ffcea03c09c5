"""Store the result of a request also if the database is away for a while, so that none is sent twice."""

import time
from collections.abc import Callable
from typing import TypeVar

from worker.errors import ConflictError, SchemaError, ServiceError
from worker.flows import heartbeats
from worker.flows.services import Services
from worker.logs import get_logger
from worker.store import retried

PATIENCE_S = 60.0  # a restart of the database, or a moment without a free connection, takes less
PAUSE_S = 0.5  # shorter than a tick: whoever has the result stores it before the work is claimed again

log = get_logger(__name__)

T = TypeVar("T")


def store(services: Services, transact: Callable[[], T], patience_s: float | None = None) -> T:
    """Run a transaction, again and again while the database does not respond; conflicts are retried, too.

    Each time, it reads the clock itself: a time from before may be of a clock that was set since.
    The leases of the work must be held meanwhile. Raises ServiceError after `patience_s` seconds, by default
    `PATIENCE_S`; `wireroom status` says at once what it waits for.
    """
    end = time.monotonic() + (PATIENCE_S if patience_s is None else patience_s)
    while True:
        try:
            return retried(transact)
        except (ConflictError, SchemaError):
            raise
        except ServiceError as exc:
            if time.monotonic() >= end:
                raise
            heartbeats.report_trouble(services, str(exc))
            log.warning("the result waits for the database", error=str(exc))
        with services.turns.waiting():
            time.sleep(PAUSE_S)
