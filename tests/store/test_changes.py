"""What changed since a position: nothing is missed, whatever the order of the commits."""

import pytest
from sqlalchemy import delete, text, update

from tests.store.samples import NOW, TEXT_RESULT, add, join, later, make_feed, make_incoming, sync
from worker.errors import ServiceError
from worker.store import Database, migrate
from worker.store import articles as article_store
from worker.store import events as event_store
from worker.store.backup import backup_sqlite
from worker.store.changes import OtherOriginError, read_changes, renew_origin, start_of
from worker.store.exporting import EXPORTS, read_batch
from worker.store.models import ArticleRow, Change, ExtractionRow
from worker.store.restore import restore_sqlite
from worker.store.transfer import copy_database_to


def read(database, kind="articles", after=None, limit=1_000):
    with database.read() as connection:
        return read_batch(connection, EXPORTS[kind], after, limit)


def ids(batch):
    return [row.get("id", row.get("article")) for row, _ in batch.rows]


def test_a_row_comes_once_and_again_when_it_changes(desk):
    with desk.write() as connection:
        first, second = add(connection, "desk", "a", "b")
    batch = read(desk)
    assert ids(batch) == [first, second]
    assert ids(read(desk, after=batch.after)) == []
    [known] = known_of(desk, "a")
    with desk.write() as connection:
        edited = make_incoming("a", known=known, title="Corrected", content_hash="other")
        article_store.add_versions(connection, [edited], later(60))
    again = read(desk, after=batch.after)
    assert [(row["id"], row["title"], row["versions"]) for row, _ in again.rows] == [(first, "Corrected", 2)]
    assert ids(read(desk, "stories", batch.after)) == [first], "its title is that of its lead"


def known_of(database, key):
    with database.read() as connection:
        return article_store.known_entries(connection, "desk", [make_incoming(key).article])


def test_a_story_that_grows_comes_again_and_a_merged_one_names_the_other(desk):
    with desk.write() as connection:
        first, second = (*add(connection, "desk", "a"), *add(connection, "coast", "b"))
    at = read(desk, "stories").after
    with desk.write() as connection:
        join(connection, second, first)
    rows = [(row["id"], row["copies"], row["outlets"], row["merged_into"]) for row, _ in
            read(desk, "stories", at).rows]  # fmt: skip
    assert sorted(rows) == [(first, 2, 2, None), (second, 0, 0, first)]
    assert set(ids(read(desk, "copies", at))) == {second}, "the lead's role stays"


def test_an_article_comes_again_with_the_text_of_its_page(desk):
    with desk.write() as connection:
        [article] = add(connection, "desk", "a")
    at = read(desk).after
    with desk.write() as connection:
        connection.execute(ExtractionRow.__table__.insert(), {**TEXT_RESULT, "article_id": article})
    [(row, _)] = read(desk, after=at).rows
    assert (row["text"], row["text_from"]) == ("The whole text names Geoje.", "page")
    assert [row["payload"] for row, _ in read(desk, "extractions").rows] == [TEXT_RESULT["payload"]]


def test_writes_that_change_no_exported_column_are_no_change(desk):
    with desk.write() as connection:
        [article] = add(connection, "desk", "a", matched=False)
    at = read(desk).after
    with desk.write() as connection:
        connection.execute(update(ArticleRow).where(ArticleRow.id == article).values(matched_at=NOW, take=0))
    assert ids(read(desk, after=at)) == []


def test_deleted_rows_leave_nothing_behind(desk):
    with desk.write() as connection:
        [article] = add(connection, "desk", "a")
        event_store.add_events(connection, NOW, [("feed.failing", "x")], feed_id="desk")
        connection.execute(delete(ArticleRow).where(ArticleRow.id == article))
    with desk.read() as connection:
        left = {change.kind for change in read_changes(connection, None, 100)}
    assert left == {"story", "event"}
    assert ids(read(desk)) == []


def test_a_transaction_that_commits_late_is_not_passed_over(postgres_url, tmp_path):
    """Its ids are lower than those that were read before it was committed."""
    database = Database(postgres_url)
    migrate(database)
    with database.write() as connection:
        sync(connection, make_feed("desk"))
    late = database.engine.connect()
    begun = late.begin()
    [first] = add(late, "desk", "late")
    with database.write() as connection:
        [second] = add(connection, "desk", "early")
    batch = read(database)
    assert first < second
    assert ids(batch) == [], "what a running transaction may precede waits"
    begun.commit()
    late.close()
    assert ids(read(database, after=batch.after)) == [first, second]
    database.close()


def test_an_aborted_transaction_holds_nothing_back(desk):
    class StopError(Exception):
        pass

    def write_and_fail():
        with desk.write() as connection:
            add(connection, "desk", "gone")
            raise StopError

    with pytest.raises(StopError):
        write_and_fail()
    with desk.write() as connection:
        [article] = add(connection, "desk", "kept")
    assert ids(read(desk)) == [article]


def test_a_position_of_another_database_is_refused(desk):
    with desk.write() as connection:
        add(connection, "desk", "a")
    at = read(desk).after
    with desk.write() as connection:
        renew_origin(connection)
    with pytest.raises(OtherOriginError, match="without a cursor"):
        read(desk, after=at)


def test_after_a_restore_positions_of_before_are_refused(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'news.db'}")
    migrate(database)
    backup = tmp_path / "backup.db"
    with database.write() as connection:
        sync(connection, make_feed("desk"))
        add(connection, "desk", "a")
    backup_sqlite(database, backup)
    with database.write() as connection:
        add(connection, "desk", "b")
    at = read(database).after
    database.close()
    restore_sqlite(database, backup, NOW)
    restored = Database(f"sqlite:///{tmp_path / 'news.db'}")
    with pytest.raises(OtherOriginError):
        read(restored, after=at)
    assert len(ids(read(restored))) == 1
    restored.close()


def test_rows_restored_on_another_server_are_numbered_again(postgres_url):
    """Its transactions have lower numbers: without this, new rows would be passed over."""
    database = Database(postgres_url)
    migrate(database)
    with database.write() as connection:
        sync(connection, make_feed("desk"))
        [article] = add(connection, "desk", "a")
        connection.execute(text("UPDATE changes SET number = number + 1000000"))
    with pytest.raises(ServiceError, match="wireroom db upgrade"):
        read(database)
    migrate(database)
    batch = read(database)
    assert ids(batch) == [article]
    with database.write() as connection:
        [second] = add(connection, "desk", "b")
    assert ids(read(database, after=batch.after)) == [second]
    database.close()


def test_a_copied_database_begins_anew(desk, tmp_path):
    with desk.write() as connection:
        found = add(connection, "desk", "a", "b")
    at = read(desk).after
    other = Database(f"sqlite:///{tmp_path / 'copy.db'}")
    copy_database_to(desk, other)
    assert sorted(ids(read(other))) == found
    with pytest.raises(OtherOriginError):
        read(other, after=at)
    other.close()


def test_rows_stored_before_changes_were_recorded_come_first(desk):
    """The migration gives them the number 0."""
    with desk.write() as connection:
        before = add(connection, "desk", "a", "b")
        connection.execute(update(Change).values(number=0))
    batch = read(desk, limit=3)
    assert ids(batch) == before
    with desk.write() as connection:
        [article] = add(connection, "desk", "c")
    rest = [*ids(read(desk, after=batch.after, limit=2)), *ids(read(desk, after=batch.after))]
    assert set(rest) == {article}


def test_the_start_is_before_all_changes(desk):
    with desk.read() as connection:
        at = start_of(connection)
    assert read(desk).after == at, "nothing has changed yet"
    with desk.write() as connection:
        [article] = add(connection, "desk", "a")
    assert ids(read(desk, after=at)) == [article]
