"""Turns to compute: the threads of a worker wait for the network together, but compute one after another."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """Lets at most `most` threads of this process compute at a time.

    Threads that compute at the same time wait for Python's global lock at each statement, so a transaction
    holds its locks for much longer. `taken` within `taken`, and `waiting` without a turn, do nothing.
    """

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)
        self._own = threading.local()  # whether this thread has a turn

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Compute in turn: waits for one, and gives it back at the end of the block."""
        if self._is_held:
            yield
            return
        self._take()
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
            self._take()

    @property
    def _is_held(self) -> bool:
        return getattr(self._own, "has", False)

    def _take(self) -> None:
        self._free.acquire()
        self._own.has = True

    def _give(self) -> None:
        self._own.has = False
        self._free.release()
