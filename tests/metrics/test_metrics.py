"""The metrics say what the database and the broker hold; counters count from the first read on."""

from datetime import timedelta

import pytest
from redis import Redis
from sqlalchemy import update

from tests.store.samples import NOW, add, join, make_feed, sync
from worker.flows import clocks, heartbeats
from worker.metrics.tail import SETTLED_S, Tail
from worker.queue_keys import queue_key
from worker.records import EventKind
from worker.store import events as event_store
from worker.store import polls as poll_store
from worker.store.figures import count_events
from worker.store.models import Event, Feed, Host, Job

FEEDS = [make_feed(f"f{n}") for n in range(4)]


@pytest.fixture
def desk(services):
    """Four feeds, one of them dead, one quiet and one disabled; the tick has run."""
    clocks.keep(services)
    with services.db.write() as connection:
        sync(connection, *FEEDS, now=services.clock())
        for feed, values in {
            "f1": {"status": "dead"},
            "f2": {"status": "active", "quiet_at": services.clock()},
            "f3": {"enabled": False},
        }.items():
            connection.execute(update(Feed).where(Feed.id == feed).values(**values))
    return services


def add_poll(services, outcome="updated", **values):
    with services.db.write() as connection:
        row = {"feed_id": "f0", "ended_at": services.clock(), "outcome": outcome, **values}
        poll_store.add_poll(connection, row)


def add_event(services, kind, count=1):
    with services.db.write() as connection:
        event_store.add_events(connection, services.clock(), [(kind, "it happened")] * count)


def test_polls_are_counted_by_outcome_from_the_first_read_on(desk, scrape):
    add_poll(desk)
    before = scrape()
    assert before["wireroom_polls_total", "updated"] == 0
    add_poll(desk, new=3, updated=1, entries=20, wire_bytes=5000, fetch_s=0.2, parse_s=0.02)
    add_poll(desk, "not_modified", fetch_s=0.07)
    add_poll(desk, "failed", fetch_s=31.0)
    for _ in range(3):  # the same, however often it is read
        found = scrape()
        assert found["wireroom_polls_total", "updated"] == 1
        assert found["wireroom_polls_total", "failed"] == 1
        assert found["wireroom_polls_total", "gone"] == 0
        assert found["wireroom_articles_stored_total",] == 3
        assert found["wireroom_articles_updated_total",] == 1
        assert found["wireroom_poll_entries_total",] == 20
        assert found["wireroom_poll_received_bytes_total",] == 5000
        limits = {key[1]: n for key, n in found.items() if key[0] == "wireroom_poll_fetch_seconds_bucket"}
        assert (limits["0.05"], limits["0.1"], limits["0.25"], limits["30.0"], limits["+Inf"]) == (
            0,
            1,
            2,
            2,
            3,
        )
        assert found["wireroom_poll_fetch_seconds_count",] == 3
        assert found["wireroom_poll_fetch_seconds_sum",] == pytest.approx(31.27)
        assert found["wireroom_poll_parse_seconds_count",] == 1


def test_feeds_are_counted_by_state(desk, scrape):
    found = scrape()
    states = {key[1]: n for key, n in found.items() if key[0] == "wireroom_feeds"}
    assert states == {
        "new": 1, "active": 1, "dead": 1, "disabled": 1, "failing": 0, "gone": 0, "blocked": 0, "moved": 0,
    }  # fmt: skip
    assert found["wireroom_feeds_quiet",] == 1
    assert found["wireroom_feeds_due",] == 3


def test_a_due_feed_has_an_age_and_a_waiting_host_is_counted(desk, scrape):
    with desk.db.write() as connection:
        ago = desk.clock() - timedelta(seconds=120)
        connection.execute(update(Feed).where(Feed.id == "f0").values(next_due_at=ago))
        later = desk.clock() + timedelta(hours=1)
        connection.execute(
            Host.__table__.insert(), {"name": "f1.example", "not_before_at": later, "reason": ""}
        )
    found = scrape()
    assert 120 <= found["wireroom_oldest_due_feed_seconds",] < 180
    assert found["wireroom_hosts_waiting",] == 1
    assert found["wireroom_feeds_due",] == 2  # not the one whose host is closed


def test_events_are_counted_by_kind_and_every_kind_is_there(desk, scrape):
    scrape()
    add_event(desk, EventKind.JOB_DEAD, 2)
    found = scrape()
    kinds = {key[1]: n for key, n in found.items() if key[0] == "wireroom_events_total"}
    assert kinds.keys() == {kind.value for kind in EventKind}
    assert kinds[EventKind.JOB_DEAD] == 2


def test_jobs_stories_and_articles_are_counted(desk, scrape):
    scrape()
    with desk.db.write() as connection:
        now = desk.clock()
        ids = add(connection, "f0", "a", "b", "c", now=now)
        join(connection, ids[0], ids[1], now=now)
        rows = [
            {"article_id": ids[0], "kind": "wordcount", "state": "dead", "next_attempt_at": None},
            {"article_id": ids[1], "kind": "wordcount", "state": "pending",
             "next_attempt_at": now - timedelta(seconds=50)},
            {"article_id": ids[2], "kind": "wordcount", "state": "done", "next_attempt_at": None},
        ]  # fmt: skip
        for row in rows:
            base = {"extractor_version": "1", "host": "h", "created_at": now, "attempts": 0, "priority": 1}
            connection.execute(Job.__table__.insert(), {**base, **row})
    found = scrape()
    assert found["wireroom_jobs", "wordcount", "dead"] == 1
    assert found["wireroom_jobs", "wordcount", "pending"] == 1
    assert found["wireroom_jobs", "facts", "running"] == 0
    assert not any("done" in key for key in found if key[0] == "wireroom_jobs")
    assert 50 <= found["wireroom_oldest_due_job_seconds",] < 110
    assert found["wireroom_articles",] == 3
    assert (found["wireroom_stories",], found["wireroom_copies",]) == (2, 1)


def test_queues_and_workers_are_counted_by_role(desk, scrape):
    heartbeats.send_heartbeat(desk, "poll@a", 32, ["poll"])
    heartbeats.send_heartbeat(desk, "news@b", 8, ["poll"])
    heartbeats.report_trouble(desk, "the disk is full")
    desk.redis.rpush(queue_key("extract"), "x", "y")
    found = scrape()
    assert found["wireroom_workers", "poll"] == 2
    assert found["wireroom_worker_slots", "poll"] == 40
    assert found["wireroom_workers", "control"] == 0
    assert found["wireroom_queue_length", "extract"] == 2
    assert found["wireroom_workers_in_trouble",] == 1
    assert found["wireroom_broker_up",] == 1


def test_no_label_names_a_feed_or_a_host(desk, scrape):
    """The number of series depends on what the program knows, not on what is polled."""
    before = len(scrape())
    with desk.db.write() as connection:
        sync(connection, *FEEDS, *(make_feed(f"more{n}") for n in range(50)), now=desk.clock())
    add_poll(desk, "failed", host="f0.example", machine="m1", error="x")
    found = scrape()
    assert len(found) == before
    assert not any("f0" in part or "example" in part for key in found for part in key)


# ---- what cannot be read -------------------------------------------------------------------------
def test_without_a_database_its_figures_are_not_exported(desk, scrape, monkeypatch):
    assert scrape()["wireroom_database_up",] == 1

    def fail(_database):
        raise OSError("gone")

    monkeypatch.setattr(type(desk.db), "read", fail)
    found = scrape()
    assert found["wireroom_database_up",] == 0
    assert found["wireroom_broker_up",] == 1
    assert not any(key[0].startswith(("wireroom_polls", "wireroom_feeds")) for key in found)
    assert ("wireroom_queue_length", "poll") in found
    monkeypatch.undo()
    assert scrape()["wireroom_database_up",] == 1


def test_without_a_broker_its_figures_are_not_exported(desk, scrape):
    desk.__dict__["redis"] = Redis(unix_socket_path="/nowhere/b.sock")
    found = scrape()
    assert (found["wireroom_broker_up",], found["wireroom_database_up",]) == (0, 1)
    assert ("wireroom_queue_length", "poll") not in found


def test_figures_of_a_thread_that_hangs_are_dropped(desk, gatherer, scrape, seconds):
    scrape()
    seconds.now_s += 3600
    found = {sample.name: sample.value for metric in gatherer.collect() for sample in metric.samples}
    assert (found["wireroom_database_up"], found["wireroom_broker_up"]) == (0, 0)


def test_a_slow_part_is_read_less_often(desk, gatherer, seconds):
    reads = []

    def read(now_s):
        reads.append(now_s)
        seconds.now_s += 10.0
        return []

    [part] = [part for part in gatherer._database if part.name == "stock"]
    part.read = read
    for _ in range(20):
        gatherer.refresh()
        seconds.now_s += 5.0
    assert len(reads) == 1
    seconds.now_s += 200.0
    gatherer.refresh()
    assert len(reads) == 2


# ---- counters without counting -------------------------------------------------------------------
def test_a_row_that_is_committed_after_one_with_a_higher_id_is_counted_once(database):
    tail = Tail(Event, count_events)

    def put(number):
        with database.write() as connection:
            row = {"id": number, "at": NOW, "kind": "job.dead", "message": "x"}
            connection.execute(Event.__table__.insert(), row)

    def read(now_s):
        with database.read() as connection:
            return tail.read(connection, now_s).get(("job.dead",), 0)

    put(10)
    assert read(0.0) == 0
    put(12)
    assert read(5.0) == 1
    put(11)
    assert read(10.0) == 2
    assert read(SETTLED_S + 20.0) == 2
    assert tail.floor == 12  # the rows up to it are not read again
    put(13)
    assert read(SETTLED_S + 25.0) == 3


def test_a_table_that_was_restored_is_counted_anew(database):
    tail = Tail(Event, count_events, floor=100, settled={("job.dead",): 7})
    with database.read() as connection:
        assert tail.read(connection, 0.0) == {}
