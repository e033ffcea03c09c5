"""A pool of fenced child processes: plain subprocesses with pipes, one call at a time in each.

Not multiprocessing: its children import the parent's main module (all of Celery in a worker) and are tied
to the thread that started them.
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

from worker.errors import SandboxError
from worker.sandbox.child import (
    BROKE,
    FULL,
    LENGTH,
    MAX_ANSWER_BYTES,
    REFUSED,
    from_frame,
    to_frame,
)

KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "TZ")
PIPE_BYTES = 1024 * 1024  # read at once
MAX_TASKS = 500  # then a child is replaced, so that nothing it leaks adds up; a start costs up to 1 s of CPU
PACKAGE_ROOT = str(Path(__file__).resolve().parents[2])


class _ChildDiedError(Exception):
    """A child ended without an answer; only one that was fresh proves that its input did it."""

    def __init__(self, status: int, *, was_fresh: bool) -> None:
        super().__init__(f"the process that read it died (status {status})")
        self.was_fresh = was_fresh


class _Child:
    """One process and the pipes to it; used by one thread at a time."""

    def __init__(self, target: str, memory_bytes: int, deadline_s: float) -> None:
        # no secret of the service's environment where hostile bytes are read
        kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
        paths = [PACKAGE_ROOT, *filter(None, [os.environ.get("PYTHONPATH")])]
        limits = (str(memory_bytes), str(deadline_s), str(os.getpid()))
        self.process = subprocess.Popen(  # noqa: S603 - our own module under our own interpreter
            [sys.executable, "-P", "-m", "worker.sandbox.child", target, *limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**kept, "PYTHONPATH": os.pathsep.join(paths), "MALLOC_ARENA_MAX": "2"},
            start_new_session=True,  # what it starts itself is ended with it
        )
        self.pipes = cast("tuple[IO[bytes], IO[bytes]]", (self.process.stdin, self.process.stdout))
        for pipe in self.pipes:
            os.set_blocking(pipe.fileno(), False)
        self.tasks = 0

    def ask(self, request: tuple[Any, Any], deadline_s: float) -> tuple[str, Any]:
        """The child's answer.

        Raises FencedError when it is killed at the deadline, _ChildDiedError when it died by itself.
        """
        self.tasks += 1
        until = time.monotonic() + deadline_s
        try:
            self._send(to_frame(request), until)
            size = LENGTH.unpack(self._receive(LENGTH.size, until))[0]
            return cast("tuple[str, Any]", from_frame(self._receive(size, until)))
        except TimeoutError:
            self.close()
            raise SandboxError(
                f"it took longer than {deadline_s:g} s", may_pass=True, is_limit=True
            ) from None
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            raise _ChildDiedError(self.close(), was_fresh=self.tasks == 1) from None

    def _send(self, data: bytes, until: float) -> None:
        pipe, rest = self.pipes[0].fileno(), memoryview(data)
        while rest:
            _wait(pipe, select.POLLOUT, until)
            rest = rest[os.write(pipe, rest) :]

    def _receive(self, size: int, until: float) -> bytes:
        """So many bytes, at most those of an answer.

        A process that inherited the pipe can keep it open, but no longer than `until`.
        """
        if size > MAX_ANSWER_BYTES:  # a whole child refuses to send it
            raise ValueError("an answer over the limit")
        pipe, data = self.pipes[1].fileno(), bytearray()
        while len(data) < size:
            _wait(pipe, select.POLLIN, until)
            part = os.read(pipe, min(size - len(data), PIPE_BYTES))
            if not part:
                raise EOFError
            data += part
        return bytes(data)

    def close(self) -> int:
        """End the process with all that it started, and wait for it; its exit status."""
        with suppress(OSError):  # nobody is left
            os.killpg(self.process.pid, signal.SIGKILL)
        for pipe in self.pipes:
            with suppress(OSError):
                pipe.close()
        return self.process.wait()


def _wait(pipe: int, event: int, until: float) -> None:
    """Wait until a pipe can be read or written; raises TimeoutError."""
    poll = select.poll()
    poll.register(pipe, event)
    if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
        raise TimeoutError


class SandboxPool:
    """Calls one function in up to `processes` children, started when first needed; safe for many threads.

    `target` is `module:function`; what it takes and gives must be picklable. A call that takes longer than
    `deadline_s` seconds, needs more than `memory_bytes` beyond an idle child, or kills its child raises
    FencedError; so does one that raises anything. The pool goes on with a new child, and after `max_tasks`.
    """

    def __init__(
        self,
        target: str,
        *,
        processes: int = 1,
        deadline_s: float = 20.0,
        memory_bytes: int = 512 * 1024 * 1024,
        max_tasks: int = MAX_TASKS,
    ) -> None:
        self._max_tasks = max_tasks
        self._target = target
        self._deadline_s = deadline_s
        self._memory_bytes = memory_bytes
        self._is_closed = False
        self._lock = threading.Lock()
        self._children: set[_Child] = set()
        self._places: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _ in range(processes):
            self._places.put(None)

    @property
    def pids(self) -> list[int]:
        """The processes that live now."""
        with self._lock:
            return [child.process.pid for child in self._children]

    def call(self, *args: Any, **keywords: Any) -> Any:
        """What the function gives for these arguments; raises FencedError."""
        try:
            end, answer = self._serve((args, keywords))
        except _ChildDiedError as exc:
            raise SandboxError(str(exc), may_pass=True, is_limit=True) from exc
        if end in (REFUSED, FULL):
            raise SandboxError(answer, is_limit=end == FULL)
        if end == BROKE:
            raise SandboxError(answer.strip().splitlines()[-1], trace=answer)
        return answer

    def _serve(self, request: tuple[Any, Any]) -> tuple[str, Any]:
        """The answer of the next free child; of a fresh one if that had been killed from outside."""
        while True:
            child = self._places.get()
            try:
                child = self._ready(child)
                end, answer = child.ask(request, self._deadline_s)
                if end != FULL or child.tasks == 1:
                    return end, answer
                child.close()  # what went before may have filled it
            except _ChildDiedError as exc:
                if exc.was_fresh:
                    raise
            finally:
                self._places.put(self._keep(child))

    def _ready(self, child: _Child | None) -> _Child:
        """A living child for this place; raises FencedError when closed or none can be started."""
        with self._lock:
            if self._is_closed:
                raise SandboxError("the pool of processes is closed", may_pass=True)
            if child is not None and child.process.poll() is not None:  # ended by someone else
                self._children.discard(child)
                child.close()
                child = None
            if child is None:
                try:
                    child = _Child(self._target, self._memory_bytes, self._deadline_s)
                except OSError as exc:
                    raise SandboxError(f"no process to read it in: {exc}", may_pass=True) from exc
                self._children.add(child)
        return child

    def _keep(self, child: _Child | None) -> _Child | None:
        """The child if it can serve again, else None for a new one next time."""
        if child is None or (
            child.process.poll() is None and child.tasks < self._max_tasks and not self._is_closed
        ):
            return child
        child.close()
        with self._lock:
            self._children.discard(child)
        return None

    def close(self) -> None:
        """End all children; later calls raise FencedError."""
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
