"""The databases that tests copy have the program's own schema, whichever test is the first."""

import pytest
from sqlalchemy import text

from tests.store.samples import add, make_feed, sync
from tests.support import schema
from tests.support.snapshot import TABLES, Snapshot
from worker.store import Database
from worker.store.revision import newest_revision


def revision_of(url: str) -> str | None:
    database = Database(url)
    with database.engine.connect() as connection:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    database.close()
    return found


def test_a_template_made_while_a_newer_program_is_known_is_of_this_one(tmp_path, postgres_server):
    own = newest_revision()
    with schema.newer_program(tmp_path / "program"):
        assert newest_revision() == schema.NEXT_REVISION
        schema._make_template(f"sqlite:///{tmp_path / 'made.db'}")
        assert revision_of(f"sqlite:///{tmp_path / 'made.db'}") == own
        with postgres_server.database(is_migrated=False) as url:
            schema._make_template(url)
            assert revision_of(url) == own
    assert newest_revision() == own


def fill(url: str, *keys: str) -> list[int]:
    """The ids of articles stored in an empty database."""
    database = Database(url)
    with database.write() as connection:
        sync(connection, make_feed("desk"))
        ids = add(connection, "desk", *keys)
    database.close()
    return list(ids)


def rows_of(url: str) -> int:
    database = Database(url)
    rows = Snapshot.take(database).rows
    database.close()
    assert set(rows) == {table.name for table in TABLES}
    return sum(len(found) for table, found in rows.items() if table != "change_state")  # of one row


def use(server: schema.PostgresServer, *statements: str) -> str:
    """The name of a migrated database, in which something is done."""
    with server.database(is_migrated=True) as url:
        assert rows_of(url) == 0
        assert fill(url, "a", "b") == [1, 2]
        database = Database(url)
        with database.engine.begin() as connection:
            identity = connection.scalar(
                text("SELECT oid FROM pg_database WHERE datname = current_database()")
            )
            for statement in statements:
                connection.execute(text(statement))
        database.close()
    return str(identity)


def test_a_used_database_is_empty_for_the_next_test_under_another_name(postgres_server):
    first = use(postgres_server)
    with postgres_server.database(is_migrated=True) as url:
        name = url
    assert use(postgres_server) == first
    with postgres_server.database(is_migrated=True) as url:
        assert url != name
        assert revision_of(url) == newest_revision()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE alembic_version SET version_num = 'x'",
        "DROP TABLE alembic_version",
        "ALTER TABLE articles RENAME COLUMN title TO heading",
        "ALTER TABLE articles ALTER COLUMN feed_id DROP NOT NULL",
        "DROP INDEX ix_articles_feed_id",
        "CREATE TABLE notes (id int)",
        "CREATE VIEW notes AS SELECT 1 AS one",
        "CREATE SCHEMA notes",
        "CREATE FUNCTION notes() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ANALYZE articles",
    ],
)
def test_a_database_whose_schema_was_changed_is_not_used_again(postgres_server, statement):
    assert use(postgres_server, statement) != use(postgres_server)


def test_a_database_to_which_someone_is_connected_is_not_used_again(postgres_server, monkeypatch):
    monkeypatch.setattr(schema, "ENDED_S", 0.05)
    with postgres_server.database(is_migrated=True) as url:
        left = Database(url)
        connection = left.engine.connect()
        before = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    assert use(postgres_server) != str(before)
    connection.invalidate()
    left.close()
