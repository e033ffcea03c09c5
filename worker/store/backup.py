"""Whole copies of a SQLite database: made while it is in use, checked, and complete or not there at all."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from worker.errors import ServiceError
from worker.store.session import Database

MAGIC = b"SQLite format 3\x00"  # https://www.sqlite.org/fileformat.html, section 1.3
SIDE_FILES = ("-wal", "-shm", "-journal")  # of a database that was not closed in order
PARTIAL = ".partial"
BUSY_S = 30.0


def database_path(database: Database, instead: str) -> Path:
    """The file of a SQLite database, links followed. ServiceError, with what to do `instead`, for others."""
    if not database.is_sqlite:
        raise ServiceError(f"the database is PostgreSQL: {instead}")
    if database.url.database in {None, "", ":memory:"}:
        raise ServiceError("the database is in memory: there is no file to copy")
    return Path(str(database.url.database)).resolve()


def backup_sqlite(database: Database, target: Path) -> int:
    """Copy a live SQLite database to a new file that only its owner can read; gives its bytes.

    The copy is checked before it gets its name, so what stands at `target` is whole. Raises ServiceError.
    """
    source = database_path(
        database, "back it up with `pg_dump --format=custom --file=FILE` (docs/upgrading.md)"
    )
    if not source.is_file():
        raise ServiceError(f"there is no database at {source}")
    if os.path.lexists(target):
        raise ServiceError(f"{target} exists already: give the name of a new file")
    partial = target.with_name(target.name + PARTIAL)
    with os_errors(f"{target} cannot be written"):
        copy_database(source, partial, is_live=True)
        try:
            os.link(partial, target)  # unlike a renaming, this never replaces a file
        except FileExistsError:
            raise ServiceError(f"{target} exists already: give the name of a new file") from None
        except OSError:  # a file system without hard links
            partial.rename(target)
        finally:
            partial.unlink(missing_ok=True)
        sync_directory(target.parent)
        return target.stat().st_size


def copy_database(source: Path, copy: Path, *, is_live: bool) -> None:
    """Write a consistent copy of a database, in one file, checked and on the disk; replaces `copy`.

    A source that is not `is_live`, that is in nobody's use, is not changed in any way. Raises ServiceError,
    and leaves no copy then.
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
            made.execute("PRAGMA journal_mode=DELETE")  # one file: whoever opens it needs no other
            check_integrity(made, copy)
        sync_file(copy)
    except BaseException:
        remove_database(copy)
        raise


def _open_source(path: Path, *, is_live: bool) -> sqlite3.Connection:
    """Open a database to be copied; one that stands alone and in nobody's use is read without any lock."""
    alone = not any(path.with_name(path.name + suffix).exists() for suffix in SIDE_FILES)
    options = "mode=rw" if is_live else "mode=ro&immutable=1" if alone else "mode=ro"
    return sqlite3.connect(f"file:{quote(str(path))}?{options}", uri=True, timeout=BUSY_S)


def check_integrity(connection: sqlite3.Connection, path: Path) -> None:
    """Raise ServiceError when SQLite finds a fault in a database."""
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        raise ServiceError(f"{path} is damaged: {' '.join('; '.join(found).split())[:300]}")


def require_room(source: Path, folder: Path) -> None:
    """Raise ServiceError when a copy of a database would not fit into a folder."""
    with os_errors(f"{source} cannot be copied to {folder}"):
        wanted = sum(
            part.stat().st_size for part in (source, source.with_name(source.name + "-wal")) if part.exists()
        )
        free = shutil.disk_usage(folder).free
    if free < wanted:
        raise ServiceError(
            f"there is no room in {folder} for a copy of {source}: it needs {wanted / 1e6:.0f} MB and "
            f"{free / 1e6:.0f} MB are free"
        )


def remove_database(path: Path) -> None:
    """Remove a database file and what SQLite put beside it, as far as they are there."""
    for suffix in ("", *SIDE_FILES):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def sync_file(path: Path) -> None:
    """Return when a file's content is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_directory(path: Path) -> None:
    """Return when a directory's entries are on the disk."""
    number = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def os_errors(what: str) -> Iterator[None]:
    """An error of the operating system as one sentence."""
    try:
        yield
    except OSError as exc:
        raise ServiceError(f"{what}: {exc.strerror or exc}") from exc


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """An error of SQLite as one sentence."""
    try:
        yield
    except sqlite3.Error as exc:
        raise ServiceError(f"{path} cannot be copied: {exc}") from exc
