"""One poll of one feed: claim, fetch, parse, reconcile, sketch, store, match."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection

from worker.config import reads_alike
from worker.errors import ConflictError, FetchError, ServiceError
from worker.flows import fetch_feed, host_access, match, network
from worker.flows.fetch_feed import Attempt
from worker.flows.host_access import HostBusy, HostPermit
from worker.flows.intake import Prepared, Stored, describe_failures, prepare, store_each
from worker.flows.leases import LEASE_S, Lease
from worker.flows.services import Services
from worker.records import Config, Decision, FeedConfig, FeedState, Outcome, PollReport
from worker.redaction import redact
from worker.schedule import AWAY, Outage, Trial, decide_next, hold_still
from worker.store import articles as article_store
from worker.store import config as config_store
from worker.store import events as event_store
from worker.store import hosts as host_store
from worker.store import polls as poll_store
from worker.store import retried
from worker.store.feeds import host_of

MAX_SLOT_WAIT_S = 5.0  # a poll that would wait longer for its host is deferred
PARSE_MARGIN_S = 60.0  # beyond the request's own timeout, after which a hung poll loses its lease
# A feed whose last polls each ended with the death of their worker is backed off at the second one: after the
# first, it is polled with no other such feed in the same worker.
MAX_UNFINISHED = 2
SUSPECT_WAIT_S = (1.0, 5.0)
UNREADABLE_S = 900.0  # retry delay of a feed with an unreadable row, written by another version
NOTHING = Prepared((), ())

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PollSummary:
    """The result of a poll, as Flower and the operator see it."""

    feed: str
    outcome: Outcome
    http_status: int | None = None
    new: int = 0
    updated: int = 0
    copies: int = 0
    error: str | None = None
    next_due_at: datetime | None = None
    next_due_reason: str = ""

    def result(self) -> dict[str, object]:
        """The task's result. Raises FetchError with a one-line message if the feed could not be fetched."""
        due = self.next_due_at.strftime("%Y-%m-%dT%H:%M:%SZ") if self.next_due_at else None
        if self.outcome in {Outcome.FAILED, Outcome.BLOCKED, Outcome.GONE}:
            again = f", next try {self.next_due_at:%H:%MZ}" if self.next_due_at else ", no retry"
            raise FetchError(f"{self.error}{again}")
        counts = {"new": self.new, "updated": self.updated, "copies": self.copies}
        error = {"error": self.error} if self.error else {}
        return {"outcome": self.outcome.value, "http": self.http_status, **counts, "next_due": due,
                "why": self.next_due_reason, **error}  # fmt: skip


@dataclass(slots=True)
class _Claimed:
    """A claimed poll in progress."""

    feed: FeedConfig
    state: FeedState
    host: str
    lease: str
    config: Config
    outage: Outage | None = None  # of this machine's network when the poll began
    unfinished: int = 0  # previous polls that began and did not end
    prepared: Prepared = NOTHING


def run(services: Services, feed: str, lease: str) -> PollSummary:
    """Poll one claimed feed; on any outcome, the attempt and the next due time are stored."""
    with structlog.contextvars.bound_contextvars(feed=feed):
        try:
            claimed = _read_claim(services, feed, lease)
        except ServiceError:
            raise
        except Exception as exc:
            log.exception("the stored feed cannot be read")
            return _store_error_only(services, feed, lease, _describe_error(exc), UNREADABLE_S)
        if claimed is None:
            return PollSummary(feed, Outcome.STALE)
        if claimed.outage and not network.take_probe(services, claimed.outage):
            return _defer(services, claimed, services.rng.uniform(*network.DEFERRED_S), AWAY)
        if claimed.unfinished >= MAX_UNFINISHED:
            return _back_off(services, claimed)
        with _alone_if_suspect(services, claimed) as is_free:
            if not is_free:
                wait_s = services.rng.uniform(*SUSPECT_WAIT_S)
                return _defer(
                    services,
                    claimed,
                    wait_s,
                    "waits until another feed that was hard to read has been polled",
                )
            return _run_claimed(services, claimed)


@contextmanager
def _alone_if_suspect(services: Services, claimed: _Claimed) -> Iterator[bool]:
    """Whether the poll may proceed: feeds that crashed their worker or hit a limit run one at a time."""
    if not claimed.unfinished and not claimed.state.ended_readings:
        yield True
        return
    is_free = services.suspect.acquire(blocking=False)
    try:
        yield is_free
    finally:
        if is_free:
            services.suspect.release()


def _back_off(services: Services, claimed: _Claimed) -> PollSummary:
    """Back off, without a request, from a feed whose last polls each crashed their worker.

    If the next poll crashes its worker too, the back-off grows; a poll that ends normally clears it.
    """
    with services.db.write() as connection:
        begun = poll_store.begin_poll(connection, claimed.feed.id, claimed.lease, services.clock(), LEASE_S)
    if begun is None:
        return PollSummary(claimed.feed.id, Outcome.STALE)
    claimed.feed, claimed.state, _ = begun
    error = "its last two polls ended their worker"
    log.error("feed backed off", error=error)
    attempt = Attempt(PollReport(Outcome.FAILED, error=error, conditional=True))
    return retried(lambda: _store(services, claimed, attempt, unfinished_polls=MAX_UNFINISHED - 1))[0]


def _run_claimed(services: Services, claimed: _Claimed) -> PollSummary:
    longest_s = claimed.feed.timeout_s + PARSE_MARGIN_S
    try:
        with _acquire_permit(services, claimed, longest_s) as permit:
            if not _begin(services, claimed, permit):
                return PollSummary(claimed.feed.id, Outcome.STALE)
            with services.keeper.hold(Lease("feed", claimed.feed.id, claimed.lease), at_most_s=longest_s):
                permit.start()
                summary, new, changed = _poll(services, claimed, permit)
    except HostBusy as exc:
        return _defer(services, claimed, exc.wait_s, str(exc))
    if claimed.outage and summary.http_status is not None:
        network.end(services)
    return _match(services, summary, new, changed)


def _read_claim(services: Services, feed: str, lease: str) -> _Claimed | None:
    """The claim named by the message, with its lease extended to cover the host-slot wait."""
    now = services.clock()
    with services.db.read() as connection:
        claim = poll_store.read_claim(connection, feed, lease, now)
        config = config_store.read_config(connection)
        outage = network.read(services, connection)
    if claim is None or config is None:
        return None
    if claim[3] < now + timedelta(seconds=MAX_SLOT_WAIT_S + 1.0):
        with services.db.write() as connection:
            poll_store.renew(connection, feed, lease, now + timedelta(seconds=LEASE_S))
    return _Claimed(*claim[:3], lease, config.service, outage=outage, unfinished=claim[4])


def _acquire_permit(services: Services, claimed: _Claimed, at_most_s: float) -> HostPermit:
    return host_access.acquire(
        services,
        claimed.config,
        claimed.host,
        claimed.lease,
        max_wait_s=MAX_SLOT_WAIT_S,
        at_most_s=at_most_s,
        global_rate_per_s=claimed.config.global_rate_per_s,
    )


def _begin(services: Services, claimed: _Claimed, permit: HostPermit) -> bool:
    """Confirm the permit and begin the poll; False if the lease was lost. Raises HostBusy."""
    with services.db.write() as connection:
        permit.confirm(connection)
        begun = poll_store.begin_poll(connection, claimed.feed.id, claimed.lease, services.clock(), LEASE_S)
        if begun is None:
            permit.drop_probe(connection)
            return False
    claimed.feed, claimed.state, _ = begun
    return True


def _defer(services: Services, claimed: _Claimed, wait_s: float, why: str) -> PollSummary:
    planned = claimed.state.next_due_at  # a manual poll may come earlier; the due time never moves forward
    due_at = planned and max(planned, services.clock() + timedelta(seconds=wait_s))
    with services.db.write() as connection:
        poll_store.release(connection, claimed.feed.id, claimed.lease, due_at=due_at, reason=why)
    return PollSummary(claimed.feed.id, Outcome.DEFERRED, next_due_at=due_at, next_due_reason=why)


def _match(services: Services, summary: PollSummary, new: list[int], changed: list[int]) -> PollSummary:
    """Match the stored articles; failures are picked up by the sweep."""
    try:
        summary = replace(summary, copies=match.run(services, new))
        match.run(services, changed)
    except Exception:
        log.exception("articles left for the sweep", articles=len(new) + len(changed))
    return summary


def _poll(
    services: Services, claimed: _Claimed, permit: HostPermit
) -> tuple[PollSummary, list[int], list[int]]:
    """Fetch, parse and store; returns the new and changed ids too. The only bare except around a feed."""
    try:
        attempt = fetch_feed.run(services, claimed.feed, claimed.state, claimed.config, permit)
        if attempt.parsed is not None:
            claimed.prepared = prepare(services, claimed.feed, attempt.parsed)
        return retried(lambda: _store(services, claimed, attempt))
    except Exception as exc:
        if isinstance(exc, ServiceError) and not isinstance(exc, ConflictError):
            with suppress(ServiceError), services.db.write() as connection:
                poll_store.end_unstored(connection, claimed.feed.id)
            raise  # the database or the broker is unreachable: the lease expires and the feed is reclaimed
        log.exception("poll failed")
        claimed.prepared = NOTHING
        error = _describe_error(exc)
        attempt = Attempt(PollReport(Outcome.FAILED, error=error))
    try:
        return retried(lambda: _store(services, claimed, attempt))
    except ServiceError:
        raise
    except Exception:
        log.exception("the state of the feed could not be stored")
        wait_s = max(claimed.feed.interval_s, claimed.feed.min_interval_s)
        store_error = partial(_store_error_only, services, claimed.feed.id, claimed.lease, error, wait_s)
        return retried(store_error), [], []


def _describe_error(exc: Exception) -> str:
    return redact(f"internal error: {type(exc).__name__}: {exc}").splitlines()[0][:300]


def _store(
    services: Services, claimed: _Claimed, attempt: Attempt, *, unfinished_polls: int = 0
) -> tuple[PollSummary, list[int], list[int]]:
    """Store articles, jobs, attempt and due time in one transaction; returns new and changed ids too."""
    prepared, now, feed_id = claimed.prepared, services.clock(), claimed.feed.id
    with services.db.read() as connection:
        stored_before = article_store.recent_arrivals(connection, feed_id)
    newest = sorted((*stored_before, *(item.article.sort_at for item in prepared.new)), reverse=True)
    with services.db.write() as connection:
        # config changes during the poll take precedence; a new URL, auth or header revoked the lease
        feed = poll_store.held_config(connection, feed_id, claimed.lease)
        stored = store_each(connection, feed, prepared, now) if feed else Stored()
        report = replace(_with_counts(attempt.report, stored), arrivals=tuple(newest[:60]))
        report, decision = _decide(services, connection, feed or claimed.feed, claimed, report)
        if feed and not reads_alike(feed, claimed.feed):  # filtered by outdated rules
            decision = replace(decision, state=replace(decision.state, etag=None, last_modified=None))
        _cool_host(connection, claimed, attempt, decision)
        if feed is None:
            log.warning("lease lost, result dropped")
            poll_store.end_unstored(connection, feed_id)
            return PollSummary(feed_id, Outcome.STALE), [], []
        url = decision.state.effective_url or feed.url
        poll_store.finish_poll(
            connection, feed_id, claimed.lease, decision.state, url, unfinished_polls=unfinished_polls
        )
        seen_by = {"machine": services.machine, "host": claimed.host}
        poll_store.add_poll(connection, {**_poll_row(feed_id, attempt, report, decision, now), **seen_by})
        event_store.add_events(connection, now, decision.events, feed_id=feed_id)
        if stored.failed:
            event = ("feed.entry_failed", f"{feed_id}: {report.error}")
            event_store.add_daily_event(connection, now, event, feed_id=feed_id)
    summary = _summarize(feed_id, report, decision, len(stored.new), len(stored.changed))
    return summary, list(stored.new), list(stored.changed)


def _with_counts(report: PollReport, stored: Stored) -> PollReport:
    """The report, with the numbers of stored entries."""
    error = describe_failures(stored.failed, report.entries) if stored.failed else report.error
    report = replace(report, new=len(stored.new), updated=len(stored.changed), error=error and redact(error))
    if report.outcome is Outcome.UNCHANGED and (report.new or report.updated):
        report = replace(report, outcome=Outcome.UPDATED)
    return report


def _store_error_only(services: Services, feed: str, lease: str, error: str, wait_s: float) -> PollSummary:
    """Store the failed attempt and a due time in `wait_s` seconds, when the result cannot be stored."""
    now = services.clock()
    due: dict[str, Any] = {
        "next_due_at": now + timedelta(seconds=wait_s),
        "next_due_reason": "the last poll could not be stored",
    }
    with services.db.write() as connection:
        if not poll_store.abandon(connection, feed, lease, error, due):
            return PollSummary(feed, Outcome.STALE)
        row = {"feed_id": feed, "ended_at": now, "outcome": Outcome.FAILED.value, "error": error, **due}
        poll_store.add_poll(connection, row)
    return PollSummary(feed, Outcome.FAILED, error=error, **due)


def _decide(
    services: Services, connection: Connection, feed: FeedConfig, claimed: _Claimed, report: PollReport
) -> tuple[PollReport, Decision]:
    """The report and the decision; during a network outage of ours, the poll does not count as failed."""
    now, state = services.clock(), claimed.state
    last = Trial(feed.id, claimed.host, now, report.fault, state.failing_since_at)
    outage = network.judge(services, connection, last)
    if outage is not None:
        return replace(report, outcome=Outcome.DEFERRED), hold_still(feed, state, outage, now, services.rng)
    if network.may_be_ours(connection, report):
        report = replace(report, may_be_ours=True)
    return report, decide_next(feed, state, report, now=now, rng=services.rng)


def _summarize(feed: str, report: PollReport, decision: Decision, new: int, updated: int) -> PollSummary:
    return PollSummary(
        feed,
        report.outcome,
        report.http_status,
        new=new,
        updated=updated,
        error=report.error,
        next_due_at=decision.state.next_due_at,
        next_due_reason=redact(decision.state.next_due_reason),
    )


def _cool_host(connection: Connection, claimed: _Claimed, attempt: Attempt, decision: Decision) -> None:
    """Store the back-off that a host asked for; the host is the one that responded, after redirects."""
    host = host_of(attempt.url or "") or claimed.host
    if decision.host_not_before_at and claimed.config.host_rule(host).retry_after_scope == "host":
        reason = decision.state.next_due_reason
        host_store.cool_host(connection, host, decision.host_not_before_at, reason)


def _poll_row(
    feed: str, attempt: Attempt, report: PollReport, decision: Decision, now: datetime
) -> dict[str, object]:
    return {
        "feed_id": feed,
        "ended_at": now,
        "outcome": report.outcome.value,
        "http_status": report.http_status,
        "error": report.error,
        "entries": report.entries,
        "new": report.new,
        "updated": report.updated,
        "wire_bytes": attempt.wire_bytes,
        "fetch_s": attempt.fetch_s,
        "parse_s": attempt.parse_s,
        "next_due_at": decision.state.next_due_at,
        "next_due_reason": decision.state.next_due_reason,
        "fault": report.fault or (None if report.http_status is None else ""),
    }
