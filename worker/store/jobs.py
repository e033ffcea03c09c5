"""Extraction jobs: the outbox, claims under a lease, retries with growing delays, dead letters."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, func, or_, select, update

from worker.records import Extraction, JobState
from worker.store import hosts as host_store
from worker.store import turns
from worker.store.articles import insert_ignore
from worker.store.models import ArticleRow, ExtractionRow, Feed, Job
from worker.store.session import chunks, pairs

OPEN_STATES = (JobState.PENDING.value, JobState.QUEUED.value, JobState.RUNNING.value, JobState.FAILED.value)
CLAIM_WINDOW = 4


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to queue for an article."""

    article: int
    kind: str
    extractor_version: str
    host: str


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


def add_jobs(connection: Connection, jobs: Sequence[NewJob], now: datetime) -> None:
    """Queue jobs; one that exists for the same article, kind and version is left as it is."""
    rows = [
        {
            "article_id": job.article, "kind": job.kind, "extractor_version": job.extractor_version,
            "host": job.host, "state": JobState.PENDING.value, "attempts": 0, "next_attempt_at": now,
            "created_at": now,
        }
        for job in jobs
    ]  # fmt: skip
    insert_ignore(connection, Job, rows)


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
    """Mark due jobs as queued and give them for sending: newest articles first, fair per host.

    A job whose queue or worker lost it is due again when its lease has run out.
    """
    if limit <= 0:
        return []
    turns.take_turns(connection, turns.JOBS)
    held = (Job.state.in_((JobState.QUEUED.value, JobState.RUNNING.value)), Job.lease_until_at >= now)
    busy = pairs(connection, select(Job.host, func.count()).where(*held).group_by(Job.host))
    probed, closed = host_store.probed_hosts(connection), host_store.closed_hosts(now)
    rank = func.row_number().over(partition_by=Job.host, order_by=Job.id.desc()).label("rank")
    ranked = select(Job.id, rank).where(_is_sendable(now), Job.host.not_in(closed)).subquery()
    wanted = (
        select(Job.id, Job.kind, Job.article_id, Job.host)
        .join(ranked, ranked.c.id == Job.id)
        .join(ArticleRow, ArticleRow.id == Job.article_id)
        .where(_is_sendable(now), ArticleRow.matched_at.is_not(None))
        .order_by(ranked.c.rank, Job.id.desc())
        .limit(limit * CLAIM_WINDOW)
        .with_for_update(of=Job, skip_locked=True)
    )
    chosen: list[QueuedJob] = []
    for job_id, kind, article, host in connection.execute(wanted):
        if len(chosen) < limit and busy.get(host, 0) < (1 if host in probed else slots_of(host)):
            busy[host] = busy.get(host, 0) + 1
            chosen.append(QueuedJob(job_id, kind, article))
    until = now + timedelta(seconds=lease_s)
    for part in chunks([job.id for job in chosen]):
        values = {"state": JobState.QUEUED.value, "lease": None, "lease_until_at": until}
        connection.execute(update(Job).where(Job.id.in_(part)).values(**values))
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
        .returning(Job.article_id, Job.kind, Job.extractor_version, Job.attempts)
    ).first()  # fmt: skip
    if done is None:
        return None
    article = connection.execute(
        select(
            ArticleRow.feed_id, ArticleRow.url, ArticleRow.title, ArticleRow.text, ArticleRow.summary,
            ArticleRow.lang, ArticleRow.published_at,
        ).where(ArticleRow.id == done.article_id)
    ).one()  # fmt: skip
    return RunningJob(job, done.article_id, done.kind, done.extractor_version, done.attempts, lease, *article)


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
    _end(connection, job, values)


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
    return True


def rerun(connection: Connection, articles: Sequence[int], now: datetime) -> None:
    """Do the ended jobs of changed articles once more."""
    values = {"state": JobState.PENDING.value, "attempts": 0, "next_attempt_at": now, "finished_at": None}
    for part in chunks(articles):
        where = (Job.article_id.in_(part), Job.state.not_in(OPEN_STATES))
        connection.execute(update(Job).where(*where).values(**values))


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


@dataclass(frozen=True, slots=True)
class JobWish:
    """What decides whether an article of a story has jobs of its own."""

    article: int
    url: str | None
    wants_jobs: bool
    extract_copies: bool
    provisional: bool


def job_wishes(connection: Connection, articles: Collection[int]) -> list[JobWish]:
    """The wishes of articles, by id."""
    query = (
        select(ArticleRow.id, ArticleRow.url, ArticleRow.wants_jobs, Feed.config, ArticleRow.reasons)
        .join(Feed, Feed.id == ArticleRow.feed_id)
        .order_by(ArticleRow.id)
    )
    return [
        JobWish(
            row[0],
            row[1],
            row[2],
            bool(row[3].get("extract_copies")),
            bool((row[4] or {}).get("provisional")),
        )
        for part in chunks(sorted(articles))
        for row in connection.execute(query.where(ArticleRow.id.in_(part)))
    ]
