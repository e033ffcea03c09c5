"""The newest schema for a test's database: migrated once in this process, copied from then on."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import psycopg
from sqlalchemy import inspect

from tests.support.reuse import make_like_new, read_shape
from worker.store import Database, migrate, revision

NEXT_REVISION = "20990101_next"
ENDED_S = 2.0  # a session that is not closed by then belongs to someone who may go on writing
_OWN_MIGRATIONS = revision.MIGRATIONS
_NEXT = f'''"""A change of nothing."""

revision = "{NEXT_REVISION}"
down_revision = "{revision.newest_revision()}"


def upgrade():
    pass


def downgrade():
    pass
'''


def with_schema(database: Database) -> Database:
    """The same database with the newest schema; a new SQLite file becomes a copy of a migrated one."""
    path = Path(str(database.url.database))
    if database.is_sqlite and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_migrated_file(os.getpid()), path)
    elif database.is_sqlite or not inspect(database.engine).has_table("alembic_version"):
        migrate(database)
    return database


@contextmanager
def newer_program(folder: Path) -> Iterator[None]:
    """Let this process know one more revision: the databases of now are older than it needs."""
    migrations = folder / "migrations"
    shutil.copytree(_OWN_MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    (migrations / "versions" / f"{NEXT_REVISION}.py").write_text(_NEXT)
    with _using(migrations):
        yield


@contextmanager
def _using(migrations: Path) -> Iterator[None]:
    """Let this process know the revisions of a folder."""
    present, revision.MIGRATIONS = revision.MIGRATIONS, migrations
    revision.known_revisions.cache_clear()
    try:
        yield
    finally:
        revision.MIGRATIONS = present
        revision.known_revisions.cache_clear()


@cache
def _folder(pid: int) -> tempfile.TemporaryDirectory[str]:
    """A folder that is removed with the process of this id."""
    return tempfile.TemporaryDirectory(prefix=f"wr-schema-{pid}-")


@cache
def _migrated_file(pid: int) -> Path:
    path = Path(_folder(pid).name, "migrated.db")
    _make_template(f"sqlite:///{path}")
    return path


def _make_template(url: str) -> None:
    """Create the schema of the program itself, also while a test lets the process know a newer one."""
    database = Database(url)
    with _using(_OWN_MIGRATIONS):
        migrate(database)
    database.close()  # the last connection to SQLite takes its log into the file


class PostgresServer:
    """A PostgreSQL server of the tests; what is in it need not survive the machine, so nothing is synced.

    A migrated database is used by one test after another, each time under a new name and empty.
    """

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._connection = psycopg.connect(uri, autocommit=True)
        self._count, self._template, self._shape = 0, "", ""
        self._used: list[str] = []
        # without autovacuum a database that was emptied has no statistics of what was in it
        for name in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            self._connection.execute(f"ALTER SYSTEM SET {name} = off")
        self._connection.execute("SELECT pg_reload_conf()")

    @contextmanager
    def database(self, *, is_migrated: bool) -> Iterator[str]:
        """The URL of an empty database, without tables or with the newest schema."""
        if not is_migrated:
            name = self._create("template1")
            yield self._url_of(name)
            self._drop(name)
            return
        name = self._reuse() or self._create(self._migrated())
        yield self._url_of(name)
        self._used.append(name)

    def close(self) -> None:
        self._connection.close()

    def _migrated(self) -> str:
        if not self._template:
            name = self._create("template1")
            _make_template(self._url_of(name))
            with psycopg.connect(self._plain_url_of(name)) as connection:
                self._shape = read_shape(connection)
            self._template = name
        return self._template

    def _reuse(self) -> str | None:
        """The name of a database that another test has used, now empty; None if there is none."""
        while self._used:
            name = self._rename(self._used.pop())
            if not name:
                continue
            with psycopg.connect(self._plain_url_of(name), autocommit=True) as connection:
                is_like_new = make_like_new(connection, self._shape)
            if is_like_new:
                return name
            self._drop(name)
        return None

    def _rename(self, name: str) -> str | None:
        """The new name of a database, which nobody else knows; drops it if someone is connected to it."""
        new = self._next_name()
        if self._is_free(name):
            with suppress(psycopg.errors.ObjectInUse):
                self._connection.execute(f"ALTER DATABASE {name} RENAME TO {new}")
                return new
        self._drop(name)
        return None

    def _is_free(self, name: str) -> bool:
        """Whether the sessions of the test before have ended, which takes some milliseconds."""
        end = time.monotonic() + ENDED_S
        count = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        while self._connection.execute(count, (name,)).fetchone() != (0,):
            if time.monotonic() > end:
                return False
            time.sleep(0.005)
        return True

    def _create(self, template: str) -> str:
        name = self._next_name()
        # nothing is synced here, so a copy of the files is quicker than one through the log
        self._connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def _drop(self, name: str) -> None:
        self._connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _next_name(self) -> str:
        self._count += 1
        return f"wr_{self._count}"

    def _url_of(self, name: str) -> str:
        return self._plain_url_of(name).replace("postgresql://", "postgresql+psycopg://", 1)

    def _plain_url_of(self, name: str) -> str:
        base, _, query = self._uri.partition("?")
        return f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
