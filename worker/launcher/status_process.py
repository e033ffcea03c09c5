"""`python -m worker.launcher.status_process FILE`: reads the status once, for the supervisor.

Forked from the zygote it costs little, and the supervisor needs no connection and no library for it.
"""

import os
import pickle
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from worker.launcher.child import Child, Process

FILE = "status.pickle"


class StatusProcess:
    """Has a process read the status every `every_s` seconds, at first after `first_s`.

    Neither waits for the other: a read that a slow database holds up delays only the next one.
    """

    def __init__(
        self, home: Path, start: Callable[[Child], Process], *, every_s: float, first_s: float
    ) -> None:
        self._path = home / "run" / FILE
        command = (sys.executable, "-P", "-m", "worker.launcher.status_process", str(self._path))
        self._child, self._start, self._every_s = Child("status", command), start, every_s
        self._next_s = time.monotonic() + first_s
        self._process: Process | None = None
        self._taken = 0
        self.status: dict[str, Any] | None = None
        self.problem: str | None = None
        self.reads = 0

    def step(self) -> None:
        """Start a read that is due, or take what one has found that has ended."""
        if self._process is not None:
            if self._process.poll() is not None:
                self._take(self._process.returncode)
                self._process = None
        elif time.monotonic() >= self._next_s:
            self._next_s = time.monotonic() + self._every_s
            self._path.parent.mkdir(exist_ok=True)
            self._path.unlink(missing_ok=True)
            try:
                self._process = self._start(self._child)
            except OSError as exc:
                self._note(None, f"the status cannot be read: {exc}")

    def stop(self) -> None:
        """End a read that has not ended."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(9)
            self._process.wait()
            self._process = None

    def pids(self) -> Iterator[int]:
        """The pid of the read that runs, if one does."""
        if self._process is not None:
            yield self._process.pid

    def news(self) -> Mapping[str, Any] | None:
        """A status read since the last call, or None."""
        if self.reads == self._taken:
            return None
        self._taken = self.reads
        return None if self.problem else self.status

    def _take(self, code: int) -> None:
        try:
            found = pickle.loads(self._path.read_bytes())  # noqa: S301 - written by our own process
        except (OSError, EOFError, pickle.UnpicklingError):
            self._note(None, f"the status cannot be read: the process that reads it ended with {code}")
        else:
            self._note(*found)

    def _note(self, status: dict[str, Any] | None, problem: str | None) -> None:
        self.status, self.problem = status or self.status, problem
        self.reads += 1


def main() -> None:
    """Write the status, or why it cannot be read, to the file that the command line names."""
    from worker.flows.status import read_status
    from worker.launcher.live_summary import describe_fault
    from worker.logs import configure_logging
    from worker.settings import read_settings

    settings = read_settings()
    configure_logging(settings)
    found: tuple[dict[str, Any] | None, str | None]
    try:
        found = read_status(settings), None
    except Exception as exc:  # noqa: BLE001 - a wrong figure must not end the display for good
        found = None, describe_fault(exc)
    Path(sys.argv[1]).write_bytes(pickle.dumps(found))
    os._exit(0)  # tidying up would touch, and so unshare, every page of the zygote's


if __name__ == "__main__":
    main()
