"""What polls brought, summed by stretches of equal length, on both databases."""

from datetime import timedelta

from tests.store.samples import NOW, later, make_feed, sync
from worker.store.models import Poll
from worker.store.poll_history import poll_history

POLL = {
    "http_status": 200, "error": None, "entries": 9, "updated": 0, "wire_bytes": 900, "fetch_s": 0.2,
    "parse_s": 0.1, "next_due_at": NOW, "next_due_reason": "",
}  # fmt: skip
ROWS = (
    ("one", 0, "updated", 2), ("one", 1799, "updated", 3), ("one", 3599, "failed", 0),
    ("one", 3600, "not_modified", 0), ("two", 60, "gone", 0), ("two", -10, "updated", 7),
)  # fmt: skip


def test_polls_are_summed_by_feed_and_stretch(database):
    with database.write() as connection:
        sync(connection, make_feed("one"), make_feed("two"))
        for feed, seconds, outcome, new in ROWS:
            own = {"feed_id": feed, "ended_at": later(seconds), "outcome": outcome, "new": new}
            connection.execute(Poll.__table__.insert(), {**POLL, **own})
    with database.read() as connection:
        found = poll_history(connection, ["one", "two"], NOW, 3600)
        day = poll_history(connection, ["one"], NOW, 86_400)
        assert poll_history(connection, [], NOW, 3600) == {}
    hour = NOW + timedelta(hours=1)
    assert found == {"one": {NOW: (3, 5, 1), hour: (1, 0, 0)}, "two": {NOW: (1, 0, 1)}}
    assert day == {"one": {NOW.replace(hour=0): (4, 5, 1)}}
