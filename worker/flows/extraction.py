"""The extraction of a job: from its page, which is fetched, or else from what is known of the article."""

import hashlib

from worker.errors import SandboxError
from worker.extract import digest_of, extractor_of, make_extractor_input
from worker.fetch.url import host_of
from worker.flows import fetch_page, jobs, network
from worker.flows.fetch_page import PageJob
from worker.flows.services import Services
from worker.records import Extraction, ExtractorInput, FeedConfig, FeedMetadata, Fetched, Kind, Page, ReadPage
from worker.store import results as result_store
from worker.store.jobs import RunningJob

EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()


def make_extraction(services: Services, work: PageJob) -> tuple[Extraction, str, ReadPage | None]:
    """The result, the digest of its input, and what else was made of a page.

    Raises FetchError, SandboxError or RetryLater.
    """
    if not work.job.host:
        return *_derive(services, work.job, work.feed), None
    with services.turns.waiting():
        response = fetch_page.fetch(services, work)
    if isinstance(response, Fetched):
        network.record_page_response(services, host_of(response.url))
    if isinstance(response, Extraction):
        return response, EMPTY_SHA256, None
    read = _extract_page(services, work, response)
    return read.own, hashlib.sha256(response.body).hexdigest(), read if read.others else None


def read_input(services: Services, job: RunningJob, feed: FeedConfig) -> tuple[ExtractorInput, str]:
    """What is known of an article, from the stored page or else the feed, and its digest."""
    with services.db.read() as connection:
        page = result_store.newest_of(connection, job.article, Kind.FULLTEXT)
        metadata = result_store.feed_word(connection, job.article, feed.timezone)
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
    )
