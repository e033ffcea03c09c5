"""The extraction of a job: from its page, which is fetched, or else from what is known of the article."""

import hashlib
import json
from dataclasses import asdict

from worker.extract import extractor_of, make_extractor_input
from worker.fetch.url import host_of
from worker.flows import fetch_page, network
from worker.flows.fetch_page import PageJob
from worker.flows.services import Services
from worker.records import Extraction, ExtractorInput, FeedConfig, Fetched, Kind, Page
from worker.store import results as result_store
from worker.store.jobs import RunningJob

EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()


def make_extraction(services: Services, work: PageJob) -> tuple[Extraction, str]:
    """The result, and the digest of its input. Raises FetchError, SandboxError or RetryLater."""
    if not work.job.host:
        return _derive(services, work.job, work.feed)
    with services.turns.waiting():
        response = fetch_page.fetch(services, work)
    if isinstance(response, Fetched):
        network.record_page_response(services, host_of(response.url))
    if isinstance(response, Extraction):
        return response, EMPTY_SHA256
    return _extract_page(services, work, response), hashlib.sha256(response.body).hexdigest()


def read_input(services: Services, job: RunningJob, feed: FeedConfig) -> tuple[ExtractorInput, str]:
    """What is known of an article, from the stored page or else the feed, and its digest."""
    with services.db.read() as connection:
        page = result_store.newest_of(connection, job.article, Kind.FULLTEXT)
        metadata = result_store.feed_word(connection, job.article, feed.timezone)
    given = make_extractor_input(job.url or "", page, metadata)
    return given, hashlib.sha256(json.dumps(asdict(given), sort_keys=True, default=str).encode()).hexdigest()


def _derive(services: Services, job: RunningJob, feed: FeedConfig) -> tuple[Extraction, str]:
    """Extract without network; raises SandboxError."""
    given, digest = read_input(services, job, feed)
    with services.turns.waiting():
        return services.extract_pool.derive(extractor_of(job.kind), given, services.clock()), digest


def _extract_page(services: Services, work: PageJob, response: Fetched) -> Extraction:
    job = work.job
    page = Page(
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
    with services.turns.waiting():
        return services.extract_pool.read_page(extractor_of(job.kind), page, services.clock())
