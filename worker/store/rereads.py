"""Pages to be read again because the feed changed their article: when, and making their jobs due."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, exists, func, or_, select, update

from worker.records import ExtractionStatus, JobState, Kind
from worker.store import dependent_jobs, job_reruns
from worker.store.dependent_jobs import NO_HOST, OPEN_STATES
from worker.store.jobs import UNCHANGED
from worker.store.models import ArticleRow, ExtractionRow, Feed, Job, Version
from worker.store.session import chunks
from worker.store.tables import aliased

REREAD_S = 3_600.0  # the shortest pause between two readings of a page
CORRECTED_S = 300.0  # until the page of a correction is read: so long may caches give the page of before
_ENDED = (JobState.DONE.value, JobState.DEAD.value)
_READ = (*_ENDED, JobState.RUNNING.value)


@dataclass(frozen=True, slots=True)
class PageAge:
    """An article whose feed was edited after its page was read: both times, and when it is read again.

    `reread_at` is None while the job is open, if the page cannot be read, for the reason in `failure`, and if
    it is not read again, for example with `extract = "off"`.
    """

    edited_at: datetime
    read_at: datetime
    reread_at: datetime | None = None
    failure: str | None = None
    is_open: bool = False


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
        plans = [
            {"of_job": job.id, "at": _reread_at(job.created_at, job.finished_at or now, now)}
            for job in found
            if job.state in _READ and job.reread_at is None
        ]
        if plans:
            connection.execute(_PLAN, plans)
        with_page = {job.article_id for job in found}
        job_reruns.rerun(connection, [article for article in part if article not in with_page], now)


def hasten(connection: Connection, articles: Collection[int], now: datetime) -> None:
    """Bring the planned readings of these articles' pages forward to a few minutes from now."""
    soon = now + timedelta(seconds=CORRECTED_S)
    for part in chunks(articles):
        planned = (Job.article_id.in_(part), Job.reread_at > soon)
        connection.execute(update(Job).where(*planned).values(reread_at=soon))


_PLAN = (
    update(Job.__table__)  # type: ignore[arg-type]
    .where(Job.id == bindparam("of_job"))
    .values(reread_at=bindparam("at", type_=Job.reread_at.type))
)


def _reread_at(created_at: datetime, read_at: datetime, now: datetime) -> datetime:
    return max(now, read_at + max(timedelta(seconds=REREAD_S), read_at - created_at))


def has_due(connection: Connection, now: datetime) -> bool:
    """Whether a page is to be read again."""
    return connection.scalar(select(Job.id).where(Job.reread_at <= now).limit(1)) is not None


def start(connection: Connection, now: datetime, limit: int) -> int:
    """Make the jobs of pages due that are to be read again, and reset dependent jobs; returns how many.

    Dropped are the plans of feeds that were disabled or have `extract = "off"` since then, and of jobs that
    a job of a newer version of the extractor has replaced.
    """
    due = connection.execute(_DUE, {"now": now, "most": limit}).all()
    started = 0
    for job in due:
        is_wanted = job.enabled and job.config.get("extract") != "off" and not job.is_replaced
        values: dict[str, object] = {"reread_at": None}
        if is_wanted and job.state == JobState.RUNNING.value:
            values = {"reread_at": now + timedelta(seconds=REREAD_S)}
        elif is_wanted and job.state in _ENDED:
            values |= {"state": JobState.PENDING.value, "attempts": 0, "next_attempt_at": now}
            values |= {"finished_at": None, "error": None}
            started += 1
        connection.execute(update(Job).where(Job.id == job.id).values(**values))
        if "state" in values:
            dependent_jobs.reopen(connection, job.article_id)
    return started


_NEWER = aliased(Job)
_IS_REPLACED = exists().where(
    _NEWER.article_id == Job.article_id, _NEWER.kind == Job.kind, _NEWER.id > Job.id
)
_DUE = (
    select(Job.id, Job.article_id, Job.state, Feed.enabled, Feed.config, _IS_REPLACED.label("is_replaced"))
    .join(ArticleRow, ArticleRow.id == Job.article_id)
    .join(Feed, Feed.id == ArticleRow.feed_id)
    .where(Job.reread_at <= bindparam("now"))
    .order_by(Job.reread_at, Job.id)
    .limit(bindparam("most"))
    .with_for_update(of=Job, skip_locked=True)
)


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
    if edited_at is None or read_at is None:
        return None
    return page_ages(connection, {article: (edited_at, read_at)}).get(article)


def page_ages(connection: Connection, times: Mapping[int, tuple[datetime, datetime]]) -> dict[int, PageAge]:
    """The ages of page texts that are older than their feed's, by article.

    `times` are those of each article's last edit and of the reading of its page.
    """
    old = {article: PageAge(*both) for article, both in times.items() if both[1] < both[0]}
    columns = (Job.article_id, Job.state, Job.finished_at, Job.reread_at, Job.error)
    query = select(*columns).where(Job.kind == Kind.FULLTEXT.value).order_by(Job.id)
    jobs = {
        row.article_id: row
        for part in chunks(old)
        for row in connection.execute(query.where(Job.article_id.in_(part)))
    }
    ages = {article: _age_of(age.edited_at, age.read_at, jobs.get(article)) for article, age in old.items()}
    return {article: age for article, age in ages.items() if age}


def is_before_edit(read_at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """The condition of articles whose page was read then, before their last edit, as in `page_ages`."""
    is_current = or_(Job.error.is_(None), Job.error == UNCHANGED)
    read_again = exists().where(
        Job.article_id == ArticleRow.id, Job.kind == Kind.FULLTEXT.value, is_current,
        Job.finished_at >= Version.replaced_at,
    )  # fmt: skip
    later = (Version.article_id == ArticleRow.id, Version.replaced_at > read_at)
    return exists().where(*later, ~read_again.correlate(ArticleRow, Version)).correlate_except(Version)


def _age_of(edited_at: datetime, read_at: datetime, job: Any) -> PageAge | None:
    """The age of a page's text by its newest job; None if the page was as before when it was read again."""
    if job is None:
        return PageAge(edited_at, read_at)
    if job.finished_at is None or job.finished_at < edited_at:
        return PageAge(edited_at, read_at, job.reread_at, is_open=job.state in OPEN_STATES)
    is_current = job.error in (None, UNCHANGED)  # a result that is not a text has a reason
    return None if is_current else PageAge(edited_at, read_at, job.reread_at, job.error)
