"""One poll of one feed, top to bottom: claim, fetch, parse, reconcile, sketch, store, match."""

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
from worker.flows.fetch_feed import Attempt, Door
from worker.flows.host_access import HostPermit
from worker.flows.intake import Prepared, Stored, prepare, store_each, tell_failures
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

MAX_SLOT_WAIT_S = 5.0  # longer than this a poll gives its thread back and comes again
PARSE_MARGIN_S = 60.0  # beyond the request's own timeout, after which a hung poll loses its lease
# A feed that was being polled when its worker died: at the second death in a row it is the suspect, since
# after the first it is polled with no other such feed in the same worker.
MAX_UNFINISHED = 2
SUSPECT_WAIT_S = (1.0, 5.0)
UNREADABLE_S = 900.0  # until a feed is tried again whose row cannot be read: another version wrote it
NOTHING = Prepared((), ())

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PollSummary:
    """How a poll ended, as the monitor and the operator see it."""

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
        """The task's small result; raises FetchError with one line when the feed could not be had."""
        due = self.next_due_at.strftime("%Y-%m-%dT%H:%M:%SZ") if self.next_due_at else None
        if self.outcome in {Outcome.FAILED, Outcome.BLOCKED, Outcome.GONE}:
            again = f", next try {self.next_due_at:%H:%MZ}" if self.next_due_at else ", not tried again"
            raise FetchError(f"{self.error}{again}")
        counts = {"new": self.new, "updated": self.updated, "copies": self.copies}
        error = {"error": self.error} if self.error else {}
        return {"outcome": self.outcome.value, "http": self.http_status, **counts, "next_due": due,
                "why": self.next_due_reason, **error}  # fmt: skip


@dataclass(slots=True)
class _Claimed:
    """A poll under way."""

    config: FeedConfig
    state: FeedState
    host: str
    lease: str
    service: Config
    outage: Outage | None = None  # of this machine's network, when the poll began
    unfinished: int = 0  # polls before this one that began and never ended
    found: Prepared = NOTHING


def run(services: Services, feed: str, lease: str) -> PollSummary:
    """Poll one claimed feed; whatever happens, an attempt and the next due time are stored."""
    with structlog.contextvars.bound_contextvars(feed=feed):
        try:
            claimed = _read_claim(services, feed, lease)
        except ServiceError:
            raise
        except Exception as exc:
            log.exception("what is stored of the feed cannot be read")
            return _store_plainly(services, feed, lease, _tell_fault(exc), UNREADABLE_S)
        if claimed is None:
            return PollSummary(feed, Outcome.STALE)
        if claimed.outage and not network.take_probe(services, claimed.outage):
            return _defer(services, claimed, services.rng.uniform(*network.DEFERRED_S), AWAY)
        if claimed.unfinished >= MAX_UNFINISHED:
            return _set_back(services, claimed)
        with _alone_if_suspect(services, claimed) as is_free:
            if not is_free:
                wait_s = services.rng.uniform(*SUSPECT_WAIT_S)
                return _defer(
                    services, claimed, wait_s, "waits while another feed that was hard to read is read"
                )
            return _run_claimed(services, claimed)


@contextmanager
def _alone_if_suspect(services: Services, claimed: _Claimed) -> Iterator[bool]:
    """Whether the poll may go on: of feeds that lost their worker or took too long to read, one at a time."""
    if not claimed.unfinished and not claimed.state.ended_readings:
        yield True
        return
    is_free = services.suspect.acquire(blocking=False)
    try:
        yield is_free
    finally:
        if is_free:
            services.suspect.release()


def _set_back(services: Services, claimed: _Claimed) -> PollSummary:
    """A back-off, without a request, for a feed whose last polls each ended their worker.

    The next one that ends its worker leads here again, to a longer back-off; one that ends well clears it.
    """
    with services.db.write() as connection:
        begun = poll_store.begin_poll(connection, claimed.config.id, claimed.lease, services.clock(), LEASE_S)
    if begun is None:
        return PollSummary(claimed.config.id, Outcome.STALE)
    claimed.config, claimed.state, _ = begun
    error = "its last two polls ended their worker"
    log.error("feed set back", error=error)
    attempt = Attempt(PollReport(Outcome.FAILED, error=error, conditional=True))
    return retried(lambda: _store(services, claimed, attempt, unfinished_polls=MAX_UNFINISHED - 1))[0]


def _run_claimed(services: Services, claimed: _Claimed) -> PollSummary:
    feed, lease = claimed.config.id, claimed.lease
    leave = _ask_leave(services, claimed)
    if leave is None:
        return PollSummary(feed, Outcome.STALE)
    if not isinstance(leave, HostPermit):
        return _defer(services, claimed, leave.wait_s, leave.why)
    longest = claimed.config.timeout_s + PARSE_MARGIN_S
    with (
        services.keeper.hold(Lease("feed", feed, lease), at_most_s=longest),
        host_access.held(services, leave, claimed.service, at_most_s=longest) as enter,
    ):
        host_access.start(services, leave, claimed.service.host_rule(claimed.host))
        door = Door(enter, lambda: leave.close(services))
        summary, new, changed = _poll(services, claimed, door)
    if claimed.outage and summary.http_status is not None:
        network.end(services)
    return _match(services, summary, new, changed)


def _read_claim(services: Services, feed: str, lease: str) -> _Claimed | None:
    """The claim that a message speaks of, good for as long as it may stand in line for its host."""
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


def _ask_leave(services: Services, claimed: _Claimed) -> HostPermit | host_access.Refusal | None:
    def begin(connection: Connection) -> bool:
        feed, lease = claimed.config.id, claimed.lease
        begun = poll_store.begin_poll(connection, feed, lease, services.clock(), LEASE_S)
        if begun is not None:
            claimed.config, claimed.state, _ = begun
        return begun is not None

    return host_access.ask(
        services,
        claimed.host,
        claimed.service.host_rule(claimed.host),
        claimed.lease,
        begin,
        max_wait_s=MAX_SLOT_WAIT_S,
        global_rate_per_s=claimed.service.global_rate_per_s,
    )


def _defer(services: Services, claimed: _Claimed, wait_s: float, why: str) -> PollSummary:
    planned = claimed.state.next_due_at  # a poll by hand may come before it, and never moves it forward
    due_at = planned and max(planned, services.clock() + timedelta(seconds=wait_s))
    with services.db.write() as connection:
        poll_store.release(connection, claimed.config.id, claimed.lease, due_at=due_at, reason=why)
    return PollSummary(claimed.config.id, Outcome.DEFERRED, next_due_at=due_at, next_due_reason=why)


def _match(services: Services, summary: PollSummary, new: list[int], changed: list[int]) -> PollSummary:
    """Look for the copies of what was stored; what cannot be done now is done by the sweep."""
    try:
        summary = replace(summary, copies=match.run(services, new))
        match.run(services, changed)
    except Exception:
        log.exception("articles left for the sweep", articles=len(new) + len(changed))
    return summary


def _poll(services: Services, claimed: _Claimed, door: Door) -> tuple[PollSummary, list[int], list[int]]:
    """Fetch, parse and store, with the new and changed ids; the one bare except around one feed is here."""
    try:
        attempt = fetch_feed.run(services, claimed.config, claimed.state, claimed.service, door)
        if attempt.parsed is not None:
            claimed.found = prepare(services, claimed.config, attempt.parsed)
        return retried(lambda: _store(services, claimed, attempt))
    except Exception as exc:
        if isinstance(exc, ServiceError) and not isinstance(exc, ConflictError):
            with suppress(ServiceError), services.db.write() as connection:
                poll_store.end_unstored(connection, claimed.config.id)
            raise  # the database or the broker is away: the lease runs out and the feed is claimed again
        log.exception("poll broke")
        claimed.found = NOTHING
        error = _tell_fault(exc)
        failed = Attempt(PollReport(Outcome.FAILED, error=error))
    try:
        return retried(lambda: _store(services, claimed, failed))
    except ServiceError:
        raise
    except Exception:
        log.exception("the state of the feed could not be stored")
        wait_s = max(claimed.config.interval_s, claimed.config.min_interval_s)
        lost = partial(_store_plainly, services, claimed.config.id, claimed.lease, error, wait_s)
        return retried(lost), [], []


def _tell_fault(exc: Exception) -> str:
    return redact(f"internal error: {type(exc).__name__}: {exc}").splitlines()[0][:300]


def _store(
    services: Services, claimed: _Claimed, attempt: Attempt, *, unfinished_polls: int = 0
) -> tuple[PollSummary, list[int], list[int]]:
    """Articles, jobs, attempt row and due time in one transaction; gives the new and changed ids too."""
    found, now, feed = claimed.found, services.clock(), claimed.config.id
    with services.db.read() as connection:
        stored_before = article_store.recent_arrivals(connection, feed)
    newest = sorted((*stored_before, *(item.article.sort_at for item in found.new)), reverse=True)
    with services.db.write() as connection:
        # what changed in the config during the poll wins; a new URL, auth or header took the lease away
        config = poll_store.held_config(connection, feed, claimed.lease)
        stored = store_each(connection, config, found, now) if config else Stored()
        report = replace(_counted(attempt.report, stored), arrivals=tuple(newest[:60]))
        report, decision = _decide(services, connection, config or claimed.config, claimed, report)
        if config and not reads_alike(config, claimed.config):  # filtered by what no longer holds
            decision = replace(decision, state=replace(decision.state, etag=None, last_modified=None))
        _keep_away(connection, claimed, attempt, decision)
        if config is None:
            log.warning("lease lost, result dropped")
            poll_store.end_unstored(connection, feed)
            return PollSummary(feed, Outcome.STALE), [], []
        url = decision.state.effective_url or config.url
        poll_store.finish_poll(
            connection, feed, claimed.lease, decision.state, url, unfinished_polls=unfinished_polls
        )
        seen_by = {"machine": services.machine, "host": claimed.host}
        poll_store.add_poll(connection, {**_poll_row(feed, attempt, report, decision, now), **seen_by})
        event_store.add_events(connection, now, decision.events, feed_id=feed)
        if stored.failed:
            told = ("feed.entry_failed", f"{feed}: {report.error}")
            event_store.add_daily_event(connection, now, told, feed_id=feed)
    summary = _summarize(feed, report, decision, len(stored.new), len(stored.changed))
    return summary, list(stored.new), list(stored.changed)


def _counted(report: PollReport, stored: Stored) -> PollReport:
    """The report with what was stored of the document."""
    error = tell_failures(stored.failed, report.entries) if stored.failed else report.error
    report = replace(report, new=len(stored.new), updated=len(stored.changed), error=error and redact(error))
    if report.outcome is Outcome.UNCHANGED and (report.new or report.updated):
        report = replace(report, outcome=Outcome.UPDATED)
    return report


def _store_plainly(services: Services, feed: str, lease: str, error: str, wait_s: float) -> PollSummary:
    """The attempt and a due time `wait_s` seconds ahead, when nothing more can be stored of a poll."""
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
    services: Services, connection: Connection, config: FeedConfig, claimed: _Claimed, report: PollReport
) -> tuple[PollReport, Decision]:
    """What follows from the poll, and the report that it follows from: an outage of ours is no failure."""
    now, state = services.clock(), claimed.state
    last = Trial(config.id, claimed.host, now, report.fault, state.failing_since_at)
    outage = network.judge(services, connection, last)
    if outage is not None:
        return replace(report, outcome=Outcome.DEFERRED), hold_still(config, state, outage, now, services.rng)
    if network.may_be_ours(connection, report):
        report = replace(report, may_be_ours=True)
    return report, decide_next(config, state, report, now=now, rng=services.rng)


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


def _keep_away(connection: Connection, claimed: _Claimed, attempt: Attempt, decision: Decision) -> None:
    """Keep all polls and pages from a host that asked to wait: the one that answered, after redirects."""
    host = host_of(attempt.url or "") or claimed.host
    if decision.host_not_before_at and claimed.service.host_rule(host).retry_after_scope == "host":
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
