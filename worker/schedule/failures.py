"""The decision after a failed poll: back-off, throttling, and the states failing, dead, gone and blocked."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from worker.records import Decision, DueBy, EventKind, FeedConfig, FeedState, FeedStatus, Outcome, PollReport
from worker.schedule.http_hints import RetryAfter, read_retry_after, spell_field
from worker.schedule.interval import ceiling_s
from worker.schedule.moves import give_up_move
from worker.schedule.plan import Wait, plan_due
from worker.schedule.words import quote, spell_at
from worker.text.amounts import REASON_CHARS, spell_s

_TOO_MANY_REQUESTS = 429
_SERVICE_UNAVAILABLE = 503
_GONE = 410
_PROBE_S = 7 * 86_400.0  # a dead feed is polled weekly: some recover
_PROBE_MAX_S = 30 * 86_400.0
_DOUBLINGS_MAX = 40
FAILING_ALERT = 3  # failures in a row before an alert
_GONE_CONFIRMED = 2
_HARD_READINGS = 2
_DEAD_STREAK_MIN = 4  # one failure before and one after a long stop do not make a feed dead


def decide_after_failure(
    feed: FeedConfig, state: FeedState, report: PollReport, now: datetime, rng: random.Random
) -> Decision:
    """The decision after a poll without a document or a 304.

    Validators and articles are kept; only an adopted redirect that failed is given up, after two failures if
    no server responded. After one 410 the feed is polled again; a second in a row ends polling (RFC 9110
    section 15.5.11).
    """
    before = state
    gone_hits = before.gone_hits + (1 if _is_gone(report) and before.effective_url is None else 0)
    state = replace(
        before if report.fault and not before.error_streak else give_up_move(before, report),
        **_count_failure(before, report, now),
        gone_hits=gone_hits,
        ended_readings=before.ended_readings + report.reading_ended,
        last_polled_at=now,
        last_outcome=report.outcome.value,
        last_error=report.error or _name_failure(report),
        http_status=report.http_status,
    )
    if not report.conditional:
        state = replace(state, full_fetch_at=now)  # counted by `recheck`
    state = replace(state, status=_find_status(feed, state, report, now))
    wait, host_at = _find_wait(feed, state, report, now)
    if state.status is FeedStatus.GONE and feed.enabled:
        reason = "410 Gone, confirmed: not polled again until its config changes"
        state = replace(state, next_due_at=None, next_due_reason=reason)
    else:
        state = plan_due(feed, state, wait, now, rng)
    return Decision(state, host_at, _find_events(feed, before, state, is_held=_is_held(report)))


def _count_failure(before: FeedState, report: PollReport, now: datetime) -> dict[str, Any]:
    """The counts of the streak; the first failure of a request that was sent begins it anew.

    What failed before for a fault of ours, such as a missing secret, says nothing about the feed.
    """
    is_first = not report.may_be_ours and not before.sent_failures
    return {
        "error_streak": 1 if is_first else before.error_streak + 1,
        "sent_failures": before.sent_failures + (not report.may_be_ours),
        "failing_since_at": now if is_first else before.failing_since_at or now,
    }


def _is_gone(report: PollReport) -> bool:
    return report.outcome is Outcome.GONE or report.http_status == _GONE


def _find_status(feed: FeedConfig, state: FeedState, report: PollReport, now: datetime) -> FeedStatus:
    if report.outcome is Outcome.BLOCKED:
        return FeedStatus.BLOCKED
    if state.gone_hits >= _GONE_CONFIRMED:
        return FeedStatus.GONE
    failing_s = (now - (state.failing_since_at or now)).total_seconds()
    # without a request, as while a secret is missing, nothing is known of the feed
    failures = state.error_streak if report.fault else state.sent_failures
    is_dead = failing_s >= feed.dead_after_s and failures >= _DEAD_STREAK_MIN
    return FeedStatus.DEAD if is_dead else FeedStatus.FAILING


def _find_wait(
    feed: FeedConfig, state: FeedState, report: PollReport, now: datetime
) -> tuple[Wait, datetime | None]:
    """The wait of this feed, and until when its whole host must not be requested."""
    retry_after = read_retry_after(report.headers, now)
    is_throttled = report.http_status == _TOO_MANY_REQUESTS
    host_s: float | None = None
    if retry_after is not None and retry_after.wait_s is not None:
        if is_throttled or report.http_status == _SERVICE_UNAVAILABLE:
            host_s = retry_after.wait_s
        whose = "for this feed" if host_s is None or not report.pauses_host else "for all its feeds"
        wait = _obey(feed, retry_after, whose, now)
    else:
        wait = _back_off(feed, state, report)
        if retry_after is not None:
            said = f'Retry-After "{quote(retry_after.raw)}" is not in the future'
            wait = replace(wait, reason=f"{wait.reason}; {said}")
        if is_throttled:
            host_s = 2 * feed.interval_s
    if state.status is FeedStatus.DEAD:
        probe_s = min(max(_PROBE_S, ceiling_s(feed)), _PROBE_MAX_S)
        probe = Wait(probe_s, f"dead: polled again every {spell_s(probe_s)}", DueBy.FAILURE)
        wait = max(wait, probe, key=lambda w: w.seconds)
    is_whole = host_s is not None and report.pauses_host
    return wait, now + timedelta(seconds=host_s or 0.0) if is_whole else None


def _obey(feed: FeedConfig, retry_after: RetryAfter, whose: str, now: datetime) -> Wait:
    asked_s = retry_after.wait_s or 0.0
    until = spell_at(now + timedelta(seconds=asked_s), now)
    said = quote(retry_after.raw) if retry_after.is_cut else spell_field(retry_after.raw)
    cut = f", cut to {spell_s(asked_s)}" if retry_after.is_cut else ""
    reason = f"host asked to wait until {until} (Retry-After {said}{cut}), {whose}"
    return Wait(max(asked_s, feed.interval_s), reason, DueBy.SERVER)


def _back_off(feed: FeedConfig, state: FeedState, report: PollReport) -> Wait:
    """Exponential back-off from the configured interval, or from twice the interval after 429 and 410.

    From four times the interval if limits stopped the reading twice: each attempt occupies a parser process.
    """
    is_gone = _is_gone(report)
    start_s = feed.interval_s * (2 if is_gone or report.http_status == _TOO_MANY_REQUESTS else 1)
    if report.reading_ended and state.ended_readings >= _HARD_READINGS:
        start_s *= 4
    if report.may_be_ours:
        reason = f"no request reached its server: tried again every {spell_s(start_s)}, without back-off"
        return Wait(start_s, reason, DueBy.FAILURE)
    doublings = min(state.sent_failures - 1, _DOUBLINGS_MAX)
    seconds = min(start_s * 2.0**doublings, max(ceiling_s(feed), start_s))
    if is_gone:
        return Wait(seconds, "410 Gone: polled once more to confirm", DueBy.FAILURE)
    failures = "1 failure" if state.sent_failures == 1 else f"{state.sent_failures} failures in a row"
    # The error is shown beside the reason, and may be long.
    status = f" (HTTP {report.http_status})" if _has_error_status(report) else ""
    return Wait(seconds, f"back-off {spell_s(seconds)} after {failures}{status}", DueBy.FAILURE)


def _has_error_status(report: PollReport) -> bool:
    return report.http_status is not None and report.http_status >= 400


def _name_failure(report: PollReport) -> str:
    if _has_error_status(report):
        return f"HTTP {report.http_status}"
    return quote(report.error or report.outcome.value, REASON_CHARS)


def _is_held(report: PollReport) -> bool:
    """Whether nothing was sent for a fault of ours that is not one of the network: a secret."""
    return report.may_be_ours and not report.fault


def _find_events(
    feed: FeedConfig, before: FeedState, after: FeedState, *, is_held: bool
) -> tuple[tuple[EventKind, str], ...]:
    if not feed.enabled:
        return ()
    why = quote(after.last_error or "no reason known", REASON_CHARS)
    events: list[tuple[EventKind, str]] = []
    if before.effective_url is not None and after.effective_url is None:
        sentence = f"{feed.id}: the address it had moved to failed; polled at the configured URL again"
        events.append((EventKind.FEED_MOVED, sentence))
    if is_held:  # does not pass by itself
        if before.last_error != after.last_error:
            events.append((EventKind.FEED_FAILING, f"{feed.id}: not polled: {why}"))
    elif after.error_streak == FAILING_ALERT and after.status is FeedStatus.FAILING:
        events.append((EventKind.FEED_FAILING, f"{feed.id}: {why} ({after.error_streak} times in a row)"))
    if after.status is not before.status:
        since = spell_s(feed.dead_after_s)
        reports = {
            FeedStatus.DEAD: (EventKind.FEED_DEAD, f"nothing but failures for {since}: {why}"),
            FeedStatus.GONE: (
                EventKind.FEED_GONE,
                "410 Gone twice in a row, so it is not polled any more",
            ),
            FeedStatus.BLOCKED: (EventKind.FEED_BLOCKED, f"may not be requested: {why}"),
        }
        if after.status in reports:
            kind, sentence = reports[after.status]
            events.append((kind, f"{feed.id}: {sentence}"))
    return tuple(events)
