"""Short leases, renewed while work is under way, so that the work of a dead process is soon free."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from worker.logs import get_logger

LEASE_S = 12.0  # how long the work of a killed process remains claimed
RENEW_S = 3.0

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Lease:
    """One resource held under a token: a feed, a job, a host's slot, or its probe after a back-off."""

    kind: str  # "feed" | "job" | "slot" | "probe"
    name: str
    token: str


@dataclass(slots=True)
class _Hold:
    """Until when a lease is renewed, and by which thread it is held."""

    until_s: float  # of the monotonic clock
    at_most_s: float
    thread: int


class LeaseKeeper:
    """Renews all held leases in one batch, every few seconds, from one background thread."""

    def __init__(self, renew: Callable[[Sequence[Lease]], None]) -> None:
        self._renew = renew
        self._held: dict[Lease, _Hold] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def hold(self, *leases: Lease, at_most_s: float) -> Iterator[None]:
        """Renew leases inside the block, for at most `at_most_s` seconds: hung work must lose them."""
        with self._lock:
            hold = _Hold(time.monotonic() + at_most_s, at_most_s, threading.get_ident())
            self._held.update(dict.fromkeys(leases, hold))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="leases", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                for lease in leases:
                    self._held.pop(lease, None)

    def extend(self) -> None:
        """Renew the leases that this thread holds for as long again: its work is long, and not hung."""
        with self._lock:
            for hold in self._held.values():
                if hold.thread == threading.get_ident():
                    hold.until_s = time.monotonic() + hold.at_most_s

    def _run(self) -> None:
        while not self._wake.wait(RENEW_S):
            with self._lock:
                now = time.monotonic()
                due = [lease for lease, hold in self._held.items() if hold.until_s > now]
            if not due:
                continue
            try:
                self._renew(due)
            except Exception as exc:  # noqa: BLE001 - an unreachable database must not end the thread
                log.warning("leases not renewed", leases=len(due), error=str(exc))

    def close(self) -> None:
        """End the thread."""
        self._wake.set()
