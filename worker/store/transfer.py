"""Copy a whole database to another one, of the same kind or not: all rows, or none, and checked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import xxhash
from sqlalchemy import Connection, Table, func, literal, select, text

from worker.errors import ServiceError
from worker.redaction import redact
from worker.store.models import Base, Change, ChangeState, ClockState, ShownText
from worker.store.revision import read_schema
from worker.store.schema import migrate
from worker.store.search import index_all
from worker.store.sequences import advance_sequences
from worker.store.session import Database, is_postgres
from worker.text.amounts import count_of

ROWS = 100  # read and written at once; an article may take 1 MB
# of the old database's clock; of its transactions: triggers record the copied rows as new ones
NOT_COPIED = {table.__tablename__ for table in (ClockState, Change, ChangeState)}
_SUM = 2**64


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """How many rows of a table were copied; each was read back and compared."""

    name: str
    rows: int


@dataclass(slots=True)
class _Tally:
    """The number of rows, and the sum of their hashes, which does not depend on their order."""

    rows: int = 0
    total: int = 0

    def add(self, columns: Sequence[Any], values: Sequence[Any]) -> None:
        plain = [
            redact(value) if isinstance(column.type, ShownText) and value is not None else value
            for column, value in zip(columns, values, strict=True)
        ]
        self.rows += 1
        self.total = (
            self.total + xxhash.xxh64_intdigest(repr(plain).encode("utf-8", "surrogatepass"))
        ) % _SUM


def copy_database_to(
    source: Database, target: Database, report: Callable[[CopiedTable], None] = lambda _: None
) -> list[CopiedTable]:
    """Copy all rows to a database that has none; returns the tables, whose rows were read back and compared.

    The target gets the newest schema. If anything fails or differs, no row is left in it. Raises
    ServiceError, and SchemaError if a schema is not that of this program. No process may write to the source
    meanwhile.
    """
    if source.url == target.url:
        raise ServiceError("the target is the database in use: name another one")
    _require_empty(target)
    migrate(target, keep_copy=False)
    done: list[CopiedTable] = []
    with source.read() as origin, target.write() as copy:
        if is_postgres(origin):  # one snapshot of all tables, as SQLite has it anyway
            origin.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        for table in Base.metadata.sorted_tables:
            if table.name not in NOT_COPIED:
                done.append(_copy_table(origin, copy, table))
                report(done[-1])
        advance_sequences(copy, is_expected=True)
        index_all(copy)
    return done


def _require_empty(target: Database) -> None:
    with target.write(create=True) as connection:
        if read_schema(connection).revision is None:
            return
        if any(_has_rows(connection, table) for table in Base.metadata.sorted_tables):
            held = f"{_count(connection, 'feed')} and {_count(connection, 'article')}"
            raise ServiceError(
                f"the target holds a database of wireroom already, with {held}: set WIREROOM_DATABASE_URL to "
                "it if that is the copy; to copy anew, name an empty database"
            )


def _has_rows(connection: Connection, table: Table) -> bool:
    """Whether a table exists and has rows, besides the one of which every database has its own."""
    if table.name == ChangeState.__tablename__ or not connection.dialect.has_table(connection, table.name):
        return False
    return connection.scalar(select(literal(1)).select_from(table).limit(1)) is not None


def _count(connection: Connection, noun: str) -> str:
    """The number of feeds or articles in words."""
    count = connection.scalar(select(func.count()).select_from(Base.metadata.tables[f"{noun}s"]))
    return count_of(count, noun) if count else f"no {noun}"


def _copy_table(origin: Connection, copy: Connection, table: Table) -> CopiedTable:
    sent, received = _Tally(), _Tally()
    columns = list(table.columns)
    for part in _rows_of(origin, table):
        for row in part:
            sent.add(columns, row)
        copy.execute(table.insert(), [row._asdict() for row in part])
    for part in _rows_of(copy, table):
        for row in part:
            received.add(columns, row)
    if sent != received:
        raise ServiceError(
            f"{table.name} differs after copying ({sent.rows:,} rows sent, {received.rows:,} read back): "
            "nothing was kept; was the service running?"
        )
    return CopiedTable(table.name, received.rows)


def _rows_of(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    result = connection.execute(select(table), execution_options={"yield_per": ROWS})
    yield from result.partitions(ROWS)
