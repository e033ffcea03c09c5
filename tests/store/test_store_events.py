"""Events and what is remembered of a feed, as pages and status read them, on both databases."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from tests.store.samples import make_feed, sync
from worker.records import FeedState, Rhythm
from worker.store import events as event_store
from worker.store import listing
from worker.store.feeds import read_states
from worker.store.models import Feed, Poll

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_recent_events_are_the_newest_of_one_feed_or_without_some_kinds(database):
    with database.write() as connection:
        for minutes, kind, feed in (
            (3, "feed.quiet", "desk"),
            (2, "story.merged", None),
            (1, "feed.dead", "other"),
        ):
            at = NOW - timedelta(minutes=minutes)
            event_store.add_events(connection, at, [(kind, f"about {kind}")], feed_id=feed)
    day = NOW - timedelta(days=1)
    with database.read() as connection:
        told = event_store.recent_events(connection, day, 9, besides=("story.merged", "story.split"))
        assert [row[1] for row in told] == ["feed.dead", "feed.quiet"]
        assert [row[3] for row in event_store.recent_events(connection, day, 9, "desk")] == [
            "about feed.quiet"
        ]
        assert event_store.recent_events(connection, NOW, 9) == []


def test_a_rhythm_and_when_something_was_told_come_back_as_they_were(database):
    rhythm = {
        "hours": [1.5] * 24,
        "hours_s": [60.0] * 24,
        "days": [2.0] * 7,
        "days_s": [9.0] * 7,
        "page_s": 77.0,
    }
    poll = {
        "feed_id": "desk", "ended_at": NOW, "outcome": "updated", "entries": 1, "new": 1, "updated": 0,
        "wire_bytes": 1, "fetch_s": 0.1, "parse_s": 0.1, "next_due_reason": "interval 15 min",
    }  # fmt: skip
    with database.write() as connection:
        sync(connection, make_feed("desk"))
        values = {"rhythm": rhythm, "quiet_at": NOW, "overflow_at": NOW}
        connection.execute(update(Feed).where(Feed.id == "desk").values(**values))
        connection.execute(Poll.__table__.insert(), [poll, poll])
    with database.read() as connection:
        [(_, state)] = read_states(connection)
        learned = listing.learned_of(connection, "desk")
    assert state.rhythm == Rhythm((1.5,) * 24, (60.0,) * 24, (2.0,) * 7, (9.0,) * 7, 77.0)
    assert (state.quiet_at, state.overflow_at) == (NOW, NOW)
    assert isinstance(state, FeedState)
    assert (learned["rhythm"], learned["outcomes"]) == (rhythm, {"updated": 2})
