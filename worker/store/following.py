"""Jobs that follow the page: they ask no host, and wait until the article's page is done with."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, exists, update
from sqlalchemy.orm import aliased

from worker.records import JobState
from worker.store.models import Job
from worker.store.session import chunks

NO_HOST = ""  # the host of jobs that need no network
WAITS = "waits for the page"
OPEN_STATES = (JobState.PENDING.value, JobState.QUEUED.value, JobState.RUNNING.value, JobState.FAILED.value)
READ_STATES = (JobState.RUNNING.value, JobState.DONE.value, JobState.DEAD.value)  # the article was read


def release(connection: Connection, articles: Collection[int] | None, now: datetime) -> int:
    """Make jobs due that waited for the page, where no page job is open; all articles when None."""
    page = aliased(Job)
    is_open = exists().where(
        page.article_id == Job.article_id, page.host != NO_HOST, page.state.in_(OPEN_STATES)
    )
    waiting = (Job.state == JobState.PENDING.value, Job.next_attempt_at.is_(None), Job.host == NO_HOST)
    change = update(Job).where(*waiting, ~is_open).values(next_attempt_at=now, error=None)
    if articles is None:
        return connection.execute(change).rowcount
    return sum(
        connection.execute(change.where(Job.article_id.in_(part))).rowcount for part in chunks(articles)
    )


def reopen(connection: Connection, article: int) -> None:
    """Let jobs that ended or run wait for the page again: what they are computed from changes."""
    where = (Job.article_id == article, Job.host == NO_HOST, Job.state.in_(READ_STATES))
    values = {
        "state": JobState.PENDING.value, "attempts": 0, "next_attempt_at": None, "finished_at": None,
        "error": WAITS, "lease": None, "lease_until_at": None,
    }  # fmt: skip
    connection.execute(update(Job).where(*where).values(**values))
