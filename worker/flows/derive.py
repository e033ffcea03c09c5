"""Extraction without network: what is computed from the stored page, or from the feed where there is none."""

import hashlib
import json
from dataclasses import asdict

from worker.extract import extractor_of, make_extractor_input
from worker.flows.services import Services
from worker.records import Extraction, FeedConfig
from worker.store import results as result_store
from worker.store.jobs import RunningJob

PAGE_KIND = "fulltext"


def run(services: Services, job: RunningJob, feed: FeedConfig) -> tuple[Extraction, str]:
    """The result of a claimed job, and the digest of what it was computed from. Raises FencedError."""
    with services.db.read() as connection:
        page = result_store.newest_of(connection, job.article, PAGE_KIND)
        said = result_store.feed_word(connection, job.article, feed.timezone)
    material = make_extractor_input(job.url or "", page, said)
    digest = hashlib.sha256(json.dumps(asdict(material), sort_keys=True, default=str).encode()).hexdigest()
    return services.extract_pool.derive(extractor_of(job.kind), material, services.clock()), digest
