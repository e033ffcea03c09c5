"""Leases are short and prolonged while work goes on, so that the work of a dead process is soon free."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

LEASE_S = 12.0  # how long the work of a killed process stays taken
RENEW_S = 4.0

log = structlog.get_logger(__name__)


class LeaseKeeper:
    """Calls each held lease's `renew` every few seconds from one background thread."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[Callable[[], None], float]] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._next = 0

    @contextmanager
    def hold(self, renew: Callable[[], None], *, at_most_s: float) -> Iterator[None]:
        """Keep a lease alive inside the block, but never longer than `at_most_s`: hung work must end."""
        with self._lock:
            self._next += 1
            token = self._next
            self._held[token] = (renew, time.monotonic() + at_most_s)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="leases", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._held.pop(token, None)

    def _run(self) -> None:
        while not self._wake.wait(RENEW_S):
            with self._lock:
                now = time.monotonic()
                due = [renew for renew, until in self._held.values() if until > now]
            for renew in due:
                try:
                    renew()
                except Exception as exc:  # noqa: BLE001 - an unreachable database must not end the thread
                    log.warning("lease not prolonged", error=str(exc))

    def close(self) -> None:
        """End the thread."""
        self._wake.set()
