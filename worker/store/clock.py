"""The database server's time: machines whose own clocks differ agree on it."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from worker.errors import ServiceError
from worker.store.session import Database

MEASURE_EVERY_S = 60.0
JUMP_S = 0.5  # a machine's clock that was set by more than this is measured anew


def _machine_time() -> datetime:
    return datetime.now(UTC)


class DatabaseClock:
    """Gives the time of a PostgreSQL server, by the machine's clock and its measured distance from it.

    Leases and due times are written by one machine and read by others: by their own clocks, one that runs
    ahead would take the feeds that another is polling. Raises ServiceError when it was never measured.
    """

    def __init__(
        self,
        database: Callable[[], Database],
        machine: Callable[[], datetime] = _machine_time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._machine = machine
        self._monotonic = monotonic
        self._ahead: timedelta | None = None  # how far the server is ahead of this machine
        self._measured_at = 0.0
        self._started_at = 0.0  # the machine's time at monotonic zero: changes only when the clock is set
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        """The present as an aware UTC datetime."""
        machine, at = self._machine(), self._monotonic()
        with self._lock:
            is_set = abs(machine.timestamp() - at - self._started_at) > JUMP_S
            if self._ahead is None or is_set or at - self._measured_at > MEASURE_EVERY_S:
                self._measure()
            return self._machine() + (self._ahead or timedelta())

    def _measure(self) -> None:
        """Ask the server; when it does not answer, what was measured last stands."""
        try:
            with self._database().read() as connection:
                before, at = self._machine(), self._monotonic()
                server: datetime = connection.scalar(text("SELECT clock_timestamp()"))
                took_s = self._monotonic() - at
        except ServiceError:
            if self._ahead is None:
                raise
            return
        self._ahead = server.astimezone(UTC) - before - timedelta(seconds=took_s / 2)
        self._measured_at, self._started_at = at, before.timestamp() - at
