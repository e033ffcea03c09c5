"""A database for reading only, in which no query takes longer than a limit: for web pages."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DBAPIError

from worker.errors import TooSlowError
from worker.store.session import Database

CANCELED = "57014"  # PostgreSQL: canceling statement due to statement timeout
LOOK_OPCODES = 10_000  # of SQLite's machine between two looks at the clock: some tenths of a millisecond


class ReadOnlyDatabase(Database):
    """Transactions that cannot write, whose queries are stopped after `limit_s` seconds by TooSlowError.

    All queries of a transaction see the same moment: a page that reads a story and then its articles would
    break if the story were joined to another one in between.
    """

    def __init__(self, url: str, limit_s: float) -> None:
        self._limit_s = limit_s
        super().__init__(url)

    def _open(self) -> Engine:
        engine = super()._open()
        if self.is_sqlite:
            event.listen(engine, "connect", _forbid_writes)
            event.listen(engine, "before_cursor_execute", self._start_watch)
        return engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading, as in `Database`. Raises TooSlowError."""
        try:
            with super().read() as connection, self._bounded(connection):
                yield connection
        except Exception as exc:
            if _is_stopped(exc):
                raise TooSlowError(f"the query took longer than {self._limit_s:g} s") from exc
            raise

    @contextmanager
    def _bounded(self, connection: Connection) -> Iterator[None]:
        if not self.is_sqlite:
            limit_ms = round(self._limit_s * 1000)
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            # compiling a query of a page takes longer than running it
            quick = "set_config('jit', 'off', true)"
            connection.execute(text(f"SELECT set_config('statement_timeout', '{limit_ms}', true), {quick}"))
            yield
            return
        try:
            yield
        finally:
            _sqlite_of(connection).set_progress_handler(None, 0)

    def _start_watch(self, connection: Connection, *_: Any) -> None:
        """Let SQLite look at the clock while it works on the statement that begins now."""
        end_s = time.monotonic() + self._limit_s
        _sqlite_of(connection).set_progress_handler(lambda: time.monotonic() > end_s, LOOK_OPCODES)


def _sqlite_of(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


def _forbid_writes(dbapi_connection: Any, _: Any) -> None:
    dbapi_connection.execute("PRAGMA query_only=ON")


def _is_stopped(exc: BaseException) -> bool:
    """Whether an error, or the one that it was made from, is the end of a query that took too long."""
    cause: BaseException | None = exc
    while cause is not None and not isinstance(cause, DBAPIError):
        cause = cause.__cause__
    orig = cause.orig if cause is not None else None
    if isinstance(orig, sqlite3.Error):
        return getattr(orig, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT
    return getattr(orig, "sqlstate", None) == CANCELED
