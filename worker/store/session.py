"""Databases: an engine per process, read and write transactions, SQLite made fit for many workers."""

import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Executable, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from worker.errors import ConflictError, SchemaError, ServiceError
from worker.store.faults import SequenceError, error_of, first_line, is_undefined
from worker.store.revision import find_fault, read_schema
from worker.store.sequences import mend_sequences
from worker.store.types import to_json

SQLITE_BUSY_MS = 30_000
WAL_ATTEMPTS = 12
POSTGRES_POOL = 20
MAX_CONFLICTS = 5  # times that a transaction is tried
# What a statement for another schema fails with. PostgreSQL: undefined table, column, object, function, wrong
# type of column, a value missing or not allowed that another version requires or does not write.
MISSING_STATES = {"42P01", "42703"}
SCHEMA_STATES = MISSING_STATES | {"42704", "42883", "42804", "23502", "23514"}
MISSING_SIGNS = ("no such table", "no such column", "has no column named")
SCHEMA_SIGNS = (*MISSING_SIGNS, "not null constraint", "check constraint")
LOOKUP_CHUNK = 400  # bound variables in one statement

T = TypeVar("T")


class Database:
    """One engine. `read()` and `write()` give a Connection inside a transaction.

    SQLite: WAL, a write transaction takes its lock at once (`BEGIN IMMEDIATE`), and the threads of one
    process queue for it in order instead of sleeping in SQLite's busy handler. `synchronous=NORMAL`
    survives the death of any process; only a power cut can cost the last instants, never the file.

    The first transaction checks the schema's revision, and so does any whose statement fails as one for
    another schema does: both raise SchemaError.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._write_lock = threading.Lock() if self.is_sqlite else None
        is_file = self.is_sqlite and self.url.database not in {None, "", ":memory:"}
        self._file = Path(str(self.url.database)) if is_file else None
        self.engine = self._open()
        self._is_checked = False  # whether the schema was found to be the one that this program needs
        self.before_commit: Callable[[Connection], None] | None = None  # may raise to undo a transaction

    def _open(self) -> Engine:
        if not self.is_sqlite:
            return create_engine(
                self.url,
                pool_size=POSTGRES_POOL,
                max_overflow=POSTGRES_POOL,
                pool_pre_ping=True,
                pool_recycle=1800,
                hide_parameters=True,
                json_serializer=to_json,
                connect_args={"connect_timeout": 5, "application_name": "wireroom"},
            )
        connect_args = {"timeout": SQLITE_BUSY_MS / 1000, "check_same_thread": False}
        engine = create_engine(
            self.url,
            connect_args=connect_args,
            pool_size=64,
            max_overflow=64,
            hide_parameters=True,
            json_serializer=to_json,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading; one snapshot on SQLite. ServiceError where there is no database."""
        self.check_schema()
        with (
            _translated(),
            self._explained(),
            self.engine.connect() as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def write(self, *, create: bool = False) -> Iterator[Connection]:
        """A connection in a write transaction that commits at the end or rolls back on an error.

        Only with `create`, which is for migrations, a SQLite file that is not there is made (ServiceError
        else) and the schema may be any. ConflictError when the transaction can be tried again, StoreError
        when the database refused a value.
        """
        try:
            with self._transaction(create=create) as connection:
                yield connection
        except SequenceError as exc:
            with self._transaction(create=False) as connection:
                mend_sequences(connection)
            raise ConflictError(str(exc)) from exc

    @contextmanager
    def _transaction(self, *, create: bool) -> Iterator[Connection]:
        if create and self._file is not None:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        elif not create:
            self.check_schema()
        if self._write_lock is None:
            with _translated(), self._explained(), self.engine.begin() as connection:
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
        """Raise ServiceError where the SQLite file is missing: a mistyped path must not make one."""
        if self._file is not None and not self._file.exists():
            raise ServiceError(
                f"the state directory {self._file.parent} has no database: "
                "check WIREROOM_HOME, or start `wireroom run`"
            )

    def check_schema(self) -> None:
        """Raise SchemaError unless the schema is the one that this program needs; asks until it was once.

        ServiceError where there is no database or it does not answer.
        """
        self.require()
        if not self._is_checked:
            with _translated(), _unreadable():
                if fault := self.schema_fault():
                    raise fault
            self._is_checked = True

    def schema_fault(self) -> SchemaError | None:
        """Why this program cannot work with the database as it is now. Raises SQLAlchemy's errors."""
        with self.engine.connect() as connection, connection.begin():
            return find_fault(read_schema(connection))

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """A statement that fails because the schema is another one is told as that."""
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
        except DBAPIError:  # the first error says more than this one
            return None

    def close(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


def chunks(values: Collection[Any]) -> Iterable[list[Any]]:
    """The values in lists short enough for one statement."""
    rows = list(values)
    return (rows[i : i + LOOKUP_CHUNK] for i in range(0, len(rows), LOOKUP_CHUNK))


def insert_for(connection: Connection) -> Any:
    """The INSERT of this database, which knows what to do on a conflict."""
    return postgresql.insert if is_postgres(connection) else sqlite.insert


def is_postgres(connection: Connection) -> bool:
    """Whether this is PostgreSQL; if not, it is SQLite."""
    return connection.dialect.name == "postgresql"


def retried(transact: Callable[[], T]) -> T:
    """Do a transaction again that another one undid; ConflictError when that happens time after time."""
    for _ in range(MAX_CONFLICTS - 1):
        try:
            return transact()
        except ConflictError:
            continue
    return transact()


def pairs(connection: Connection, query: Executable) -> dict[Any, Any]:
    """The rows of a query of two columns, the second by the first."""
    return {row[0]: row[1] for row in connection.execute(query)}


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """A part of a write transaction that is undone by itself when it fails.

    Raises what `Database.write` raises, and its own DBAPIError where a table or column is missing. After
    either, or a ServiceError, the whole transaction is to be given up.
    """
    try:
        with connection.begin_nested():
            yield
    except Exception as exc:
        if not is_postgres(connection) and not connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
            raise ServiceError("the database gave the transaction up") from exc
        if isinstance(exc, DBAPIError) and not is_undefined(exc):
            raise error_of(exc) from exc
        raise


@contextmanager
def _translated() -> Iterator[None]:
    """What an operator can mend is one clear sentence."""
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
    """A table or column is missing although the revision is the right one."""
    sign = str(exc.orig).lower()
    if getattr(exc.orig, "sqlstate", None) in MISSING_STATES or any(word in sign for word in MISSING_SIGNS):
        return SchemaError(
            f"the database's schema is not what its revision says ({first_line(exc)}): restore a backup"
        )
    return None


@contextmanager
def _unreadable() -> Iterator[None]:
    """A file that is no database, or a broken one, is told as that."""
    try:
        yield
    except (OperationalError, ProgrammingError):
        raise
    except DatabaseError as exc:
        raise ServiceError(f"the database cannot be read ({first_line(exc)}): restore a backup") from exc


def _prepare_sqlite(dbapi_connection: Any, _: Any) -> None:
    dbapi_connection.isolation_level = None  # we say BEGIN ourselves
    cursor = dbapi_connection.cursor()
    _switch_to_wal(cursor)
    for pragma in (
        f"busy_timeout={SQLITE_BUSY_MS}",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "cache_size=-16000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _switch_to_wal(cursor: Any) -> None:
    """Write-ahead logging, which stays once set; processes that set it at once fail instead of waiting."""
    for attempt in range(WAL_ATTEMPTS):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if attempt == WAL_ATTEMPTS - 1:
                raise
            time.sleep(0.05 * (attempt + 1))


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("wireroom_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
