"""Jobs that follow the page: they wait for it, begin when it has ended, and leave room for what fetches."""

from sqlalchemy import select

from tests.store.samples import NOW, add, later, make_feed, sync
from worker.records import Extraction
from worker.store import dependent_jobs, job_queue, job_reruns
from worker.store import jobs as job_store
from worker.store.jobs import NewJob
from worker.store.models import Job

RESULT = Extraction("ok", None, {"text": "the text"})


def articles(database, count):
    with database.write() as connection:
        sync(connection, make_feed("desk"))
        return add(connection, "desk", *(f"k{n}" for n in range(count)), matched=True)


def queue(connection, now=NOW, limit=100):
    return job_queue.queue_due(connection, now, limit=limit, lease_s=60, slots_of=lambda _: 99)


def pair(article, priority=1):
    return [
        NewJob(article, "fulltext", "1", "a.example", priority),
        NewJob(article, "credit", "1", "", priority),
    ]


def kinds(jobs):
    return [job.kind for job in jobs]


def finish(connection, job, digest="x"):
    return job_store.finish(connection, job, RESULT, extractor="test", input_sha256=digest, now=NOW)


def test_what_follows_a_page_is_due_when_the_page_is_done(database):
    [article] = articles(database, 1)
    with database.write() as connection:
        job_store.add_jobs(connection, pair(article), NOW)
        [page] = queue(connection)
        job = job_store.claim(connection, page.id, NOW, 60)
        assert (page.kind, queue(connection)) == ("fulltext", [])
        assert finish(connection, job)
        assert kinds(queue(connection)) == ["credit"]


def test_what_follows_a_page_is_due_when_the_page_is_dead_but_not_while_it_is_tried_again(database):
    [article] = articles(database, 1)
    with database.write() as connection:
        job_store.add_jobs(connection, pair(article), NOW)
        job = job_store.claim(connection, queue(connection)[0].id, NOW, 60)
        job_store.fail(connection, job, "503", retry_at=later(60), now=NOW)
        assert queue(connection) == []
        job = job_store.claim(connection, queue(connection, later(61))[0].id, later(61), 60)
        job_store.fail(connection, job, "404", retry_at=None, now=later(61))
        assert kinds(queue(connection, later(61))) == ["credit"]


def test_a_page_that_is_fetched_again_lets_what_follows_begin_again(database):
    [article] = articles(database, 1)
    with database.write() as connection:
        job_store.add_jobs(connection, pair(article), NOW)
        for expected in ("fulltext", "credit"):
            [queued] = queue(connection)
            assert queued.kind == expected
            finish(connection, job_store.claim(connection, queued.id, NOW, 60))
        job_reruns.rerun(connection, [article], NOW)
        [again] = queue(connection)
        assert again.kind == "fulltext"
        finish(connection, job_store.claim(connection, again.id, NOW, 60), "y")
        assert kinds(queue(connection)) == ["credit"]


def test_what_two_transactions_left_to_each_other_is_released_by_the_upkeep(database):
    [article] = articles(database, 1)
    with database.write() as connection:
        job_store.add_jobs(connection, [NewJob(article, "credit", "1", "")], NOW)
        stranded = Job.__table__.update().values(next_attempt_at=None)
        connection.execute(stranded)
        assert queue(connection) == []
        assert dependent_jobs.find_stranded(connection, 0, 10) == ([article], None)
        assert dependent_jobs.release(connection, [article], NOW) == 1
        assert dependent_jobs.find_stranded(connection, 0, 10) == ([], None)
        assert kinds(queue(connection)) == ["credit"]


def test_fresh_wire_copy_goes_first_and_a_backfill_last(database):
    """Whatever their ids."""
    wire, plain, old = articles(database, 3)
    with database.write() as connection:
        for article, priority in ((old, 0), (plain, 1), (wire, 2)):
            job_store.add_jobs(connection, [NewJob(article, "fulltext", "1", "a.example", priority)], NOW)
            job_store.add_jobs(connection, [NewJob(article, "facts", "1", "", priority)], NOW)
        connection.execute(Job.__table__.update().values(next_attempt_at=NOW))
        order = [(job.article, job.kind) for job in queue(connection)]
    assert order == [(article, kind) for kind in ("fulltext", "facts") for article in (wire, plain, old)]


def test_jobs_without_a_host_leave_half_the_room_to_those_that_fetch(database):
    ids = articles(database, 8)
    with database.write() as connection:
        job_store.add_jobs(connection, [NewJob(n, "facts", "1", "") for n in ids], NOW)
        job_store.add_jobs(connection, [NewJob(n, "fulltext", "1", f"h{n}.example") for n in ids], NOW)
        connection.execute(Job.__table__.update().values(next_attempt_at=NOW))
        assert sorted(kinds(queue(connection, limit=4))) == ["facts"] * 2 + ["fulltext"] * 2
        left = connection.scalars(select(Job.state).where(Job.state == "pending")).all()
    assert len(left) == 12
