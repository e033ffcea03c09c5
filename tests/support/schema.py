"""The newest schema for a test's database: migrated once in this process, copied from then on."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
from sqlalchemy import inspect

from worker.store import Database, migrate, revision

NEXT_REVISION = "20990101_next"
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
    """A PostgreSQL server of the tests; what is in it need not survive the machine, so nothing is synced."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._connection = psycopg.connect(uri, autocommit=True)
        self._count, self._template = 0, ""
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            self._connection.execute(f"ALTER SYSTEM SET {name} = off")
        self._connection.execute("SELECT pg_reload_conf()")

    @contextmanager
    def database(self, *, is_migrated: bool) -> Iterator[str]:
        """The URL of a new database, empty or with the newest schema."""
        name = self._create(self._migrated() if is_migrated else "template1")
        yield self._url_of(name)
        self._connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        self._connection.close()

    def _migrated(self) -> str:
        if not self._template:
            name = self._create("template1")
            _make_template(self._url_of(name))
            self._template = name
        return self._template

    def _create(self, template: str) -> str:
        self._count += 1
        name = f"wr_{self._count}"
        # nothing is synced here, so a copy of the files is quicker than one through the log
        self._connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def _url_of(self, name: str) -> str:
        base, _, query = self._uri.partition("?")
        url = f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
        return url.replace("postgresql://", "postgresql+psycopg://", 1)
