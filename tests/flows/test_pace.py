"""How many tasks are sent ahead: what the workers end, not a fixed number per thread."""

import json
from collections import deque
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.store.samples import add, make_feed, sync
from worker.errors import ExtractError
from worker.flows import dispatch, extract, pace
from worker.flows.pace import SAFE_LEASE, JobPace
from worker.flows.services import Services
from worker.queue_keys import queue_key
from worker.records import Config
from worker.store import job_queue
from worker.store import jobs as job_store
from worker.store.jobs import NewJob
from worker.store.models import Job

THREADS = 16
LEASE_S = 12.0


def lease_of(tick_s):
    return max(LEASE_S, pace.LEASE_TICKS * tick_s)


class Queue:
    """Workers that end some tasks per second, controls that tick in turn, claims that lapse."""

    def __init__(self, tick_s=2.0, controls=1):
        self.tick_s, self.paces = tick_s, [JobPace() for _ in range(controls)]
        self.waiting: deque[float] = deque()  # when each waiting message was sent
        self.ticks = self.ended = 0
        self.most = 0

    def work(self, per_s, *, seconds):
        """Let time pass; returns how many tasks ended in each tick."""
        done = []
        for _ in range(max(1, int(seconds / self.tick_s))):
            now_s = self.ticks * self.tick_s
            one, lease_s = self.paces[self.ticks % len(self.paces)], lease_of(self.tick_s)
            allowed = one.allow(self.ended, now_s, threads=THREADS, tick_s=self.tick_s, lease_s=lease_s)
            outstanding = sum(sent_s + lease_s >= now_s for sent_s in self.waiting)
            for _ in range(allowed - max(outstanding, len(self.waiting))):
                self.waiting.append(now_s)
            self.most = max(self.most, len(self.waiting))
            done.append(min(len(self.waiting), int(per_s * self.tick_s)))
            for _ in range(done[-1]):
                self.waiting.popleft()
            self.ended += done[-1]
            self.ticks += 1
        return done


def allow(one, ended, now_s, tick_s=2.0):
    return one.allow(ended, now_s, threads=THREADS, tick_s=tick_s, lease_s=lease_of(tick_s))


def test_before_anything_was_measured_a_fixed_number_per_thread_is_sent():
    assert allow(JobPace(), 0, 0.0) == 48
    assert allow(JobPace(), None, 0.0) == 48
    assert allow(JobPace(), 0, 0.0, tick_s=0.1) == THREADS


@pytest.mark.parametrize("controls", [1, 2, 5])
@pytest.mark.parametrize("per_s", [5, 30, 100, 400, 2000])
@pytest.mark.parametrize("tick_s", [0.2, 1.0, 2.0, 4.0, 30.0])
def test_workers_are_soon_never_idle_while_jobs_are_due(per_s, tick_s, controls):
    queue = Queue(tick_s, controls)
    queue.work(per_s, seconds=20 * tick_s * controls)
    settled = queue.work(per_s, seconds=20 * tick_s)
    assert sum(settled) == int(per_s * tick_s) * len(settled)


@pytest.mark.parametrize("per_s", [1, 30, 400, 2000])
@pytest.mark.parametrize("tick_s", [0.2, 2.0, 30.0])
def test_no_task_waits_longer_than_its_lease_for_a_worker(per_s, tick_s):
    queue = Queue(tick_s)
    queue.work(per_s, seconds=60 * tick_s)
    least = JobPace().least(THREADS, tick_s)
    assert queue.most <= max(least, THREADS + per_s * SAFE_LEASE * lease_of(tick_s))


@pytest.mark.parametrize("controls", [1, 3])
def test_without_workers_nothing_is_added_however_often_claims_lapse(controls):
    queue = Queue(controls=controls)
    queue.work(0, seconds=3600)
    assert len(queue.waiting) == 48


def test_when_workers_stop_or_become_slow_no_more_is_sent_until_they_end_what_waits():
    queue = Queue()
    queue.work(1000, seconds=60)
    fast = len(queue.waiting)
    queue.most = 0
    queue.work(0, seconds=600)
    assert queue.most <= fast + 2 * 1000
    queue.work(20, seconds=600)
    assert len(queue.waiting) <= THREADS + 2 * 2 * 20


def test_ticks_that_follow_at_once_do_not_measure_a_burst():
    one = JobPace()
    allow(one, 0, 0.0)
    allow(one, 100, 2.0)
    before = one.allowed
    assert allow(one, 130, 2.01) == before
    assert allow(one, 200, 4.0) == THREADS + 100 * 2


def test_a_counter_that_starts_again_measures_nothing_once():
    one = JobPace()
    allow(one, 10_000, 0.0)
    allow(one, 14_000, 2.0)
    assert allow(one, 3, 4.0) == one.allowed == (THREADS + 8000) // 2
    assert allow(one, None, 6.0) == (THREADS + 8000) // 4
    assert allow(one, 2003, 8.0) == (THREADS + 8000) // 8


@given(st.lists(st.tuples(st.none() | st.integers(0, 10**6), st.floats(0, 100)), max_size=20))
def test_any_sequence_of_measurements_allows_at_least_the_usual_number(measured):
    one, now_s = JobPace(), 0.0
    for ended, later_s in measured:
        now_s += later_s
        assert allow(one, ended, now_s) >= 48


# ---- with a database and a broker ----------------------------------------------------------------
@pytest.fixture
def sending(services: Services, clock, monkeypatch):
    """Services with 2,000 due jobs, whose messages go to the services' own broker."""
    services.clock = clock
    services.redis.flushdb()

    def send(_name, kwargs):
        services.redis.rpush(queue_key("extract"), json.dumps(kwargs))

    monkeypatch.setattr(dispatch.app, "send_task", send)
    with services.db.write() as connection:
        sync(connection, make_feed("desk"))
        ids = add(connection, "desk", *(f"k{n}" for n in range(2000)), matched=True)
        job_store.add_jobs(
            connection, [NewJob(one, "facts", "1", "", due_at=clock.at) for one in ids], clock.at
        )
    return services


def tick(services, clock, monkeypatch, threads=THREADS):
    clock.advance(services.settings.tick_s)
    monkeypatch.setattr(dispatch.time, "monotonic", clock.at.timestamp)
    return dispatch._send_jobs(services, Config(feeds=()), threads)


def test_without_workers_no_message_is_sent_twice(sending, clock, monkeypatch):
    for _ in range(60):
        tick(sending, clock, monkeypatch)
    assert sending.redis.llen(queue_key("extract")) == 48


def test_a_broker_that_does_not_respond_is_sent_nothing(sending, clock, monkeypatch):
    monkeypatch.setattr(
        sending.redis, "llen", lambda _: (_ for _ in ()).throw(dispatch.redis.ConnectionError())
    )
    assert tick(sending, clock, monkeypatch) == 0


def test_jobs_that_one_task_runs_together_are_one_outstanding_task(sending, clock, monkeypatch):
    """All threads run the three jobs of a page: the next pages are sent meanwhile."""
    with sending.db.write() as connection:
        ids = list(connection.scalars(select(Job.article_id).limit(THREADS)))
        extra = [
            NewJob(one, kind, "1", "", due_at=clock.at) for one in ids for kind in ("credit", "metadata")
        ]
        job_store.add_jobs(connection, extra, clock.at)
        for article in ids:
            kinds = ("facts", "credit", "metadata")
            assert len(job_store.claim_dependent(connection, article, kinds, clock.at, 60)) == 3
        assert job_queue.outstanding(connection, clock.at) == THREADS
    assert tick(sending, clock, monkeypatch) == 48 - THREADS
    with sending.db.read() as connection:
        assert job_queue.outstanding(connection, clock.at) == 48
        assert job_queue.outstanding(connection, clock.at + timedelta(seconds=61)) == 0


def test_every_task_that_did_its_job_is_counted_once(sending, clock, monkeypatch):
    """Done, failed, deferred or dead; a message whose job has ended is not."""
    ends = iter([{"outcome": "done"}, {"outcome": "failed"}, {"outcome": "deferred"}, {"outcome": "stale"}])
    monkeypatch.setattr(extract, "_run", lambda *_: next(ends))
    for _ in range(4):
        extract.run(sending, 1, kind="facts", article=1)
    assert pace.read_ended(sending) == 3

    def die(*_):
        raise ExtractError("dead")

    monkeypatch.setattr(extract, "_run", die)
    with pytest.raises(ExtractError):
        extract.run(sending, 1, kind="facts", article=1)
    assert pace.read_ended(sending) == 4
