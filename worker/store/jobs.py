"""Extraction jobs: the outbox, claims under a lease, retries with growing delays, dead letters."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, func, or_, select, update

from worker.records import Extraction, JobState
from worker.store import following, turns
from worker.store import hosts as host_store
from worker.store.articles import insert_ignore
from worker.store.following import NO_HOST, OPEN_STATES, WAITS
from worker.store.models import ArticleRow, ExtractionRow, Job
from worker.store.session import chunks, pairs

CLAIM_WINDOW = 4


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to queue for an article; without a host it waits until the article's page is done with."""

    article: int
    kind: str
    extractor_version: str
    host: str
    priority: int = 1  # 2: fresh wire copy; 0: what is done again for old articles
    due_at: datetime | None = None  # None: at once


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job that the relay sends to the extract queue."""

    id: int
    kind: str
    article: int


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A job that a worker has claimed, with what it needs of the article."""

    id: int
    article: int
    kind: str
    extractor_version: str
    attempts: int
    lease: str
    feed: str
    url: str | None
    title: str | None
    text: str | None
    summary: str | None
    lang: str | None
    published_at: datetime | None
    host: str = NO_HOST


def add_jobs(connection: Connection, jobs: Sequence[NewJob], now: datetime) -> None:
    """Queue jobs; one that exists for the same article, kind and version is left as it is."""
    rows = [
        {
            "article_id": job.article, "kind": job.kind, "extractor_version": job.extractor_version,
            "host": job.host, "state": JobState.PENDING.value, "attempts": 0, "priority": job.priority,
            "next_attempt_at": (job.due_at or now) if job.host else job.due_at,
            "error": None if job.host or job.due_at else WAITS, "created_at": now,
        }
        for job in jobs
    ]  # fmt: skip
    insert_ignore(connection, Job, rows)
    following.release(connection, {job.article for job in jobs if not job.host}, now)


def drop_unstarted(connection: Connection, articles: Collection[int]) -> None:
    """Take back the jobs of articles that turned out to be copies, as long as none was sent."""
    for part in chunks(articles):
        # by id: SQLite would rather read all pending jobs than those of a few articles
        ids = list(connection.scalars(select(Job.id).where(Job.article_id.in_(part))))
        where = (Job.id.in_(ids), Job.state == JobState.PENDING.value, Job.attempts == 0)
        connection.execute(delete(Job).where(*where))


def _is_sendable(now: datetime) -> Any:
    fresh = and_(Job.state.in_((JobState.PENDING.value, JobState.FAILED.value)), Job.next_attempt_at <= now)
    lost = and_(Job.state.in_((JobState.QUEUED.value, JobState.RUNNING.value)), Job.lease_until_at < now)
    return or_(fresh, lost)


def queue_due(
    connection: Connection, now: datetime, *, limit: int, lease_s: float, slots_of: Callable[[str], int]
) -> list[QueuedJob]:
    """Mark due jobs as queued and give them: fresh wire copy, then newest articles, fair per host.

    Jobs that ask no host get half of the room when there are others. A job whose queue or worker lost it is
    due again when its lease has run out.
    """
    if limit <= 0:
        return []
    turns.take_turns(connection, turns.JOBS)
    local = _local_due(connection, now, limit)
    chosen = _paced_due(connection, now, limit - min(len(local), limit // 2), slots_of)
    chosen += local[: limit - len(chosen)]
    until = now + timedelta(seconds=lease_s)
    for part in chunks([job.id for job in chosen]):
        values = {"state": JobState.QUEUED.value, "lease": None, "lease_until_at": until}
        connection.execute(update(Job).where(Job.id.in_(part)).values(**values))
    return chosen


def _local_due(connection: Connection, now: datetime, limit: int) -> list[QueuedJob]:
    """Due jobs that ask no host: by priority, newest articles first."""
    wanted = (
        select(Job.id, Job.kind, Job.article_id)
        .join(ArticleRow, ArticleRow.id == Job.article_id)
        .where(_is_sendable(now), Job.host == NO_HOST, ArticleRow.matched_at.is_not(None))
        .order_by(Job.priority.desc(), Job.article_id.desc(), Job.id)
        .limit(limit)
        .with_for_update(of=Job, skip_locked=True)
    )
    return [QueuedJob(*row) for row in connection.execute(wanted)]


def _paced_due(
    connection: Connection, now: datetime, limit: int, slots_of: Callable[[str], int]
) -> list[QueuedJob]:
    """Due jobs that fetch a page, as many of each host as its pacing can take."""
    held = (Job.state.in_((JobState.QUEUED.value, JobState.RUNNING.value)), Job.lease_until_at >= now)
    busy = pairs(
        connection, select(Job.host, func.count()).where(*held, Job.host != NO_HOST).group_by(Job.host)
    )
    probed, closed = host_store.probed_hosts(connection), host_store.closed_hosts(now)
    order = (Job.priority.desc(), Job.article_id.desc(), Job.id.desc())
    rank = func.row_number().over(partition_by=Job.host, order_by=order).label("rank")
    may_go = (_is_sendable(now), Job.host != NO_HOST, Job.host.not_in(closed))
    ranked = select(Job.id, rank).where(*may_go).subquery()
    wanted = (
        select(Job.id, Job.kind, Job.article_id, Job.host)
        .join(ranked, ranked.c.id == Job.id)
        .join(ArticleRow, ArticleRow.id == Job.article_id)
        .where(_is_sendable(now), ArticleRow.matched_at.is_not(None))
        .order_by(ranked.c.rank, *order)
        .limit(limit * CLAIM_WINDOW)
        .with_for_update(of=Job, skip_locked=True)
    )
    chosen: list[QueuedJob] = []
    for job_id, kind, article, host in connection.execute(wanted):
        if len(chosen) < limit and busy.get(host, 0) < (1 if host in probed else slots_of(host)):
            busy[host] = busy.get(host, 0) + 1
            chosen.append(QueuedJob(job_id, kind, article))
    return chosen


def has_due(connection: Connection, now: datetime) -> bool:
    """Whether any job waits to be sent."""
    return connection.scalar(select(Job.id).where(_is_sendable(now)).limit(1)) is not None


def outstanding(connection: Connection, now: datetime) -> int:
    """How many jobs are in the queue or being worked on."""
    held = (Job.state.in_((JobState.QUEUED.value, JobState.RUNNING.value)), Job.lease_until_at >= now)
    return connection.scalar(select(func.count()).select_from(Job).where(*held)) or 0


def claim(connection: Connection, job: int, now: datetime, lease_s: float) -> RunningJob | None:
    """Take a queued job; None when another worker has it or it has ended."""
    lease = uuid.uuid4().hex[:16]
    done = connection.execute(
        update(Job)
        .where(Job.id == job, Job.state == JobState.QUEUED.value)
        .values(
            state=JobState.RUNNING.value, lease=lease, lease_until_at=now + timedelta(seconds=lease_s),
            attempts=Job.attempts + 1,
        )
        .returning(Job.article_id, Job.kind, Job.extractor_version, Job.attempts, Job.host)
    ).first()  # fmt: skip
    if done is None:
        return None
    article = connection.execute(
        select(
            ArticleRow.feed_id, ArticleRow.url, ArticleRow.title, ArticleRow.text, ArticleRow.summary,
            ArticleRow.lang, ArticleRow.published_at,
        ).where(ArticleRow.id == done.article_id)
    ).one()  # fmt: skip
    return RunningJob(
        id=job,
        article=done.article_id,
        kind=done.kind,
        extractor_version=done.extractor_version,
        attempts=done.attempts,
        lease=lease,
        feed=article.feed_id,
        url=article.url,
        title=article.title,
        text=article.text,
        summary=article.summary,
        lang=article.lang,
        published_at=article.published_at,
        host=done.host,
    )


def holds(connection: Connection, job: int, lease: str) -> bool:
    """Whether a lease is still the job's."""
    return connection.scalar(select(Job.id).where(Job.id == job, Job.lease == lease)) is not None


def renew(connection: Connection, job: int, lease: str, until: datetime) -> bool:
    """Prolong the lease of a running job; False when it is no longer ours."""
    where = (Job.id == job, Job.lease == lease)
    return connection.execute(update(Job).where(*where).values(lease_until_at=until)).rowcount == 1


def _end(connection: Connection, job: RunningJob, values: Mapping[str, Any]) -> bool:
    where = (Job.id == job.id, Job.lease == job.lease, Job.state == JobState.RUNNING.value)
    ended = {"lease": None, "lease_until_at": None, **values}
    return connection.execute(update(Job).where(*where).values(**ended)).rowcount == 1


def defer(connection: Connection, job: RunningJob, until: datetime, reason: str) -> None:
    """Put a job back that could not start, for example because its host is busy; costs no attempt."""
    values = {
        "state": JobState.PENDING.value,
        "next_attempt_at": until,
        "error": reason,
        "attempts": job.attempts - 1,
    }
    _end(connection, job, values)


def fail(
    connection: Connection, job: RunningJob, error: str, *, retry_at: datetime | None, now: datetime
) -> None:
    """Note a failed attempt: again at `retry_at`, or dead when that is None."""
    state = JobState.DEAD if retry_at is None else JobState.FAILED
    finished = now if retry_at is None else None
    values = {
        "state": state.value,
        "next_attempt_at": retry_at,
        "error": error[:500],
        "finished_at": finished,
    }
    if _end(connection, job, values) and finished and job.host:
        following.release(connection, [job.article], now)


def finish(
    connection: Connection,
    job: RunningJob,
    extraction: Extraction,
    *,
    extractor: str,
    input_sha256: str,
    now: datetime,
) -> bool:
    """Store the result and end the job in one transaction; False and no change when the lease was lost."""
    values = {
        "state": JobState.DONE.value, "error": extraction.reason, "finished_at": now, "next_attempt_at": None
    }  # fmt: skip
    if not _end(connection, job, values):
        return False
    row = {
        "article_id": job.article, "kind": job.kind, "extractor": extractor,
        "extractor_version": job.extractor_version, "input_sha256": input_sha256, "status": extraction.status,
        "reason": extraction.reason, "payload": dict(extraction.payload), "created_at": now,
    }  # fmt: skip
    insert_ignore(connection, ExtractionRow, [row])
    if job.host:  # a page: what is computed from it may begin, or begin again
        following.reopen(connection, job.article)
        following.release(connection, [job.article], now)
    return True


def rerun(connection: Connection, articles: Sequence[int], now: datetime) -> None:
    """Do the ended jobs of changed articles once more: the page first, then what is computed from it."""
    values = {"state": JobState.PENDING.value, "attempts": 0, "next_attempt_at": now, "finished_at": None}
    for part in chunks(articles):
        where = (Job.article_id.in_(part), Job.state.not_in(OPEN_STATES), Job.host != NO_HOST)
        connection.execute(update(Job).where(*where).values(**values))
    for article in articles:
        following.reopen(connection, article)
    following.release(connection, articles, now)


def retry(connection: Connection, ids: Sequence[int] | None, now: datetime) -> int:
    """Send dead or failed jobs again (all dead ones when `ids` is None); gives how many."""
    values = {"state": JobState.PENDING.value, "attempts": 0, "next_attempt_at": now, "error": None}
    values |= {"finished_at": None, "lease": None, "lease_until_at": None}
    if ids is None:
        return connection.execute(
            update(Job).where(Job.state == JobState.DEAD.value).values(**values)
        ).rowcount
    states = (JobState.DEAD.value, JobState.FAILED.value)
    total = 0
    for part in chunks(ids):
        where = (Job.id.in_(part), Job.state.in_(states))
        total += connection.execute(update(Job).where(*where).values(**values)).rowcount
    return total
