"""Jobs: one row each, sent when due, done by one worker, ended together with their result."""

import threading
from collections import Counter

import pytest
from sqlalchemy import func, select

from tests.store.samples import NOW, add, later, make_feed, purge, sync
from worker.records import Extraction
from worker.store import hosts as host_store
from worker.store import job_queue, job_reruns
from worker.store import jobs as job_store
from worker.store import sketches as sketch_store
from worker.store.jobs import NewJob
from worker.store.models import ExtractionRow, Job
from worker.text.amounts import REASON_CHARS

LEASE_S = 60.0
RESULT = Extraction("ok", None, {"text": "the text"})


def queue(connection, now=NOW, limit=100, slots=99):
    return job_queue.queue_due(connection, now, limit=limit, lease_s=LEASE_S, slots_of=lambda _: slots)


def articles(database, count=1, *, matched=True):
    with database.write() as connection:
        sync(connection, make_feed("desk"))
        return add(connection, "desk", *(f"k{n}" for n in range(count)), matched=matched)


def add_jobs(connection, *ids, host="a.example", kind="fulltext", version="1", now=NOW):
    job_store.add_jobs(connection, [NewJob(article, kind, version, host) for article in ids], now)


def finish(connection, job, now=NOW, result=RESULT):
    return job_store.finish(connection, job, result, extractor="test", input_sha256="x", now=now)


def start(connection, now=NOW):
    """The one due job, queued and claimed."""
    [queued] = queue(connection, now)
    job = job_store.claim(connection, queued.id, now, LEASE_S)
    assert job is not None
    return job


def row(connection):
    return connection.execute(select(Job.__table__)).mappings().one()


def results(connection):
    return connection.scalar(select(func.count()).select_from(ExtractionRow))


@pytest.fixture
def one_job(database):
    """A database with one job, due now."""
    [article] = articles(database)
    with database.write() as connection:
        add_jobs(connection, article)
    return database


# ---- queueing ------------------------------------------------------------------------------------
def test_an_article_has_one_job_per_kind_and_extractor_version(database):
    [article] = articles(database)
    with database.write() as connection:
        for kind, version in (("fulltext", "1"), ("fulltext", "1"), ("fulltext", "2"), ("facts", "1")):
            add_jobs(connection, article, kind=kind, version=version)
        rows = [
            tuple(r) for r in connection.execute(select(Job.kind, Job.extractor_version).order_by(Job.id))
        ]
        assert rows == [("fulltext", "1"), ("fulltext", "2"), ("facts", "1")]


def test_a_job_that_exists_is_left_as_it_is(one_job):
    with one_job.write() as connection:
        job = start(connection)
        finish(connection, job)
        add_jobs(connection, job.article, now=later(10))
        assert row(connection)["state"] == "done"
        assert queue(connection, later(20)) == []


def test_jobs_are_sent_newest_first(database):
    ids = articles(database, 4)
    with database.write() as connection:
        add_jobs(connection, *ids)
        assert [job.article for job in queue(connection, limit=3)] == ids[:0:-1]
        assert [job.article for job in queue(connection)] == ids[:1]
        assert queue(connection) == []
        assert job_queue.outstanding(connection, NOW) == 4


def test_jobs_are_fair_over_hosts_and_within_their_slots(database):
    """A host with thousands of pages does not hold up one with a single page."""
    ids = articles(database, 12)
    with database.write() as connection:
        add_jobs(connection, *ids[:2], host="small.example")
        add_jobs(connection, *ids[2:], host="big.example")
        assert {job.article for job in queue(connection, limit=2)} == {ids[1], ids[11]}
        assert {job.article for job in queue(connection, slots=2)} == {ids[0], ids[10]}
        assert queue(connection, slots=2) == []


def test_jobs_of_hosts_that_asked_to_wait_stay(one_job):
    with one_job.write() as connection:
        host_store.cool_host(connection, "a.example", later(30), "503")
        assert queue(connection) == []
        assert len(queue(connection, later(31))) == 1


def test_jobs_wait_until_their_article_is_matched(database):
    """A copy may turn out to need no job of its own."""
    [article] = articles(database, matched=False)
    with database.write() as connection:
        add_jobs(connection, article)
        assert queue(connection) == []
        sketch_store.mark_matched(connection, [article], later(1))
        assert len(queue(connection, later(1))) == 1


def test_relays_at_the_same_moment_send_each_job_once(database):
    ids = articles(database, 60)
    with database.write() as connection:
        add_jobs(connection, *ids)
    gate, sent = threading.Barrier(3), []

    def relay():
        gate.wait()
        for _ in range(15):
            with database.write() as connection:
                sent.extend(queue(connection, limit=5))

    threads = [threading.Thread(target=relay) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(job.article for job in sent) == ids


@pytest.mark.parametrize("was_claimed", [False, True])
def test_a_job_that_its_queue_or_worker_lost_is_due_again(one_job, was_claimed):
    with one_job.write() as connection:
        [queued] = queue(connection)
        if was_claimed:
            assert job_store.claim(connection, queued.id, NOW, LEASE_S)
        assert queue(connection, later(LEASE_S - 1)) == []
        assert not job_queue.has_due(connection, later(LEASE_S - 1))
        assert job_queue.has_due(connection, later(LEASE_S + 1))
        assert queue(connection, later(LEASE_S + 1)) == [queued]


# ---- work ----------------------------------------------------------------------------------------
def test_a_job_is_claimed_only_once(one_job):
    """A doubled message, or one for a job that has ended, finds nothing to do."""
    with one_job.write() as connection:
        job = start(connection)
        assert (job.kind, job.attempts, job.feed, job.text) == ("fulltext", 1, "desk", "Text of k0.")
        assert job_store.claim(connection, job.id, NOW, LEASE_S) is None
        assert finish(connection, job)
        assert job_store.claim(connection, job.id, NOW, LEASE_S) is None
        assert job_store.claim(connection, 999, NOW, LEASE_S) is None


def test_a_job_that_was_never_queued_cannot_be_claimed(one_job):
    with one_job.write() as connection:
        assert job_store.claim(connection, row(connection)["id"], NOW, LEASE_S) is None


def test_workers_that_claim_together_get_one_job_once(one_job):
    with one_job.write() as connection:
        [queued] = queue(connection)
    gate, got = threading.Barrier(6), []

    def work():
        gate.wait()
        with one_job.write() as connection:
            got.append(job_store.claim(connection, queued.id, NOW, LEASE_S))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(job is None for job in got) == {True: 5, False: 1}


def test_a_result_and_its_jobs_end_are_stored_together(one_job):
    with one_job.write() as connection:
        job = start(connection)
        assert finish(connection, job, later(5))
    with one_job.read() as connection:
        stored = row(connection)
        assert (stored["state"], stored["finished_at"], stored["lease"]) == ("done", later(5), None)
        result = connection.execute(select(ExtractionRow.__table__)).mappings().one()
        assert (result["article_id"], result["status"], result["payload"]) == (
            job.article,
            "ok",
            RESULT.payload,
        )


def test_when_the_transaction_fails_neither_result_nor_end_is_stored(one_job):
    with one_job.write() as connection:
        job = start(connection)

    def finish_and_die():
        with one_job.write() as connection:
            finish(connection, job)
            raise RuntimeError("boom")

    with pytest.raises(RuntimeError):
        finish_and_die()
    with one_job.read() as connection:
        assert row(connection)["state"] == "running"
        assert results(connection) == 0


def test_a_worker_that_lost_its_lease_stores_nothing(one_job):
    """Its job was given to another, whose result alone counts."""
    with one_job.write() as connection:
        slow = start(connection)
        quick = start(connection, later(LEASE_S + 1))
        assert quick.attempts == 2
        assert not job_store.renew(connection, slow.id, slow.lease, later(500))
        assert not finish(connection, slow)
        job_store.fail(connection, slow, "late", retry_at=None, now=later(70))
        job_store.defer(connection, slow, later(70), "late")
        assert (row(connection)["state"], row(connection)["error"]) == ("running", None)
        assert results(connection) == 0
        assert finish(connection, quick)
        assert results(connection) == 1


def test_a_renewed_lease_keeps_its_job(one_job):
    with one_job.write() as connection:
        job = start(connection)
        assert job_store.renew(connection, job.id, job.lease, later(500))
        assert queue(connection, later(400)) == []


def test_a_failed_job_waits_for_its_next_attempt(one_job):
    with one_job.write() as connection:
        job_store.fail(connection, start(connection), "503 " * 600, retry_at=later(60), now=NOW)
        stored = row(connection)
        assert (stored["state"], stored["attempts"], len(stored["error"])) == ("failed", 1, REASON_CHARS)
        assert stored["error"].endswith("…")
        assert queue(connection, later(59)) == []
        assert start(connection, later(60)).attempts == 2


def test_a_dead_job_is_sent_again_only_when_told(one_job):
    with one_job.write() as connection:
        job = start(connection)
        job_store.fail(connection, job, "404", retry_at=None, now=later(5))
        assert (row(connection)["state"], row(connection)["finished_at"]) == ("dead", later(5))
        assert queue(connection, later(10**6)) == []
        assert job_reruns.retry(connection, None, later(10)) == 1
        assert job_reruns.retry(connection, None, later(10)) == 0
        assert start(connection, later(10)).attempts == 1


def test_retry_by_id_takes_dead_and_failed_jobs_and_no_others(database):
    ids = articles(database, 4)
    with database.write() as connection:
        add_jobs(connection, *ids)
        jobs = [job_store.claim(connection, queued.id, NOW, LEASE_S) for queued in queue(connection)]
        job_store.fail(connection, jobs[0], "404", retry_at=None, now=NOW)
        job_store.fail(connection, jobs[1], "503", retry_at=later(900), now=NOW)
        finish(connection, jobs[2])
        assert job_reruns.retry(connection, [job.id for job in jobs], later(1)) == 2
        assert {queued.id for queued in queue(connection, later(1))} == {jobs[0].id, jobs[1].id}


def test_putting_a_job_back_costs_no_attempt(one_job):
    with one_job.write() as connection:
        for n in range(3):
            job_store.defer(
                connection, start(connection, later(10 * n)), later(10 * n + 5), "the host is busy"
            )
            stored = row(connection)
            assert (stored["state"], stored["attempts"]) == ("pending", 0)
            assert stored["error"] == "the host is busy"


def test_a_kind_with_a_limit_never_fills_the_queue_or_holds_up_others(database):
    """A few of it are sent ahead; however many wait, the jobs of other kinds are sent beside them."""
    ids = articles(database, 40)
    with database.write() as connection:
        add_jobs(connection, *ids, host="", kind="words", now=NOW)
        add_jobs(connection, *ids[:3], host="", kind="facts", now=NOW)
        send = {"limit": 20, "lease_s": LEASE_S, "slots_of": lambda _: 99, "limits": {"words": 2}}
        sent = Counter(job.kind for job in job_queue.queue_due(connection, NOW, **send))
        assert sent == {"words": 2 * job_queue.AHEAD, "facts": 3}
        assert job_queue.queue_due(connection, NOW, **send) == []


def test_a_limited_kind_keeps_its_place_by_priority(database):
    """Fresh work of a plug-in goes before what others do again for old articles."""
    ids = articles(database, 25)
    with database.write() as connection:
        old = [NewJob(article, "facts", "2", "", 0) for article in ids[:20]]
        job_store.add_jobs(connection, [*old, *(NewJob(one, "words", "1", "", 2) for one in ids[20:])], NOW)
        sent = job_queue.queue_due(
            connection, NOW, limit=10, lease_s=LEASE_S, slots_of=lambda _: 9, limits={"words": 2}
        )
        assert Counter(job.kind for job in sent) == {"words": 5, "facts": 5}


def test_jobs_that_fetch_are_limited_by_kind_too(database):
    ids = articles(database, 10)
    with database.write() as connection:
        for number, article in enumerate(ids):
            add_jobs(connection, article, host=f"h{number}.example")
        sent = job_queue.queue_due(
            connection,
            NOW,
            limit=20,
            lease_s=LEASE_S,
            slots_of=lambda _: 1,
            limits={"fulltext": 1},
            page_kinds={"fulltext"},
        )
        assert len(sent) == job_queue.AHEAD


def test_a_job_that_found_its_kind_full_goes_back_without_an_attempt(one_job):
    with one_job.write() as connection:
        [queued] = queue(connection)
        assert job_store.running(connection, "fulltext", NOW) == 0
        job_store.put_back(connection, queued.id, later(2), "2 jobs of this kind run already")
        assert (row(connection)["state"], row(connection)["attempts"]) == ("pending", 0)
        assert queue(connection, later(1)) == []
        start(connection, later(3))
        assert job_store.running(connection, "fulltext", later(3)) == 1


def test_a_copy_gives_back_only_jobs_that_nobody_began(database):
    ids = articles(database, 3)
    with database.write() as connection:
        add_jobs(connection, *ids)
        [newest] = queue(connection, limit=1)
        job = job_store.claim(connection, queue(connection, limit=1)[0].id, NOW, LEASE_S)
        job_store.fail(connection, job, "503", retry_at=later(60), now=NOW)
        for article in ids:
            job_store.drop_unstarted(connection, [article])
        assert set(connection.scalars(select(Job.id))) == {newest.id, job.id}


def test_a_job_whose_article_changes_while_it_runs_loses_its_result_and_runs_again(one_job):
    """It has read what stands no more."""
    with one_job.write() as connection:
        job = start(connection)
        job_reruns.rerun(connection, [job.article], later(1))
        assert not finish(connection, job)
        assert results(connection) == 0
        assert finish(connection, start(connection, later(2)))
        assert results(connection) == 1


def test_jobs_of_a_changed_article_run_again_when_they_had_ended(one_job):
    """The result on a new input is stored beside the old one."""
    with one_job.write() as connection:
        job = start(connection)
        finish(connection, job)
        job_reruns.rerun(connection, [job.article], later(2))
        again = start(connection, later(2))
        assert job_store.finish(connection, again, RESULT, extractor="test", input_sha256="y", now=later(3))
        assert results(connection) == 2


def test_the_same_result_is_never_written_twice(one_job):
    with one_job.write() as connection:
        job = start(connection)
        finish(connection, job)
        job_reruns.rerun(connection, [job.article], later(2))
        assert finish(connection, start(connection, later(2)))
        assert results(connection) == 1


def test_a_purge_takes_an_articles_jobs_and_results_along(one_job):
    with one_job.write() as connection:
        finish(connection, start(connection))
        assert purge(connection, "desk", later(1), later(2), 10) == 1
        assert connection.scalar(select(func.count()).select_from(Job)) == 0
        assert results(connection) == 0
