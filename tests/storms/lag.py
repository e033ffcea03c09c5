"""How late a process runs on a busy machine, measured while a storm is on."""

import threading
import time
from typing import Self

SLEEP_S = 0.02
WINDOW_S = 1.0


class Lag:
    """Measures by how much sleeps are too long; a context manager.

    A request that is due, but whose process has to wait for a processor, is received late, and the next one
    looks early.
    """

    def __init__(self) -> None:
        self._late: list[tuple[float, float]] = []  # when a sleep ended, and how late
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._measure, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()

    def _measure(self) -> None:
        while not self._ended.is_set():
            began = time.monotonic()
            time.sleep(SLEEP_S)
            now = time.monotonic()
            if (late_s := now - began - SLEEP_S) > SLEEP_S:
                self._late.append((now, late_s))

    def before(self, at: float) -> float:
        """The longest delay within the second before a time of the monotonic clock."""
        return max(
            (late_s for when, late_s in self._late if at - WINDOW_S <= when <= at + SLEEP_S), default=0.0
        )
