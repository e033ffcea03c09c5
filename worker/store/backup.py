"""Backups of the SQLite database."""

import sqlite3
from pathlib import Path

from worker.errors import ServiceError
from worker.store.session import Database


def backup_sqlite(database: Database, target: Path) -> int:
    """Copy a live SQLite database with its own backup call; gives the bytes. Raises ServiceError."""
    if not database.is_sqlite or not database.url.database:
        raise ServiceError("the database is PostgreSQL: back it up with pg_dump")
    if not Path(database.url.database).is_file():
        raise ServiceError(f"there is no database at {database.url.database}")
    if target.exists():
        raise ServiceError(f"{target} exists already: give the name of a new file")
    with sqlite3.connect(database.url.database) as source, sqlite3.connect(target) as copy:
        source.backup(copy)
    return target.stat().st_size
