"""Fewer log lines of one kind: the first few, then one each minute with how many were left out."""

import threading
import time

FIRST = 3
EVERY_S = 60.0


class Flood:
    """Counts the lines of one kind in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began_s = float("-inf")
        self._lines = 0
        self._left_out = 0

    def left_out(self) -> int | None:
        """How many lines were left out before the present one; None if that is left out as well."""
        with self._lock:
            now_s = time.monotonic()
            if now_s - self._began_s < EVERY_S:
                self._lines += 1
                if self._lines <= FIRST:
                    return 0
                self._left_out += 1
                return None
            before, self._left_out = self._left_out, 0
            self._began_s, self._lines = now_s, FIRST if before else 1
            return before


def more_of(left_out: int) -> dict[str, int]:
    """The field of a log line that says how many were left out before it; empty without any."""
    return {"left_out_before": left_out} if left_out else {}
