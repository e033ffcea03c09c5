"""Child processes that read documents with a deadline and a memory limit.

Plain subprocesses with pipes, not multiprocessing: its children import the parent's main module (all of
Celery in a worker) and are tied to the thread that started them.
"""

import os
import pickle
import queue
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from worker.errors import ParseError
from worker.parse.child import read_frame, write_frame
from worker.parse.reader import read_feed
from worker.records import ParsedFeed

# Below this a document is read in the calling process: handing it over costs more than reading it, and the
# worst that so few bytes can do is hold the interpreter for some tenths of a second.
SMALL_BYTES = 32 * 1024
KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "TZ")
MAX_TASKS = 500  # then a child is replaced, so that nothing it leaks adds up
PACKAGE_ROOT = str(Path(__file__).resolve().parents[2])


class _ChildDiedError(Exception):
    """A child ended without an answer; only one that was fresh proves that the document did it."""

    def __init__(self, status: int, *, was_fresh: bool) -> None:
        super().__init__(f"the process that read it died (status {status})")
        self.was_fresh = was_fresh


class _Child:
    """One process and the pipes to it; used by one thread at a time."""

    def __init__(self, memory_bytes: int, deadline_s: float) -> None:
        # no secret of the service's environment where hostile bytes are read
        kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
        paths = [PACKAGE_ROOT, *filter(None, [os.environ.get("PYTHONPATH")])]
        self.process = subprocess.Popen(  # noqa: S603 - our own module under our own interpreter
            [
                sys.executable,
                "-P",
                "-m",
                "worker.parse.child",
                str(memory_bytes),
                str(deadline_s),
                str(os.getpid()),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**kept, "PYTHONPATH": os.pathsep.join(paths), "MALLOC_ARENA_MAX": "2"},
        )
        self.tasks = 0

    def ask(
        self, body: bytes, keywords: dict[str, Any], deadline_s: float
    ) -> tuple[ParsedFeed | None, str | None]:
        """The child's answer, or a reason when it is killed at the deadline; raises _ChildDiedError."""
        self.tasks += 1
        late = threading.Event()
        timer = threading.Timer(deadline_s, self._kill, args=(late,))
        timer.daemon = True
        timer.start()
        try:
            write_frame(cast("IO[bytes]", self.process.stdin), (body, keywords))  # type: ignore[arg-type]
            answer = read_frame(cast("IO[bytes]", self.process.stdout))  # type: ignore[arg-type]
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            status = self.close()
            if late.is_set():
                return None, f"reading it took longer than {deadline_s:g} s"
            raise _ChildDiedError(status, was_fresh=self.tasks == 1) from None
        finally:
            timer.cancel()
        return cast("tuple[ParsedFeed | None, str | None]", answer)

    def _kill(self, late: threading.Event) -> None:
        late.set()
        self.process.kill()

    def close(self) -> int:
        """End the process and wait for it; its exit status."""
        if self.process.poll() is None:
            self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                cast("IO[bytes]", pipe).close()
            except OSError:
                continue  # a broken pipe on the last flush
        return self.process.wait()


class ParsePool:
    """Reads feeds in up to `processes` children, started when first needed; safe for many threads.

    A document that takes longer than `deadline_s` seconds or needs more than `memory_bytes` beyond an idle
    child raises ParseError; the pool goes on with a new child.
    """

    def __init__(
        self, processes: int = 1, deadline_s: float = 20.0, memory_bytes: int = 512 * 1024 * 1024
    ) -> None:
        self._deadline_s = deadline_s
        self._memory_bytes = memory_bytes
        self._is_closed = False
        self._lock = threading.Lock()
        self._children: set[_Child] = set()
        self._places: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _ in range(processes):
            self._places.put(None)

    def read_feed(
        self,
        body: bytes,
        *,
        url: str,
        content_type: str | None = None,
        lang: str | None = None,
        timezone: str | None = None,
        now: datetime,
    ) -> ParsedFeed:
        """As `worker.parse.read_feed`, within the pool's limits; raises ParseError."""
        if len(body) < SMALL_BYTES:
            return read_feed(body, url=url, content_type=content_type, lang=lang, timezone=timezone, now=now)
        keywords = {"url": url, "content_type": content_type, "lang": lang, "timezone": timezone, "now": now}
        try:
            feed, reason = self._serve(body, keywords)
        except _ChildDiedError as exc:
            raise ParseError(str(exc)) from exc
        if feed is None:
            raise ParseError(reason or "no answer")
        return feed

    def _serve(self, body: bytes, keywords: dict[str, Any]) -> tuple[ParsedFeed | None, str | None]:
        """The answer of the next free child; of a fresh one if that had been killed from outside."""
        while True:
            child = self._places.get()
            try:
                child = self._ready(child)
                return child.ask(body, keywords, self._deadline_s)
            except _ChildDiedError as exc:
                if exc.was_fresh:
                    raise
            finally:
                self._places.put(self._keep(child))

    def _ready(self, child: _Child | None) -> _Child:
        """A living child for this place; raises ParseError when the pool is closed or none can be started."""
        with self._lock:
            if self._is_closed:
                raise ParseError("the parser pool is closed")
            if child is not None and child.process.poll() is not None:  # ended by someone else
                self._children.discard(child)
                child.close()
                child = None
            if child is None:
                try:
                    child = _Child(self._memory_bytes, self._deadline_s)
                except OSError as exc:
                    raise ParseError(f"no process to read it in: {exc}") from exc
                self._children.add(child)
        return child

    def _keep(self, child: _Child | None) -> _Child | None:
        """The child if it can serve again, else None for a new one next time."""
        if child is None or (
            child.process.poll() is None and child.tasks < MAX_TASKS and not self._is_closed
        ):
            return child
        child.close()
        with self._lock:
            self._children.discard(child)
        return None

    def close(self) -> None:
        """End all children; later calls raise ParseError."""
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
