"""Schema migrations: to the newest revision at start, and down for tests."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from worker.errors import os_errors
from worker.store import revision as revisions
from worker.store.backup import PARTIAL, copy_database, database_path, sync_directory
from worker.store.changes import restart_foreign
from worker.store.models import Base
from worker.store.revision import newest_revision, read_schema, require_upgradable
from worker.store.search import TABLE as SEARCH_TABLE
from worker.store.sequences import advance_sequences
from worker.store.session import Database, retried

LOCK_ID = 7_715_300_021  # an arbitrary number: one migration at a time per PostgreSQL database


def config_for(connection: Connection) -> Config:
    """Return Alembic's config for migrations on a connection."""
    config = Config()
    config.set_main_option("script_location", str(revisions.MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def migrate(database: Database, revision: str = "head", *, keep_copy: bool = True) -> Path | None:
    """Migrate the schema to a revision; concurrent calls are serialized.

    At the newest revision, sequences that are behind their tables are advanced as well.

    Before the upgrade of a SQLite database that is not empty, it is copied to a file that replaces the copy
    of     the previous upgrade; returns its path. Raises SchemaError if the database is newer or of another
    program, and ServiceError if it cannot be copied; then nothing has changed.
    """
    return retried(lambda: _migrate(database, revision, keep_copy=keep_copy))


def _migrate(database: Database, revision: str, *, keep_copy: bool) -> Path | None:
    with database.write(create=True) as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": LOCK_ID})
        schema = read_schema(connection)
        require_upgradable(schema)
        if revision == "base":
            command.downgrade(config_for(connection), revision)
            return None
        copy = None
        if schema.revision != newest_revision():
            is_wanted = keep_copy and database.is_sqlite and schema.revision is not None
            copy = _keep_copy(database, str(schema.revision)) if is_wanted else None
            command.upgrade(config_for(connection), revision)
        if revision == "head":
            advance_sequences(connection)
            restart_foreign(connection)
    return copy


def _keep_copy(database: Database, revision: str) -> Path:
    """Copy the database before an upgrade to a file beside it, replacing earlier copies."""
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


def _is_of_models(name: str | None, kind: str, _: object) -> bool:
    """Whether a table has a model: that of the search is another one in each kind of database."""
    return kind != "table" or not (name or "").startswith(SEARCH_TABLE)


def schema_drift(database: Database) -> list[object]:
    """The differences between the tables and the models; empty if they agree."""
    with database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": _is_of_models}
        )
        return list(compare_metadata(context, Base.metadata))
