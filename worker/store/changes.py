"""What changed since a position: misses no row, whatever the order in which transactions are committed.

In PostgreSQL a change has the number of its transaction. Transactions are committed in any order, so only
those are read that began before every transaction still running (`pg_snapshot_xmin`): nothing can follow
below a position that was read up to there. SQLite has one writer at a time, so its numbers are in order.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, literal_column, select, text, tuple_, update

from worker.errors import ServiceError, StoreError
from worker.store.models import Change, ChangeState
from worker.store.session import is_postgres

HORIZON: Any = literal_column("CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)")
# Numbers that no transaction of this server has had: of a server from which the rows were restored.
_IS_FOREIGN = text("""
SELECT coalesce(max(number), 0) > greatest(
    CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint),
    coalesce(CAST(CAST(pg_current_xact_id_if_assigned() AS text) AS bigint), 0)
) FROM changes""")


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the order of changes of one database: behind this change of this row."""

    origin: str
    number: int
    kind: str
    ref: int

    @property
    def order(self) -> tuple[int, str, int]:
        """By which positions of one origin are ordered."""
        return self.number, self.kind, self.ref


class OtherOriginError(StoreError):
    """A position is of another database, or of one before it was restored."""


def read_changes(connection: Connection, after: Position | None, limit: int) -> Sequence[Position]:
    """The next rows that changed behind a position, at most `limit`, each with its last change.

    Without a position it begins at the first one. Raises OtherOriginError, and ServiceError if the rows are
    of another server and have not been numbered again.
    """
    origin = read_origin(connection)
    order = (Change.number, Change.kind, Change.ref_id)
    query = select(*order).order_by(*order).limit(limit)
    if after is not None:
        _require_origin(connection, after, origin)
        query = query.where(tuple_(*order) > tuple_(*after.order))
    if is_postgres(connection):
        if connection.scalar(_IS_FOREIGN):
            raise ServiceError(
                "the database was restored from another server: run `wireroom db upgrade` once"
            )
        query = query.where(Change.number < HORIZON)
    return [Position(origin, *row) for row in connection.execute(query)]


def read_origin(connection: Connection) -> str:
    """The origin of the numbers of this database."""
    return connection.scalar(select(ChangeState.origin)) or ""


def start_of(connection: Connection) -> Position:
    """The position before all changes of this database."""
    return Position(read_origin(connection), -1, "", 0)


def last_number(connection: Connection) -> int:
    """The number up to which all changes are committed, and none will be added."""
    last: Any = select(HORIZON - 1) if is_postgres(connection) else select(ChangeState.number)
    return connection.scalar(last) or 0


def _require_origin(connection: Connection, after: Position, origin: str) -> None:
    if after.origin != origin or after.number > last_number(connection):
        raise OtherOriginError(
            "the cursor is of another database, or of this one before it was restored: export everything "
            "once more, without a cursor"
        )


def renew_origin(connection: Connection) -> None:
    """Let no position from before be used any more: the numbers go on from another point."""
    connection.execute(update(ChangeState).values(origin=secrets.token_hex(8)))


def restart_foreign(connection: Connection) -> bool:
    """Begin anew if the rows were restored from another PostgreSQL server; returns whether they were."""
    if not is_postgres(connection) or not connection.scalar(_IS_FOREIGN):
        return False
    connection.execute(update(Change).values(number=0))
    renew_origin(connection)
    return True
