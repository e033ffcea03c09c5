"""Replaces the SQLite database by a backup, so that at any moment one of the two is in place, complete.

A database file alone is not the database: SQLite also reads the `-wal` and `-journal` files beside it, even
those of another database (https://www.sqlite.org/howtocorrupt.html, sections 1.2 to 1.4), and a killed
service leaves them. So the present database is closed properly first, and its files are never mixed with
those of the backup.
"""

import os
import shutil
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

import psutil
from sqlalchemy import Connection, func, select, update

from worker.errors import SchemaError, ServiceError, os_errors
from worker.records import EventKind, JobState
from worker.service_urls import sqlite_url
from worker.store import backup
from worker.store.alerts import UNFINISHED
from worker.store.changes import renew_origin
from worker.store.events import add_events
from worker.store.models import ChangeState, Delivery, Feed, Host, Job, PushMessage
from worker.store.revision import REVISION_TABLE, find_fault, read_schema, require_upgradable
from worker.store.sequences import keep_article_ids
from worker.store.session import Database
from worker.text.amounts import count_of

IN_USE_S = 5.0  # longer than commands that only read
SHOWN_USERS = 3
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
POSTGRES = (
    "stop all workers, make the database empty (`dropdb NAME`, `createdb NAME`), fill it with `pg_restore "
    "--no-owner --single-transaction --dbname=URL FILE` and start the workers (docs/upgrading.md)"
)


@dataclass(frozen=True, slots=True)
class Restored:
    """The result of a restore: paths of the database and of the previous one, and notes for the operator."""

    path: Path
    aside: Path | None  # None: there was none
    notes: tuple[str, ...]  # an older schema, which the next start upgrades; messages that are sent again


def restore_sqlite(database: Database, source: Path, now: datetime) -> Restored:
    """Replace the database by a backup and keep it under another name.

    The caller must ensure that no service starts meanwhile. If killed at any moment, the old or the new
    database is in place, complete. Raises ServiceError and then has changed nothing.
    """
    path = require_backup(database, source)
    with os_errors(f"{path} cannot be made"):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _require_unused(path)
    staged = path.with_name(path.name + ".restoring")
    backup.copy_database(source.resolve(), staged, is_live=False)
    try:
        notes = _prepare(staged, source, now, _last_article(path))
        with os_errors(f"{path} cannot be replaced"):
            aside = _swap(staged, path, now)
    except BaseException:
        backup.remove_database(staged)
        raise
    return Restored(path, aside, notes)


def _require_sqlite(database: Database) -> Path:
    """The database's file; for PostgreSQL, raises ServiceError with instructions."""
    return backup.database_path(database, POSTGRES)


def require_backup(database: Database, source: Path) -> Path:
    """The database's file, if SOURCE can be a backup of it. Raises ServiceError, and changes nothing."""
    path = _require_sqlite(database)
    with os_errors(f"{source} cannot be read"):
        if source.exists() and path.exists() and source.samefile(path):
            raise ServiceError(f"{source} is the database itself: name a backup of it")
        if not source.is_file():
            raise ServiceError(f"{source} is not a file" if source.exists() else f"there is no file {source}")
        with source.open("rb") as file:
            start = file.read(len(backup.MAGIC))
    if start != backup.MAGIC:
        raise ServiceError(f"{source} is not a SQLite database")
    return path


def _last_article(path: Path) -> int:
    """The last id of an article or story in the present database, 0 if that cannot be read."""
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(path, timeout=IN_USE_S)) as connection:
            row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'articles'").fetchone()
    except sqlite3.Error:  # it is damaged, or of no version of ours
        return 0
    return int(row[0]) if row else 0


def _prepare(staged: Path, source: Path, now: datetime, last_article: int) -> tuple[str, ...]:
    """Check that the copy is a database of this or an older version, and release its claims.

    Receivers know the articles and stories of the present one by their ids, which no others may have.
    """
    made = Database(sqlite_url(staged))
    try:
        with made.write(create=True) as connection:
            schema = read_schema(connection)
            if not schema.tables - {REVISION_TABLE}:
                raise ServiceError(f"{source} is an empty database")
            try:
                require_upgradable(schema)
            except SchemaError as exc:
                raise SchemaError(f"{source} is not restored: {exc}") from exc
            _require_intact(connection, str(schema.revision), source)
            _release_all(connection, now)
            waiting = _describe_waiting(connection, schema.tables)
            keep_article_ids(connection, last_article)
            if ChangeState.__tablename__ in schema.tables:
                renew_origin(connection)
            fault = find_fault(schema)
            if fault is None:  # an older schema may have other events
                said = f"the database was restored from {source}"
                add_events(connection, now, [(EventKind.DATABASE_RESTORED, said)])
    finally:
        made.close()
    with backup.sqlite_errors(staged), closing(sqlite3.connect(staged)) as single:
        single.execute("PRAGMA journal_mode=DELETE")
    backup.sync_file(staged)
    notes = (None if fault is None else str(fault), waiting)
    return tuple(note for note in notes if note)


def _describe_waiting(connection: Connection, tables: Collection[str]) -> str | None:
    """A sentence if messages wait in the backup, which may have been sent since; None if there are none."""
    said = []
    for model, where, noun in (
        (PushMessage, PushMessage.finished_at.is_(None), "push message"),
        (Delivery, Delivery.state.in_(UNFINISHED), "alert"),
    ):
        count = 0
        if model.__tablename__ in tables:
            count = connection.scalar(select(func.count()).select_from(model).where(where)) or 0
        said += [count_of(count, noun)] if count else []
    if not said:
        return None
    return (
        f"the backup has {' and '.join(said)} waiting; what was sent since it was made is sent again, "
        "with the same ids"
    )


def _require_intact(connection: Connection, revision: str, source: Path) -> None:
    """Raise SchemaError unless the copy has the layout of its revision and no broken references."""
    from worker.store import layout  # noqa: PLC0415 - imports Alembic

    if faults := layout.find_differences(layout.read_layout(connection), layout.expected_layout(revision)):
        raise SchemaError(
            f"{source} is not restored: its schema is not that of revision {revision}: "
            f"{layout.describe(faults)}"
        )
    if faults := layout.find_broken_references(connection):
        raise SchemaError(f"{source} is not restored: its data is damaged: {layout.describe(faults)}")


def _release_all(connection: Connection, now: datetime) -> None:
    """Release the claims that were active when the backup was made; attempts remain counted."""
    freed = {"lease": None, "lease_until_at": None}
    connection.execute(update(Feed).values(**freed, started=False))
    under_way = Job.state.in_((JobState.QUEUED.value, JobState.RUNNING.value))
    pending = {"state": JobState.PENDING.value, "next_attempt_at": now}
    connection.execute(update(Job).where(under_way).values(**freed, **pending))
    connection.execute(update(Host).values(probe=None, probe_until_at=None))


def _swap(staged: Path, path: Path, now: datetime) -> Path | None:
    """Keep the present database under another name and rename the copy to its name, atomically."""
    if not path.exists():
        _set_side_files_aside(path, _aside_of(path, now))
        _give_name(staged, path)
        return None
    held = _close(path)
    try:
        aside = _keep(path, now)
        if held is None:
            _set_side_files_aside(path, aside)
        shutil.copymode(path, staged)
        _give_name(staged, path)
    finally:
        if held is not None:
            held.close()
    return aside


def _give_name(staged: Path, path: Path) -> None:
    backup.sync_directory(path.parent)
    staged.replace(path)
    backup.sync_directory(path.parent)


def _close(path: Path) -> sqlite3.Connection | None:
    """Checkpoint the database into its single file and keep it locked; None if it is too broken to open.

    A process that opened it meanwhile cannot write to it after the rename: without a write-ahead log, SQLite
    checks that the file still has its name.
    """
    connection = sqlite3.connect(path, timeout=IN_USE_S, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("BEGIN EXCLUSIVE")
        mode = connection.execute("PRAGMA journal_mode").fetchone()
    except sqlite3.Error as exc:
        connection.close()
        if exc.sqlite_errorcode in BROKEN:
            return None
        if exc.sqlite_errorcode in BUSY:
            raise _in_use(path) from exc
        raise ServiceError(f"{path} cannot be closed properly: {exc}") from exc
    if mode != ("delete",):  # another process opened it in between
        connection.close()
        raise _in_use(path)
    return connection


def _keep(path: Path, now: datetime) -> Path:
    """Link the present database to a second name; removes the links of killed restores."""
    start = f"{path.stem}-before-restore-"
    for other in path.parent.iterdir():
        if other.name.startswith(start) and other.samefile(path):
            other.unlink()
    aside = _aside_of(path, now)
    try:
        os.link(path, aside)
    except OSError:  # a file system without hard links
        shutil.copy2(path, aside)
        backup.sync_file(aside)
    return aside


def _aside_of(path: Path, now: datetime) -> Path:
    """A free name beside the database."""
    stem = f"{path.stem}-before-restore-{now:%Y%m%dT%H%M%SZ}"
    names = (f"{stem}{'' if number == 1 else f'-{number}'}{path.suffix}" for number in count(1))
    return next(aside for aside in map(path.with_name, names) if not os.path.lexists(aside))


def _set_side_files_aside(path: Path, aside: Path) -> None:
    """Rename the side files that SQLite would read together with the new file."""
    for suffix in backup.SIDE_FILES:
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + suffix))


def _require_unused(path: Path) -> None:
    """Raise ServiceError if any process of this user has the database open."""
    if users := list(_users(path)):
        raise ServiceError(
            f"{path} is in use by {', '.join(users[:SHOWN_USERS])}: stop the service and its workers first"
        )


def _users(path: Path) -> Iterator[str]:
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        try:
            if any(file.path == str(path) for file in process.open_files()):
                words = [word for word in process.cmdline() if word]
                yield f"process {process.pid} ({' '.join(words[-4:])[:80]})"
        except (psutil.Error, OSError):  # it has ended, or belongs to another user: its lock is checked later
            continue


def _in_use(path: Path) -> ServiceError:
    return ServiceError(f"{path} is in use by another process: stop the service and its workers first")
