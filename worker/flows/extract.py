"""One extraction job: claim, get the page, extract, store the result and the job's end."""

import hashlib
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from worker.errors import ExtractError, FetchError, SandboxError, ServiceError, StoreError
from worker.extract import extractor_of
from worker.flows import (
    attribution,
    derive,
    fetch_page,
    jobs,
    match,
    network,
    retries,
    second_look,
)
from worker.flows.fetch_page import LONGEST_JOB_S, PageJob, RetryLater
from worker.flows.leases import LEASE_S, Lease
from worker.flows.retries import Plan
from worker.flows.services import Services
from worker.records import Extraction, Fetched, Page
from worker.redaction import redact
from worker.schedule import AWAY
from worker.store import config as config_store
from worker.store import events as event_store
from worker.store import feeds as feed_store
from worker.store import jobs as job_store
from worker.store import retried
from worker.store.feeds import host_of
from worker.store.jobs import RunningJob

FULLTEXT = "fulltext"
FULL_S = 2.0  # how soon a job comes back that found as many of its kind running as may

log = structlog.get_logger(__name__)


def run(services: Services, job_id: int, *, kind: str, article: int) -> dict[str, object]:
    """Do one job; gives how it ended, raises ExtractError when it is dead."""
    with structlog.contextvars.bound_contextvars(job=job_id, article=article, kind=kind):
        now = services.clock()
        with services.db.write() as connection:
            config = config_store.read_config(connection)
            most = jobs.limits(config.service).get(kind) if config else None
            if most is not None and job_store.running(connection, kind, now) >= most:
                why = f"{most} jobs of this kind run already"
                job_store.put_back(connection, job_id, now + timedelta(seconds=FULL_S), why)
                return {"outcome": "deferred", "why": why}
            job = job_store.claim(connection, job_id, now, LEASE_S)
            feed = feed_store.read_feed(connection, job.feed) if job else None
            if job is None or config is None or feed is None:
                return {"outcome": "stale"}
            if feed.extract_kinds is not None and kind not in feed.extract_kinds:
                job_store.drop(connection, job, now)
                return {"outcome": "dropped", "why": f'feed "{feed.id}" does not want this kind'}
            outage = network.read(services, connection) if job.host else None
            if outage and not network.take_probe_in(services, connection, outage):
                return _hold(services, connection, job)
        work = PageJob(job, feed, config.service, config.service.host_rule(host_of(job.url or "")))
        with services.keeper.hold(Lease("job", str(job.id), job.lease), at_most_s=LONGEST_JOB_S):
            return _work(services, work)


def _hold(services: Services, connection: Connection, job: RunningJob) -> dict[str, object]:
    """Put a job back whose page cannot be fetched without a network; that is no attempt."""
    until = services.clock() + timedelta(seconds=services.rng.uniform(*network.PAGE_S))
    job_store.defer(connection, job, until, AWAY)
    return {"outcome": "deferred", "why": AWAY}


def _fetch_failed(services: Services, work: PageJob, exc: FetchError) -> dict[str, object]:
    """Note that a page was not fetched; where no server responded, that may be our own outage."""
    if exc.fault:
        with services.db.write() as connection:
            if network.judge_page(services, connection, host_of(work.url), exc.fault):
                return _hold(services, connection, work.job)
    elif exc.status is not None:
        network.page_came(services, host_of(work.url))
    asked_s = retries.asked_wait_s(exc, services.clock())
    return _failed(services, work, str(exc), retries.plan_of(exc), asked_s)


def _work(services: Services, work: PageJob) -> dict[str, object]:
    """Do the work and note its end; the one bare except around one job is here."""
    job = work.job
    if job.attempts > retries.MAX_ATTEMPTS:
        return _failed(services, work, f"given up after {retries.MAX_ATTEMPTS} attempts that had no end")
    try:
        return _done(services, work, *_make(services, work))
    except RetryLater as later:
        until = services.clock() + timedelta(seconds=later.wait_s)
        with services.db.write() as connection:
            job_store.defer(connection, job, until, str(later), is_attempt=later.is_attempt)
        return {"outcome": "deferred", "why": str(later)}
    except FetchError as exc:
        return _fetch_failed(services, work, exc)
    except SandboxError as exc:
        return _broke(services, work, exc)
    except ExtractError as exc:  # nothing makes this kind here: its plug-in is gone, or not installed yet
        return _failed(services, work, str(exc), retries.OUR_FAULT)
    except ServiceError:
        raise  # the database is away: the lease runs out and the job is sent again
    except Exception as exc:
        if not _is_held(services, work.job):  # its article was purged, or changed, meanwhile
            return {"outcome": "stale"}
        log.exception("extraction broke")
        error = f"internal error: {type(exc).__name__}: {exc}".splitlines()[0]
        return _failed(services, work, error, retries.OUR_FAULT)


def _is_held(services: Services, job: RunningJob) -> bool:
    with services.db.read() as connection:
        return job_store.holds(connection, job.id, job.lease)


def _make(services: Services, work: PageJob) -> tuple[Extraction, str]:
    """The result, and the digest of what it was made of. Raises FetchError, FencedError or Later."""
    if not work.job.host:
        return derive.run(services, work.job, work.feed)
    answer = fetch_page.fetch(services, work)
    if isinstance(answer, Fetched):
        network.page_came(services, host_of(answer.url))
    if isinstance(answer, Extraction):
        return answer, hashlib.sha256(b"").hexdigest()
    return _extract(services, work, answer), hashlib.sha256(answer.body).hexdigest()


def _broke(services: Services, work: PageJob, exc: SandboxError) -> dict[str, object]:
    """Once more when it may have been the machine or will be mended; otherwise the input is refused."""
    if exc.trace:
        log.error("extraction broke", trace=exc.trace)
        return _failed(services, work, f"internal error: {exc}", retries.OUR_FAULT)
    if exc.may_pass and work.job.attempts < retries.LIMIT.attempts:
        return _failed(services, work, str(exc), retries.LIMIT)
    return _done(services, work, Extraction("refused", str(exc)), hashlib.sha256(b"").hexdigest())


def _extract(services: Services, work: PageJob, answer: Fetched) -> Extraction:
    job = work.job
    given = Page(
        body=answer.body,
        url=answer.url,
        content_type=answer.headers.get("content-type", ""),
        feed_title=job.title,
        feed_text=job.text or job.summary,
        published_at=job.published_at,
        timezone=work.feed.timezone,
        lang=job.lang,
        asked_url=work.url,
        robots_tag=answer.headers.get("x-robots-tag", ""),
    )
    return services.extract_pool.read_page(extractor_of(job.kind), given, services.clock())


def _done(services: Services, work: PageJob, extraction: Extraction, digest: str) -> dict[str, object]:
    text = extraction.payload.get("text") if work.job.kind == FULLTEXT and extraction.status == "ok" else None
    look = _look(services, work, text) if text else None
    try:
        kept = retried(lambda: _finish(services, work, extraction, digest, look))
    except StoreError:
        if look is None:
            raise
        log.exception("the sketch of the page's text cannot be stored")
        look = None
        kept = retried(lambda: _finish(services, work, extraction, digest, None))
    if not kept:
        log.warning("lease lost, result dropped")
        return {"outcome": "stale"}
    if look:
        _match(services, look.article)
    return {"outcome": "done", "status": extraction.status, "reason": extraction.reason}


def _look(services: Services, work: PageJob, text: str) -> second_look.Look | None:
    """The sketch of the page's text; None also when it cannot be made: the result is kept without it."""
    try:
        return second_look.prepare(services, work.job, work.feed, text)
    except ServiceError:
        raise
    except Exception:
        log.exception("the page's text cannot be sketched")
        return None


def _finish(
    services: Services, work: PageJob, extraction: Extraction, digest: str, look: second_look.Look | None
) -> bool:
    """Store the result, the job's end and what follows for the story in one transaction."""
    job, now = work.job, services.clock()
    is_credit = extraction.payload.get("kind") == attribution.CREDIT == job.kind
    with services.db.write() as connection:
        stories = attribution.lock(connection, job.article) if is_credit else ()
        kept = job_store.finish(
            connection,
            job,
            extraction,
            extractor=extractor_of(job.kind).name,
            input_sha256=digest,
            now=now,
        )
        if kept and look:
            second_look.publish(connection, look, now)
        if kept and is_credit:
            attribution.take_in(connection, job.article, stories, extraction.payload, now)
    return kept


def _match(services: Services, article: int) -> None:
    """Decide the article's copies again; what cannot be done now is done by the sweep."""
    try:
        match.run(services, [article])
    except Exception:
        log.exception("article left for the sweep")


def _failed(
    services: Services, work: PageJob, error: str, plan: Plan = retries.GIVE_UP, asked_s: float = 0.0
) -> dict[str, object]:
    """Note a failure: tried again by its plan, not before `asked_s` seconds, or dead."""
    job, now, error = work.job, services.clock(), redact(error)
    pause_s = plan.pause_s(job.attempts, services.rng)
    retry_at = None if pause_s is None else now + timedelta(seconds=max(asked_s, pause_s))
    with services.db.write() as connection:
        job_store.fail(connection, job, error, retry_at=retry_at, now=now)
        if retry_at is None:
            message = f"{job.kind} of article {job.article}: {error}"
            event_store.add_events(connection, now, [("job.dead", message)], job_id=job.id, feed_id=job.feed)
    if retry_at is None:
        raise ExtractError(error)
    return {"outcome": "failed", "error": error, "next_attempt_at": retry_at}
