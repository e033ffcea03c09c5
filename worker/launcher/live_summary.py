"""Displays of a running service: redrawn in place on a terminal, log lines otherwise."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from rich.console import Console
from rich.control import Control
from rich.live import Live

from worker.errors import WireroomError
from worker.launcher.child import Child, Process
from worker.launcher.dashboard import render, summary_fields
from worker.launcher.status_process import StatusProcess
from worker.launcher.supervisor import Log, Supervisor
from worker.launcher.web import web_url
from worker.logs import configure_logging
from worker.redaction import redact
from worker.settings import Settings

FIRST_SUMMARY_S = 15.0  # by then the workers are up and have polled
SUMMARY_S = 60.0
LIVE_S = 2.0
REDRAW_S = 0.5
REST = 20  # wait at least this many times as long as a read took: at most 5% of the time is spent reading

Fields = dict[str, object]


class StatusReader:
    """Reads the status in a separate thread, so that a slow database never blocks supervision."""

    def __init__(self, settings: Settings, every_s: float, first_s: float) -> None:
        self._settings = settings
        self._every_s, self._first_s = every_s, first_s
        self._stop = threading.Event()
        self.status: dict[str, Any] | None = None
        self.problem: str | None = None
        self.reads = 0
        self._fetched = 0
        self._thread = threading.Thread(target=self._read_on, name="status", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop reading."""
        self._stop.set()

    def pids(self) -> Iterator[int]:
        """No process of its own."""
        yield from ()

    def news(self) -> Mapping[str, Any] | None:
        """A status read since the last call, or None."""
        if self.reads == self._fetched:
            return None
        self._fetched = self.reads
        return None if self.problem else self.status

    def _read_on(self) -> None:
        from worker.flows.status import read_status

        wait_s = self._first_s
        while not self._stop.wait(wait_s):
            began = time.monotonic()
            try:
                self.status, self.problem = read_status(self._settings), None
            except Exception as exc:  # noqa: BLE001 - a wrong figure must not end the display for good
                self.problem = describe_fault(exc)
            self.reads += 1
            wait_s = max(self._every_s, REST * (time.monotonic() - began))


def describe_fault(exc: Exception) -> str:
    """Why the status could not be read, without secrets."""
    if isinstance(exc, WireroomError):
        return redact(str(exc))
    return redact(f"the status cannot be read: {type(exc).__name__}: {exc}")


class LineDisplay:
    """Log lines: a summary each minute, and new needs as they come up."""

    def __init__(self, home: Path, start: Callable[[Child], Process], log: Log) -> None:
        self._log = log
        self.reader = StatusProcess(home, start, every_s=SUMMARY_S, first_s=FIRST_SUMMARY_S)
        self._seen = 0
        self._reported: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.reader.stop()

    def show(self) -> None:
        """Log a status read since the last call."""
        self.reader.step()
        if self.reader.reads == self._seen:
            return
        self._seen = self.reader.reads
        for event, fields in self.lines(self.reader.status, self.reader.problem):
            (self._log.info if fields else self._log.warning)(event, **fields)

    def lines(self, status: Mapping[str, Any] | None, problem: str | None) -> Iterator[tuple[str, Fields]]:
        """New problems, each reported once while it lasts, then the figures."""
        problems = [problem] if problem or status is None else list(status.get("needs", ()))
        yield from ((line, {}) for line in problems if line and line not in self._reported)
        self._reported = {line for line in problems if line}
        if status is not None and not problem:
            yield "summary", summary_fields(status)


class LiveDisplay:
    """A summary on the terminal, redrawn in place; log lines scroll above it."""

    def __init__(self, supervisor: Supervisor, settings: Settings, flower: str | None) -> None:
        self._supervisor, self._settings, self._flower = supervisor, settings, flower
        self.reader = StatusReader(settings, LIVE_S, LIVE_S)
        self._live = Live(console=Console(stderr=True), auto_refresh=False, transient=True)
        self._next_s = 0.0
        self._size = self._live.console.size

    def __enter__(self) -> Self:
        self._live.start()
        configure_logging(self._settings)  # after rich has replaced stderr
        self.reader.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.reader.stop()
        self._live.stop()

    def show(self) -> None:
        """Redraw if `REDRAW_S` has passed."""
        now = time.monotonic()
        if now < self._next_s:
            return
        self._next_s = now + REDRAW_S
        self._clear_if_resized()
        picture = render(
            self.reader.status,
            self._supervisor.states(),
            self._flower,
            self.reader.problem,
            pages=web_url(self._settings),
            size=self._live.console.size,
            now=datetime.now(UTC),
        )
        self._live.update(picture, refresh=True)

    def _clear_if_resized(self) -> None:
        """Clear the screen after a resize: the terminal has wrapped the old picture in its own way."""
        console = self._live.console
        if console.size != self._size:
            self._size = console.size
            self._live.stop()
            console.control(Control.home(), Control.clear())
            self._live.start()
