"""Store what extraction jobs made, and what it changes in their story."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from worker.extract import extractor_of
from worker.flows import joins, second_look
from worker.flows.services import Services
from worker.records import Extraction, Kind
from worker.store import articles as article_store
from worker.store import jobs as job_store
from worker.store import stories as story_store
from worker.store.jobs import RunningJob


@dataclass(frozen=True, slots=True)
class Result:
    """What a running job made, and the SHA-256 of what it was made of."""

    job: RunningJob
    extraction: Extraction
    input_sha256: str

    @property
    def is_credit(self) -> bool:
        """Whether it names the agency of its article."""
        return self.extraction.payload.get("kind") == Kind.CREDIT == self.job.kind


def finish(
    services: Services, results: Sequence[Result], sketch: second_look.PageSketch | None = None
) -> list[bool]:
    """Store the results of one article's jobs, their ends and the changes to the story in one transaction.

    Returns for each whether it was kept: not if its job was lost meanwhile. Raises the errors of
    `Database.write`.
    """
    now, article = services.clock(), results[0].job.article
    with services.db.write() as connection:
        stories = lock_story(connection, article) if any(one.is_credit for one in results) else ()
        kept = [_finish_one(connection, one, stories, now) for one in results]
        if sketch and all(kept):
            second_look.publish(connection, sketch, now)
    return kept


def _finish_one(connection: Connection, result: Result, stories: Collection[int], now: datetime) -> bool:
    job, extraction = result.job, result.extraction
    kept = job_store.finish(
        connection,
        job,
        extraction,
        extractor=extractor_of(job.kind).name,
        input_sha256=result.input_sha256,
        now=now,
    )
    if kept and result.is_credit:
        store_credit(connection, job.article, stories, extraction.payload, now)
    return kept


def lock_story(connection: Connection, article: int) -> Collection[int]:
    """Lock the story and the article before the job, in the order of all who lock several rows."""
    stories = set(story_store.lock_stories(connection, [article]).values())
    article_store.lock_articles(connection, [article])
    return stories


def store_credit(
    connection: Connection, article: int, stories: Collection[int], payload: Mapping[str, Any], now: datetime
) -> None:
    """Store the credited agency; demote an agency's own copy if it credits another."""
    agency = payload.get("agency")
    if agency and stories and article_store.note_credit(connection, article, agency):
        joins.repair_stories(connection, stories, now)
