"""Pages to be read again because the feed changed their article: when, and making their jobs due."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from worker.records import ExtractionStatus, JobState, Kind
from worker.store import dependent_jobs, job_reruns
from worker.store.dependent_jobs import NO_HOST
from worker.store.jobs import UNCHANGED
from worker.store.models import ExtractionRow, Job, Version
from worker.store.session import chunks

REREAD_S = 3_600.0  # the shortest pause between two readings of a page
_ENDED = (JobState.DONE.value, JobState.DEAD.value)
_READ = (*_ENDED, JobState.RUNNING.value)


@dataclass(frozen=True, slots=True)
class PageAge:
    """An article whose feed was edited after its page was read: both times, and when it is read again.

    `reread_at` is None while the job is open, and if the page cannot be read, for the reason in `failure`.
    """

    edited_at: datetime
    read_at: datetime
    reread_at: datetime | None
    failure: str | None


def plan(connection: Connection, articles: Collection[int], now: datetime) -> None:
    """Plan to read the pages of edited articles again; jobs that need no page are run again at once.

    A page is read again at the earliest after an hour, and after as long as it was followed before. So the
    pauses double: a feed that changes its entries at each poll causes about five requests for a page on the
    first day, and one more on the second. A job that has not read its page yet does that anyway.
    """
    for part in chunks(articles):
        newest = select(func.max(Job.id)).where(Job.article_id.in_(part), Job.host != NO_HOST)
        query = select(Job.id, Job.article_id, Job.state, Job.created_at, Job.finished_at, Job.reread_at)
        found = connection.execute(
            query.where(Job.id.in_(newest.group_by(Job.article_id, Job.kind))).order_by(Job.id)
        ).all()
        for job in found:
            if job.state in _READ and job.reread_at is None:
                at = _reread_at(job.created_at, job.finished_at or now, now)
                connection.execute(update(Job).where(Job.id == job.id).values(reread_at=at))
        with_page = {job.article_id for job in found}
        job_reruns.rerun(connection, [article for article in part if article not in with_page], now)


def _reread_at(created_at: datetime, read_at: datetime, now: datetime) -> datetime:
    return max(now, read_at + max(timedelta(seconds=REREAD_S), read_at - created_at))


def has_due(connection: Connection, now: datetime) -> bool:
    """Whether a page is to be read again."""
    return connection.scalar(select(Job.id).where(Job.reread_at <= now).limit(1)) is not None


def start(connection: Connection, now: datetime, limit: int) -> int:
    """Make the jobs of pages due that are to be read again, and reset dependent jobs; returns how many."""
    query = select(Job.id, Job.article_id, Job.state).where(Job.reread_at <= now)
    due = connection.execute(
        query.order_by(Job.reread_at, Job.id).limit(limit).with_for_update(skip_locked=True)
    ).all()
    started = 0
    for job in due:
        values: dict[str, object] = {"reread_at": None}
        if job.state in _ENDED:
            values |= {"state": JobState.PENDING.value, "attempts": 0, "next_attempt_at": now}
            values |= {"finished_at": None, "note": None}
            started += 1
        elif job.state == JobState.RUNNING.value:
            values = {"reread_at": now + timedelta(seconds=REREAD_S)}
        connection.execute(update(Job).where(Job.id == job.id).values(**values))
        if job.state in _ENDED:
            dependent_jobs.reopen(connection, job.article_id)
    return started


def page_age(connection: Connection, article: int) -> PageAge | None:
    """The age of an article's page text; None without one, or if it is not older than the feed's text."""
    edited_at = connection.scalar(select(func.max(Version.replaced_at)).where(Version.article_id == article))
    read_at = connection.scalar(
        select(func.max(ExtractionRow.created_at)).where(
            ExtractionRow.article_id == article,
            ExtractionRow.kind == Kind.FULLTEXT.value,
            ExtractionRow.status == ExtractionStatus.OK.value,
        )
    )
    if edited_at is None or read_at is None or read_at >= edited_at:
        return None
    job = connection.execute(
        select(Job.finished_at, Job.reread_at, Job.note)
        .where(Job.article_id == article, Job.kind == Kind.FULLTEXT.value)
        .order_by(Job.id.desc())
    ).first()
    if job is None or job.finished_at is None or job.finished_at < edited_at:
        return PageAge(edited_at, read_at, job.reread_at if job else None, None)
    is_current = job.note in (None, UNCHANGED)  # a result that is not a text has a reason
    return None if is_current else PageAge(edited_at, read_at, job.reread_at, job.note)
