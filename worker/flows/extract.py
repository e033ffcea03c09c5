"""One extraction job: claim, ask robots.txt, fetch the page, extract, store the result and the job's end."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from celery.exceptions import SoftTimeLimitExceeded

from worker.errors import (
    BlockedAddress,
    ExtractError,
    FetchError,
    PermanentFetchError,
    ServiceError,
    TransientFetchError,
)
from worker.extract.registry import extractor_of
from worker.fetch import PAGE_ACCEPT
from worker.flows import admission, derive, match, second_look
from worker.flows.admission import HostClosed, Leave
from worker.flows.leases import LEASE_S, Lease
from worker.flows.services import Services
from worker.records import Catalog, Extraction, FeedConfig, Fetched, FetchRequest, HostRule, NotModified, Page
from worker.schedule.hints import read_retry_after
from worker.store import config as config_store
from worker.store import events as event_store
from worker.store import feeds as feed_store
from worker.store import hosts as host_store
from worker.store import jobs as job_store
from worker.store import retried
from worker.store.feeds import host_of, ports_of
from worker.store.jobs import RunningJob

FULLTEXT = "fulltext"
MAX_ATTEMPTS = 6
FIRST_RETRY_S = 60.0
MAX_RETRY_S = 6 * 3600.0
MAX_SLOT_WAIT_S = 3.0
LONGEST_JOB_S = 300.0
MAX_PAGE_BYTES = 10 * 1024 * 1024
MAX_ROBOTS_PAUSE_S = 5.0  # a page waits this long after its robots.txt; longer delays put the job back

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Work:
    """A claimed job with the config it runs under."""

    job: RunningJob
    feed: FeedConfig
    service: Catalog
    rule: HostRule

    @property
    def url(self) -> str:
        return self.job.url or ""


class _Later(Exception):  # noqa: N818 - no error: the job goes back
    """The job cannot start yet."""

    def __init__(self, wait_s: float, why: str) -> None:
        super().__init__(why)
        self.wait_s = wait_s


def run(services: Services, job_id: int, *, kind: str, article: int) -> dict[str, object]:
    """Do one job; gives how it ended, raises ExtractError when it is dead."""
    with structlog.contextvars.bound_contextvars(job=job_id, article=article, kind=kind):
        now = services.clock()
        with services.db.write() as connection:
            job = job_store.claim(connection, job_id, now, LEASE_S)
            config = config_store.read_config(connection)
            feed = feed_store.read_feed(connection, job.feed) if job else None
        if job is None or config is None or feed is None:
            return {"outcome": "stale"}
        work = _Work(job, feed, config.service, config.service.host_rule(host_of(job.url or "")))
        with services.keeper.hold(Lease("job", str(job.id), job.lease), at_most_s=LONGEST_JOB_S):
            return _work(services, work)


def _work(services: Services, work: _Work) -> dict[str, object]:
    """Do the work and note its end; the one bare except around one job is here."""
    job = work.job
    if job.attempts > MAX_ATTEMPTS:
        return _failed(services, work, f"given up: the worker died in {MAX_ATTEMPTS} attempts", final=True)
    try:
        if not job.host:
            return _done(services, work, *derive.run(services, job, work.feed))
        answer = _fetch(services, work)
        extraction = answer if isinstance(answer, Extraction) else _extract(services, work, answer)
        body = answer.body if isinstance(answer, Fetched) else b""
        return _done(services, work, extraction, hashlib.sha256(body).hexdigest())
    except _Later as later:
        until = services.clock() + timedelta(seconds=later.wait_s)
        with services.db.write() as connection:
            job_store.defer(connection, job, until, str(later))
        return {"outcome": "deferred", "why": str(later)}
    except FetchError as exc:
        return _after_fetch_error(services, work, exc)
    except ExtractError as exc:  # nothing makes this kind: its plug-in is gone
        return _failed(services, work, str(exc), final=True)
    except ServiceError:
        raise  # the database is away: the lease runs out and the job is sent again
    except SoftTimeLimitExceeded:
        return _failed(services, work, "took longer than the time limit", final=job.attempts > 1)
    except Exception as exc:
        log.exception("extraction broke")
        error = f"internal error: {type(exc).__name__}: {exc}".splitlines()[0]
        return _failed(services, work, error, final=job.attempts > 2)


def _fetch(services: Services, work: _Work) -> Fetched | Extraction:
    """The page, or the refusal that robots.txt amounts to. Raises FetchError, or _Later for a busy host."""
    job = work.job
    leave = admission.ask(
        services,
        host_of(work.url),
        work.rule,
        job.lease,
        lambda connection: job_store.holds(connection, job.id, job.lease),
        max_wait_s=MAX_SLOT_WAIT_S,
    )
    if leave is None:
        raise _Later(0.0, "the lease was lost")
    if not isinstance(leave, Leave):
        raise _Later(leave.wait_s, leave.why)
    with admission.held(services, leave, work.service, at_most_s=LONGEST_JOB_S) as enter:
        try:
            answer = _ask(services, work, enter)
        except HostClosed as exc:
            raise _Later(max(exc.wait_s, FIRST_RETRY_S), str(exc)) from exc
        except FetchError as exc:
            _keep_away(services, work, exc)
            raise
    if isinstance(answer, NotModified):
        raise PermanentFetchError("304 without a validator sent", url=work.url, status=304)
    return answer


def _ask(services: Services, work: _Work, enter: Callable[[str], None]) -> Fetched | NotModified | Extraction:
    """robots.txt, if nobody has it, then the page."""
    before = services.robots.requests_sent
    verdict = services.robots.check(work.url, work.service, ports_of(work.feed.url))
    if verdict.is_temporary:
        raise TransientFetchError(verdict.reason, url=work.url)
    if not verdict.allowed:
        return Extraction("refused", verdict.reason)
    pause_s = max(work.rule.delay_s, verdict.crawl_delay_s or 0.0)
    if services.robots.requests_sent > before and pause_s:
        if pause_s > MAX_ROBOTS_PAUSE_S:
            raise _Later(pause_s, "robots.txt was just fetched")
        time.sleep(pause_s)
    return services.fetcher.fetch(_page_request(work), enter)


def _page_request(work: _Work) -> FetchRequest:
    return FetchRequest(
        url=work.url,
        accept=PAGE_ACCEPT,
        timeout_s=work.feed.timeout_s,
        max_bytes=MAX_PAGE_BYTES,
        allow_private=work.service.allow_private,
        contact=work.service.contact,
        ports=ports_of(work.feed.url),
    )


def _extract(services: Services, work: _Work, answer: Fetched) -> Extraction:
    job = work.job
    page = Page(
        body=answer.body,
        url=answer.url,
        content_type=answer.headers.get("content-type", ""),
        feed_title=job.title,
        feed_text=job.text or job.summary,
        published_at=job.published_at,
        timezone=work.feed.timezone,
        lang=job.lang,
    )
    run = extractor_of(job.kind).run
    if run is None:
        raise ExtractError(f'"{job.kind}" does not fetch pages')
    return run(page, now=services.clock())


def _done(services: Services, work: _Work, extraction: Extraction, digest: str) -> dict[str, object]:
    text = extraction.payload.get("text") if work.job.kind == FULLTEXT and extraction.status == "ok" else None
    look = second_look.prepare(services, work.job, work.feed, text) if text else None
    if not retried(lambda: _finish(services, work, extraction, digest, look)):
        log.warning("lease lost, result dropped")
        return {"outcome": "stale"}
    if look:
        _match(services, look.article)
    return {"outcome": "done", "status": extraction.status, "reason": extraction.reason}


def _finish(
    services: Services, work: _Work, extraction: Extraction, digest: str, look: second_look.Look | None
) -> bool:
    """Store the result, the job's end and what is to be looked at again in one transaction."""
    with services.db.write() as connection:
        kept = job_store.finish(
            connection,
            work.job,
            extraction,
            extractor=extractor_of(work.job.kind).name,
            input_sha256=digest,
            now=services.clock(),
        )
        if kept and look:
            second_look.publish(connection, look, services.clock())
    return kept


def _match(services: Services, article: int) -> None:
    """Decide the article's copies again; what cannot be done now is done by the sweep."""
    try:
        match.run(services, [article])
    except Exception:
        log.exception("article left for the sweep")


def _after_fetch_error(services: Services, work: _Work, exc: FetchError) -> dict[str, object]:
    final = isinstance(exc, PermanentFetchError | BlockedAddress) and exc.status != 403
    return _failed(services, work, str(exc), final=final, wait_s=_retry_after_s(exc, services.clock()))


def _keep_away(services: Services, work: _Work, exc: FetchError) -> None:
    """Keep all polls and pages from a host that asked to wait, before its slot is free again."""
    host = host_of(exc.url or work.url)
    if exc.status in (429, 503) and work.service.host_rule(host).retry_after_scope == "host":
        now = services.clock()
        wait_s = _retry_after_s(exc, now) or _back_off_s(services, work.job.attempts)
        until = now + timedelta(seconds=wait_s)
        with services.db.write() as connection:
            host_store.cool_host(connection, host, until, f"host asked to wait: {exc}")


def _retry_after_s(exc: FetchError, now: datetime) -> float | None:
    asked = read_retry_after(exc.headers, now)
    return asked.wait_s if asked else None


def _back_off_s(services: Services, attempts: int) -> float:
    return min(FIRST_RETRY_S * 4.0 ** (attempts - 1), MAX_RETRY_S) * services.rng.uniform(1.0, 1.2)


def _failed(
    services: Services, work: _Work, error: str, *, final: bool, wait_s: float | None = None
) -> dict[str, object]:
    job, now = work.job, services.clock()
    final = final or job.attempts >= MAX_ATTEMPTS
    retry_at: datetime | None = None
    if not final:
        retry_at = now + timedelta(seconds=max(wait_s or 0.0, _back_off_s(services, job.attempts)))
    with services.db.write() as connection:
        job_store.fail(connection, job, error, retry_at=retry_at, now=now)
        if final:
            message = f"{job.kind} of article {job.article}: {error}"
            event_store.add_events(connection, now, [("job.dead", message)], job_id=job.id, feed_id=job.feed)
    if final:
        raise ExtractError(error)
    return {"outcome": "failed", "error": error, "next_attempt": f"{retry_at:%Y-%m-%dT%H:%M:%SZ}"}
