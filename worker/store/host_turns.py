"""Due work in turns of its hosts: the first of each host, then the second of each, within their room."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

WINDOW = 4  # rows read at once per row wanted
MOST_LEFT_OUT = 1_000  # hosts that a statement leaves out; rows of others are skipped here


class _OfHost(Protocol):
    @property
    def host(self) -> str: ...


RowT = TypeVar("RowT", bound=_OfHost)


def take_turns(
    read: Callable[[RowT | None, Sequence[str], int], Iterable[RowT]],
    *,
    limit: int,
    room_of: Callable[[str], int],
    full: Iterable[str] = (),
) -> list[tuple[int, RowT]]:
    """The first `limit` rows by their turn, which is counted from 0 for each host, then by their own order.

    `read(after, full, count)` reads the next `count` rows in order, without those of `full` hosts. A host has
    at most `room_of(host)` rows. Only as many rows are read as are needed for that, however many are due.
    """
    taken, rooms = dict[str, int](), dict[str, int]()
    left_out = dict.fromkeys(full)
    found: list[tuple[int, RowT]] = []
    after, count = None, limit * WINDOW
    while len(taken) < limit:
        rows = list(read(after, list(left_out)[:MOST_LEFT_OUT], count))
        for row in rows:
            host = row.host
            if host in left_out:
                continue
            turn = taken.get(host, 0)
            if host not in rooms:
                rooms[host] = room_of(host)
            if turn < rooms[host]:
                taken[host] = turn + 1
                found.append((turn, row))
            if turn + 1 >= rooms[host]:
                left_out[host] = None
        if len(rows) < count:
            break
        after = rows[-1]
    found.sort(key=lambda one: one[0])  # stable: in their own order within a turn
    return found[:limit]
