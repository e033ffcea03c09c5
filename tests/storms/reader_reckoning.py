"""What programs that read by cursors should have stored, however often they were killed."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
SHOWN = 5  # ids in a fault


def last_walk(pages: Sequence[Row]) -> int:
    """The number of the walk that was begun last, 0 before the first."""
    return max((page["walk"] for page in pages), default=0)


def repeats_of(pages: Sequence[Row]) -> int:
    """How many pages were read once more because a kill came before their cursor was stored."""
    counted = Counter((page["walk"], page["cursor"]) for page in pages)
    return sum(counted.values()) - len(counted)


def faults_of_pages(
    pages: Sequence[Row], wanted: Collection[int], since: int, *, is_fixed: bool
) -> Iterator[str]:
    """What is wrong with the walks through a list of which nothing is deleted.

    One that began after walk `since`, when nothing changed any more, has all `wanted` items and no other.
    With `is_fixed` an item never changes its place: then each walk has each item on one page only, and all
    that the walks before had.
    """
    walks: dict[int, list[Row]] = defaultdict(list)
    for page in pages:
        walks[page["walk"]].append(page)
    whole = {number: rows for number, rows in walks.items() if any(row["is_last"] for row in rows)}
    late = [_ids(rows) for number, rows in whole.items() if number > since]
    if not late:
        yield f"no walk was ended that began after walk {since}"
    for ids in late[-1:]:
        yield from _compared(ids, wanted)
    if not is_fixed:
        return
    for number, rows in walks.items():
        if doubled := _doubled(rows):
            yield f"walk {number} has items on two pages: {_some(doubled)}"
    known: set[int] = set()
    for number, rows in sorted(whole.items()):
        ids = _ids(rows)
        if missed := known - ids:
            yield f"walk {number} misses items of those before: {_some(missed)}"
        known |= ids


def _ids(pages: Sequence[Row]) -> set[int]:
    return set(itertools.chain.from_iterable(page["ids"] for page in pages))


def _doubled(pages: Sequence[Row]) -> set[int]:
    """The items of a walk that are behind two cursors, or twice on a page.

    Of a page that was read once more the last reading counts: what is new meanwhile moves the items on.
    """
    places: dict[int, set[str]] = defaultdict(set)
    twice = set()
    for page in {page["cursor"]: page for page in pages}.values():
        twice |= {number for number, count in Counter(page["ids"]).items() if count > 1}
        for number in page["ids"]:
            places[number].add(page["cursor"])
    return twice | {number for number, cursors in places.items() if len(cursors) > 1}


def faults_of_export(rows: Sequence[Row], wanted: Mapping[int, Row]) -> Iterator[str]:
    """What is wrong with exported rows, of which the last of each id counts."""
    last = {row["id"]: {name: value for name, value in row.items() if name != "cursor"} for row in rows}
    yield from _compared(set(last), wanted)
    if stale := {number for number, row in wanted.items() if number in last and last[number] != row}:
        yield f"the last row is not the newest state: {_some(stale)}"
    cursors = Counter(row["cursor"] for row in rows if "cursor" in row)
    if doubled := [row["id"] for row in rows if cursors[row.get("cursor")] > 1]:
        yield f"rows were stored twice: {_some(doubled)}"


def _compared(found: Collection[int], wanted: Collection[int]) -> Iterator[str]:
    if missed := set(wanted) - set(found):
        yield f"{len(missed)} of {len(wanted)} missed: {_some(missed)}"
    if more := set(found) - set(wanted):
        yield f"{len(more)} that are not stored: {_some(more)}"


def _some(ids: Collection[int]) -> str:
    first = ", ".join(str(number) for number in sorted(set(ids))[:SHOWN])
    return f"{first} …" if len(set(ids)) > SHOWN else first
