"""The extraction of a job: from its page, which is fetched, or else from what is known of the article."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from worker.errors import SandboxError
from worker.extract import compare_with_kept, digest_of, extractor_of, make_extractor_input
from worker.fetch.url import host_of
from worker.flows import fetch_page, jobs, network, patience
from worker.flows.fetch_page import PageJob
from worker.flows.services import Services
from worker.records import (
    Extraction,
    ExtractionStatus,
    ExtractorInput,
    FeedConfig,
    FeedMetadata,
    Fetched,
    Kind,
    NotModified,
    Page,
    ReadPage,
)
from worker.store import results as result_store
from worker.store.jobs import RunningJob

EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
VALIDATORS = {"etag": "etag", "last_modified": "last-modified"}
VALIDATOR_CHARS = 1_000  # longer ones are not kept


@dataclass(frozen=True, slots=True)
class MadeExtraction:
    """The result of a job, the SHA-256 of its input, and what else a page gave: results and validators."""

    own: Extraction
    digest: str
    read: ReadPage | None = None
    validators: Mapping[str, str] | None = None


def make_extraction(services: Services, work: PageJob) -> MadeExtraction | None:
    """The result of a job; None if its page has not changed since it was read.

    Raises FetchError, SandboxError or RetryLater.
    """
    if not work.job.host:
        return MadeExtraction(*_derive(services, work.job, work.feed))
    with services.turns.waiting():
        response = fetch_page.fetch(services, work)
    if isinstance(response, Extraction):
        return MadeExtraction(response, EMPTY_SHA256)
    host = host_of(response.url)
    patience.store(services, lambda: network.record_page_response(services, host))
    if isinstance(response, NotModified):
        return None
    read = _extract_page(services, work, response)
    own, digest = _keep_text(services, work.job, read.own), hashlib.sha256(response.body).hexdigest()
    is_read = own is read.own and bool(read.others)
    return MadeExtraction(own, digest, read if is_read else None, _validators(response, own))


def _keep_text(services: Services, job: RunningJob, made: Extraction) -> Extraction:
    """The result of a page; without payload if the text that it had before is kept in its place.

    Other kinds are then computed from the page of before. Another version of the extractor may find less.
    """
    if job.kind != Kind.FULLTEXT:
        return made

    def read_kept() -> tuple[bool, str]:
        with services.db.read() as connection:
            return result_store.kept_text(connection, job.article, job.extractor_version)

    was_read, kept = patience.store(services, read_kept)
    if not was_read:
        return made
    if made.status != ExtractionStatus.OK:
        return Extraction(made.status, made.reason)
    lost = compare_with_kept(made.payload.get("text") or "", kept)
    return Extraction(ExtractionStatus.THIN, lost) if lost else made


def _validators(response: Fetched, made: Extraction) -> dict[str, str] | None:
    """The validators of a page whose text was found, exactly as received (RFC 9110 section 8.8.3).

    Without its text the page is worth reading again, whether it has changed or not.
    """
    if made.status != ExtractionStatus.OK:
        return None
    found = {name: response.headers.get(field, "") for name, field in VALIDATORS.items()}
    kept = {
        name: value
        for name, value in found.items()
        if 0 < len(value) <= VALIDATOR_CHARS and not any(mark < " " or mark == "\x7f" for mark in value)
    }
    return {"url": response.url, **kept} if kept else None


def read_input(services: Services, job: RunningJob, feed: FeedConfig) -> tuple[ExtractorInput, str]:
    """What is known of an article, from the stored page or else the feed, and its digest."""
    with services.db.read() as connection:
        page = result_store.newest_of(connection, job.article, Kind.FULLTEXT)
        metadata = result_store.feed_word(connection, job.article, feed.timezone, feed.agency)
    given = make_extractor_input(job.url or "", page, metadata)
    return given, digest_of(given)


def _derive(services: Services, job: RunningJob, feed: FeedConfig) -> tuple[Extraction, str]:
    """Extract without network; raises SandboxError."""
    given, digest = read_input(services, job, feed)
    with services.turns.waiting():
        return services.extract_pool.derive(extractor_of(job.kind), given, services.clock()), digest


def _extract_page(services: Services, work: PageJob, response: Fetched) -> ReadPage:
    """The result of a page, and of what follows from it; of the page alone if both together break a limit."""
    extractor, page = extractor_of(work.job.kind), _page_of(work, response)
    kinds = jobs.following_kinds(work.config, work.feed)
    with services.turns.waiting():
        if kinds and extractor.kind == Kind.FULLTEXT:
            try:
                return services.extract_pool.read_lead(
                    extractor, page, kinds, _metadata(work), services.clock()
                )
            except SandboxError:
                pass  # the page itself may be good
        return ReadPage(services.extract_pool.read_page(extractor, page, services.clock()))


def _page_of(work: PageJob, response: Fetched) -> Page:
    job = work.job
    return Page(
        body=response.body,
        url=response.url,
        content_type=response.headers.get("content-type", ""),
        feed_title=job.title,
        feed_text=job.text or job.summary,
        published_at=job.published_at,
        timezone=work.feed.timezone,
        lang=job.lang,
        asked_url=work.url,
        robots_tag=response.headers.get("x-robots-tag", ""),
    )


def _metadata(work: PageJob) -> FeedMetadata:
    job = work.job
    return FeedMetadata(
        title=job.title,
        text=job.text or job.summary,
        author=job.author,
        source=job.source,
        lang=job.lang,
        tags=job.tags,
        published_at=job.published_at,
        published_raw=job.published_raw,
        updated_at=job.updated_at,
        timezone=work.feed.timezone,
        agency=work.feed.agency,
    )
