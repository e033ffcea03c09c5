"""Counters of rows that are added to a table, without ever counting the table."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from worker.store.figures import Counts, newest_id

SETTLED_S = 60.0  # an id is drawn before its transaction commits; none takes as long as this

Count = Callable[[Connection, int, int | None], Counts]


@dataclass
class Tail:
    """Counts what was added to a table since the first read; the counts never decrease.

    Each read counts the rows of the last minute again, because a transaction may commit after one with a
    higher id; older rows are counted once. If the ids decrease, as after a restore, it starts at zero again.
    """

    table: Any
    count: Count
    settled: Counts = field(default_factory=dict)  # of the ids up to `floor`
    floor: int = -1  # no read yet
    tops: deque[tuple[float, int]] = field(default_factory=deque)  # highest ids, with the time of their read

    def read(self, connection: Connection, now_s: float) -> Counts:
        """The counts as of now; `now_s` is a monotonic time."""
        top = newest_id(connection, self.table)
        if self.floor < 0 or top < self.floor:
            self.settled, self.floor = {}, top
            self.tops.clear()
        self.tops.append((now_s, top))
        floor = self.floor
        while self.tops[0][0] <= now_s - SETTLED_S:
            floor = self.tops.popleft()[1]
        if floor > self.floor:
            self.settled = _sum(self.settled, self.count(connection, self.floor, floor))
            self.floor = floor
        return _sum(self.settled, self.count(connection, self.floor, None))


def _sum(first: Counts, second: Counts) -> Counts:
    return {key: first.get(key, 0) + second.get(key, 0) for key in first.keys() | second.keys()}
