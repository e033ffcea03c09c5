"""SQLite for many processes: write-ahead logging, and the write lock taken when a transaction begins."""

import sqlite3
import time
from typing import Any

from sqlalchemy import Connection

SQLITE_BUSY_MS = 30_000
WRITE_RETRY_S = 0.001  # between two attempts to get the write lock that another process has
WAL_ATTEMPTS = 12
# The terms of the search's index; a temporary table, which a connection that only reads cannot create later.
VOCABULARY = "CREATE VIRTUAL TABLE temp.article_terms USING fts5vocab(main, article_search, row)"


def prepare_sqlite(dbapi_connection: Any, _: Any) -> None:
    """Set up a new connection."""
    dbapi_connection.isolation_level = None  # BEGIN is issued explicitly
    cursor = dbapi_connection.cursor()
    _switch_to_wal(cursor)
    for pragma in (
        f"busy_timeout={SQLITE_BUSY_MS}",
        "synchronous=NORMAL",
        "wal_autocheckpoint=4000",  # pages, 16 MB: a quarter as many waits for the disk within transactions
        "foreign_keys=ON",
        # kB of each connection. Another process's commit empties the cache, so that more saves no time, and
        # leaves a hole as large in the heap.
        "cache_size=-4000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute(VOCABULARY)
    cursor.close()


def begin_sqlite(connection: Connection) -> None:
    """Begin a transaction; one for writing takes the write lock, waiting at most SQLITE_BUSY_MS for it."""
    if not connection.get_execution_options().get("wireroom_write"):
        connection.exec_driver_sql("BEGIN")
        return
    sqlite: Any = connection.connection.dbapi_connection
    sqlite.execute("PRAGMA busy_timeout=0")
    try:
        if not _take_write_lock(sqlite):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises the error that ended the attempts
    finally:
        sqlite.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")


def _switch_to_wal(cursor: Any) -> None:
    """Enable write-ahead logging, which is persistent; concurrent attempts fail instead of waiting.

    Where another process holds the database for good, each attempt waits, so the time is limited as well.
    """
    end_s = time.monotonic() + SQLITE_BUSY_MS / 1000
    for attempt in range(WAL_ATTEMPTS):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if attempt == WAL_ATTEMPTS - 1 or time.monotonic() > end_s:
                raise
            time.sleep(0.05 * (attempt + 1))


def _take_write_lock(sqlite: Any) -> bool:
    """Begin a write transaction; False if other processes hold the lock for SQLITE_BUSY_MS, or on any error.

    SQLite's own busy handler sleeps up to 100 ms between two attempts, much longer than a transaction takes.
    """
    until_s = time.monotonic() + SQLITE_BUSY_MS / 1000
    while True:
        try:
            sqlite.execute("BEGIN IMMEDIATE")
            return True
        except sqlite3.OperationalError as exc:
            is_busy = exc.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY  # also while one recovers the log
            if not is_busy or time.monotonic() > until_s:
                return False
        time.sleep(WRITE_RETRY_S)
