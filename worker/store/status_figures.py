"""The figures of `wireroom status`, read from indexes: exact, except for very many rows in PostgreSQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select, text

from worker.records import FeedStatus, JobState, Outcome
from worker.store.figures import OPEN_STATES, count_stock, estimate_rows
from worker.store.models import Feed, Job, Poll, Story
from worker.store.session import pairs

FAILURES = (Outcome.FAILED.value, Outcome.BLOCKED.value, Outcome.GONE.value)  # of polls
# as in the condition of the index
IS_COPIED = text("stories.copies > 1")


def count_all(connection: Connection, since: datetime) -> dict[str, Any]:
    """The counts of `wireroom status`: feeds and jobs by state, articles, stories, polls since a time."""
    feeds: dict[str, int] = {}
    for status, enabled, n in connection.execute(
        select(Feed.status, Feed.enabled, func.count()).group_by(Feed.status, Feed.enabled)
    ):
        name = status if enabled else FeedStatus.DISABLED.value
        feeds[name] = feeds.get(name, 0) + n
    failures = and_(Poll.ended_at >= since, Poll.outcome.in_(FAILURES))
    articles, stories = count_stock(connection)
    return {
        "feeds": feeds,
        "articles": articles,
        "stories": stories,
        "copied_stories": connection.scalar(select(func.count()).select_from(Story).where(IS_COPIED)) or 0,
        "jobs": _count_jobs(connection),
        "polls_1h": connection.scalar(select(func.count()).where(Poll.ended_at >= since)) or 0,
        "failures_1h": connection.scalar(select(func.count()).where(failures)) or 0,
    }


def _count_jobs(connection: Connection) -> dict[str, int]:
    """The jobs by state; the done ones, which are nearly all, are the others of all."""
    is_open = Job.state.in_(OPEN_STATES)
    found = pairs(connection, select(Job.state, func.count()).where(is_open).group_by(Job.state))
    every = estimate_rows(connection, Job.__table__)
    if every is None:
        every = connection.scalar(select(func.count()).select_from(Job)) or 0
    done = every - sum(found.values())
    return {**found, JobState.DONE.value: done} if done > 0 else found
