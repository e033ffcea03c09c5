"""A SQLite file read by its driver alone, for commands that take less time than importing SQLAlchemy does."""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from worker.store.revision import Schema, ask_schema

ENABLED_FEEDS = "SELECT id FROM feeds WHERE enabled"


def open_file(path: Path, wait_s: float) -> sqlite3.Connection:
    """A connection that only reads; it waits at most `wait_s` for a lock. Raises sqlite3.Error."""
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=wait_s)


def ask_file(connection: sqlite3.Connection, query: str) -> list[Any]:
    """The first column of a query's rows. Raises sqlite3.Error."""
    return [row[0] for row in connection.execute(query)]


def read_schema(connection: sqlite3.Connection) -> Schema:
    """The tables and revisions of a file. Raises sqlite3.Error."""
    return ask_schema(lambda query: ask_file(connection, query), "sqlite")
