"""Which extraction jobs an article gets, and what a join changes of that."""

from datetime import datetime

from sqlalchemy import Connection

from worker.extract.registry import EXTRACTORS
from worker.records import Match
from worker.store import jobs as job_store
from worker.store.feeds import host_of
from worker.store.jobs import NewJob


def jobs_for(article: int, url: str | None) -> list[NewJob]:
    """The jobs of an article that leads a story; none without a page to fetch."""
    host = host_of(url or "")
    if not host:
        return []
    return [NewJob(article, kind, EXTRACTORS[kind].version, host) for kind in EXTRACTORS]


def settle(
    connection: Connection, story: int, *, joined: int, match: Match, lead: int, now: datetime
) -> None:
    """After a join: the lead has its jobs; copies that need none of their own give theirs back.

    A copy keeps its jobs when its feed asks for that, and when its own text was too short for the
    decision to be final.
    """
    members = job_store.job_wishes(connection, story)
    wish = {member.article: member for member in members}
    if lead in wish and wish[lead].wants_jobs:
        job_store.add_jobs(connection, jobs_for(lead, wish[lead].url), now)
    for member in members:
        keeps = member.extract_copies or member.article == lead
        if member.article == joined:
            keeps = keeps or bool(match.reasons.get("provisional"))
        elif member.provisional:
            keeps = True
        if not keeps:
            job_store.drop_unstarted(connection, member.article)
