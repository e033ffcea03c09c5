"""Extraction jobs: the outbox, claims under a lease, results, retries, dead letters."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Row, Text, bindparam, delete, exists, func, select, update

from worker.records import Extraction, JobState
from worker.store import dependent_jobs
from worker.store.dependent_jobs import NO_HOST, WAITS
from worker.store.extraction_rows import Made, put_results
from worker.store.models import ArticleRow, ExtractionRow, Job
from worker.store.session import chunks, insert_for
from worker.store.turns import TURN_KINDS, wait_for_turn
from worker.text.amounts import REASON_CHARS, shorten

UNCHANGED = "304: the page has not changed since it was read"
_DONE = {"state": JobState.DONE.value, "next_attempt_at": None}


@dataclass(frozen=True, slots=True)
class NewJob:
    """A new job for an article; without a host it waits until the article's page is processed."""

    article: int
    kind: str
    extractor_version: str
    host: str
    priority: int = 1  # 2: fresh wire copy; 0: backfill of old articles
    due_at: datetime | None = None  # None: at once


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A claimed job, with the article's fields that it needs."""

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
    author: str | None = None
    source: str | None = None  # the outlet or agency that the entry names
    tags: tuple[str, ...] = ()
    published_raw: str | None = None
    updated_at: datetime | None = None
    validators: Mapping[str, str] | None = None  # of the page when it was read, with its own URL


def add_jobs(connection: Connection, jobs: Sequence[NewJob], now: datetime) -> None:
    """Add jobs; existing ones of the same article, kind and version do not change."""
    rows = [
        {
            "article_id": job.article, "kind": job.kind, "extractor_version": job.extractor_version,
            "host": job.host, "state": JobState.PENDING.value, "attempts": 0, "priority": job.priority,
            "next_attempt_at": (job.due_at or now) if job.host else job.due_at,
            "reason": None if job.host or job.due_at else WAITS, "created_at": now,
        }
        for job in jobs
    ]  # fmt: skip
    if rows:
        connection.execute(_adding(insert_for(connection)), rows)
    dependent_jobs.release(connection, {job.article for job in jobs if not job.host}, now)


@cache
def _adding(insert: Any) -> Any:
    """The insert of new jobs; their note is our own, so it needs no redaction."""
    columns = (
        "article_id", "kind", "extractor_version", "host", "state", "attempts", "priority", "next_attempt_at",
        "created_at",
    )  # fmt: skip
    values = {name: bindparam(name, type_=getattr(Job, name).type) for name in columns}
    statement = insert(Job).values({**values, "error": bindparam("reason", type_=Text())})
    return statement.on_conflict_do_nothing(index_elements=["article_id", "kind", "extractor_version"])


_HAS_RESULT = exists().where(  # the job runs again, as its article was edited
    ExtractionRow.article_id == Job.article_id,
    ExtractionRow.kind == Job.kind,
    ExtractionRow.extractor_version == Job.extractor_version,
)


_IDS: Any = bindparam("ids", expanding=True)
_JOBS_OF = select(Job.id).where(Job.article_id.in_(_IDS))
_DROP_UNSTARTED = delete(Job).where(
    Job.id.in_(_IDS), Job.state == JobState.PENDING.value, Job.attempts == 0, ~_HAS_RESULT
)


def drop_unstarted(connection: Connection, articles: Collection[int]) -> None:
    """Delete the jobs of articles that were found to be copies, unless they were sent, now or before."""
    for part in chunks(articles):
        # by id: SQLite would otherwise read all pending jobs
        ids = list(connection.scalars(_JOBS_OF, {"ids": part}))
        for some in chunks(ids):
            connection.execute(_DROP_UNSTARTED, {"ids": some})


def running(connection: Connection, kind: str, now: datetime) -> int:
    """The number of running jobs of a kind; concurrent transactions that count them wait for this one."""
    wait_for_turn(connection, TURN_KINDS)
    held = (Job.kind == kind, Job.state == JobState.RUNNING.value, Job.lease_until_at >= now)
    return connection.scalar(select(func.count()).select_from(Job).where(*held)) or 0


def put_back(connection: Connection, job: int, until: datetime, reason: str) -> None:
    """Reset a queued job that was not claimed to pending, due at `until`."""
    where = (Job.id == job, Job.state == JobState.QUEUED.value)
    values = {"state": JobState.PENDING.value, "next_attempt_at": until, "error": reason}
    connection.execute(update(Job).where(*where).values(lease_until_at=None, **values))


_NEW_CLAIM: Any = {
    "state": JobState.RUNNING.value, "lease": bindparam("new_lease"), "lease_until_at": bindparam("until"),
    "attempts": Job.attempts + 1, "reread_at": None,  # it reads the page as it is after the edit
}  # fmt: skip
_CLAIMED = (Job.id, Job.article_id, Job.kind, Job.extractor_version, Job.attempts, Job.host, Job.validators)
# Built once: building them costs more than running them.
_CLAIM = (
    update(Job)
    .where(Job.id == bindparam("of_job"), Job.state == JobState.QUEUED.value)
    .values(_NEW_CLAIM)
    .returning(*_CLAIMED)
)
_CLAIM_DEPENDENT = update(Job).where(*dependent_jobs.DUE).values(_NEW_CLAIM).returning(*_CLAIMED)
_ARTICLE = select(
    ArticleRow.feed_id, ArticleRow.url, ArticleRow.title, ArticleRow.text, ArticleRow.summary,
    ArticleRow.lang, ArticleRow.published_at, ArticleRow.author, ArticleRow.source_name, ArticleRow.tags,
    ArticleRow.published_raw, ArticleRow.updated_at,
).where(ArticleRow.id == bindparam("article"))  # fmt: skip
_HELD = select(Job.id).where(Job.id == bindparam("job"), Job.lease == bindparam("lease"))


def claim(connection: Connection, job: int, now: datetime, lease_s: float) -> RunningJob | None:
    """Claim a queued job; None if another worker has it or it has ended."""
    return next(iter(_claim(connection, _CLAIM, {"of_job": job}, now, lease_s)), None)


def claim_dependent(
    connection: Connection, article: int, kinds: Collection[str], now: datetime, lease_s: float
) -> list[RunningJob]:
    """Claim the article's jobs of these kinds that need no host and are due, queued or not."""
    which = {"article": article, "kinds": list(kinds), "now": now}
    return _claim(connection, _CLAIM_DEPENDENT, which, now, lease_s)


def _claim(
    connection: Connection, statement: Executable, which: Mapping[str, Any], now: datetime, lease_s: float
) -> list[RunningJob]:
    """Claim the jobs of one article that the statement finds."""
    lease = uuid.uuid4().hex[:16]
    until = now + timedelta(seconds=lease_s)
    claimed = connection.execute(statement, {**which, "new_lease": lease, "until": until}).all()
    if not claimed:
        return []
    article = connection.execute(_ARTICLE, {"article": claimed[0].article_id}).one()
    return [_running_job(job, article, lease) for job in sorted(claimed, key=lambda job: job.id)]


def _running_job(job: Row[*tuple[Any, ...]], article: Row[*tuple[Any, ...]], lease: str) -> RunningJob:
    return RunningJob(
        id=job.id,
        article=job.article_id,
        kind=job.kind,
        extractor_version=job.extractor_version,
        attempts=job.attempts,
        lease=lease,
        feed=article.feed_id,
        url=article.url,
        title=article.title,
        text=article.text,
        summary=article.summary,
        lang=article.lang,
        published_at=article.published_at,
        host=job.host,
        author=article.author,
        source=article.source_name,
        tags=tuple(article.tags or ()),
        published_raw=article.published_raw,
        updated_at=article.updated_at,
        validators=job.validators,
    )


def holds(connection: Connection, job: int, lease: str) -> bool:
    """Whether the job is still claimed under this lease."""
    return connection.scalar(_HELD, {"job": job, "lease": lease}) is not None


def renew(connection: Connection, job: int, lease: str, until: datetime) -> bool:
    """Renew the lease of a running job; False if it was lost."""
    where = (Job.id == job, Job.lease == lease)
    return connection.execute(update(Job).where(*where).values(lease_until_at=until)).rowcount == 1


def _end(connection: Connection, job: RunningJob, values: Mapping[str, Any]) -> bool:
    ended = {"lease": None, "lease_until_at": None, **values}
    return connection.execute(_RUNNING, {**ended, "of_job": job.id, "of_lease": job.lease}).rowcount == 1


_RUNNING = update(Job.__table__).where(  # type: ignore[arg-type]
    Job.id == bindparam("of_job"), Job.lease == bindparam("of_lease"), Job.state == JobState.RUNNING.value
)


def drop(connection: Connection, job: RunningJob, now: datetime) -> None:
    """Delete a claimed job; jobs that wait for it become due."""
    connection.execute(delete(Job).where(Job.id == job.id, Job.lease == job.lease))
    dependent_jobs.release(connection, [job.article], now)


def defer(
    connection: Connection, job: RunningJob, until: datetime, reason: str, *, is_attempt: bool = False
) -> None:
    """Reset a job that could not start, for example because its host is busy, to pending."""
    values = {
        "state": JobState.PENDING.value,
        "next_attempt_at": until,
        "error": reason,
        "attempts": job.attempts - (not is_attempt),
    }
    _end(connection, job, values)


def fail(
    connection: Connection, job: RunningJob, error: str, *, retry_at: datetime | None, now: datetime
) -> bool:
    """Store a failed attempt: retried at `retry_at`, or dead if that is None; False if the lease was lost."""
    state = JobState.DEAD if retry_at is None else JobState.FAILED
    finished = now if retry_at is None else None
    values = {
        "state": state.value,
        "next_attempt_at": retry_at,
        "error": shorten(error, REASON_CHARS),
        "finished_at": finished,
    }
    if not _end(connection, job, values):
        return False
    if finished and job.host:
        dependent_jobs.release(connection, [job.article], now)
    return True


def finish(
    connection: Connection,
    job: RunningJob,
    extraction: Extraction,
    *,
    extractor: str,
    input_sha256: str,
    now: datetime,
    validators: Mapping[str, str] | None = None,
) -> bool:
    """Store the result and finish the job in one transaction; False, and no change, if the lease was lost.

    `validators` are those of the page, to request it conditionally when it is read again.
    """
    kept = None if validators is None else dict(validators)
    if not _end(
        connection, job, {**_DONE, "error": extraction.reason, "finished_at": now, "validators": kept}
    ):
        return False
    made = Made(job.kind, extractor, job.extractor_version, extraction)
    put_results(connection, job.article, [made], input_sha256=input_sha256, now=now)
    _release_dependents(connection, job, now)
    return True


def finish_unchanged(connection: Connection, job: RunningJob, now: datetime) -> bool:
    """Finish a job whose page has not changed; False, and no change, if the lease was lost."""
    if not _end(connection, job, {**_DONE, "error": UNCHANGED, "finished_at": now}):
        return False
    _release_dependents(connection, job, now)
    return True


def _release_dependents(connection: Connection, job: RunningJob, now: datetime) -> None:
    """Make the jobs due that depend on a page, also if they had run."""
    if job.host:
        dependent_jobs.reopen(connection, job.article)
        dependent_jobs.release(connection, [job.article], now)
