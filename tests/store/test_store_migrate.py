"""The schema: up, down, up on both databases, and never different from the models."""

import re
import threading

import pytest
from alembic import command
from sqlalchemy import inspect, select, update

from tests.store.samples import NOW, add, join, make_feed, sync
from tests.support.schema import NEXT_REVISION, newer_program
from worker.records import STORY_KINDS, Config, PushRule
from worker.store import Database, migrate, search
from worker.store import config as config_store
from worker.store import copy_links as link_store
from worker.store import notices as notice_store
from worker.store import sketches as sketch_store
from worker.store.copy_links import LinkRow
from worker.store.models import ArticleRow, Base, Story
from worker.store.revision import read_schema
from worker.store.schema import config_for, schema_drift


def tables(database):
    """The tables besides those of the search, which has no model."""
    with database.engine.connect() as connection:
        names = set(inspect(connection).get_table_names()) - {"alembic_version"}
    return {name for name in names if not name.startswith(search.TABLE)}


def test_the_newest_schema_holds_the_models_tables_and_does_not_drift(database):
    assert tables(database) == set(Base.metadata.tables)
    assert schema_drift(database) == []
    assert database.schema_fault() is None


def test_partial_indexes_have_the_conditions_that_the_models_name(database):
    """Alembic does not compare them."""
    wanted = {
        index.name: index.info["where"]
        for table in Base.metadata.tables.values()
        for index in table.indexes
        if "where" in index.info
    }
    found = {}
    for name in tables(database):
        for index in inspect(database.engine).get_indexes(name):
            for option, where in index.get("dialect_options", {}).items():
                if option.endswith("_where"):
                    # SQLite compares a boolean column with 1, and uses an index with that very condition.
                    found[index["name"]] = re.sub(r"[()]| = 1|::text", "", str(where))
    assert len(wanted) == 11
    assert found == wanted


def test_migrations_go_up_down_and_up_again(database):
    """After a way down nothing is left, and the way up makes the same schema again."""
    migrate(database, "base")
    assert tables(database) == set()
    assert database.schema_fault() is not None
    migrate(database)
    assert tables(database) == set(Base.metadata.tables)
    assert schema_drift(database) == []


def test_migrating_a_current_database_keeps_what_is_stored(database):
    with database.write() as connection:
        sync(connection, make_feed("desk"))
        ids = add(connection, "desk", "a")
    migrate(database)
    with database.read() as connection:
        assert list(connection.exec_driver_sql("SELECT id FROM articles").scalars()) == ids


def test_an_upgrade_keeps_the_keys_and_links_of_copies(database, tmp_path):
    """What an earlier version stored is found by its keys, and joined by a link, after the upgrade."""
    with database.write() as connection:
        sync(connection, make_feed("desk"), make_feed("other"))
        [first] = add(connection, "desk", "a", keys=(1, 2, -3))
        [second] = add(connection, "other", "a", keys=(2,))
        [bare] = add(connection, "other", "b", keys=())
        join(connection, second, first)
    with newer_program(tmp_path):
        migrate(database)
        assert database.schema_fault() is None
    assert schema_drift(database) == []
    with database.engine.connect() as connection:
        assert read_schema(connection).revision == NEXT_REVISION
        kept = {s.article: s.keys for s in sketch_store.load_sketches(connection, [first, second, bare])}
        assert {article: sorted(keys) for article, keys in kept.items()} == {
            first: [-3, 1, 2],
            second: [2],
            bare: [],
        }
        assert link_store.links_of(connection, [second]) == [LinkRow(second, first, is_provisional=False)]


def test_corrections_survive_an_upgrade_and_the_way_back(database):
    """What was marked before is known with its time and is not told again."""
    with database.write() as connection:
        sync(connection, make_feed("desk"))
        first, gone, back, plain = add(connection, "desk", "a", "b", "c", "d")
        for article, kind, state in ((first, "correction", "active"), (gone, "withdrawal", "withdrawn")):
            changed = update(ArticleRow).where(ArticleRow.id == article)
            connection.execute(changed.values(take_kind=kind, state=state))
        connection.execute(update(Story).where(Story.id == back).values(mark="restored"))
        connection.execute(update(ArticleRow).where(ArticleRow.id == back).values(state="restored"))
    states = select(ArticleRow.state).order_by(ArticleRow.id)
    with database.write() as connection:
        command.downgrade(config_for(connection), "20261130_text_before_edit")
    with database.engine.connect() as connection:
        assert list(connection.scalars(states)) == ["active", "withdrawn", "active", "active"]
        assert set(connection.scalars(select(Story.mark))) == {""}
    migrate(database)
    with database.read() as connection:
        assert list(connection.scalars(states)) == ["corrected", "withdrawn", "active", "active"]
        known = notice_store.of_articles(connection, [first, gone, back, plain], 9)
        assert [(one.article, one.kind, one.at) for one in known] == [
            (first, "corrected", NOW), (gone, "withdrawn", NOW)
        ]  # fmt: skip
        assert notice_store.untold(connection, [first, gone]) == {}


def test_receivers_of_the_usual_events_get_texts_that_are_run_again_from_the_upgrade_on(database):
    """The config in force is stored, and is not read again if its file has not changed."""
    usual, chosen = PushRule("cms", "env:CMS"), PushRule("chat", "env:CHAT", events=("story.new",))

    def stored():
        with database.read() as connection:
            config = config_store.read_service(connection)
        return {rule.name: rule.events for rule in config.push}

    with database.write() as connection:
        service = config_store.service_to_json(Config(feeds=(), push=(usual, chosen)))
        config_store.save_config(connection, loaded_at=NOW, service=service)
        command.downgrade(config_for(connection), "20261130_text_before_edit")
    assert stored() == {"cms": STORY_KINDS[:4], "chat": ("story.new",)}
    migrate(database)
    assert stored() == {"cms": STORY_KINDS, "chat": ("story.new",)}


def test_processes_that_start_together_migrate_once(database_url):
    """Each start migrates; those that come second find the work done and raise nothing."""
    databases = [Database(database_url) for _ in range(4)]
    errors: list[Exception] = []
    gate = threading.Barrier(len(databases))

    def start(database):
        gate.wait()
        try:
            migrate(database)
        except Exception as exc:  # noqa: BLE001 - any error fails the test
            errors.append(exc)

    threads = [threading.Thread(target=start, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert schema_drift(databases[0]) == []
    for database in databases:
        database.close()


def test_a_failed_transaction_leaves_nothing(database):
    """What a write transaction did before an error is undone as a whole."""

    def write_and_fail():
        with database.write() as connection:
            sync(connection, make_feed("desk"))
            raise RuntimeError("boom")

    with pytest.raises(RuntimeError):
        write_and_fail()
    with database.read() as connection:
        assert list(connection.exec_driver_sql("SELECT id FROM feeds")) == []
