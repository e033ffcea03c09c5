"""Databases: one engine per process, read and write transactions, SQLite set up for many workers."""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Executable, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from worker.errors import ConflictError, MissingDatabaseError, SchemaError, ServiceError
from worker.store import postgres_pool, sqlite_locks
from worker.store.faults import SequenceError, error_of, first_line, is_undefined
from worker.store.postgres_limits import CONNECT_ARGS, Limits
from worker.store.revision import find_fault, read_schema
from worker.store.sequences import advance_sequences
from worker.store.types import to_json

MAX_CONFLICTS = 5  # attempts of a transaction
# Errors of statements for another schema. PostgreSQL: undefined table, column, object or function, wrong type
# of a column, and values that are missing or not allowed in another version.
MISSING_STATES = {"42P01", "42703"}
SCHEMA_STATES = MISSING_STATES | {"42704", "42883", "42804", "23502", "23514"}
MISSING_SIGNS = ("no such table", "no such column", "has no column named")
SCHEMA_SIGNS = (*MISSING_SIGNS, "not null constraint", "check constraint")
LOOKUP_CHUNK = 400  # bound variables in one statement

T = TypeVar("T")


class Database:
    """One engine; `read()` and `write()` yield a Connection in a transaction.

    SQLite: WAL; write transactions lock at once (`BEGIN IMMEDIATE`), and the threads of a process queue for
    the lock in order instead of polling in SQLite's busy handler. With `synchronous=NORMAL` nothing is lost
    when a process dies; a power failure can lose the last transactions, but not corrupt the file.

    The first transaction checks the schema's revision, as does any transaction whose statement fails with an
    error that another schema would cause: both raise SchemaError.
    """

    def __init__(self, url: str, limits: Limits | None = None) -> None:
        """`limits` bound the waits of PostgreSQL; None for commands, whose output may wait for its reader."""
        self.url = make_url(url)
        self._limits = limits
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._write_lock = threading.Lock() if self.is_sqlite else None
        self._gate = nullcontext if self.is_sqlite else postgres_pool.Gate().entered
        is_file = self.is_sqlite and self.url.database not in {None, "", ":memory:"}
        self._file = Path(str(self.url.database)) if is_file else None
        self.engine = self._open()
        self._is_checked = False  # whether the schema is known to be current
        self.before_commit: Callable[[Connection], None] | None = None  # may raise to roll back

    def _open(self) -> Engine:
        if not self.is_sqlite:
            engine = create_engine(
                self.url,
                pool_size=postgres_pool.TRANSACTIONS,
                max_overflow=postgres_pool.NESTED,
                pool_pre_ping=True,
                pool_recycle=1800,
                hide_parameters=True,
                json_serializer=to_json,
                connect_args=CONNECT_ARGS,
            )
            event.listen(engine, "connect", postgres_pool.prepare_connection)
            if self._limits is not None:
                event.listen(engine, "connect", self._limits.apply)
                event.listen(engine, "begin", self._limits.apply_to_transaction)
            return engine
        connect_args = {"timeout": sqlite_locks.SQLITE_BUSY_MS / 1000, "check_same_thread": False}
        engine = create_engine(
            self.url,
            connect_args=connect_args,
            pool_size=64,
            max_overflow=64,
            hide_parameters=True,
            json_serializer=to_json,
        )
        event.listen(engine, "connect", sqlite_locks.prepare_sqlite)
        event.listen(engine, "begin", sqlite_locks.begin_sqlite)
        return engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading; one snapshot on SQLite. Raises ServiceError if there is no database."""
        self.check_schema()
        with (
            _translated(),
            self._explained(),
            self._gate(),
            self.engine.connect() as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def write(self, *, create: bool = False) -> Iterator[Connection]:
        """A connection in a write transaction, which is committed at the end or rolled back on an error.

        With `create`, for migrations only, a missing SQLite file is created (else ServiceError) and the
        schema is not checked. Raises ConflictError if the transaction can be retried, StoreError if the
        database rejected a value.
        """
        try:
            with self._transaction(create=create) as connection:
                yield connection
        except SequenceError as exc:
            with self._transaction(create=False) as connection:
                advance_sequences(connection)
            raise ConflictError(str(exc)) from exc

    @contextmanager
    def _transaction(self, *, create: bool) -> Iterator[Connection]:
        if create and self._file is not None:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(OSError):  # exists; or SQLite says why it cannot be created
                self._file.touch(mode=0o600, exist_ok=False)
        elif not create:
            self.check_schema()
        if self._write_lock is None:
            with _translated(), self._explained(), self._gate(), self.engine.begin() as connection:
                yield connection
                self._check(connection)
            return
        with self._write_lock, _translated(), self._explained():
            options = self.engine.execution_options(wireroom_write=True)
            with options.begin() as connection:
                yield connection
                self._check(connection)

    def _check(self, connection: Connection) -> None:
        if self.before_commit is not None:
            self.before_commit(connection)

    def require(self) -> None:
        """Raise MissingDatabaseError if the SQLite file is missing: a mistyped path must not create one."""
        if self._file is not None and not self._file.exists():
            raise MissingDatabaseError(self._file.parent)

    def check_schema(self) -> None:
        """Raise SchemaError unless the schema is current; not checked again once it was.

        Raises ServiceError if there is no database or it does not respond.
        """
        self.require()
        if not self._is_checked:
            with _translated(), _unreadable():
                if fault := self.schema_fault():
                    raise fault
            self._is_checked = True

    def schema_fault(self) -> SchemaError | None:
        """The error why this program cannot use the database, or None. Raises SQLAlchemy's errors."""
        with self.engine.connect() as connection, connection.begin():
            return find_fault(read_schema(connection))

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Translate errors of statements that fail because of another schema into SchemaError."""
        try:
            yield
        except DBAPIError as exc:
            if not _is_for_another_schema(exc):
                raise
            fault = self._fault_now() or _damage(exc)
            if fault is None:
                raise
            self._is_checked = False
            raise fault from exc

    def _fault_now(self) -> SchemaError | None:
        try:
            return self.schema_fault()
        except DBAPIError:  # the first error is more informative
            return None

    def close(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


def chunks(values: Collection[Any]) -> Iterable[list[Any]]:
    """Split the values into lists short enough for one statement."""
    rows = list(values)
    return (rows[i : i + LOOKUP_CHUNK] for i in range(0, len(rows), LOOKUP_CHUNK))


def insert_for(connection: Connection) -> Any:
    """The INSERT of this database's dialect, which supports ON CONFLICT."""
    if is_postgres(connection):
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415 - imports asyncio and every driver

        return insert
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert  # noqa: PLC0415

    return sqlite_insert


def is_postgres(connection: Connection) -> bool:
    """Whether this is PostgreSQL; if not, it is SQLite."""
    return connection.dialect.name == "postgresql"


def insert_ignore(
    connection: Connection, table: Any, rows: Sequence[Mapping[str, Any]], *, unique: Sequence[str]
) -> int:
    """Insert rows, except those whose `unique` columns exist already; returns how many.

    Other conflicts are errors.
    """
    if not rows:
        return 0
    statement = _ignoring(insert_for(connection), table, tuple(unique))
    return connection.execute(statement, list(rows)).rowcount


@cache
def _ignoring(insert: Any, table: Any, unique: tuple[str, ...]) -> Any:
    return insert(table).on_conflict_do_nothing(index_elements=unique)


def retried(transact: Callable[[], T]) -> T:
    """Retry a transaction that lost a conflict; raises ConflictError after MAX_CONFLICTS attempts."""
    for _ in range(MAX_CONFLICTS - 1):
        try:
            return transact()
        except ConflictError:
            continue
    return transact()


def pairs(connection: Connection, query: Executable) -> dict[Any, Any]:
    """A dict of the rows of a query with two columns."""
    return {row[0]: row[1] for row in connection.execute(query)}


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """A part of a write transaction that is rolled back alone if it fails.

    Raises the errors of `Database.write`, and the original DBAPIError if a table or column is missing. After
    that error or a ServiceError the whole transaction must be abandoned.
    """
    try:
        with connection.begin_nested():
            yield
    except Exception as exc:
        if not is_postgres(connection) and not connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
            raise ServiceError("the database rolled the transaction back") from exc
        if isinstance(exc, DBAPIError) and not is_undefined(exc):
            raise error_of(exc) from exc
        raise


@contextmanager
def _translated() -> Iterator[None]:
    """Translate database errors into operator-readable ones."""
    try:
        yield
    except DBAPIError as exc:
        raise error_of(exc) from exc
    except PoolTimeoutError as exc:
        raise ServiceError("all connections to the database are in use") from exc


def _is_for_another_schema(exc: DBAPIError) -> bool:
    if state := getattr(exc.orig, "sqlstate", None):
        return state in SCHEMA_STATES
    return any(sign in str(exc.orig).lower() for sign in SCHEMA_SIGNS)


def _damage(exc: DBAPIError) -> SchemaError | None:
    """The error for a missing table or column although the revision is right, or None."""
    sign = str(exc.orig).lower()
    if getattr(exc.orig, "sqlstate", None) in MISSING_STATES or any(word in sign for word in MISSING_SIGNS):
        return SchemaError(
            f"the database's schema is not what its revision says ({first_line(exc)})", "restore a backup"
        )
    return None


@contextmanager
def _unreadable() -> Iterator[None]:
    """Translate errors of a file that is not a database, or broken, into ServiceError."""
    try:
        yield
    except (OperationalError, ProgrammingError):
        raise
    except DatabaseError as exc:
        raise ServiceError(f"the database cannot be read ({first_line(exc)}): restore a backup") from exc
