"""Which extraction jobs an article gets, and how joining stories changes them."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection

from worker.extract import BUILT_IN, NETWORK, extractor_of, installed
from worker.fetch.url import host_of
from worker.flows.services import Services
from worker.records import Config, FeedConfig
from worker.store import job_eligibility as wish_store
from worker.store import jobs as job_store
from worker.store.jobs import NewJob

WIRE, FRESH, AGAIN = 2, 1, 0  # priorities
BACKFILL_BATCH = 500
BACKFILL_EVERY_S = 30.0  # the interval between the due times of batches


def jobs_for(
    article: int, url: str | None, kinds: Collection[str] | None, *, is_wire: bool = False
) -> list[NewJob]:
    """The jobs of a story's lead article; without a URL, only jobs that can use the feed text.

    `kinds` are the kinds wanted by its feed; None means all.
    """
    host, priority = host_of(url or ""), WIRE if is_wire else FRESH
    return [
        NewJob(article, kind, extractor.version, host if NETWORK in extractor.needs else "", priority)
        for kind, extractor in installed().extractors.items()
        if (host or NETWORK not in extractor.needs) and (kinds is None or kind in kinds)
    ]


def kind_limits(config: Config) -> dict[str, int]:
    """The maximum number of concurrent jobs, for each kind with a limit."""
    wanted = {
        kind: config.kind_limit(kind) or extractor.concurrency
        for kind, extractor in installed().extractors.items()
    }
    return {kind: most for kind, most in wanted.items() if most is not None}


def page_kinds() -> set[str]:
    """The kinds that fetch a page."""
    return {kind for kind, extractor in installed().extractors.items() if NETWORK in extractor.needs}


def following_kinds(config: Config, feed: FeedConfig) -> list[str]:
    """The kinds that are made in the task that read the page: built in, wanted, not limited."""
    wanted, limited = feed.extract_kinds, kind_limits(config)
    return [
        kind
        for kind, extractor in BUILT_IN.items()
        if NETWORK not in extractor.needs and kind not in limited and (wanted is None or kind in wanted)
    ]


def reassign_jobs(
    connection: Connection, leads: Collection[int], changed: Collection[int], now: datetime
) -> None:
    """Give jobs to the leads of changed stories; articles that no longer lead drop their pending jobs.

    A copy keeps its jobs if its feed is configured so, or if its own text was too short for a final match.
    """
    new: list[NewJob] = []
    dropped: list[int] = []
    for wish in wish_store.job_wishes(connection, {*leads, *changed}):
        if wish.article in leads:
            wanted = jobs_for(wish.article, wish.url, wish.kinds, is_wire=wish.is_wire)
            new += wanted if wish.wants_jobs else []
        elif not (wish.extract_copies or wish.provisional):
            dropped.append(wish.article)
    job_store.add_jobs(connection, new, now)
    job_store.drop_unstarted(connection, dropped)


def backfill(services: Services, kind: str, since: datetime) -> int:
    """Add jobs of a kind for articles stored since then without its current version; returns how many.

    They have a lower priority than new articles of their host, and are due in consecutive batches. Raises
    ExtractError if no extractor makes the kind.
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
