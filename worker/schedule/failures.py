"""What follows from a poll that failed: back-off, throttling, and the states failing, dead, gone, blocked."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

from worker.records import Decision, FeedConfig, FeedState, FeedStatus, Outcome, PollReport
from worker.schedule.http_hints import RetryAfter, read_retry_after
from worker.schedule.interval import ceiling_s
from worker.schedule.moves import give_up_move
from worker.schedule.plan import Wait, plan_due
from worker.schedule.words import quote, spell_at, spell_s

_TOO_MANY_REQUESTS = 429
_SERVICE_UNAVAILABLE = 503
_GONE = 410
_PROBE_S = 7 * 86_400.0  # a dead feed is asked weekly: some come back to life
_PROBE_MAX_S = 30 * 86_400.0
_DOUBLINGS_MAX = 40
FAILING_ALERT = 3  # failures in a row that are worth telling
_GONE_CONFIRMED = 2
_HARD_READINGS = 2
_DEAD_STREAK_MIN = 4  # so that one failure before a long stop and one after it kill no feed


def decide_after_failure(
    feed: FeedConfig, state: FeedState, report: PollReport, now: datetime, rng: random.Random
) -> Decision:
    """The decision after a poll that brought neither a document nor a 304.

    Validators and articles stay; only an adopted redirect that failed is given up, after two failures
    where no server responded. One 410 is asked again, the second in a row ends the polling (RFC 9110
    section 15.5.11).
    """
    before = state
    gone_hits = before.gone_hits + (1 if _is_gone(report) and before.effective_url is None else 0)
    state = replace(
        before if report.fault and not before.error_streak else give_up_move(before, report),
        error_streak=before.error_streak + 1,
        failing_since_at=before.failing_since_at or now,
        gone_hits=gone_hits,
        ended_readings=before.ended_readings + report.reading_ended,
        last_polled_at=now,
        last_outcome=report.outcome.value,
        last_error=report.error or _name_failure(report),
        http_status=report.http_status,
    )
    if not report.conditional:
        state = replace(state, full_fetch_at=now)  # it was asked for, which `recheck` counts
    state = replace(state, status=_find_status(feed, state, report, now))
    wait, host_at = _find_wait(feed, state, report, now)
    if state.status is FeedStatus.GONE and feed.enabled:
        reason = "410 Gone, confirmed: not asked again until its config changes"
        state = replace(state, next_due_at=None, next_due_reason=reason)
    else:
        state = plan_due(feed, state, wait, now, rng)
    return Decision(state, host_at, _find_events(feed, before, state))


def _is_gone(report: PollReport) -> bool:
    return report.outcome is Outcome.GONE or report.http_status == _GONE


def _find_status(feed: FeedConfig, state: FeedState, report: PollReport, now: datetime) -> FeedStatus:
    if report.outcome is Outcome.BLOCKED:
        return FeedStatus.BLOCKED
    if state.gone_hits >= _GONE_CONFIRMED:
        return FeedStatus.GONE
    failing_s = (now - (state.failing_since_at or now)).total_seconds()
    is_dead = failing_s >= feed.dead_after_s and state.error_streak >= _DEAD_STREAK_MIN
    return FeedStatus.DEAD if is_dead else FeedStatus.FAILING


def _find_wait(
    feed: FeedConfig, state: FeedState, report: PollReport, now: datetime
) -> tuple[Wait, datetime | None]:
    """The wait of this feed, and the moment before which its whole host asks to be left alone."""
    retry_after = read_retry_after(report.headers, now)
    is_throttled = report.http_status == _TOO_MANY_REQUESTS
    host_s: float | None = None
    if retry_after is not None and retry_after.wait_s is not None:
        wait = _obey(feed, retry_after, now)
        if is_throttled or report.http_status == _SERVICE_UNAVAILABLE:
            host_s = retry_after.wait_s
    else:
        wait = _back_off(feed, state, report)
        if retry_after is not None:
            said = f'Retry-After "{quote(retry_after.raw)}" names no time to come'
            wait = Wait(wait.seconds, f"{wait.reason}; {said}")
        if is_throttled:
            host_s = 2 * feed.interval_s
    if state.status is FeedStatus.DEAD:
        probe_s = min(max(_PROBE_S, ceiling_s(feed)), _PROBE_MAX_S)
        wait = max(
            wait, Wait(probe_s, f"dead: asked again every {spell_s(probe_s)}"), key=lambda w: w.seconds
        )
    return wait, None if host_s is None else now + timedelta(seconds=host_s)


def _obey(feed: FeedConfig, retry_after: RetryAfter, now: datetime) -> Wait:
    asked_s = retry_after.wait_s or 0.0
    until = spell_at(now + timedelta(seconds=asked_s), now)
    reason = f"host asked to wait until {until} (Retry-After {quote(retry_after.raw)})"
    if retry_after.is_cut:
        reason += f", cut to {spell_s(asked_s)}"
    return Wait(max(asked_s, feed.interval_s), reason)


def _back_off(feed: FeedConfig, state: FeedState, report: PollReport) -> Wait:
    """Doubling from the wanted interval, from twice as much after 429 and 410.

    From four times as much where limits ended the reading twice: each try holds a process that reads.
    """
    is_gone = _is_gone(report)
    start_s = feed.interval_s * (2 if is_gone or report.http_status == _TOO_MANY_REQUESTS else 1)
    if report.reading_ended and state.ended_readings >= _HARD_READINGS:
        start_s *= 4
    doublings = 0 if report.may_be_ours else min(state.error_streak - 1, _DOUBLINGS_MAX)
    seconds = min(start_s * 2.0**doublings, max(ceiling_s(feed), start_s))
    if is_gone:
        return Wait(seconds, "410 Gone: asked once more to be sure")
    failures = "1 failure" if state.error_streak == 1 else f"{state.error_streak} failures in a row"
    return Wait(seconds, f"back-off {spell_s(seconds)} after {failures} ({_name_failure(report)})")


def _name_failure(report: PollReport) -> str:
    if report.http_status is not None and report.http_status >= 400:
        return f"HTTP {report.http_status}"
    return quote(report.error or report.outcome.value)


def _find_events(feed: FeedConfig, before: FeedState, after: FeedState) -> tuple[tuple[str, str], ...]:
    if not feed.enabled:
        return ()
    why = quote(after.last_error or "no reason known")
    events = []
    if before.effective_url is not None and after.effective_url is None:
        sentence = f"{feed.id}: the address it had moved to failed; asked at the configured one again"
        events.append(("feed.moved", sentence))
    if after.error_streak == FAILING_ALERT and after.status is FeedStatus.FAILING:
        events.append(("feed.failing", f"{feed.id}: {after.error_streak} failures in a row, last: {why}"))
    if after.status is not before.status:
        since = spell_s(feed.dead_after_s)
        sentences = {
            FeedStatus.DEAD: f"{feed.id}: failing for {since} and more, last: {why}",
            FeedStatus.GONE: f"{feed.id}: the server says twice that it is gone for good (410)",
            FeedStatus.BLOCKED: f"{feed.id}: the address is not allowed: {why}",
        }
        if after.status in sentences:
            events.append((f"feed.{after.status.value}", sentences[after.status]))
    return tuple(events)
