"""Running jobs again: those of changed articles, and those that an operator retries."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from worker.records import JobState
from worker.store import dependent_jobs
from worker.store.dependent_jobs import NO_HOST, READ_STATES
from worker.store.models import Job
from worker.store.session import chunks


def rerun(connection: Connection, articles: Sequence[int], now: datetime) -> None:
    """Run the jobs of changed articles again: the page first, then its dependent jobs.

    A running job has read the old text: it loses its lease and thereby its result.
    """
    values = {"state": JobState.PENDING.value, "attempts": 0, "next_attempt_at": now, "finished_at": None}
    values |= {"lease": None, "lease_until_at": None}
    for part in chunks(articles):
        where = (Job.article_id.in_(part), Job.state.in_(READ_STATES), Job.host != NO_HOST)
        connection.execute(update(Job).where(*where).values(**values))
    for article in articles:
        dependent_jobs.reopen(connection, article)
    dependent_jobs.release(connection, articles, now)


def read_states(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """The states of the jobs with these ids, in their order; without those that no job has."""
    query = select(Job.id, Job.state)
    found = {
        row.id: row.state for part in chunks(ids) for row in connection.execute(query.where(Job.id.in_(part)))
    }
    return {job: found[job] for job in ids if job in found}


def retry(connection: Connection, ids: Sequence[int] | None, now: datetime) -> int:
    """Reset dead and failed jobs to pending (all dead ones if `ids` is None); returns their number."""
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
