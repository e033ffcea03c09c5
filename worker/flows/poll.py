"""One poll of one feed: claim, fetch, parse, reconcile, sketch, store, match."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from worker.errors import ConflictError, ServiceError
from worker.flows import fetch_feed, host_access, match, network, patience
from worker.flows.fetch_feed import Attempt
from worker.flows.host_access import HostBusy, HostPermit
from worker.flows.intake import prepare
from worker.flows.leases import LEASE_S, Lease
from worker.flows.services import Services
from worker.flows.store_poll import NOTHING, ClaimedPoll, PollSummary, store_error, store_poll
from worker.logs import get_logger
from worker.records import DueBy, Outcome, PollReport
from worker.redaction import redact
from worker.schedule import AWAY, SUCCESSES
from worker.store import config as config_store
from worker.store import polls as poll_store
from worker.store import retried
from worker.text.amounts import REASON_CHARS, shorten

MAX_SLOT_WAIT_S = 5.0  # a poll that would wait longer for its host is deferred
PARSE_MARGIN_S = 60.0  # beyond the request's own timeout, after which a hung poll loses its lease
# A feed whose last polls each ended with the death of their worker is backed off at the second one: after the
# first, it is polled with no other such feed in the same worker.
MAX_UNFINISHED = 2
SUSPECT_WAIT_S = 2.0  # how long a poll waits in its worker for another such feed
SUSPECT_RETRY_S = (1.0, 5.0)  # retry delay after that
UNREADABLE_S = 900.0  # retry delay of a feed with an unreadable row, written by another version

log = get_logger(__name__)


def run(services: Services, feed: str, lease: str) -> PollSummary:
    """Poll one claimed feed; on any outcome, the attempt and the next due time are stored."""
    with services.turns.taken(), structlog.contextvars.bound_contextvars(feed=feed):
        try:
            claimed = _read_claim(services, feed, lease)
        except ServiceError:
            raise
        except Exception as exc:
            log.exception("the stored feed cannot be read")
            return store_error(services, feed, lease, _describe_error(exc), UNREADABLE_S)
        if claimed is None:
            return PollSummary(feed, Outcome.STALE)
        if claimed.outage and not network.take_probe(services, claimed.outage):
            return _defer(services, claimed, services.rng.uniform(*network.DEFERRED_S), AWAY, DueBy.NETWORK)
        if claimed.unfinished >= MAX_UNFINISHED:
            return _back_off(services, claimed)
        with _alone_if_suspect(services, claimed) as is_free:
            if not is_free:
                wait_s = services.rng.uniform(*SUSPECT_RETRY_S)
                why = "waits until another feed that was hard to read has been polled"
                return _defer(services, claimed, wait_s, why)
            return _run_claimed(services, claimed)


@contextmanager
def _alone_if_suspect(services: Services, claimed: ClaimedPoll) -> Iterator[bool]:
    """Whether the poll may proceed: feeds that crashed their worker or hit a limit run one at a time."""
    if not claimed.unfinished and not claimed.state.ended_readings:
        yield True
        return
    with ExitStack() as entered:
        with services.turns.waiting():
            is_free = entered.enter_context(services.suspects.entered(wait_s=SUSPECT_WAIT_S))
        yield is_free


def _back_off(services: Services, claimed: ClaimedPoll) -> PollSummary:
    """Back off, without a request, from a feed whose last polls each crashed their worker.

    If the next poll crashes its worker too, the back-off grows; a poll that ends normally clears it.
    """
    claimed.epoch = services.epoch()
    with services.db.write() as connection:
        begun = poll_store.begin_poll(connection, claimed.feed.id, claimed.lease, services.clock(), LEASE_S)
    if begun is None:
        return PollSummary(claimed.feed.id, Outcome.STALE)
    claimed.feed, claimed.state, _ = begun
    error = "its last two polls ended their worker"
    log.error("feed backed off", error=error)
    attempt = Attempt(PollReport(Outcome.FAILED, error=error, conditional=True))
    return retried(lambda: store_poll(services, claimed, attempt, unfinished_polls=MAX_UNFINISHED - 1))[0]


def _run_claimed(services: Services, claimed: ClaimedPoll) -> PollSummary:
    longest_s = claimed.feed.timeout_s + PARSE_MARGIN_S
    try:
        with _acquire_permit(services, claimed, longest_s) as permit:
            if not _begin(services, claimed, permit):
                return PollSummary(claimed.feed.id, Outcome.STALE)
            with services.keeper.hold(Lease("feed", claimed.feed.id, claimed.lease), at_most_s=longest_s):
                summary, new, changed = _poll(services, claimed, permit)
    except HostBusy as exc:
        return _defer(services, claimed, exc.wait_s, str(exc))
    if claimed.outage and summary.http_status is not None:
        network.end(services)
    return _match(services, summary, new, changed)


def _read_claim(services: Services, feed: str, lease: str) -> ClaimedPoll | None:
    """The claim named by the message, with its lease extended to cover the waits before the request."""
    now = services.clock()
    with services.db.read() as connection:
        claim = poll_store.read_claim(connection, feed, lease, now)
        config = config_store.read_service(connection)
        outage = network.read(services, connection)
    if claim is None or config is None:
        return None
    if claim[3] < now + timedelta(seconds=SUSPECT_WAIT_S + MAX_SLOT_WAIT_S + 1.0):
        with services.db.write() as connection:
            poll_store.renew(connection, feed, lease, now + timedelta(seconds=LEASE_S))
    return ClaimedPoll(*claim[:3], lease, config, outage=outage, unfinished=claim[4])


def _acquire_permit(services: Services, claimed: ClaimedPoll, at_most_s: float) -> HostPermit:
    with services.turns.waiting():
        return host_access.acquire(
            services,
            claimed.config,
            claimed.host,
            claimed.lease,
            max_wait_s=MAX_SLOT_WAIT_S,
            at_most_s=at_most_s,
            global_rate_per_s=claimed.config.global_rate_per_s,
        )


def _begin(services: Services, claimed: ClaimedPoll, permit: HostPermit) -> bool:
    """Confirm the permit and begin the poll; False if the lease was lost. Raises HostBusy."""
    claimed.epoch = services.epoch()
    with services.db.write() as connection:
        permit.confirm(connection)
        begun = poll_store.begin_poll(connection, claimed.feed.id, claimed.lease, services.clock(), LEASE_S)
        if begun is None:
            permit.drop_probe(connection)
            return False
    claimed.feed, claimed.state, _ = begun
    return True


def _defer(
    services: Services, claimed: ClaimedPoll, wait_s: float, why: str, due_by: DueBy = DueBy.HOST
) -> PollSummary:
    planned = claimed.state.next_due_at  # a manual poll may come earlier; the due time never moves forward
    due_at = planned and max(planned, services.clock() + timedelta(seconds=wait_s))
    with services.db.write() as connection:
        poll_store.release(
            connection, claimed.feed.id, claimed.lease, due_at=due_at, reason=why, due_by=due_by
        )
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
    services: Services, claimed: ClaimedPoll, permit: HostPermit
) -> tuple[PollSummary, list[int], list[int]]:
    """Fetch, parse and store; returns the new and changed ids too. The only bare except around a feed."""
    before = claimed.state.last_success_at
    try:
        attempt = fetch_feed.run(services, claimed.feed, claimed.state, claimed.config, permit)
        parsed = attempt.parsed
        if parsed is not None and parsed.articles:
            claimed.prepared = patience.store(services, lambda: prepare(services, claimed.feed, parsed))
        stored = patience.store(services, lambda: store_poll(services, claimed, attempt))
        _remember(services, attempt, stored[0], claimed, before)
        return stored
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
        return patience.store(services, lambda: store_poll(services, claimed, attempt))
    except ServiceError:
        raise
    except Exception:
        log.exception("the state of the feed could not be stored")
        wait_s = max(claimed.feed.interval_s, claimed.feed.min_interval_s)
        store_failure = partial(store_error, services, claimed.feed.id, claimed.lease, error, wait_s)
        return retried(store_failure), [], []


def _remember(
    services: Services, attempt: Attempt, summary: PollSummary, stored: ClaimedPoll, before: datetime | None
) -> None:
    """Keep a document that was stored without any failure: it is not read again, nor are its items.

    They are if they depend on what else is stored. `before` is the time of the feed's last success before.
    """
    at, parsed = stored.state.last_success_at, attempt.parsed
    if summary.outcome not in SUCCESSES or summary.error is not None or at is None:
        return
    if parsed is None:
        services.read_documents.hold(summary.feed, before, at)
        return
    if not stored.prepared.is_settled:
        parsed = replace(parsed, items=None)
    services.read_documents.keep(summary.feed, attempt.digest, at, parsed)


def _describe_error(exc: Exception) -> str:
    return shorten(redact(f"internal error: {type(exc).__name__}: {exc}").splitlines()[0], REASON_CHARS)
