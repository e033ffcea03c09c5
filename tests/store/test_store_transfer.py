"""A database is copied to another one, of either kind, row by row, or not at all."""

from contextlib import closing

import pytest
from sqlalchemy import func, select
from structlog.testing import CapturingLogger

from tests.store.samples import NOW, add, join, make_feed, sync
from tests.support.schema import with_schema
from worker.errors import ServiceError
from worker.store import Database, sequences, transfer
from worker.store import events as event_store
from worker.store import jobs as job_store
from worker.store.jobs import NewJob
from worker.store.models import Base, ClockState, Event, Feed
from worker.store.transfer import copy_database_to

ODD = 'Störung "quoted" \\ 東京 🚢 \t\n–'


def fill(database):
    with database.write() as connection:
        sync(connection, make_feed("wire", agency="Yonhap", tags=("a", "b")), make_feed("coast"))
        first = add(connection, "wire", "x", text=ODD * 50)
        second = add(connection, "coast", "y", title=ODD, published_at=None)
        join(connection, second[0], first[0])
        job_store.add_jobs(connection, [NewJob(first[0], "facts", "1", "")], NOW)
        event_store.add_events(connection, NOW, [("feed.failing", ODD)], feed_id="wire")
        row = {
            "id": 1,
            "epoch": 3,
            "at": NOW,
            "steady_s": 1.5,
            "boot": "x",
            "stepped_at": None,
            "step_s": None,
        }
        connection.execute(ClockState.__table__.insert(), row)


def content(database):
    with database.read() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in Base.metadata.sorted_tables
            if table.name not in transfer.NOT_COPIED
        }


@pytest.fixture
def other(database, tmp_path, request):
    """An empty database of the other kind."""
    if database.is_sqlite:
        server = request.getfixturevalue("postgres_server")
        with server.database(is_migrated=False) as url:
            made = Database(url)
            yield made
            made.close()
    else:
        made = Database(f"sqlite:///{tmp_path / 'other.db'}")
        yield made
        made.close()


def test_a_copy_has_every_row_as_it_was(database, other):
    fill(database)
    tables = copy_database_to(database, other)
    assert content(other) == content(database)
    rows = {table.name: table.rows for table in tables}
    assert (rows["articles"], rows["feeds"], rows["events"]) == (2, 2, 1)
    assert rows["stories"] == len(content(database)["stories"])
    with other.read() as connection:
        assert connection.scalar(select(func.count()).select_from(ClockState)) == 0


def test_new_rows_of_a_copy_follow_the_copied_ones(database, other, monkeypatch):
    """Its sequences are set, which is no warning: that is the end of every copy."""
    fill(database)
    log = CapturingLogger()
    monkeypatch.setattr(sequences, "log", log)
    copy_database_to(database, other)
    assert log.calls == []
    with other.write() as connection:
        [article] = add(connection, "coast", "later")
        event_store.add_events(connection, NOW, [("feed.failing", "later")], feed_id="coast")
        assert article == 3
        assert connection.scalar(select(func.max(Event.id))) == 2


def test_a_database_with_rows_is_not_written_to(database, other):
    fill(database)
    with_schema(other)
    with other.write() as connection:
        sync(connection, make_feed("mine"))
    before = content(other)
    with pytest.raises(ServiceError, match="a database of wireroom already, with 1 feed and no article: "):
        copy_database_to(database, other)
    assert content(other) == before


def test_a_copy_that_differs_is_not_kept(database, other, monkeypatch):
    """A row that is lost on the way is noticed, and then the target has none."""
    fill(database)
    honest = transfer._rows_of

    def lossy(connection, table):
        for part in honest(connection, table):
            is_target = connection.engine.url == other.engine.url
            yield part[:-1] if is_target and table.name == "articles" else part

    monkeypatch.setattr(transfer, "_rows_of", lossy)
    with pytest.raises(ServiceError, match="articles differs after copying"):
        copy_database_to(database, other)
    assert all(rows == [] for rows in content(other).values())
    monkeypatch.undo()
    copy_database_to(database, other)
    assert content(other) == content(database)


def test_a_database_is_not_copied_to_itself(database):
    with pytest.raises(ServiceError, match="name another one"):
        copy_database_to(database, database)


def test_a_value_that_is_not_there_is_none_in_the_copy(database, other):
    """A missing JSON value is NULL in both databases, not the word null."""
    fill(database)
    copy_database_to(database, other)
    for each in (database, other):
        with each.read() as connection:
            absent = select(func.count()).select_from(Feed).where(Feed.hints.is_(None))
            assert connection.scalar(absent) == 2


def test_the_file_of_a_copy_is_readable_only_by_its_owner(database, tmp_path):
    path = tmp_path / "copy.db"
    with closing(Database(f"sqlite:///{path}")) as made:
        copy_database_to(database, made)
    assert path.stat().st_mode & 0o777 == 0o600
