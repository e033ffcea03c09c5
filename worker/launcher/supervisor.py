"""Starts, restarts and stops child processes."""

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from worker.errors import ServiceError
from worker.launcher.child import Child, Process
from worker.launcher.child_log import last_line, rotate_log

PAUSE_S = 0.1  # how soon an exit is noticed
QUICK_DEATH_S = 10.0  # a child that ran for less is restarted with increasing delay
MAX_DELAY_S = 30.0
LOG_CHECK_S = 60.0
RATHER_S = 10.0
REFUSED = 2  # exit code of a child that a restart would not help


class Log(Protocol):
    """The logger of the supervisor; structlog loggers match it."""

    def info(self, event: str, **fields: object) -> object: ...
    def warning(self, event: str, **fields: object) -> object: ...


def restart_delay_s(quick_deaths: int) -> float:
    """Seconds to wait before a restart: 0 at first, then doubling from 0.25 to 30."""
    return 0.0 if quick_deaths <= 1 else min(MAX_DELAY_S, 0.25 * 2 ** min(quick_deaths - 2, 10))


@dataclass(slots=True)
class _Slot:
    child: Child
    process: Process | None = None
    started_at_s: float = 0.0
    next_start_at_s: float = 0.0
    quick_deaths: int = 0
    failed_starts: int = 0
    is_up: bool = False  # of the present process
    was_up: bool = False  # ever
    last_error: str = ""

    def state(self) -> str:
        if self.process is not None:
            return "up" if self.is_up else "starting"
        return "down" if self.started_at_s or self.last_error else "waiting"

    def signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def kill_group(self) -> None:
        """Kill the process group: the child leads its own session."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return


class Supervisor:
    """Starts children, restarts those that exit, stops them by stages; all from one thread.

    Children lead their own sessions and are killed by the kernel when this process ends.
    """

    def __init__(self, children: Sequence[Child], log: Log, *, env: Mapping[str, str] | None = None) -> None:
        self._slots = {child.name: _Slot(child) for child in children}
        self._log = log
        self._env = dict(os.environ if env is None else env)
        self._wake = threading.Event()
        self._signals = 0
        self._logs_checked_at_s = 0.0
        self._began_at_s = time.monotonic()
        self.exit_code = 0  # exit code for this process: not 0 if a child could not be started

    def states(self) -> dict[str, str]:
        """`waiting` (for others), `starting`, `up` or `down` of each child by name."""
        return {name: slot.state() for name, slot in self._slots.items()}

    def pids(self) -> dict[str, int]:
        """The pids of the running children."""
        return {name: slot.process.pid for name, slot in self._slots.items() if slot.process}

    def request_stop(self, *_signal_args: object) -> None:
        """Make `run` stop the children and return; a second call skips the grace time. A signal handler."""
        self._signals += 1
        self._wake.set()

    def is_stopping(self) -> bool:
        """Whether a stop was requested."""
        return self._signals > 0

    def run(
        self, on_pass: Callable[[], None] = lambda: None, on_stop: Callable[[], None] = lambda: None
    ) -> None:
        """Supervise until `request_stop`, then stop everything.

        `on_pass` is called ten times a second, `on_stop` when stopping begins.
        A child that exits with `REFUSED` when it starts also stops everything and sets `exit_code`.
        """
        try:
            while not self.is_stopping():
                self.step()
                on_pass()
                self._wake.wait(PAUSE_S)
        finally:
            self._log.info("stopping")
            on_stop()
            self.stop()

    def step(self) -> None:
        """Check every child once: handle exits, start what is due, note readiness."""
        now = time.monotonic()
        for slot in self._slots.values():
            if slot.process is not None and slot.process.poll() is not None:
                self._handle_exit(slot, now)
            if self.is_stopping():
                return
            if slot.process is None and now >= slot.next_start_at_s and self._may_start(slot):
                self._start(slot, now)
            if slot.process is not None and not slot.is_up and slot.child.is_ready():
                slot.is_up = slot.was_up = True
                slot.failed_starts = 0
                self._log.info("ready", child=slot.child.name, pid=slot.process.pid)
        if now - self._logs_checked_at_s > LOG_CHECK_S:
            self._logs_checked_at_s = now
            for slot in self._slots.values():
                if slot.child.log is not None:
                    rotate_log(slot.child.log)

    def restart(self, name: str) -> None:
        """Kill a child that runs but does not work; it is restarted as after any exit."""
        slot = self._slots[name]
        self._log.warning("restarting a stuck child", child=name)
        slot.kill_group()

    def up_for_s(self, name: str) -> float:
        """Seconds for which the current process of a child has been running; 0 if there is none."""
        slot = self._slots.get(name)
        return time.monotonic() - slot.started_at_s if slot and slot.process else 0.0

    def stop(self) -> None:
        """Stop all children and their descendants, stage by stage."""
        spare_s = 0.0  # left by earlier stages: on a busy machine the monitor saves its history for seconds
        for stage in sorted({slot.child.stage for slot in self._slots.values()}):
            slots = [slot for slot in self._slots.values() if slot.child.stage == stage]
            began_at_s = time.monotonic()
            self._end(slots, spare_s)
            spare_s += max(one.child.grace_s + one.child.quit_s for one in slots)
            spare_s -= time.monotonic() - began_at_s

    def _may_start(self, slot: _Slot) -> bool:
        needed = [self._slots[name] for name in slot.child.after if name in self._slots]
        wanted = [self._slots[name] for name in slot.child.rather_after if name in self._slots]
        if not all(other.was_up for other in needed):
            return False
        is_patient = time.monotonic() < self._began_at_s + RATHER_S
        return not is_patient or all(other.was_up or other.last_error for other in wanted)

    def _start(self, slot: _Slot, now: float) -> None:
        try:
            slot.child.prepare(slot.failed_starts)
            slot.process = slot.child.start(slot.child, self._env)
        except (ServiceError, OSError) as exc:
            if str(exc) != slot.last_error:
                self._log.warning("cannot start", child=slot.child.name, reason=str(exc))
            slot.last_error = str(exc)
            slot.next_start_at_s = now + MAX_DELAY_S
            return
        slot.last_error = ""
        slot.started_at_s, slot.is_up = now, False

    def _handle_exit(self, slot: _Slot, now: float) -> None:
        assert slot.process is not None
        slot.kill_group()
        lived_s = now - slot.started_at_s
        slot.quick_deaths = slot.quick_deaths + 1 if lived_s < QUICK_DEATH_S else 0
        if not slot.is_up and slot.process.returncode > 0:
            slot.failed_starts += 1
        if slot.process.returncode == REFUSED and (not slot.is_up or slot.quick_deaths):
            self._give_up(slot)
            return
        delay_s = restart_delay_s(slot.quick_deaths)
        slot.next_start_at_s = now + delay_s
        said = None if slot.is_up else last_line(slot.child.log)
        self._log.warning(
            "exited, restarting",
            child=slot.child.name,
            **({"said": said} if said else {}),
            pid=slot.process.pid,
            exit=slot.process.returncode,
            lived_s=round(lived_s, 1),
            delay_s=delay_s,
        )
        slot.process, slot.is_up = None, False

    def _give_up(self, slot: _Slot) -> None:
        """Stop everything: a child reported that a restart does not help."""
        assert slot.process is not None
        said, pid = last_line(slot.child.log), slot.process.pid
        self._log.warning("cannot run, stopping everything", child=slot.child.name, said=said, pid=pid)
        slot.process, slot.is_up = None, False
        self.exit_code = REFUSED
        self.request_stop()

    def _end(self, slots: list[_Slot], spare_s: float) -> None:
        running = [slot for slot in slots if slot.process is not None]
        for slot in running:
            slot.signal(signal.SIGTERM)
        self._await(running, spare_s + max((s.child.grace_s for s in running), default=0.0), signals=2)
        late = [slot for slot in running if slot.process and slot.process.poll() is None]
        for slot in late:
            if slot.child.quit_s:
                slot.signal(signal.SIGQUIT)
        self._await(late, max((slot.child.quit_s for slot in late), default=0.0), signals=2)
        for slot in running:
            slot.kill_group()
            assert slot.process is not None
            code = slot.process.wait()
            self._log.info("stopped", child=slot.child.name, pid=slot.process.pid, exit=code)
            slot.process, slot.is_up = None, False

    def _await(self, slots: list[_Slot], limit_s: float, *, signals: int) -> None:
        """Wait until these have exited, `limit_s` has passed or `signals` stop signals have arrived."""
        end = time.monotonic() + limit_s
        while time.monotonic() < end and self._signals < signals:
            if all(slot.process is None or slot.process.poll() is not None for slot in slots):
                return
            time.sleep(0.05)
