"""What the database says is told apart: away, in conflict, or about a value; no value breaks an index."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Text, create_engine, func, select, text, update
from sqlalchemy.exc import OperationalError
from structlog.testing import CapturingLogger

from tests.store.samples import NOW, add, later, make_feed, make_incoming, purge, set_back, sync
from tests.support.schema import with_schema
from worker.errors import ConflictError, ServiceError, StoreError
from worker.store import Database, migrate, page_findings, retried, savepoint, sequences
from worker.store import articles as article_store
from worker.store import events as event_store
from worker.store import feeds as feed_store
from worker.store import hosts as host_store
from worker.store import jobs as job_store
from worker.store import polls as poll_store
from worker.store.faults import error_of
from worker.store.jobs import NewJob
from worker.store.models import ArticleRow, Base, Event, Host, Job, Poll, Robots, Story
from worker.store.types import Key, Name, bounded, storable, to_json

INDEX_ROW_BYTES = 2_704  # PostgreSQL: a third of a page
PER_COLUMN_BYTES = 16  # number, time or header of a text
ODD = "a\x00b\ud800c\udfffd"


class RefusalError(Exception):
    """An error of a driver with a SQLSTATE, or without one."""

    def __init__(self, sqlstate):
        super().__init__("first line\nDETAIL: more")
        self.sqlstate = sqlstate


def translated(sqlstate, invalidated=False):
    wrapped = OperationalError("SELECT 1", {}, RefusalError(sqlstate), connection_invalidated=invalidated)
    return error_of(wrapped)


@pytest.mark.parametrize(
    "sqlstate", ["08006", "08P01", "53100", "53300", "57P01", "57014", "55P03", "25P03", None]
)
def test_only_an_unreachable_or_exhausted_database_is_away(sqlstate):
    """Classes 08, 53 and 57, locks held for too long, and a lost connection, which has no SQLSTATE."""
    found = translated(sqlstate)
    assert type(found) is ServiceError
    assert str(found) == "the database does not respond: first line"


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_a_deadlock_and_a_serialization_failure_can_be_tried_again(sqlstate):
    assert type(translated(sqlstate)) is ConflictError


@pytest.mark.parametrize("sqlstate", ["22001", "22003", "22P05", "23503", "23514", "42501", "54000", "XX000"])
def test_any_other_sqlstate_is_about_the_statement(sqlstate):
    found = translated(sqlstate)
    assert type(found) is StoreError
    assert str(found) == f"the database refused it: first line (SQLSTATE {sqlstate})"


def test_an_index_row_that_is_too_long_is_no_outage(postgres_url):
    """The error class is that of an outage, the SQLSTATE (54000) is not."""
    rng = random.Random(1)
    long = "".join(chr(rng.randrange(0xAC00, 0xD7A3)) for _ in range(1_900))
    db = with_schema(Database(postgres_url))
    with db.write() as connection:
        connection.execute(text("CREATE TABLE t (v text)"))
        connection.execute(text("CREATE INDEX i ON t (v)"))
    with pytest.raises(StoreError, match="SQLSTATE 54000"), db.write() as connection:
        connection.execute(text("INSERT INTO t VALUES (:v)"), {"v": long})
    with db.write() as connection:
        with pytest.raises(StoreError, match="index row"), savepoint(connection):
            connection.execute(text("INSERT INTO t VALUES (:v)"), {"v": long})
        connection.execute(text("INSERT INTO t VALUES ('short')"))
    with db.read() as connection:
        assert connection.scalar(text("SELECT v FROM t")) == "short", "the rest of the transaction stands"
    db.close()


def test_a_postgresql_that_is_not_there_is_away():
    db = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(ServiceError, match="does not respond"), db.read():
        pass
    db.close()


def test_a_killed_connection_is_away(postgres_url):
    db = with_schema(Database(postgres_url))
    other = create_engine(db.url)

    def lose_it():
        with db.write() as connection:
            pid = connection.scalar(text("SELECT pg_backend_pid()"))
            with other.begin() as killer:
                killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            connection.execute(text("SELECT 1"))

    with pytest.raises(ServiceError, match="does not respond"):
        lose_it()
    other.dispose()
    db.close()


def test_a_locked_sqlite_file_is_away_and_a_refused_value_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr("worker.store.sqlite_locks.SQLITE_BUSY_MS", 10)
    db = Database(f"sqlite:///{tmp_path / 'x.db'}")
    migrate(db)
    other = create_engine(db.url)
    with other.connect() as holder:
        holder.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(ServiceError, match="locked"), db.write() as connection:
            pass
    with pytest.raises(StoreError, match="NOT NULL"), db.write() as connection:
        connection.execute(text("INSERT INTO hosts (name) VALUES ('x')"))
    other.dispose()
    db.close()


def indexed_columns():
    for table in Base.metadata.sorted_tables:
        uniques = [c for c in table.constraints if type(c).__name__ == "UniqueConstraint"]
        holders = sorted((*table.indexes, *uniques), key=lambda holder: str(holder.name))
        for holder in (*holders, table.primary_key):
            yield holder.name or f"pk_{table.name}", list(holder.columns)


@pytest.mark.parametrize(
    ("name", "columns"), list(indexed_columns()), ids=lambda v: v if isinstance(v, str) else ""
)
def test_no_index_can_meet_a_row_that_is_too_long(name, columns):
    """Every text in an index is bounded in bytes, and all of a row together fit."""
    total = 0
    for column in columns:
        kind = column.type
        if isinstance(kind, Key | Name):
            total += kind.max_bytes
        else:
            assert not hasattr(kind, "length") or not isinstance(getattr(kind, "impl", kind), Text), column
            assert "TEXT" not in str(kind).upper(), f"{name}: {column} is not bounded"
            assert "CHAR" not in str(kind).upper(), f"{name}: {column} is not bounded in bytes"
        total += PER_COLUMN_BYTES
    assert total <= INDEX_ROW_BYTES, name


@given(st.text(max_size=400), st.integers(40, 300))
def test_a_bounded_text_is_short_text_or_cut_with_a_hash(value, most):
    value = storable(value)
    cut = bounded(value, most)
    assert len(cut.encode()) <= most
    assert (cut == value) == (len(value.encode()) <= most)
    if cut != value:
        assert bounded(value + "x", most) != cut, "another long text is another key"
        assert bounded(cut, most) == cut


@given(st.text(st.characters(exclude_categories=())))
def test_a_storable_text_can_be_encoded_and_keeps_all_else(value):
    found = storable(value)
    assert "\x00" not in found
    assert found.encode("utf-8").decode() == found
    kept = [c for c in value if c != "\x00" and not 0xD800 <= ord(c) <= 0xDFFF]
    assert found == "".join(kept)


def test_json_holds_only_what_both_databases_take():
    odd = {"n": float("nan"), "i": [float("inf"), 1.5], ODD: {"t": (ODD, "🙂", None, True)}}
    assert to_json(odd) == to_json({"n": None, "i": [None, 1.5], "abcd": {"t": ["abcd", "🙂", None, True]}})


def hangul(seed, length):
    rng = random.Random(seed)
    return "".join(chr(rng.randrange(0xAC00, 0xD7A3)) for _ in range(length))


def test_odd_and_endless_values_are_stored_wherever_they_come(database):
    """NUL, lone surrogates and long texts in every table that takes what others wrote; keys stay apart."""
    long = ODD + hangul(1, 3_000)
    now = NOW
    with database.write() as connection:
        sync(connection, make_feed("a"))
        item = make_incoming(
            long, source="a", url=long, canonical_url=long, title=long, text=long, author=long,
            tags=(long,), lang=long, source_name=long, published_raw=long,
        )  # fmt: skip
        other = make_incoming(long + "x", source="a", canonical_url=long + "x")
        ids = [i for i, _ in article_store.add_articles(connection, "a", [item, other], now)]
        assert len(ids) == 2
        assert article_store.add_articles(connection, "a", [item], now) == [], "the same key again"
        found = article_store.known_entries(connection, "a", [item.article])
        assert [known.id for known in found] == [ids[0]]
        job_store.add_jobs(connection, [NewJob(ids[0], long, long, long)] * 2, now)
        assert connection.scalar(select(func.count()).select_from(Job)) == 1
        host_store.cool_host(connection, long, later(60), long)
        host_store.cool_host(connection, long, later(90), long)
        assert host_store.host_not_before(connection, long) == later(90)
        host_store.save_robots(connection, long, 200, b"\x00\xff", now)
        assert host_store.read_robots(connection, long, now) == (200, b"\x00\xff")
        event_store.add_events(connection, now, [("feed.x", long)], feed_id="a")
        poll_store.add_poll(connection, {"feed_id": "a", "ended_at": now, "outcome": "failed", "error": long,
                                         "wire_bytes": 2**40})  # fmt: skip
        page_findings.note_page(connection, ids[0], text_letters=1, agency=long, dateline=ODD)
        assert purge(connection, "a", later(1), now, 9) == 2
        stored_key = connection.scalar(select(Host.name))
        assert len(stored_key.encode()) <= 300
        assert connection.scalar(select(Poll.error)) == storable(long)
        assert connection.scalar(select(func.count()).select_from(Robots)) == 1
    with database.read() as connection:
        assert article_store.purged_keys(connection, "a", [long]) != set()


def test_a_sequence_that_is_behind_loses_no_article(database):
    """The transaction is tried again under new numbers; nothing is taken for stored that is not."""
    with database.write() as connection:
        sync(connection, make_feed("a"))
        add(connection, "a", *(f"old {n}" for n in range(50)))
    set_back(database, "articles", "jobs", "events", "polls")

    def store():
        with database.write() as connection:
            return add(connection, "a", *(f"new {n}" for n in range(50)))

    assert len(retried(store)) == 50
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(ArticleRow)) == 100
        assert connection.scalar(select(func.count()).select_from(Story)) == 100


def test_an_article_gets_no_number_of_a_story_that_outlived_its_founder(database):
    """Its founder was purged, the restored sequence knows nothing of it."""
    with database.write() as connection:
        sync(connection, make_feed("a"))
        ids = add(connection, "a", "x", "y")
        connection.execute(text("DELETE FROM signatures"))
        connection.execute(text("DELETE FROM articles"))
    set_back(database, "articles")

    def store():
        with database.write() as connection:
            return add(connection, "a", "z", "w")

    assert min(retried(store)) > max(ids)


def test_sequences_are_brought_level_at_start_with_a_warning(postgres_url, monkeypatch):
    db = with_schema(Database(postgres_url))
    migrate(db)
    with db.write() as connection:
        sync(connection, make_feed("a"))
        add(connection, "a", "x", "y", "z")
        event_store.add_events(connection, NOW, [("k", "m")] * 3)
    set_back(db, "articles", "events")
    log = CapturingLogger()
    monkeypatch.setattr(sequences, "log", log)
    migrate(db)
    assert [(call.method_name, call.kwargs["table"]) for call in log.calls] == [
        ("warning", "articles"),
        ("warning", "events"),
    ]
    with db.write() as connection:
        assert len(add(connection, "a", "new")) == 1
        event_store.add_events(connection, NOW, [("k", "after")])
        assert connection.scalar(select(func.max(Event.id))) == 4
    db.close()


def test_an_article_that_was_purged_meanwhile_is_not_edited(database):
    """The other edits of the document are stored."""
    with database.write() as connection:
        sync(connection, make_feed("a"))
        add(connection, "a", "gone", "here")
        known = {
            item.entry_key: item
            for item in article_store.known_entries(
                connection, "a", [make_incoming(key, source="a").article for key in ("gone", "here")]
            )
        }
        connection.execute(
            update(ArticleRow).where(ArticleRow.entry_key == "gone").values(fetched_at=later(-9))
        )
        purge(connection, "a", later(-5), NOW, 9)
        edits = [
            make_incoming(key, source="a", known=known[key], text="new", content_hash="new")
            for key in ("gone", "here")
        ]
        assert article_store.add_versions(connection, edits, later(1)) == [known["here"].id]
        assert connection.scalars(select(ArticleRow.versions)).all() == [2]
        assert feed_store.enabled_ids(connection) == {"a"}
