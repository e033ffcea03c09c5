"""Which extraction jobs an article gets, and what a join changes of that."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from worker.extract.registry import EXTRACTORS
from worker.store import jobs as job_store
from worker.store.feeds import host_of
from worker.store.jobs import NewJob


def jobs_for(article: int, url: str | None) -> list[NewJob]:
    """The jobs of an article that leads a story; none without a page to fetch."""
    host = host_of(url or "")
    if not host:
        return []
    return [NewJob(article, kind, EXTRACTORS[kind].version, host) for kind in EXTRACTORS]


def settle(connection: Connection, leads: Collection[int], changed: Collection[int], now: datetime) -> None:
    """After stories changed: leads have their jobs; those that joined or led before give theirs back.

    A copy keeps its jobs when its feed asks for that, and when its own text was too short for the
    decision to be final.
    """
    new: list[NewJob] = []
    free: list[int] = []
    for wish in job_store.job_wishes(connection, {*leads, *changed}):
        if wish.article in leads:
            new += jobs_for(wish.article, wish.url) if wish.wants_jobs else []
        elif not (wish.extract_copies or wish.provisional):
            free.append(wish.article)
    job_store.add_jobs(connection, new, now)
    job_store.drop_unstarted(connection, free)
