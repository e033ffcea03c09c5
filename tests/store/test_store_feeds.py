"""Feeds: what a config change does to them, who may claim them, and what a lease is good for."""

import threading
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.store.samples import NOW, later, make_feed, sync
from worker.records import DueBy, FeedHints, FeedState, FeedStatus
from worker.store import claims as claim_store
from worker.store import feeds as feed_store
from worker.store import polls as poll_store
from worker.store.models import Feed

LEASE_S = 60.0


def claim(connection, now=NOW, limit=100, slots=9, **more):
    return claim_store.claim_due(
        connection, now, limit=limit, lease_s=LEASE_S, slots_of=lambda _: slots, **more
    )


def names(claims):
    return [one.feed for one in claims]


def row(connection, feed):
    return connection.execute(select(Feed.__table__).where(Feed.id == feed)).mappings().one()


def many(host, count):
    return [make_feed(f"{host}-{n}", f"https://{host}.example/{n}.xml") for n in range(count)]


# ---- sync ----------------------------------------------------------------------------------------
def test_sync_adds_changes_and_disables_but_never_deletes(database):
    with database.write() as connection:
        report = sync(connection, make_feed("a"), make_feed("b"), make_feed("c"))
        assert (report.added, report.changed, report.removed) == (("a", "b", "c"), (), ())
        report = sync(connection, make_feed("a"), make_feed("b", tags=("x",)), make_feed("d"), now=later(10))
        assert (report.added, report.changed, report.removed) == (("d",), ("b",), ("c",))
        assert feed_store.enabled_ids(connection) == {"a", "b", "d"}
        assert {feed.id for feed in feed_store.read_feeds(connection)} == {"a", "b", "c", "d"}
        report = sync(connection, make_feed("a"), make_feed("b", tags=("x",)), make_feed("d"), now=later(20))
        assert (report.added, report.changed, report.removed) == ((), (), ())


def test_a_feed_that_returns_to_the_config_is_polled_again_with_its_history(database):
    with database.write() as connection:
        sync(connection, make_feed("a"), make_feed("b"))
        sync(connection, make_feed("a"))
        assert names(claim(connection)) == ["a"]
        report = sync(connection, make_feed("a"), make_feed("b"), now=later(5))
        assert report.changed == ("b",)
        assert names(claim(connection, later(5))) == ["b"]
        assert row(connection, "b")["added_at"] == NOW


def test_a_feed_disabled_in_the_config_is_never_claimed(database):
    with database.write() as connection:
        sync(connection, make_feed("a", enabled=False), make_feed("b"))
        assert names(claim(connection)) == ["b"]


def test_a_config_round_trips(database):
    """What is read back is what was written, value by value."""
    feed = make_feed(
        "a", tags=("x", "y"), headers=(("X-Client", "env:KEY"),), include=("(?i)a",), keep_s=None,
        quiet_alert=60.0, timezone="Asia/Seoul", agency="Yonhap", extract_copies=True,
    )  # fmt: skip
    with database.write() as connection:
        sync(connection, feed)
        assert feed_store.read_feed(connection, "a") == feed
        assert feed_store.read_feed(connection, "none") is None


@pytest.mark.parametrize(
    ("change", "keeps"),
    [
        ({"url": "https://other.example/feed.xml"}, False),
        ({"headers": (("X-Client", "desk"),)}, False),
        ({"tags": ("new",)}, True),
        ({"interval_s": 60.0}, True),
    ],
)
def test_validators_and_leases_belong_to_the_request_they_were_given_for(database, change, keeps):
    """A new URL, login or header drops ETag and Last-Modified and polls at once; other changes do not."""
    feed = make_feed("a")
    state = FeedState(
        status=FeedStatus.ACTIVE, etag='"e"', last_modified="yesterday", error_streak=3, interval_s=900.0,
        last_success_at=NOW, effective_url="https://moved.example/", next_due_at=later(900),
    )  # fmt: skip
    with database.write() as connection:
        sync(connection, feed)
        [held] = claim(connection)
        assert poll_store.finish_poll(connection, "a", held.lease, state, feed.url)
        [pending] = claim(connection, later(1000))
        sync(connection, replace(feed, **change), now=later(1000))
        begun = poll_store.begin_poll(connection, "a", pending.lease, later(1000), LEASE_S)
        stored = row(connection, "a")
        assert (begun is not None) == keeps
    if keeps:
        assert (stored["etag"], stored["last_modified"], stored["error_streak"]) == ('"e"', "yesterday", 3)
    else:
        assert (stored["etag"], stored["last_modified"], stored["error_streak"]) == (None, None, 0)
        assert stored["effective_url"] is None
        assert stored["next_due_at"] == later(1000)
        assert stored["last_success_at"] == NOW, "history stays"


# ---- claims --------------------------------------------------------------------------------------
def test_only_due_feeds_are_claimed_oldest_first(database):
    with database.write() as connection:
        sync(connection, *(make_feed(name) for name in "abcd"))
        for name, due in (("a", 5), ("b", -50), ("c", 0), ("d", -10)):
            feed_store.set_due(connection, {name: (later(due), "test", DueBy.NOW)})
        assert claim_store.oldest_due(connection, NOW) == later(-50)
        assert names(claim(connection)) == ["b", "d", "c"]
        assert names(claim(connection)) == []
        feed_store.set_due(connection, {"a": (None, "gone", DueBy.NOW)})
        assert names(claim(connection, later(50))) == []
        assert claim_store.oldest_due(connection, later(50)) is None


def test_a_claimed_feed_is_late_until_its_poll_begins(database):
    with database.write() as connection:
        sync(connection, make_feed("a"))
        feed_store.set_due(connection, {"a": (later(-50), "test", DueBy.NOW)})
        [found] = claim(connection)
        assert claim_store.oldest_due(connection, NOW) is None
        assert claim_store.oldest_due(connection, NOW, with_queued=True) == later(-50)
        assert claim_store.oldest_due(connection, later(-60), with_queued=True) is None
        assert poll_store.begin_poll(connection, "a", found.lease, NOW, 60.0)
        assert claim_store.oldest_due(connection, NOW, with_queued=True) is None


def test_claims_are_fair_over_hosts(database):
    """A host with many overdue feeds does not push out one that has a single feed."""
    with database.write() as connection:
        sync(connection, *many("big", 30), *many("small", 1))
        for n in range(30):
            feed_store.set_due(connection, {f"big-{n}": (later(-1000 + n), "test", DueBy.NOW)})
        assert set(names(claim(connection, limit=2))) == {"big-0", "small-0"}


def test_a_host_never_has_more_in_flight_than_its_slots(database):
    """Polls under way count, over any number of ticks; slots are free again when their polls ended."""
    with database.write() as connection:
        sync(connection, *many("big", 9), *many("small", 2))
        first = claim(connection, slots=2)
        assert Counter(one.host for one in first) == {"big.example": 2, "small.example": 2}
        assert claim(connection, later(1), slots=2) == []
        done = next(one for one in first if one.host == "big.example")
        state = FeedState(next_due_at=later(900))
        poll_store.finish_poll(connection, done.feed, done.lease, state, f"https://{done.host}/")
        assert [one.host for one in claim(connection, later(2), slots=2)] == ["big.example"]


def test_a_lease_runs_out_and_the_feed_is_claimed_again(database):
    """What a dead worker or an emptied queue held comes back; its old lease is good for nothing."""
    with database.write() as connection:
        sync(connection, make_feed("a"))
        [old] = claim(connection)
        assert claim(connection, later(LEASE_S - 1)) == []
        [new] = claim(connection, later(LEASE_S + 1))
        assert new.lease != old.lease
        at = later(LEASE_S + 2)
        assert poll_store.begin_poll(connection, "a", old.lease, at, LEASE_S) is None
        assert not poll_store.renew(connection, "a", old.lease, later(999))
        assert not poll_store.finish_poll(connection, "a", old.lease, FeedState(), "https://a.example/")
        assert poll_store.begin_poll(connection, "a", new.lease, at, LEASE_S) is not None


def test_claimers_at_the_same_moment_never_get_the_same_feed(database):
    """Any number of controls may tick at once: every feed is claimed, and by one of them only."""
    with database.write() as connection:
        sync(connection, *(feed for host in "abcdef" for feed in many(host, 10)))
    gate, claims = threading.Barrier(4), []

    def tick():
        gate.wait()
        for _ in range(15):
            with database.write() as connection:
                claims.extend(claim(connection, limit=4, slots=99))

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(Counter(names(claims)).values()) == {1: 60}
    assert len({one.lease for one in claims}) == 60


def test_controls_at_the_same_moment_claim_no_more_than_hosts_and_workers_take(database):
    """Each counts what the others have claimed: two feeds of a host, five in all."""
    with database.write() as connection:
        sync(connection, *(feed for host in "abcdef" for feed in many(host, 10)))
    gate, claims = threading.Barrier(4), []

    def tick():
        gate.wait()
        with database.write() as connection:
            claims.extend(claim(connection, limit=4, slots=2, capacity=5))

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claims) == 5
    assert max(Counter(one.host for one in claims).values()) <= 2


def test_one_feed_can_be_claimed_before_it_is_due_but_not_while_it_is_polled(database):
    with database.write() as connection:
        sync(connection, make_feed("a"))
        feed_store.set_due(connection, {"a": (later(900), "later", DueBy.NOW)})
        assert claim_store.claim_one(connection, "a", NOW, LEASE_S) is not None
        assert claim_store.claim_one(connection, "a", NOW, LEASE_S) is None
        assert claim_store.claim_one(connection, "unknown", NOW, LEASE_S) is None


# ---- a poll under a lease ------------------------------------------------------------------------
def test_a_lease_starts_one_poll_only(database):
    """A message delivered twice finds its lease used."""
    with database.write() as connection:
        sync(connection, make_feed("a"))
        [held] = claim(connection)
        begun = poll_store.begin_poll(connection, "a", held.lease, NOW, LEASE_S)
        assert begun is not None
        assert begun[0] == make_feed("a")
        assert begun[2] == "a.example"
        assert poll_store.read_claim(connection, "a", held.lease, NOW) is None
        assert poll_store.begin_poll(connection, "a", held.lease, NOW, LEASE_S) is None


def test_a_message_that_waited_longer_than_its_lease_starts_nothing(database):
    with database.write() as connection:
        sync(connection, make_feed("a"))
        [held] = claim(connection)
        assert poll_store.begin_poll(connection, "a", held.lease, later(LEASE_S + 1), LEASE_S) is None


def test_a_renewed_lease_holds_beyond_its_first_end(database):
    with database.write() as connection:
        sync(connection, make_feed("a"))
        [held] = claim(connection)
        assert poll_store.renew(connection, "a", held.lease, later(10 * LEASE_S))
        assert claim(connection, later(2 * LEASE_S)) == []


def test_the_state_between_polls_is_kept_field_by_field(database):
    hints = FeedHints(ttl_s=600.0, skip_hours=(1, 2), skip_days=(5, 6))
    state = FeedState(
        status=FeedStatus.FAILING, effective_url="https://m.example/", etag='W/"e"', last_modified="x",
        interval_s=12.5, error_streak=2, failing_since_at=NOW, unmodified_streak=3, full_fetch_at=NOW,
        lying_304=1, last_polled_at=NOW, last_success_at=NOW, last_new_at=NOW, moved_to="https://n.example/",
        moved_hits=2, moved_since_at=NOW, gone_hits=1, next_due_at=later(5), next_due_reason="why",
        last_outcome="failed", last_error="e", http_status=503, rhythm_s=77.0, hints=hints,
    )  # fmt: skip
    with database.write() as connection:
        sync(connection, make_feed("a"))
        [held] = claim(connection)
        assert poll_store.finish_poll(connection, "a", held.lease, state, "https://m.example/")
        assert feed_store.read_states(connection) == [(make_feed("a"), state)]
        assert row(connection, "a")["host"] == "m.example", "pacing follows the adopted address"
        assert row(connection, "a")["lease"] is None


def test_a_released_feed_is_due_again_when_it_was_told(database):
    with database.write() as connection:
        sync(connection, make_feed("a"))
        [held] = claim(connection)
        poll_store.release(connection, "a", "another's lease", due_at=NOW, reason="x", due_by=DueBy.HOST)
        assert claim(connection) == []
        assert poll_store.read_claim(connection, "a", held.lease, NOW)[2] == "a.example"
        poll_store.release(
            connection, "a", held.lease, due_at=later(3), reason="the host is busy", due_by=DueBy.HOST
        )
        assert claim(connection, later(2)) == []
        assert names(claim(connection, later(3))) == ["a"]
