"""Schema migrations: up to the newest at start, down for tests."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from worker.store.models import Base
from worker.store.session import Database

LOCK_ID = 7_715_300_021  # any fixed number: one migration at a time per PostgreSQL server


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the schema to a revision; two processes that start together take turns. Raises ServiceError."""
    with database.write(create=True) as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": LOCK_ID})
        if revision == "base":
            command.downgrade(_config(connection), revision)
        else:
            command.upgrade(_config(connection), revision)


def schema_drift(database: Database) -> list[object]:
    """What differs between the tables and the models; empty when they agree."""
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def is_current(database: Database) -> bool:
    """Whether the schema is at the newest revision."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    with database.read() as connection:
        have = MigrationContext.configure(connection).get_current_revision()
        return have == ScriptDirectory.from_config(_config(connection)).get_current_head()
