"""A database of another version, or another program, is told as that, whatever failed because of it."""

import threading
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from tests.store.samples import add, make_feed, sync
from tests.support.schema import NEXT_REVISION, newer_program
from worker.errors import SchemaError, ServiceError, StoreError
from worker.store import Database, backup, migrate, revision
from worker.store.revision import known_revisions, newest_revision
from worker.store.schema import schema_drift

FUTURE = "20990101_future"


def run_sql(database, *statements):
    """Change a database behind the back of the program."""
    with database.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def make_newer(database):
    run_sql(database, f"UPDATE alembic_version SET version_num = '{FUTURE}'")


@pytest.fixture
def newer(tmp_path):
    """The program knows one more revision; databases made before the test are older."""
    with newer_program(tmp_path / "program"):
        yield


def fresh(database):
    """The same database as another process sees it."""
    return Database(database.url.render_as_string(hide_password=False))


def read_nothing(database):
    with database.read():
        pass


def test_the_revisions_known_are_those_of_the_migrations():
    script = ScriptDirectory(str(Path(revision.__file__).parent / "migrations"))
    assert dict(known_revisions()) == {one.revision: one.down_revision for one in script.walk_revisions()}
    assert newest_revision() == script.get_current_head()


def test_a_newer_database_is_refused_for_reading_writing_and_migrating(database):
    make_newer(database)
    other = fresh(database)
    for use in (read_nothing, lambda db: db.write().__enter__(), migrate):
        with pytest.raises(SchemaError, match=f"newer than this program: .* {FUTURE}") as caught:
            use(other)
        assert not caught.value.may_pass
        assert "\n" not in str(caught.value)
    other.close()


@pytest.mark.usefixtures("newer")
def test_an_older_database_is_refused_until_it_is_upgraded(database):
    """The same connection works on after the upgrade, without a restart."""
    other = fresh(database)
    with pytest.raises(
        SchemaError, match=f"older than this program: .* {newest_revision()} is needed"
    ) as caught:
        read_nothing(other)
    assert caught.value.may_pass
    migrate(database)
    read_nothing(other)
    other.close()


def test_an_empty_database_says_how_tables_are_made(database_url):
    database = Database(database_url)
    database.engine.connect().close()
    with pytest.raises(SchemaError, match="no tables yet: start `wireroom run`") as caught:
        read_nothing(database)
    assert caught.value.may_pass
    database.close()


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE ledger (id INTEGER)"],
        ["CREATE TABLE alembic_version (version_num VARCHAR(32))", "CREATE TABLE ledger (id INTEGER)",
         "INSERT INTO alembic_version VALUES ('4f2a')"],
    ],
)  # fmt: skip
def test_a_database_of_another_program_is_refused_and_left_alone(database_url, statements):
    database = Database(database_url)
    run_sql(database, *statements)
    for use in (read_nothing, migrate):
        with pytest.raises(SchemaError, match=r"another program \(its tables: ledger\)"):
            use(database)
    with database.engine.connect() as connection:
        assert "feeds" not in revision.read_schema(connection).tables
    database.close()


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (f"INSERT INTO alembic_version VALUES ('{NEXT_REVISION}')", "several schema revisions"),
        ("DELETE FROM alembic_version", "names no schema revision"),
        ("DROP TABLE alembic_version", "names no schema revision"),
    ],
)
@pytest.mark.usefixtures("newer")
def test_a_database_without_exactly_one_revision_is_refused(database, statement, says):
    run_sql(database, statement)
    other = fresh(database)
    for use in (read_nothing, migrate):
        with pytest.raises(SchemaError, match=says):
            use(other)
    other.close()


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE events",
        "ALTER TABLE events RENAME COLUMN message TO words",
        "ALTER TABLE events ADD COLUMN weight INTEGER NOT NULL DEFAULT 1",
    ],
)
def test_a_statement_that_fails_for_a_newer_schema_says_so(database, change):
    """A process that was running when another one upgraded the database."""
    read_nothing(database)
    run_sql(database, "DROP VIEW v_events", change)
    if "DEFAULT" in change:  # required, and nothing that this program writes
        must = "ALTER TABLE events ALTER COLUMN weight DROP DEFAULT"
        table = "CREATE TABLE renewed (id INTEGER PRIMARY KEY, weight INTEGER NOT NULL)"
        run_sql(
            database, *([table, "DROP TABLE events", "ALTER TABLE renewed RENAME TO events"]
                        if database.is_sqlite else [must])
        )  # fmt: skip
    make_newer(database)
    insert = "INSERT INTO events (at, kind, message) VALUES ('2026-11-24 12:00:00', 'x', 'y')"
    with pytest.raises(SchemaError, match="newer than this program"), database.write() as connection:
        connection.exec_driver_sql(insert)
    with pytest.raises(SchemaError, match="newer than this program"):
        read_nothing(database)


def test_a_missing_table_at_the_right_revision_is_damage(database):
    read_nothing(database)
    run_sql(database, "DROP VIEW v_events", "DROP TABLE events")
    with (
        pytest.raises(SchemaError, match=r"not what its revision says .*events.*: restore a backup"),
        database.read() as connection,
    ):
        connection.exec_driver_sql("SELECT * FROM events")


def test_a_violated_constraint_at_the_right_revision_stays_an_error_of_its_own(database):
    with pytest.raises(StoreError), database.write() as connection:
        connection.exec_driver_sql("INSERT INTO events (kind) VALUES ('x')")


def test_a_postgresql_database_that_is_not_there_is_not_called_empty(postgres_url):
    database = Database(postgres_url.replace("/wr_", "/missing_"))
    with pytest.raises(ServiceError, match=r"it has no such database or role: .*does not exist") as caught:
        read_nothing(database)
    assert not isinstance(caught.value, SchemaError)
    database.close()


def test_processes_that_start_together_upgrade_an_older_database_once(database, tmp_path):
    with database.write() as connection:
        sync(connection, make_feed("desk"))
        ids = add(connection, "desk", "a", "b")
    others = [fresh(database) for _ in range(4)]
    copies = []
    threads = [threading.Thread(target=lambda db=db: copies.append(migrate(db))) for db in others]
    with newer_program(tmp_path / "program"):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert database.schema_fault() is None
    assert len(copies) == len(others)
    assert len([copy for copy in copies if copy]) == int(database.is_sqlite)
    assert schema_drift(database) == []
    with database.engine.connect() as connection:
        assert list(connection.exec_driver_sql("SELECT id FROM articles ORDER BY id").scalars()) == ids
    for other in others:
        other.close()


@pytest.fixture
def sqlite(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'wireroom.db'}")
    yield database
    database.close()


def test_one_copy_from_before_the_last_upgrade_is_kept(sqlite, tmp_path):
    """An empty or current database is not copied; the copy is at the old revision and only its owner's."""
    assert migrate(sqlite) is None
    assert migrate(sqlite) is None
    (tmp_path / "wireroom-before-upgrade-from-20200101.db").touch()
    with newer_program(tmp_path / "program"):
        copy = migrate(sqlite)
        assert sorted(path.name for path in tmp_path.glob("*before*")) == [copy.name]
        assert copy.stat().st_mode & 0o777 == 0o600
        old = Database(f"sqlite:///{copy}")
        with pytest.raises(SchemaError, match="older than this program"):
            read_nothing(old)
        old.close()


def test_without_room_for_the_copy_nothing_is_upgraded(sqlite, tmp_path, monkeypatch):
    migrate(sqlite)
    full = type("Usage", (), {"free": 10})
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda _: full)
    with newer_program(tmp_path / "program"):
        with pytest.raises(ServiceError, match="not enough space in"):
            migrate(sqlite)
        assert list(tmp_path.glob("*before*")) == []
        assert "older" in str(sqlite.schema_fault())
        assert migrate(sqlite, keep_copy=False) is None
        assert sqlite.schema_fault() is None
