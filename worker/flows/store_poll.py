"""Store the result of a poll: articles, attempt, next due time, and the host's back-off."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from worker.config import reads_alike
from worker.errors import FetchError
from worker.fetch.url import host_of
from worker.flows import network
from worker.flows.failure_lines import describe_failed_poll
from worker.flows.fetch_feed import Attempt
from worker.flows.host_access import host_wait_reason
from worker.flows.intake import Prepared, Stored, describe_failures, store_each
from worker.flows.services import Services
from worker.logs import get_logger
from worker.records import Config, Decision, EventKind, FeedConfig, FeedState, FeedStatus, Outcome, PollReport
from worker.redaction import display_url, redact
from worker.schedule import SUCCESSES, Outage, Trial, decide_next, hold_still
from worker.store import articles as article_store
from worker.store import events as event_store
from worker.store import hosts as host_store
from worker.store import polls as poll_store

NOTHING = Prepared((), ())
# To the schedule a changed URL is a new feed, which may have failed since. The events know what was before.
_BEGUN_ANEW = (FeedStatus.NEW, FeedStatus.FAILING)

log = get_logger(__name__)


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
    url: str = ""

    def result(self) -> dict[str, object]:
        """The task's result. Raises FetchError with a one-line message if the feed could not be fetched."""
        due = self.next_due_at.strftime("%Y-%m-%dT%H:%M:%SZ") if self.next_due_at else None
        if self.outcome in {Outcome.FAILED, Outcome.BLOCKED, Outcome.GONE}:
            raise FetchError(describe_failed_poll(self.error or "", self.feed, self.url, self.next_due_at))
        counts = {"new": self.new, "updated": self.updated, "copies": self.copies}
        error = {"error": self.error} if self.error else {}
        return {"outcome": self.outcome.value, "http": self.http_status, **counts, "next_due": due,
                "why": self.next_due_reason, **error}  # fmt: skip


@dataclass(slots=True)
class ClaimedPoll:
    """A claimed poll in progress."""

    feed: FeedConfig
    state: FeedState  # when it began; once stored, as it left the feed
    host: str
    lease: str
    config: Config
    outage: Outage | None = None  # of this machine's network when the poll began
    unfinished: int = 0  # previous polls that began and did not end
    prepared: Prepared = NOTHING
    epoch: int = 0  # of the clock by which `state` was read


def store_poll(
    services: Services, claimed: ClaimedPoll, attempt: Attempt, *, unfinished_polls: int = 0
) -> tuple[PollSummary, list[int], list[int]]:
    """Store articles, jobs, attempt and due time in one transaction; returns new and changed ids too."""
    prepared, now, feed_id = claimed.prepared, services.clock(), claimed.feed.id
    with services.db.write() as connection:
        stored_before = article_store.recent_arrivals(connection, feed_id)
        newest = sorted((*stored_before, *(item.article.sort_at for item in prepared.new)), reverse=True)
        # config changes during the poll take precedence; a new URL, auth or header revoked the lease
        feed = poll_store.held_config(connection, feed_id, claimed.lease)
        stored = store_each(connection, feed, prepared, now) if feed else Stored()
        host = host_of(attempt.url or "") or claimed.host  # the one that responded, after redirects
        report = replace(
            _with_counts(attempt.report, stored),
            arrivals=tuple(newest[:60]),
            pauses_host=claimed.config.host_rule(host).retry_after_scope == "host",
        )
        report, decision = _decide(
            services, connection, feed or claimed.feed, claimed, report, received_s=attempt.received_s
        )
        if feed and not reads_alike(feed, claimed.feed):  # filtered by outdated rules
            decision = replace(decision, state=replace(decision.state, etag=None, last_modified=None))
        if until := decision.host_not_before_at:
            reason = host_wait_reason(host, until, now, report.http_status, f"feed {feed_id}")
            host_store.cool_host(connection, host, until, reason)
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
            event = (EventKind.FEED_ENTRY_FAILED, f"{feed_id}: {report.error}")
            event_store.add_daily_event(connection, now, event, feed_id=feed_id)
    claimed.state = decision.state
    summary = _summarize(feed, report, decision, len(stored.new), len(stored.changed))
    return summary, list(stored.new), list(stored.changed)


def _with_counts(report: PollReport, stored: Stored) -> PollReport:
    """The report, with the numbers of stored entries."""
    error = describe_failures(stored.failed, report.entries) if stored.failed else report.error
    report = replace(report, new=len(stored.new), updated=len(stored.changed), error=error and redact(error))
    if report.outcome is Outcome.UNCHANGED and (report.new or report.updated):
        report = replace(report, outcome=Outcome.UPDATED)
    return report


def store_error(services: Services, feed: str, lease: str, error: str, wait_s: float) -> PollSummary:
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
    services: Services,
    connection: Connection,
    feed: FeedConfig,
    claimed: ClaimedPoll,
    report: PollReport,
    *,
    received_s: float | None,
) -> tuple[PollReport, Decision]:
    """The report and the decision; during a network outage of ours, the poll does not count as failed."""
    now, state = services.clock(), _state_now(services, connection, claimed)
    received_at = now if received_s is None else now - timedelta(seconds=services.steady_s() - received_s)
    last = Trial(feed.id, claimed.host, now, report.fault, state.failing_since_at)
    outage = network.judge(services, connection, last)
    if outage is not None:
        return replace(report, outcome=Outcome.DEFERRED), hold_still(feed, state, outage, now, services.rng)
    if network.may_be_ours(connection, report):
        report = replace(report, may_be_ours=True)
    is_begun_anew = state.status in _BEGUN_ANEW and state.last_polled_at is not None
    if is_begun_anew and report.outcome in SUCCESSES:
        told = event_store.told_of_feed(connection, feed.id, state.last_success_at)
        report = replace(report, was_told=told)
    return report, decide_next(feed, state, report, now=received_at, rng=services.rng)


def _state_now(services: Services, connection: Connection, claimed: ClaimedPoll) -> FeedState:
    """The state in which the poll began, with the times as they are if the clock was set meanwhile."""
    if claimed.epoch == services.epoch():
        return claimed.state
    return poll_store.held_state(connection, claimed.feed.id, claimed.lease) or claimed.state


def _summarize(
    feed: FeedConfig, report: PollReport, decision: Decision, new: int, updated: int
) -> PollSummary:
    return PollSummary(
        feed.id,
        report.outcome,
        report.http_status,
        new=new,
        updated=updated,
        error=report.error,
        next_due_at=decision.state.next_due_at,
        next_due_reason=redact(decision.state.next_due_reason),
        url=display_url(decision.state.effective_url or feed.url),
    )


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
