"""One poll of one feed, top to bottom: claim, fetch, parse, reconcile, sketch, store, match."""

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from worker.errors import BlockedAddress, ConfigError, FetchError, ParseError, ServiceError
from worker.fetch import display_url
from worker.fetch.pacing import Slot
from worker.flows import match, requests
from worker.flows.incoming import Prepared, prepare, store
from worker.flows.leases import LEASE_S, Lease
from worker.flows.services import Services
from worker.records import (
    Catalog,
    Decision,
    FeedConfig,
    FeedState,
    Fetched,
    NotModified,
    Outcome,
    ParsedFeed,
    PollReport,
)
from worker.schedule import decide_next, wants_full_fetch
from worker.store import articles as article_store
from worker.store import config as config_store
from worker.store import events as event_store
from worker.store import feeds as feed_store
from worker.store import hosts as host_store
from worker.store import retried

MAX_SLOT_WAIT_S = 5.0  # longer than this a poll gives its thread back and comes again
PARSE_MARGIN_S = 60.0  # beyond the request's own timeout, after which a hung poll loses its lease
RETRY_HOST_S = 1.0
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
        return {"outcome": self.outcome.value, "http": self.http_status, **counts, "next_due": due,
                "why": self.next_due_reason}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What one exchange brought."""

    report: PollReport
    parsed: ParsedFeed | None = None
    wire_bytes: int = 0
    fetch_s: float = 0.0
    parse_s: float = 0.0


@dataclass(slots=True)
class _Claimed:
    """A poll under way."""

    config: FeedConfig
    state: FeedState
    lease: str
    host: str
    service: Catalog
    cooling_s: float = 0.0  # how long the host still asks to be left alone
    found: Prepared = NOTHING

    @property
    def url(self) -> str:
        return self.state.effective_url or self.config.url


def run(services: Services, feed: str, lease: str) -> PollSummary:
    """Poll one claimed feed; whatever happens, an attempt and the next due time are stored."""
    with structlog.contextvars.bound_contextvars(feed=feed):
        claimed = _begin(services, feed, lease)
        if claimed is None:
            return PollSummary(feed, Outcome.STALE)
        rule = claimed.service.host_rule(claimed.host)
        if claimed.cooling_s > 0:
            return _defer(services, claimed, claimed.cooling_s, "the host asked to wait")
        slot = services.pacer.acquire(
            claimed.host,
            rule,
            hold_s=LEASE_S,
            max_wait_s=MAX_SLOT_WAIT_S,
            global_rate_per_s=claimed.service.global_rate_per_s,
        )
        if not isinstance(slot, Slot):
            return _defer(services, claimed, max(slot, RETRY_HOST_S), "the host is busy")
        longest = claimed.config.timeout_s + PARSE_MARGIN_S
        held = (Lease("feed", feed, lease), Lease("slot", slot.host, slot.token))
        with services.keeper.hold(*held, at_most_s=longest):
            summary, new, changed = _poll(services, claimed, slot)
        return _match(services, summary, new, changed)


def _begin(services: Services, feed: str, lease: str) -> _Claimed | None:
    now = services.clock()
    with services.db.write() as connection:
        begun = feed_store.begin_poll(connection, feed, lease, now, LEASE_S)
        config = config_store.read_config(connection)
        if begun is None or config is None:
            return None
        cooling = host_store.host_not_before(connection, begun[2])
    cooling_s = (cooling - now).total_seconds() if cooling else 0.0
    return _Claimed(begun[0], begun[1], lease, begun[2], config.service, cooling_s)


def _defer(services: Services, claimed: _Claimed, wait_s: float, why: str) -> PollSummary:
    planned = claimed.state.next_due_at  # a poll by hand may come before it, and never moves it forward
    due_at = planned and max(planned, services.clock() + timedelta(seconds=wait_s))
    with services.db.write() as connection:
        feed_store.release(connection, claimed.config.id, claimed.lease, due_at=due_at, reason=why)
    return PollSummary(claimed.config.id, Outcome.DEFERRED, next_due_at=due_at, next_due_reason=why)


def _match(services: Services, summary: PollSummary, new: list[int], changed: list[int]) -> PollSummary:
    """Look for the copies of what was stored; what cannot be done now is done by the sweep."""
    try:
        summary = replace(summary, copies=match.run(services, new))
        match.run(services, changed)
    except Exception:
        log.exception("articles left for the sweep", articles=len(new) + len(changed))
    return summary


def _poll(services: Services, claimed: _Claimed, slot: Slot) -> tuple[PollSummary, list[int], list[int]]:
    """Fetch, parse and store, with the new and changed ids; the one bare except around one feed is here."""
    try:
        attempt = _attempt(services, claimed, slot)
        if attempt.parsed is not None:
            claimed.found = prepare(services, claimed.config, attempt.parsed)
        return retried(lambda: _store(services, claimed, attempt))
    except ServiceError:
        raise  # the database or the broker is away: the lease runs out and the feed is claimed again
    except Exception as exc:
        log.exception("poll broke")
        claimed.found = NOTHING
        error = f"internal error: {type(exc).__name__}: {exc}".splitlines()[0][:300]
        failed = _Attempt(PollReport(Outcome.FAILED, error=error))
        return retried(lambda: _store(services, claimed, failed))


def _attempt(services: Services, claimed: _Claimed, slot: Slot) -> _Attempt:
    """One conditional GET and, if it brought a document, its articles."""
    started = time.monotonic()
    conditional = not wants_full_fetch(claimed.config, claimed.state, services.clock())
    try:
        request = requests.feed_request(
            claimed.config, claimed.state, claimed.service, conditional=conditional
        )
        conditional = bool(request.etag or request.last_modified)
        answer = services.fetcher.fetch(request)
    except ConfigError as exc:  # a secret that is not there
        return _Attempt(PollReport(Outcome.FAILED, error=str(exc)))
    except FetchError as exc:
        return _Attempt(_failure(exc, conditional), fetch_s=time.monotonic() - started)
    finally:
        services.pacer.release(slot)
    report = PollReport(
        Outcome.NOT_MODIFIED,
        http_status=answer.status,
        headers=answer.headers,
        redirects=answer.redirects,
        conditional=conditional,
    )
    if isinstance(answer, NotModified):
        return _Attempt(report, wire_bytes=answer.wire_bytes, fetch_s=answer.elapsed_s)
    return _read(services, claimed, answer, report)


def _read(services: Services, claimed: _Claimed, answer: Fetched, report: PollReport) -> _Attempt:
    started = time.monotonic()
    config = claimed.config
    parsed = None
    try:
        parsed = services.parse_pool.read_feed(
            answer.body,
            url=answer.url,
            content_type=answer.headers.get("content-type"),
            lang=config.lang,
            timezone=config.timezone,
            now=services.clock(),
        )
        report = replace(
            report,
            outcome=Outcome.UNCHANGED,
            entries=len(parsed.articles),
            hints=parsed.hints,
            complete=parsed.complete,
        )
    except ParseError as exc:
        error = f"{exc} ({display_url(answer.url)})"
        report = replace(report, outcome=Outcome.FAILED, error=error)
    return _Attempt(report, parsed, answer.wire_bytes, answer.elapsed_s, time.monotonic() - started)


def _failure(exc: FetchError, conditional: bool) -> PollReport:
    outcome = Outcome.FAILED
    if isinstance(exc, BlockedAddress):
        outcome = Outcome.BLOCKED
    elif exc.status == 410:
        outcome = Outcome.GONE
    return PollReport(
        outcome,
        http_status=exc.status,
        error=str(exc),
        headers=exc.headers,
        redirects=requests.as_redirects(exc.redirects),
        conditional=conditional,
    )


def _store(
    services: Services, claimed: _Claimed, attempt: _Attempt
) -> tuple[PollSummary, list[int], list[int]]:
    """Articles, jobs, attempt row and due time in one transaction; gives the new and changed ids too."""
    found, now = claimed.found, services.clock()
    report = replace(attempt.report, new=len(found.new), updated=len(found.changed))
    if report.outcome is Outcome.UNCHANGED and (report.new or report.updated):
        report = replace(report, outcome=Outcome.UPDATED)
    feed = claimed.config.id
    with services.db.read() as connection:
        stored_before = article_store.recent_arrivals(connection, feed)
    newest = sorted((*stored_before, *(item.article.sort_at for item in found.new)), reverse=True)
    report = replace(report, arrivals=tuple(newest[:60]))
    decision = decide_next(claimed.config, claimed.state, report, now=now, rng=services.rng)
    url = decision.state.effective_url or claimed.config.url
    with services.db.write() as connection:
        if not feed_store.finish_poll(connection, feed, claimed.lease, decision.state, url):
            log.warning("lease lost, result dropped")
            return PollSummary(feed, Outcome.STALE), [], []
        new, changed = store(connection, claimed.config, found, now)
        feed_store.add_poll(connection, _poll_row(feed, attempt, report, decision, now))
        events = [(kind, _without_secrets(text, decision.state)) for kind, text in decision.events]
        event_store.add_events(connection, now, events, feed_id=feed)
        rule = claimed.service.host_rule(claimed.host)
        if decision.host_not_before_at and rule.retry_after_scope == "host":
            reason = decision.state.next_due_reason
            host_store.cool_host(connection, claimed.host, decision.host_not_before_at, reason)
    summary = PollSummary(
        feed,
        report.outcome,
        report.http_status,
        new=len(new),
        updated=len(changed),
        error=report.error,
        next_due_at=decision.state.next_due_at,
        next_due_reason=decision.state.next_due_reason,
    )
    return summary, new, changed


def _without_secrets(text: str, state: FeedState) -> str:
    for url in filter(None, (state.effective_url, state.moved_to)):
        text = text.replace(url, display_url(url))
    return text


def _poll_row(
    feed: str, attempt: _Attempt, report: PollReport, decision: Decision, now: datetime
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
    }
