"""Schema migrations: up to the newest at start, down for tests."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from worker.store.backup import PARTIAL, copy_database, database_path, os_errors, sync_directory
from worker.store.models import Base
from worker.store.revision import newest_revision, read_schema, require_upgradable
from worker.store.sequences import mend_sequences
from worker.store.session import Database, retried

LOCK_ID = 7_715_300_021  # any fixed number: one migration at a time per PostgreSQL server


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def migrate(database: Database, revision: str = "head", *, keep_copy: bool = True) -> Path | None:
    """Bring the schema to a revision; processes that start together take turns.

    At the newest revision the sequences are brought level with their tables, too.

    Before the upgrade of a SQLite database that holds something, a copy of it is made and its path returned;
    it replaces the copy of the upgrade before. SchemaError for a database that is newer or another
    program's, ServiceError when the copy cannot be made: then nothing has changed.
    """
    return retried(lambda: _migrate(database, revision, keep_copy=keep_copy))


def _migrate(database: Database, revision: str, *, keep_copy: bool) -> Path | None:
    with database.write(create=True) as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": LOCK_ID})
        schema = read_schema(connection)
        require_upgradable(schema)
        if revision == "base":
            command.downgrade(_config(connection), revision)
            return None
        copy = None
        if schema.revision != newest_revision():
            is_wanted = keep_copy and database.is_sqlite and schema.revision is not None
            copy = _keep_copy(database, str(schema.revision)) if is_wanted else None
            command.upgrade(_config(connection), revision)
        if revision == "head":
            mend_sequences(connection)
    return copy


def _keep_copy(database: Database, revision: str) -> Path:
    """The database as it is before an upgrade, in a file beside it, in place of any earlier such file."""
    path = database_path(database, "")
    start = f"{path.stem}-before-upgrade-from-"
    copy = path.with_name(f"{start}{revision}.db")
    partial = copy.with_name(copy.name + PARTIAL)
    copy_database(path, partial, is_live=True)
    with os_errors(f"{copy} cannot be written"):
        partial.replace(copy)
        sync_directory(copy.parent)
        for old in path.parent.iterdir():
            if old.name.startswith(start) and old.name != copy.name:
                old.unlink()
    return copy


def schema_drift(database: Database) -> list[object]:
    """What differs between the tables and the models; empty when they agree."""
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))
