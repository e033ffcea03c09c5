"""How late requests are received on a busy machine, measured while a storm is on."""

import asyncio
import time

SLEEP_S = 0.02
WINDOW_S = 1.0


class Lag:
    """Measures in the loop of an origin by how much sleeps are too long.

    A request that is received late, as the processors or the loop are busy, makes the next one look early.
    """

    def __init__(self) -> None:
        self._late: list[tuple[float, float]] = []  # when a sleep ended, and how late

    async def measure(self) -> None:
        """Measure until this task is cancelled."""
        while True:
            began = time.monotonic()
            await asyncio.sleep(SLEEP_S)
            now = time.monotonic()
            if (late_s := now - began - SLEEP_S) > SLEEP_S:
                self._late.append((now, late_s))

    def before(self, at: float) -> float:
        """The longest delay within the second before a time of the monotonic clock."""
        late = (late_s for when, late_s in self._late if at - WINDOW_S <= when <= at + SLEEP_S)
        return max(late, default=0.0)
