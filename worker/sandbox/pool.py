"""A pool of sandboxed child processes: plain subprocesses with pipes, each serving one call at a time.

multiprocessing is not used: its children import the parent's main module (all of Celery in a worker) and are
tied to the thread that started them.
"""

import os
import pickle
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from worker.errors import SandboxBrokenError, SandboxBusyError, SandboxError
from worker.processes import read_usage
from worker.sandbox.child import (
    BROKEN,
    CRASHED,
    LENGTH,
    MAX_RESULT_BYTES,
    OUT_OF_MEMORY,
    REFUSED,
    from_frame,
    to_frame,
)

KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "TZ")
PIPE_BYTES = 1024 * 1024  # per read
MAX_TASKS = 500  # after these a child is replaced, which bounds leaks; a start costs up to 1 s of CPU
BLAMED_DEATHS = 2  # of children during one call, the last of which had served no other: then its input is bad
DYING_S = 1.0  # between the end of a child's pipes and its own
BUSY_SHARE = 0.5  # of the deadline: a process that ran for less waited for the machine
WAITING_STATES = frozenset(
    "RDTt"
)  # for a CPU, for memory or a disk, or stopped; not asleep, which code does by itself
PACKAGE_ROOT = str(Path(__file__).resolve().parents[2])


class _ChildDiedError(Exception):
    """A child ended without a result: because of its input, earlier calls, or a signal from elsewhere."""

    def __init__(self, status: int, *, was_fresh: bool) -> None:
        how = signal.strsignal(-status) if status < 0 else None
        super().__init__(f"the process reading it died ({how or f'status {status}'})")
        self.was_fresh = was_fresh


class _Child:
    """One child process and its pipes; used by one thread at a time."""

    def __init__(self, target: str, memory_bytes: int, deadline_s: float) -> None:
        # no secrets of the service's environment where untrusted input is read
        kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
        paths = [PACKAGE_ROOT, *filter(None, [os.environ.get("PYTHONPATH")])]
        limits = (str(memory_bytes), str(deadline_s), str(os.getpid()))
        self.process = subprocess.Popen(  # noqa: S603 - our own module under our own interpreter
            [sys.executable, "-P", "-m", "worker.sandbox.child", target, *limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**kept, "PYTHONPATH": os.pathsep.join(paths)},
            start_new_session=True,  # processes it starts are killed with it
        )
        self.pipes = cast("tuple[IO[bytes], IO[bytes]]", (self.process.stdin, self.process.stdout))
        for pipe in self.pipes:
            os.set_blocking(pipe.fileno(), False)
        self.tasks = 0

    def call(self, request: tuple[str, Any, Any], deadline_s: float) -> tuple[str, Any]:
        """Return how the call ended and its value, message or traceback.

        Raises SandboxError if the child is killed at the deadline, _ChildDiedError if it died by itself.
        """
        self.tasks += 1
        until = time.monotonic() + deadline_s
        used_before_s = read_usage(self.process.pid).cpu_s if self.tasks > 1 else 0.0
        try:
            self._send(to_frame(request), until)
            size = LENGTH.unpack(self._receive(LENGTH.size, until))[0]
            return cast("tuple[str, Any]", from_frame(self._receive(size, until)))
        except TimeoutError:
            usage = read_usage(self.process.pid)
            self.close()
            raise _too_late(deadline_s, usage.cpu_s - used_before_s, usage.state) from None
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            raise _ChildDiedError(self._end(), was_fresh=self.tasks == 1) from None

    def _send(self, data: bytes, until: float) -> None:
        pipe, rest = self.pipes[0].fileno(), memoryview(data)
        while rest:
            _wait(pipe, select.POLLOUT, until)
            rest = rest[os.write(pipe, rest) :]

    def _receive(self, size: int, until: float) -> bytes:
        """Return exactly `size` bytes, at most MAX_RESULT_BYTES.

        A process that inherited the pipe can keep it open, but not beyond `until`.
        """
        if size > MAX_RESULT_BYTES:  # an intact child does not send this
            raise ValueError("a result over the limit")
        pipe, data = self.pipes[1].fileno(), bytearray()
        while len(data) < size:
            _wait(pipe, select.POLLIN, until)
            part = os.read(pipe, min(size - len(data), PIPE_BYTES))
            if not part:
                raise EOFError
            data += part
        return bytes(data)

    def _end(self) -> int:
        """Close a child that died, and return the status that it ended with, not that of being killed."""
        with suppress(subprocess.TimeoutExpired):  # its pipes are closed a moment before it is gone
            self.process.wait(DYING_S)
        return self.close()

    def close(self) -> int:
        """Kill the process and all that it started, wait for it, and return its exit status."""
        with suppress(OSError):  # already gone
            os.killpg(self.process.pid, signal.SIGKILL)
        for pipe in self.pipes:
            with suppress(OSError):
                pipe.close()
        return self.process.wait()


def _too_late(deadline_s: float, used_s: float, state: str) -> SandboxError:
    """The error of a call that was ended at its deadline, by the CPU time that it got until then."""
    message = f"it took longer than {deadline_s:g} s"
    is_busy = state in WAITING_STATES and used_s < BUSY_SHARE * deadline_s
    if is_busy:
        message = f"the machine was busy: {message}, of which it ran for {used_s:.1f} s"
    return SandboxError(message, may_pass=True, is_limit=True, is_busy=is_busy)


def _wait(pipe: int, event: int, until: float) -> None:
    """Wait until a pipe is readable or writable; raises TimeoutError at `until`."""
    poll = select.poll()
    poll.register(pipe, event)
    if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
        raise TimeoutError


class SandboxPool:
    """Calls one function in up to `processes` children, started on demand; thread-safe.

    `target` is `module:function`; its arguments and result must be picklable. A call that takes longer than
    `deadline_s` seconds, needs more than `memory_bytes` beyond an idle child, kills its child or raises any
    exception raises SandboxError. The child is then replaced if needed, as it is after `max_tasks` calls.
    A call that waits longer than `max_wait_s` seconds for a free child raises SandboxBusyError.
    """

    def __init__(
        self,
        target: str,
        *,
        processes: int = 1,
        deadline_s: float = 20.0,
        memory_bytes: int = 512 * 1024 * 1024,
        max_tasks: int = MAX_TASKS,
        max_wait_s: float | None = None,
    ) -> None:
        self._max_wait_s = max_wait_s
        self._max_tasks = max_tasks
        self._target = target
        self._deadline_s = deadline_s
        self._memory_bytes = memory_bytes
        self._is_closed = False
        self._lock = threading.Lock()
        self._children: set[_Child] = set()
        self._slots: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _ in range(processes):
            self._slots.put(None)

    @property
    def pids(self) -> list[int]:
        """The process ids of the running children."""
        with self._lock:
            return [child.process.pid for child in self._children]

    def call(self, *args: Any, **keywords: Any) -> Any:
        """Return the function's result for these arguments; raises SandboxError."""
        return self.call_other(self._target, *args, **keywords)

    def call_other(self, target: str, *args: Any, **keywords: Any) -> Any:
        """The same for another function, which the child imports when it is first called."""
        try:
            end, result = self._serve((target, args, keywords))
        except _ChildDiedError as exc:
            raise SandboxError(str(exc), may_pass=True, is_limit=True) from exc
        if end == BROKEN:
            raise SandboxBrokenError(
                f"the process that reads it cannot start: {result}; see `wireroom doctor`", may_pass=True
            )
        if end in (REFUSED, OUT_OF_MEMORY):
            raise SandboxError(result, is_limit=end == OUT_OF_MEMORY)
        if end == CRASHED:
            raise SandboxError(result.strip().splitlines()[-1], trace=result)
        return result

    def _serve(self, request: tuple[str, Any, Any]) -> tuple[str, Any]:
        """Call the next free child; retry on a fresh child if the first died, as it may have been killed."""
        until = None if self._max_wait_s is None else time.monotonic() + self._max_wait_s
        deaths = 0
        while True:
            child = self._take(until)
            try:
                child = self._ready(child)
                end, result = child.call(request, self._deadline_s)
                if end != OUT_OF_MEMORY or child.tasks == 1:
                    return end, result
                child.close()  # earlier calls may have used up its memory
            except _ChildDiedError as exc:
                deaths += 1
                if exc.was_fresh and deaths >= BLAMED_DEATHS:
                    raise
            finally:
                self._slots.put(self._keep(child))

    def _take(self, until: float | None) -> _Child | None:
        """Wait for a free slot and return its child; raises SandboxBusyError at `until`."""
        try:
            return self._slots.get(timeout=None if until is None else max(0.0, until - time.monotonic()))
        except queue.Empty:
            raise SandboxBusyError(
                f"no process was free for {self._max_wait_s:g} s", may_pass=True, is_busy=True
            ) from None

    def _ready(self, child: _Child | None) -> _Child:
        """Return a running child for a slot; raises SandboxError if closed or none can be started."""
        with self._lock:
            if self._is_closed:
                raise SandboxError("the pool of processes is closed", may_pass=True)
            if child is not None and child.process.poll() is not None:  # killed externally
                self._children.discard(child)
                child.close()
                child = None
            if child is None:
                try:
                    child = _Child(self._target, self._memory_bytes, self._deadline_s)
                except OSError as exc:
                    raise SandboxError(f"cannot start a process to read it: {exc}", may_pass=True) from exc
                self._children.add(child)
        return child

    def _keep(self, child: _Child | None) -> _Child | None:
        """Return the child if it can serve again, else None to start a new one next time."""
        if child is None or (
            child.process.poll() is None and child.tasks < self._max_tasks and not self._is_closed
        ):
            return child
        child.close()
        with self._lock:
            self._children.discard(child)
        return None

    def close(self) -> None:
        """Kill all children; later calls raise SandboxError."""
        with self._lock:
            self._is_closed = True
            children, self._children = self._children, set()
        for child in children:
            child.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
