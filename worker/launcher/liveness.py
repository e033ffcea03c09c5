"""Whether supervised processes work, reported to the service manager and its watchdog."""

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from worker.errors import NotWorkingError, WireroomError
from worker.launcher.service_manager import ServiceManager
from worker.launcher.supervisor import Supervisor
from worker.redaction import redact

if TYPE_CHECKING:
    from worker.settings import Settings

CHECKS = 4  # within the time of the watchdog
USUAL_S = 60.0  # between checks without a watchdog


def check_roles(settings: "Settings", roles: Iterable[str]) -> None:
    """Return if each role works on this machine; `flower` and `web` must respond. Raises ServiceError."""
    import socket

    from worker.flows.health import check_health
    from worker.launcher.flower import Flower
    from worker.launcher.web import Web

    for role in roles:
        if role == "flower":
            Flower(settings).check_ready()
        elif role == "web":
            Web(settings).check_ready()
        else:
            check_health(settings, role, socket.gethostname())


class Probe:
    """Calls `check` again and again in a thread of its own, as it may block on what it checks."""

    def __init__(self, check: Callable[[], None], every_s: float) -> None:
        self._check, self._every_s = check, every_s
        self._stop = threading.Event()
        self._results = 0
        self._taken = 0
        self._fault: WireroomError | None = None
        self._thread = threading.Thread(target=self._run, name="liveness", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread after the present check."""
        self._stop.set()

    def is_new(self) -> bool:
        """Whether a check has ended since the last call."""
        taken, self._taken = self._taken, self._results
        return self._taken > taken

    @property
    def fault(self) -> WireroomError | None:
        """What the last check found."""
        return self._fault

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._check()
                self._fault = None
            except WireroomError as exc:
                self._fault = exc
            except Exception as exc:  # noqa: BLE001 - a fault of the check itself says nothing about the service
                self._fault = WireroomError(f"the check failed: {type(exc).__name__}: {exc}")
            self._results += 1
            self._stop.wait(self._every_s)


class Reporter:
    """Reports from the supervisor's loop: ready when all `needed` children are up, then liveness.

    The watchdog gets a ping for each check that has ended well, so none is sent when this loop, the check, or
    what is checked hangs. A fault that a restart cannot help, such as a database that is down, is shown in
    the status and stops no ping.
    """

    def __init__(
        self,
        manager: ServiceManager,
        supervisor: Supervisor,
        needed: Iterable[str],
        check: Callable[[], None],
    ) -> None:
        self._manager, self._supervisor, self._needed = manager, supervisor, frozenset(needed)
        self._probe = Probe(check, manager.watchdog_s / CHECKS if manager.watchdog_s else USUAL_S)
        self._is_ready = False

    def report(self, summary: str = "") -> None:
        """Report what has changed, in each pass of the loop; `summary` is the status while all works."""
        if not self._manager.is_there:
            return
        if not self._is_ready:
            self._report_start()
        elif self._probe.is_new():
            self._report_check(summary)

    def stop(self) -> None:
        """Report that the service stops."""
        self._probe.stop()
        self._manager.send(STOPPING=1)
        self._manager.show_status("stopping")

    def _report_start(self) -> None:
        states = self._supervisor.states()
        waits = sorted(name for name in self._needed if states[name] != "up")
        if waits:
            self._manager.show_status(f"starting: {', '.join(waits)}")
            return
        self._is_ready = True
        self._manager.send(READY=1)
        self._manager.show_status("working")
        self._probe.start()

    def _report_check(self, summary: str) -> None:
        fault = self._probe.fault
        self._manager.show_status(redact(str(fault)) if fault else summary or "working")
        if self._manager.watchdog_s and not isinstance(fault, NotWorkingError):
            self._manager.send(WATCHDOG=1)
