"""Which extraction jobs an article gets, and what a join changes of that."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection

from worker.extract import NETWORK, extractor_of, installed
from worker.flows.services import Services
from worker.records import Config
from worker.store import job_eligibility as wish_store
from worker.store import jobs as job_store
from worker.store.feeds import host_of
from worker.store.jobs import NewJob

WIRE, FRESH, AGAIN = 2, 1, 0  # priorities
BACKFILL_BATCH = 500
BACKFILL_EVERY_S = 30.0  # so much later is each further batch due


def jobs_for(
    article: int, url: str | None, kinds: Collection[str] | None, *, is_wire: bool = False
) -> list[NewJob]:
    """The jobs of an article that leads a story; without a page, those that make do with the feed.

    `kinds` are those that its feed wants, None: all.
    """
    host, priority = host_of(url or ""), WIRE if is_wire else FRESH
    return [
        NewJob(article, kind, extractor.version, host if NETWORK in extractor.needs else "", priority)
        for kind, extractor in installed().extractors.items()
        if (host or NETWORK not in extractor.needs) and (kinds is None or kind in kinds)
    ]


def limits(service: Config) -> dict[str, int]:
    """How many jobs may run at once, of each kind for which there is a limit."""
    wanted = {
        kind: service.kind_limit(kind) or extractor.concurrency
        for kind, extractor in installed().extractors.items()
    }
    return {kind: most for kind, most in wanted.items() if most is not None}


def settle(connection: Connection, leads: Collection[int], changed: Collection[int], now: datetime) -> None:
    """After stories changed: leads have their jobs; those that joined or led before give theirs back.

    A copy keeps its jobs when its feed asks for that, and when its own text was too short for the
    decision to be final.
    """
    new: list[NewJob] = []
    free: list[int] = []
    for wish in wish_store.job_wishes(connection, {*leads, *changed}):
        if wish.article in leads:
            wanted = jobs_for(wish.article, wish.url, wish.kinds, is_wire=wish.is_wire)
            new += wanted if wish.wants_jobs else []
        elif not (wish.extract_copies or wish.provisional):
            free.append(wish.article)
    job_store.add_jobs(connection, new, now)
    job_store.drop_unstarted(connection, free)


def backfill(services: Services, kind: str, since: datetime) -> int:
    """Queue a kind for articles stored since then that lack its present version; gives how many.

    They come after all fresh work of their host, and in batches that are due one after another. Raises
    ExtractError for a kind that nothing makes.
    """
    extractor, count, after = extractor_of(kind), 0, 0
    is_paced = NETWORK in extractor.needs
    while True:
        now = services.clock()
        due_at = now + timedelta(seconds=BACKFILL_EVERY_S * (count // BACKFILL_BATCH))
        with services.db.write() as connection:
            part = wish_store.articles_without(
                connection, kind, extractor.version, since, after=after, limit=BACKFILL_BATCH
            )
            jobs = [
                NewJob(
                    article, kind, extractor.version, host_of(url or "") if is_paced else "", AGAIN, due_at
                )
                for article, url, kinds in part
                if (url or not is_paced) and (kinds is None or kind in kinds)
            ]
            job_store.add_jobs(connection, jobs, now)
        if not part:
            return count
        count, after = count + len(jobs), part[-1][0]
