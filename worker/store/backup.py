"""Copies of a SQLite database: made while it is in use, checked, and either complete or absent."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from worker.errors import ServiceError, os_errors
from worker.store.session import Database
from worker.text.amounts import spell_bytes

MAGIC = b"SQLite format 3\x00"  # https://www.sqlite.org/fileformat.html, section 1.3
SIDE_FILES = ("-wal", "-shm", "-journal")  # of a database that was not closed properly
PARTIAL = ".partial"
BUSY_S = 30.0


def database_path(database: Database, instead: str) -> Path:
    """The resolved file of a SQLite database. Raises ServiceError with an alternative for others."""
    if not database.is_sqlite:
        raise ServiceError(f"the database is PostgreSQL: {instead}")
    if database.url.database in {None, "", ":memory:"}:
        raise ServiceError("the database is in memory: there is no file to copy")
    return Path(str(database.url.database)).resolve()


def backup_sqlite(database: Database, target: Path) -> int:
    """Copy a live SQLite database to a new file readable only by its owner; returns its size in bytes.

    The copy is checked before it is renamed to `target`, which is therefore complete. Raises ServiceError.
    """
    source = database_path(
        database, "back it up with `pg_dump --format=custom --file=FILE` (docs/upgrading.md)"
    )
    if not source.is_file():
        raise ServiceError(f"there is no database at {source}")
    if os.path.lexists(target):
        raise ServiceError(f"{target} already exists: name a new file")
    partial = target.with_name(target.name + PARTIAL)
    with os_errors(f"{target} cannot be written"):
        copy_database(source, partial, is_live=True)
        try:
            os.link(partial, target)  # unlike a rename, this never replaces a file
        except FileExistsError:
            raise ServiceError(f"{target} already exists: name a new file") from None
        except OSError:  # a file system without hard links
            partial.rename(target)
        finally:
            partial.unlink(missing_ok=True)
        sync_directory(target.parent)
        return target.stat().st_size


def copy_database(source: Path, copy: Path, *, is_live: bool) -> None:
    """Write a consistent copy of a database to one file, checked and synced; replaces `copy`.

    A source that is not `is_live`, which no process uses, is not modified. Raises ServiceError and then
    leaves no copy.
    """
    require_room(source, copy.parent)
    try:
        with os_errors(f"{copy} cannot be written"):
            remove_database(copy)
            os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with (
            sqlite_errors(source),
            closing(_open_source(source, is_live=is_live)) as origin,
            closing(sqlite3.connect(copy)) as made,
        ):
            origin.backup(made)
            made.execute("PRAGMA journal_mode=DELETE")  # a single file, without a WAL
            check_integrity(made, copy)
        sync_file(copy)
    except BaseException:
        remove_database(copy)
        raise


def _open_source(path: Path, *, is_live: bool) -> sqlite3.Connection:
    """Open a database for copying; one that is not in use and has no side files is read without locks."""
    alone = not any(path.with_name(path.name + suffix).exists() for suffix in SIDE_FILES)
    options = "mode=rw" if is_live else "mode=ro&immutable=1" if alone else "mode=ro"
    return sqlite3.connect(f"file:{quote(str(path))}?{options}", uri=True, timeout=BUSY_S)


def check_integrity(connection: sqlite3.Connection, path: Path) -> None:
    """Raise ServiceError if SQLite's integrity check fails."""
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        raise ServiceError(f"{path} is damaged: {' '.join('; '.join(found).split())[:300]}")


def require_room(source: Path, folder: Path) -> None:
    """Raise ServiceError if a copy of a database does not fit on the folder's disk."""
    with os_errors(f"{source} cannot be copied to {folder}"):
        wanted = sum(
            part.stat().st_size for part in (source, source.with_name(source.name + "-wal")) if part.exists()
        )
        free = shutil.disk_usage(folder).free
    if free < wanted:
        raise ServiceError(
            f"not enough space in {folder} for a copy of {source}: it needs {spell_bytes(wanted)}, "
            f"{spell_bytes(free)} is free"
        )


def remove_database(path: Path) -> None:
    """Remove a database file and SQLite's side files, if they exist."""
    for suffix in ("", *SIDE_FILES):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def sync_file(path: Path) -> None:
    """Sync a file's content to disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_directory(path: Path) -> None:
    """Sync a directory's entries to disk."""
    number = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Translate sqlite3.Error into a one-line ServiceError."""
    try:
        yield
    except sqlite3.Error as exc:
        raise ServiceError(f"{path} cannot be copied: {exc}") from exc
