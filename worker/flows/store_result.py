"""Store what extraction jobs made, and what it changes in their story."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from worker.agencies.marks import find_take
from worker.errors import ServiceError, StoreError
from worker.extract import extractor_of
from worker.flows import jobs, joins, match, patience, push_notes, retries, second_look
from worker.flows.extraction import MadeExtraction
from worker.flows.fetch_page import PageJob
from worker.flows.services import Services
from worker.logs import get_logger
from worker.records import Extraction, ExtractionStatus, Kind, ReadPage
from worker.store import articles as article_store
from worker.store import config as config_store
from worker.store import dependent_jobs, page_findings
from worker.store import feeds as feed_store
from worker.store import jobs as job_store
from worker.store import notices as notice_store
from worker.store import search as search_store
from worker.store import stories as story_store
from worker.store.jobs import RunningJob

APART = "the kinds of a page are extracted one by one"

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Result:
    """What a running job made, and the SHA-256 of what it was made of."""

    job: RunningJob
    extraction: Extraction
    input_sha256: str
    validators: Mapping[str, str] | None = None

    @property
    def is_credit(self) -> bool:
        """Whether it names the agency of its article."""
        return self.extraction.payload.get("kind") == Kind.CREDIT == self.job.kind


def store(services: Services, work: PageJob, made: MadeExtraction) -> dict[str, object]:
    """Store the result of a job and what follows from a page; one with a new sketch is matched in between.

    Returns how the job ended, and each kind that followed. Raises the errors of `Database.write`.
    """
    extraction, read = made.own, made.read
    is_article = work.job.kind == Kind.FULLTEXT and extraction.status == ExtractionStatus.OK
    text = extraction.payload.get("text") if is_article else None
    sketch = _sketch_page(services, work, text) if text else None
    result, then = Result(work.job, extraction, made.digest, made.validators), None
    if read and not sketch:
        kept, then = _store_together(services, work, result, read)
    else:
        kept, sketch = _store(services, result, sketch)
    if not kept:
        log.warning("lease lost, result dropped")
        return {"outcome": "stale"}
    if sketch or (text and _is_correction(work.job)):  # a short page shows that it is a mere notice
        _match(services, work.job.article)
    if sketch:
        then = _store_following(services, work, read) if read else None
    end: dict[str, object] = {"outcome": "done", "status": extraction.status, "reason": extraction.reason}
    return end if then is None else {**end, "then": then}


def _is_correction(job: RunningJob) -> bool:
    take = find_take(job.title or "", job.text or job.summary or "")
    return take is not None and take.kind == "correction"


def store_unchanged(services: Services, work: PageJob) -> dict[str, object]:
    """Finish the job of a page that has not changed; returns how it ended."""

    def finish_unchanged() -> bool:
        with services.db.write() as connection:
            return job_store.finish_unchanged(connection, work.job, services.clock())

    if not patience.store(services, finish_unchanged):
        return {"outcome": "stale"}
    return {"outcome": "done", "status": "unchanged", "reason": job_store.UNCHANGED}


def _store_together(
    services: Services, work: PageJob, result: Result, read: ReadPage
) -> tuple[bool, dict[str, str] | None]:
    """Store a page and what follows from it; the page alone, and None, if that is refused."""
    try:
        return patience.store(services, lambda: finish_page(services, result, work, read))
    except StoreError:
        log.warning(APART, exc_info=True)
    return _store(services, result, None)[0], None


def _store_following(services: Services, work: PageJob, read: ReadPage) -> dict[str, str] | None:
    """Store what follows from a page; None, with nothing stored, if that is refused."""
    try:
        return patience.store(services, lambda: finish_following(services, work, read))
    except StoreError:
        log.warning(APART, exc_info=True)
    return None


def _store(
    services: Services, result: Result, sketch: second_look.PageSketch | None
) -> tuple[bool, second_look.PageSketch | None]:
    """Store a result, without the sketch if that is refused; returns whether it was kept, and the sketch."""
    try:
        return patience.store(services, lambda: finish(services, [result], sketch))[0], sketch
    except StoreError:
        if sketch is None:
            raise
        log.exception("the sketch of the page's text could not be stored")
    return patience.store(services, lambda: finish(services, [result]))[0], None


def _sketch_page(services: Services, work: PageJob, text: str) -> second_look.PageSketch | None:
    """The sketch of the page's text; None also on error, as the result is stored without it."""
    try:
        return second_look.prepare(services, work.job, work.feed, text)
    except ServiceError:
        raise
    except Exception:
        log.exception("the page's text could not be sketched")
        return None


def _match(services: Services, article: int) -> None:
    """Match the article again; failures are picked up by the sweep."""
    try:
        match.run(services, [article])
    except Exception:
        log.exception("article left for the sweep")


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


def finish_page(
    services: Services, page: Result, work: PageJob, read: ReadPage
) -> tuple[bool, dict[str, str]]:
    """Store the result of a page and what follows from it in one transaction.

    Returns whether they were kept, and how each kind ended that followed. Raises the errors of
    `Database.write`.
    """
    now = services.clock()
    with services.db.write() as connection:
        stories = lock_story(connection, page.job.article)
        if not _finish_one(connection, page, stories, now):
            return False, {}
        return True, _finish_following(connection, work, read, stories, now)


def finish_following(services: Services, work: PageJob, read: ReadPage) -> dict[str, str]:
    """Store what follows from a stored page in one transaction; returns how each kind ended.

    Raises the errors of `Database.write`.
    """
    with services.db.write() as connection:
        stories = lock_story(connection, work.job.article)
        return _finish_following(connection, work, read, stories, services.clock())


def _finish_following(
    connection: Connection, work: PageJob, read: ReadPage, stories: Collection[int], now: datetime
) -> dict[str, str]:
    """As `finish_following`, under the config of now: the page may have taken minutes."""
    config = config_store.read_service(connection)
    feed = feed_store.read_feed(connection, work.job.feed)
    if config is None or feed is None:
        return {}
    article, kinds = work.job.article, jobs.following_kinds(config, feed)
    made = {kind: read.others[kind] for kind in kinds if kind in read.others}
    ended = dependent_jobs.finish(
        connection,
        article,
        {kind: (extractor_of(kind).name, found) for kind, found in made.items()},
        input_sha256=read.digest,
        most=retries.MAX_ATTEMPTS,
        now=now,
    )
    push_notes.note_results(connection, now, article, ended, read.digest)
    if Kind.CREDIT in ended and made[Kind.CREDIT].payload.get("kind") == Kind.CREDIT:
        store_credit(connection, article, stories, made[Kind.CREDIT].payload, now)
    return {kind: made[kind].status for kind in kinds if kind in ended}


def _finish_one(connection: Connection, result: Result, stories: Collection[int], now: datetime) -> bool:
    job, extraction = result.job, result.extraction
    kept = job_store.finish(
        connection,
        job,
        extraction,
        extractor=extractor_of(job.kind).name,
        input_sha256=result.input_sha256,
        now=now,
        validators=result.validators,
    )
    if kept:
        versions = {job.kind: job.extractor_version}
        push_notes.note_results(connection, now, job.article, versions, result.input_sha256)
    if kept and job.kind == Kind.FULLTEXT:
        search_store.index_articles(connection, [job.article])
        if _is_correction(job):
            notice_store.end_wait(connection, job.article, now)
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
    if agency and stories and page_findings.note_credit(connection, article, agency):
        joins.repair_stories(connection, stories, now)
