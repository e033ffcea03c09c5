"""Turns of the threads of a worker: they wait for the network together, but compute one after another."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

SLICE_S = 1.0  # of computing, after which others go first

T = TypeVar("T")


class Turns:
    """Lets at most `most` threads of this process compute at a time.

    Threads that compute at the same time wait for Python's global lock at each statement, so a transaction
    holds its locks for much longer. A turn goes first to those who had one before they waited for something:
    work that has begun ends before other work begins, so requests are sent as fast as responses are handled.
    `taken` within `taken`, and `waiting` without a turn, do nothing.
    """

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._free = most
        self._resuming: deque[threading.Lock] = deque()  # each is held until its thread has the turn
        self._beginning: deque[threading.Lock] = deque()
        self._own = threading.local()  # whether this thread has a turn, and since when

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Compute in turn: waits for one, and gives it back at the end of the block."""
        if self._is_held:
            yield
            return
        self._take(self._beginning)
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let other threads compute during the block, which waits for something or computes little."""
        if not self._is_held:
            yield
            return
        self._give()
        try:
            yield
        finally:
            self._take(self._resuming)

    def pause(self) -> bool:
        """Let all go first that wait for a turn, if this thread has had its own for `SLICE_S` seconds.

        Work on thousands of entries calls this between them: it would hold up all other polls. No transaction
        may be open. Returns whether the thread has waited for others.
        """
        if not self._is_held or time.monotonic() - self._own.since_s < SLICE_S:
            return False
        self._give()
        self._take(self._beginning)
        return True

    def each(self, items: Iterable[T], paused: Callable[[], None]) -> Iterator[T]:
        """Return the items one by one, with a `pause` before each; calls `paused` after each wait for others.

        If several such threads take turns, each takes as long as all together.
        """
        for item in items:
            if self.pause():
                paused()
            yield item

    @property
    def in_line(self) -> int:
        """The number of threads that wait for a turn."""
        return len(self._resuming) + len(self._beginning)

    @property
    def _is_held(self) -> bool:
        return getattr(self._own, "has", False)

    def _take(self, line: deque[threading.Lock]) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                gate = None
            else:
                gate = threading.Lock()
                gate.acquire()
                line.append(gate)
        if gate is not None:
            gate.acquire()  # released by `_give` of another thread
        self._own.has, self._own.since_s = True, time.monotonic()

    def _give(self) -> None:
        self._own.has = False
        with self._lock:
            line = self._resuming or self._beginning
            if line:
                line.popleft().release()
            else:
                self._free += 1


class OneAtATime:
    """Lets one thread of this process in at a time; a few others wait for it, the rest are turned away.

    If many threads waited, none would be left for other work while one is in for long.
    """

    def __init__(self, *, waiting: int) -> None:
        self._inside = threading.Lock()
        self._places = threading.BoundedSemaphore(waiting)

    @contextmanager
    def entered(self, *, wait_s: float) -> Iterator[bool]:
        """Whether this thread is in during the block; waits at most `wait_s` seconds, if a place is free."""
        is_inside = self._inside.acquire(blocking=False) or self._wait(wait_s)
        try:
            yield is_inside
        finally:
            if is_inside:
                self._inside.release()

    def _wait(self, wait_s: float) -> bool:
        if not self._places.acquire(blocking=False):
            return False
        try:
            return self._inside.acquire(timeout=wait_s)
        finally:
            self._places.release()
