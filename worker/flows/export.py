"""Read an export from a cursor on, to the last row or without end."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from worker.errors import WireroomError
from worker.store import Database
from worker.store.changes import Position
from worker.store.exporting import EXPORTS, Batch, begin_run, read_batch
from worker.text.cursors import decode_cursor, encode_cursor

BATCH = 1_000  # changes that are read in one transaction
PAUSE_S = 1.0  # between two looks for new changes
MAX_NUMBER = 2**63 - 1
NAME_CHARS = 40  # more than any part of a position has


class BadCursorError(WireroomError):
    """A cursor that no export returned."""


def iter_batches(
    db: Database,
    kind: str,
    after: Position | None,
    *,
    is_endless: bool = False,
    pause: Callable[[float], Any] = time.sleep,
) -> Iterator[Batch]:
    """The batches of an export behind a position; the last one has no rows unless it is endless.

    An endless one yields a batch at each look, also if nothing has changed. Raises OtherOriginError.
    """
    export, run = EXPORTS[kind], None
    while True:
        with db.read() as connection:
            run = run or begin_run(connection, after)
            batch = read_batch(connection, export, after, BATCH, run)
        yield batch
        after = batch.after
        if batch.is_last:
            if not is_endless:
                return
            pause(PAUSE_S)


def write_cursor(position: Position) -> str:
    """The position as an opaque word."""
    return encode_cursor([position.origin, position.number, position.kind, position.ref])


def read_cursor(word: str) -> Position:
    """The position of a cursor. Raises BadCursorError."""
    match decode_cursor(word.strip()):
        case [str(origin), int(number), str(kind), int(ref)] if (
            max(abs(number), abs(ref)) <= MAX_NUMBER and _is_name(origin) and _is_name(kind)
        ):
            return Position(origin, number, kind, ref)
    raise BadCursorError("the cursor is not one that an export returned; leave it out to begin at the start")


def _is_name(text: str) -> bool:
    return len(text) <= NAME_CHARS and text.isascii() and (text.isalnum() or not text)
