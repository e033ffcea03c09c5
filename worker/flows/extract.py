"""One extraction job: claim, fetch the page if needed, extract, store the result and the job's state."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from worker.errors import ExtractError, FetchError, SandboxBrokenError, SandboxError, ServiceError
from worker.fetch.url import host_of
from worker.flows import heartbeats, jobs, network, pace, patience, retries, store_result
from worker.flows.extraction import EMPTY_SHA256, MadeExtraction, make_extraction, read_input
from worker.flows.failure_lines import describe_dead_job, describe_failed_job
from worker.flows.fetch_page import LONGEST_JOB_S, PageJob, RetryLater
from worker.flows.leases import LEASE_S, Lease
from worker.flows.retries import RetryPolicy
from worker.flows.services import Services
from worker.flows.store_result import Result
from worker.logs import get_logger
from worker.records import EventKind, Extraction
from worker.redaction import redact
from worker.schedule import AWAY
from worker.store import config as config_store
from worker.store import events as event_store
from worker.store import feeds as feed_store
from worker.store import jobs as job_store
from worker.store import retried
from worker.store.jobs import RunningJob

LIMIT_WAIT_S = 2.0  # retry delay of a job when its kind is at its limit

log = get_logger(__name__)


def run(services: Services, job_id: int, *, kind: str, article: int) -> dict[str, object]:
    """Run one job; returns how it ended. Raises ExtractError if it is dead."""
    try:
        result = _run(services, job_id, kind, article)
    except ExtractError:
        pace.note_ended(services)
        raise
    if result["outcome"] != "stale":
        pace.note_ended(services)
    return result


def _run(services: Services, job_id: int, kind: str, article: int) -> dict[str, object]:
    bound = structlog.contextvars.bound_contextvars(job=job_id, article=article, kind=kind)
    with services.turns.taken(), bound:
        now = services.clock()
        with services.db.write() as connection:
            config = config_store.read_service(connection)
            most = jobs.kind_limits(config).get(kind) if config else None
            if most is not None and job_store.running(connection, kind, now) >= most:
                why = f"{most} jobs of this kind are running already"
                job_store.put_back(connection, job_id, now + timedelta(seconds=LIMIT_WAIT_S), why)
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
                return _defer_for_outage(services, connection, job)
        work = PageJob(job, feed, config, config.host_rule(host_of(job.url or "")))
        with _hold(services, job):
            result = _work(services, work)
        if not job.host or result["outcome"] != "done":
            return result
        then = result.pop("then", None)
        return result | (_follow(services, work) if then is None else {"then": then} if then else {})


def _hold(services: Services, *held: RunningJob) -> AbstractContextManager[None]:
    leases = (Lease("job", str(job.id), job.lease) for job in held)
    return services.keeper.hold(*leases, at_most_s=LONGEST_JOB_S)


def _follow(services: Services, work: PageJob) -> dict[str, object]:
    """Run the jobs that waited for this page at once; returns how each ended.

    Raises ExtractError, after all have run, if one is dead. Kinds of plug-ins, kinds with a limit and jobs
    of a worker that dies here are left to the queue.
    """
    waited = retried(lambda: _claim_waiting(services, work))
    if not waited:
        return {}
    with _hold(services, *(one.job for one in waited)):
        return {"then": _follow_together(services, waited) or _follow_apart(services, waited)}


def _follow_together(services: Services, waited: Sequence[PageJob]) -> dict[str, object] | None:
    """Extract and store several kinds at once; None, with nothing stored, if that fails for any of them."""
    if any(one.job.attempts > retries.MAX_ATTEMPTS for one in waited):
        return None
    try:
        given, digest = read_input(services, waited[0].job, waited[0].feed)
        with services.turns.waiting():
            kinds = [one.job.kind for one in waited]
            made = services.extract_pool.derive_all(kinds, given, services.clock())
        results = [Result(one.job, made[one.job.kind], digest) for one in waited]
        kept = retried(lambda: store_result.finish(services, results))
    except ServiceError:
        raise
    except Exception:
        log.warning(store_result.APART, exc_info=True)
        return None
    return {
        one.job.kind: one.extraction.status if is_kept else "stale"
        for one, is_kept in zip(results, kept, strict=True)
    }


def _follow_apart(services: Services, waited: Sequence[PageJob]) -> dict[str, object]:
    """Run jobs one after another; raises ExtractError, after all have run, if one is dead."""
    ends: dict[str, object] = {}
    dead: list[str] = []
    for one in waited:
        job = one.job
        try:
            with structlog.contextvars.bound_contextvars(job=job.id, kind=job.kind):
                end = _work(services, one)
        except ExtractError as exc:
            dead.append(str(exc))
        else:
            ends[job.kind] = end.get("status", end["outcome"])
    if dead:
        raise ExtractError("; ".join(dead))
    return ends


def _claim_waiting(services: Services, work: PageJob) -> list[PageJob]:
    """Claim the jobs that waited for a page, under the config of now: the page may have taken minutes."""
    with services.db.write() as connection:
        config = config_store.read_service(connection)
        feed = feed_store.read_feed(connection, work.job.feed)
        if config is None or feed is None:
            return []
        kinds = jobs.following_kinds(config, feed)
        now = services.clock()
        waited = job_store.claim_dependent(connection, work.job.article, kinds, now, LEASE_S)
    return [PageJob(job, feed, config, work.rule) for job in waited]


def _defer_for_outage(services: Services, connection: Connection, job: RunningJob) -> dict[str, object]:
    """Defer a job while the network is down; this does not count as an attempt."""
    until = services.clock() + timedelta(seconds=services.rng.uniform(*network.PAGE_S))
    job_store.defer(connection, job, until, AWAY)
    return {"outcome": "deferred", "why": AWAY}


def _fetch_failed(services: Services, work: PageJob, exc: FetchError) -> dict[str, object]:
    """Handle a failed page fetch; if no server responded, our own network may be down."""
    host = host_of(work.url)
    if exc.fault:
        with services.db.write() as connection:
            if network.judge_page(services, connection, host, exc.fault):
                return _defer_for_outage(services, connection, work.job)
    elif exc.status is not None:
        patience.store(services, lambda: network.record_page_response(services, host))
    retry_after_s = retries.retry_after_s(exc, services.clock())
    return _failed(services, work, str(exc), retries.policy_for(exc), retry_after_s)


def _work(services: Services, work: PageJob) -> dict[str, object]:
    """Run a claimed job and store its end. The only bare except around a job."""
    job = work.job
    if job.attempts > retries.MAX_ATTEMPTS:
        return _failed(services, work, f"given up after {retries.MAX_ATTEMPTS} attempts that did not end")
    try:
        made = make_extraction(services, work)
        return (
            store_result.store_unchanged(services, work)
            if made is None
            else store_result.store(services, work, made)
        )
    except RetryLater as later:
        return _put_off(services, work, later)
    except FetchError as exc:
        return _fetch_failed(services, work, exc)
    except SandboxError as exc:
        return _sandbox_failed(services, work, exc)
    except (
        ExtractError
    ) as exc:  # no extractor makes this kind here: its plug-in was removed or is not installed yet
        return _failed(services, work, str(exc), retries.INTERNAL)
    except ServiceError:
        raise  # the database is unreachable: the lease expires and the job is enqueued again
    except Exception as exc:
        if not _is_held(services, work.job):  # its article was purged or changed concurrently
            return {"outcome": "stale"}
        log.exception("extraction failed")
        error = f"internal error: {type(exc).__name__}: {exc}".splitlines()[0]
        return _failed(services, work, error, retries.INTERNAL)


def _put_off(services: Services, work: PageJob, later: RetryLater) -> dict[str, object]:
    def defer() -> None:
        with services.db.write() as connection:
            until = services.clock() + timedelta(seconds=later.wait_s)
            job_store.defer(connection, work.job, until, str(later), is_attempt=later.is_attempt)

    patience.store(services, defer)
    return {"outcome": "deferred", "why": str(later)}


def _is_held(services: Services, job: RunningJob) -> bool:
    with services.db.read() as connection:
        return job_store.holds(connection, job.id, job.lease)


def _sandbox_failed(services: Services, work: PageJob, exc: SandboxError) -> dict[str, object]:
    """Retry if the failure may be environmental or due to a bug of ours; otherwise refuse the input."""
    if exc.trace:
        log.error("extraction failed", trace=exc.trace)
        return _failed(services, work, f"internal error: {exc}", retries.INTERNAL)
    if isinstance(exc, SandboxBrokenError):
        heartbeats.report_trouble(services, str(exc))
        return _failed(services, work, str(exc), retries.INTERNAL)
    if exc.is_busy:  # the input is not to blame
        return _failed(services, work, str(exc), retries.BUSY)
    if exc.may_pass and work.job.attempts < retries.LIMIT.attempts:
        return _failed(services, work, str(exc), retries.LIMIT)
    refused = MadeExtraction(Extraction("refused", str(exc)), EMPTY_SHA256)
    return store_result.store(services, work, refused)


def _failed(
    services: Services,
    work: PageJob,
    error: str,
    policy: RetryPolicy = retries.GIVE_UP,
    retry_after_s: float = 0.0,
) -> dict[str, object]:
    """Store a failure: retried by its policy, at the earliest after `retry_after_s` seconds, or dead.

    A job that was lost meanwhile, for example because its article changed, has not failed.
    """
    job, error = work.job, redact(error)
    pause_s = policy.pause_s(job.attempts, services.rng)
    wait_s = None if pause_s is None else max(retry_after_s, pause_s)
    is_kept, retry_at = patience.store(services, lambda: _store_failure(services, work, error, wait_s))
    if not is_kept:
        return {"outcome": "stale"}
    line = describe_failed_job(
        error, job.kind, job.article, job=job.id, feed=job.feed, url=work.url, next_attempt_at=retry_at
    )
    if retry_at is None:
        raise ExtractError(line)
    return {"outcome": "failed", "error": line, "next_attempt_at": retry_at}


def _store_failure(
    services: Services, work: PageJob, error: str, wait_s: float | None
) -> tuple[bool, datetime | None]:
    """Whether the failure was stored, and when the job is tried again."""
    job, now = work.job, services.clock()
    retry_at = None if wait_s is None else now + timedelta(seconds=wait_s)
    with services.db.write() as connection:
        if not job_store.fail(connection, job, error, retry_at=retry_at, now=now):
            return False, None
        if retry_at is None:
            said = describe_dead_job(error, job.kind, job.article, job=job.id, url=work.url)
            about = {"feed_id": job.feed, "article_id": job.article}
            event_store.add_job_event(connection, now, (EventKind.JOB_DEAD, said), job_id=job.id, **about)
    return True, retry_at
