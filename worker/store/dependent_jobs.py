"""Dependent jobs: they need no network and wait until the article's page is processed."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, select, update
from sqlalchemy.sql import ColumnElement

from worker.records import Extraction, JobState
from worker.store.extraction_rows import Made, put_results
from worker.store.models import Job
from worker.store.session import chunks
from worker.store.tables import aliased

NO_HOST = ""  # the host of jobs that need no network
WAITS = "waits for the page"
OPEN_STATES = (JobState.PENDING.value, JobState.QUEUED.value, JobState.RUNNING.value, JobState.FAILED.value)
READ_STATES = (
    JobState.RUNNING.value,
    JobState.DONE.value,
    JobState.DEAD.value,
)  # the job has read the article


def release(connection: Connection, articles: Collection[int], now: datetime) -> int:
    """Make the articles' dependent jobs due if no page job is open; returns the number of jobs."""
    released = 0
    for part in chunks(articles):
        # by id: SQLite would otherwise read all waiting jobs
        ids = connection.scalars(_LOCAL_JOBS, {"articles": part}).all()
        for some in chunks(ids):
            released += connection.execute(_RELEASE, {"ids": some, "now": now}).rowcount
    return released


def find_stranded(connection: Connection, after: int, limit: int) -> tuple[list[int], int | None]:
    """Find waiting jobs without an open page job, among the next `limit` waiting jobs with ids above `after`.

    Such jobs occur when two concurrent transactions each rely on the other to make them due. Returns their
    articles and the id to continue from, which is None at the end.
    """
    waiting = select(Job.id).where(Job.next_attempt_at.is_(None), Job.finished_at.is_(None), Job.id > after)
    rows = connection.execute(waiting.order_by(Job.id).limit(limit)).all()
    query = select(Job.article_id).where(*_is_free())
    found = {
        article
        for part in chunks([row.id for row in rows])
        for article in connection.scalars(query.where(Job.id.in_(part)))
    }
    return sorted(found), rows[-1].id if len(rows) == limit else None


def _is_free() -> tuple[ColumnElement[bool], ...]:
    """Conditions: waits for a page, and the article has no open page job."""
    page = aliased(Job)
    is_open = exists().where(
        page.article_id == Job.article_id, page.host != NO_HOST, page.state.in_(OPEN_STATES)
    )
    waiting = (Job.state == JobState.PENDING.value, Job.next_attempt_at.is_(None), Job.host == NO_HOST)
    return (*waiting, ~is_open)


# Conditions: a job of an article, of some kinds, that needs no host and is due, queued or not.
DUE = (
    Job.article_id == bindparam("article"), Job.host == NO_HOST,
    Job.state.in_((JobState.PENDING.value, JobState.QUEUED.value)),
    Job.kind.in_(bindparam("kinds", expanding=True)), Job.next_attempt_at <= bindparam("now"),
)  # fmt: skip
# Built once: building them costs more than running them.
_LOCAL_JOBS = select(Job.id).where(
    Job.article_id.in_(bindparam("articles", expanding=True)), Job.host == NO_HOST
)
_RELEASE = (
    update(Job)
    .where(*_is_free(), Job.id.in_(bindparam("ids", expanding=True)))
    .values(next_attempt_at=bindparam("now"), error=None)
)
_REOPEN = (
    update(Job)
    .where(Job.article_id == bindparam("article"), Job.host == NO_HOST, Job.state.in_(READ_STATES))
    .values(
        state=JobState.PENDING.value, attempts=0, next_attempt_at=None, finished_at=None, error=WAITS,
        lease=None, lease_until_at=None,
    )
)  # fmt: skip


def reopen(connection: Connection, article: int) -> None:
    """Reset finished or running dependent jobs to wait for a new page."""
    connection.execute(_REOPEN, {"article": article})


_FINISH = (
    update(Job)
    .where(*DUE, Job.attempts < bindparam("most"))
    .values(
        state=JobState.DONE.value, attempts=Job.attempts + 1, error=None, finished_at=bindparam("now"),
        next_attempt_at=None, lease=None, lease_until_at=None,
    )
    .returning(Job.id, Job.kind, Job.extractor_version)
)  # fmt: skip
_NOTE = update(Job.__table__).where(Job.id == bindparam("of_job"))  # type: ignore[arg-type]


def finish(
    connection: Connection,
    article: int,
    made: Mapping[str, tuple[str, Extraction]],
    *,
    input_sha256: str,
    most: int,
    now: datetime,
) -> dict[str, str]:
    """Store results of an article without claiming their jobs, and finish these.

    Returns the extractor's version of each kind. `made` has the extractor's name and the result of each kind.
    Jobs that another worker has claimed, or that had `most` attempts, are left.
    """
    which = {"article": article, "kinds": list(made), "now": now, "most": most}
    ended = connection.execute(_FINISH, which).all()
    notes = [
        {"of_job": job.id, "error": made[job.kind][1].reason} for job in ended if made[job.kind][1].reason
    ]
    if notes:
        connection.execute(_NOTE, notes)
    results = [
        Made(job.kind, extractor, job.extractor_version, found)
        for job in ended
        for extractor, found in [made[job.kind]]
    ]
    put_results(connection, article, results, input_sha256=input_sha256, now=now)
    return {job.kind: job.extractor_version for job in ended}
