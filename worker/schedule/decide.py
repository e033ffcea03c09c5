"""When a feed is polled next, and why: combines all rules of the schedule."""

import random
from dataclasses import replace
from datetime import datetime

from worker.records import (
    Decision,
    DueBy,
    EventKind,
    FeedConfig,
    FeedHints,
    FeedState,
    FeedStatus,
    Outcome,
    PollReport,
)
from worker.schedule.failures import FAILING_ALERT, decide_after_failure
from worker.schedule.http_hints import find_freshness
from worker.schedule.interval import ceiling_s, explain_interval, next_interval
from worker.schedule.moves import update_move
from worker.schedule.plan import FIRST_JITTER_SHARE, JITTER_SHARE, Wait, plan_due
from worker.schedule.quiet import update_silence
from worker.schedule.recheck import describe_recheck, update_full_fetch
from worker.schedule.rhythm import DELTA, find_rhythm_s, learn_rhythm
from worker.text.amounts import count_of, spell_s

SUCCESSES = (Outcome.UPDATED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED)
_DEFERRED_S = (1.0, 2.0)  # a busy host is soon free again
_DEFERRED_SHARE = 0.25  # of the interval: spreads the feeds that wait for one host
_DEFERRED_MAX_S = 120.0
_OVERFLOW_ENTRIES_MIN = 5  # a shorter page is often new as a whole
_OVERFLOW_AGAIN_S = 86_400.0  # a feed that overflows at every poll is reported daily
_VALIDATOR_MAX = 4_096  # characters; longer ones cannot be sent back
INCOMPLETE = "its document was incomplete: what follows the break was not read"


def decide_next(
    feed: FeedConfig, state: FeedState, report: PollReport, *, now: datetime, rng: random.Random
) -> Decision:
    """The feed's next state after a poll that ended `now`, with due time and reason.

    The due time is not earlier than the interval, the back-off or any hint of the server; jitter only adds to
    it. A poll whose lease was lost changes nothing; a deferred poll only moves the due time.
    """
    if report.outcome is Outcome.STALE:
        return Decision(state)
    if report.outcome is Outcome.DEFERRED:
        return Decision(_defer(feed, state, report, now, rng))
    if report.outcome in SUCCESSES:
        return _decide_after_success(feed, state, report, now, rng)
    return decide_after_failure(feed, state, report, now, rng)


def _defer(
    feed: FeedConfig, state: FeedState, report: PollReport, now: datetime, rng: random.Random
) -> FeedState:
    """The state of a feed that waits for a host: its own, or that of a redirect."""
    wait_s = rng.uniform(*_DEFERRED_S)
    if report.wait_s > 0:
        apart_s = min(_DEFERRED_SHARE * feed.interval_s, _DEFERRED_MAX_S)
        wait_s = report.wait_s + rng.uniform(0.0, apart_s)
    reason = report.error or "its host is busy or asked to wait; nothing was sent"
    return plan_due(feed, state, Wait(wait_s, reason, DueBy.HOST, jitter_share=0.0), now, rng)


def replan(feed: FeedConfig, state: FeedState, *, now: datetime, rng: random.Random) -> FeedState:
    """The state after a change of the feed's config: a wait chosen by the schedule follows the new interval.

    Waits requested by the server, back-offs and the hours that the feed skips do not change.
    """
    if state.last_polled_at is None or state.next_due_at is None or state.due_by is not DueBy.INTERVAL:
        return state
    wait = Wait(feed.interval_s, explain_interval(feed.interval_s), DueBy.INTERVAL, ceiling_s(feed))
    planned = plan_due(feed, state, wait, state.last_polled_at, rng)
    if planned.next_due_at is None or planned.next_due_at >= now:
        return planned
    return replace(planned, next_due_at=now)


def _decide_after_success(
    feed: FeedConfig, before: FeedState, report: PollReport, now: datetime, rng: random.Random
) -> Decision:
    rhythm = learn_rhythm(before.rhythm, report, before.last_success_at, now, feed.interval_s)
    before = replace(before, rhythm=rhythm)
    interval_s, why = next_interval(feed, before, report, now)
    state, lying = update_full_fetch(before, report, now)
    state, moved = update_move(feed, state, report, now)
    state = replace(_remember(state, report, now), interval_s=interval_s)
    state, quiet = update_silence(feed, state, report, now)
    state, overflow = _update_overflow(state, before, report, now)
    jitter_share = FIRST_JITTER_SHARE if before.last_polled_at is None else JITTER_SHARE
    own = Wait(interval_s, why, DueBy.INTERVAL, ceiling_s(feed), jitter_share)
    waits = [own, *_find_hints(feed, state.hints, report, now)]
    state = plan_due(feed, state, max(waits, key=lambda wait: wait.seconds), now, rng)
    if note := describe_recheck(feed, before, state, report):
        state = replace(state, next_due_reason=f"{state.next_due_reason}; {note}")
    if not report.complete:
        state = replace(state, next_due_reason=f"{state.next_due_reason}; {INCOMPLETE}")
    events = [
        (EventKind.FEED_RESURRECTED, _describe_recovery(before, state, report, now)),
        (EventKind.FEED_MOVED, moved),
        (EventKind.FEED_LYING_304, lying),
        (EventKind.FEED_OVERFLOW, overflow),
        (EventKind.FEED_CUT, _describe_cut(before, state)),
        (EventKind.FEED_QUIET, quiet),
    ]
    reported = tuple((kind, f"{feed.id}: {sentence}") for kind, sentence in events if sentence)
    return Decision(state, events=reported if feed.enabled else ())


def _remember(state: FeedState, report: PollReport, now: datetime) -> FeedState:
    """The state after a success, except the due time."""
    is_unmodified = report.outcome is Outcome.NOT_MODIFIED
    etag = _read_validator(report, "etag") if report.complete else state.etag
    last_modified = _read_validator(report, "last-modified") if report.complete else state.last_modified
    return replace(
        state,
        status=FeedStatus.MOVED if state.effective_url else FeedStatus.ACTIVE,
        # A document without validators erases the old ones (RFC 9111 section 3), a 304 only renews them.
        etag=(etag or state.etag) if is_unmodified else etag,
        last_modified=(last_modified or state.last_modified) if is_unmodified else last_modified,
        validated_url=_find_validated_url(report) if report.complete else state.validated_url,
        error_streak=0,
        sent_failures=0,
        ended_readings=0,
        cut_entries=state.cut_entries if is_unmodified else report.cut,
        failing_since_at=None,
        gone_hits=0,
        unmodified_streak=state.unmodified_streak + 1 if is_unmodified else 0,
        last_polled_at=now,
        last_success_at=now,
        last_new_at=now if report.new else state.last_new_at,
        last_outcome=report.outcome.value,
        last_error=None,
        http_status=report.http_status,
        rhythm_s=find_rhythm_s(report.arrivals, now) or state.rhythm_s,
        hints=report.hints or (state.hints if is_unmodified else None),
    )


def _find_validated_url(report: PollReport) -> str | None:
    """The URL at the end of the redirects; None without any."""
    return report.redirects[-1].url if report.redirects else None


def _read_validator(report: PollReport, name: str) -> str | None:
    """A validator exactly as received; None if it cannot be sent back."""
    value = report.headers.get(name, "")
    is_sendable = 0 < len(value) <= _VALIDATOR_MAX and not any(mark < " " or mark == "\x7f" for mark in value)
    return value if is_sendable else None


def _find_hints(feed: FeedConfig, hints: FeedHints | None, report: PollReport, now: datetime) -> list[Wait]:
    """The waits requested by the response and its document, each cut to the ceiling."""
    requested: list[tuple[float, str]] = []
    if freshness := find_freshness(report.headers, now):
        requested.append(freshness)
    if hints and hints.ttl_s:
        requested.append((hints.ttl_s, f"ttl {spell_s(hints.ttl_s)} in the feed"))
    if hints and hints.update_interval_s:
        requested.append(
            (hints.update_interval_s, f"update period {spell_s(hints.update_interval_s)} in the feed")
        )
    top_s = ceiling_s(feed)
    cut = f", cut to {spell_s(top_s)}"
    return [
        Wait(min(seconds, top_s), reason if seconds <= top_s else reason + cut, DueBy.SERVER, top_s)
        for seconds, reason in requested
    ]


def _describe_recovery(before: FeedState, after: FeedState, report: PollReport, now: datetime) -> str | None:
    """Report a recovery from a state that was reported: failing, dead, gone, blocked, or quiet."""
    was_down = before.status in (FeedStatus.DEAD, FeedStatus.GONE, FeedStatus.BLOCKED)
    if was_down or before.error_streak >= FAILING_ALERT:
        failures = [count_of(before.error_streak, "failure")] if before.error_streak else []
        since = before.failing_since_at
        lasted = [spell_s((now - since).total_seconds())] if since else []
        told = " in ".join([*failures, *lasted])
        was = f"; it was {before.status.value}" if was_down else ""
        return f"works again{' after ' if told else ''}{told}{was}"
    if report.was_told:
        was_held = before.error_streak and not before.sent_failures  # by a secret, which is there now
        how = "" if was_held else ", with its config changed"
        return f"works again{how}; it was {report.was_told}"
    if before.quiet_at is not None and after.quiet_at is None:
        silence = now - (before.last_new_at or before.quiet_at)
        return f"has new entries again after {spell_s(silence.total_seconds())} of silence"
    return None


def _describe_cut(before: FeedState, state: FeedState) -> str | None:
    """A sentence when a document begins to have more entries than are read."""
    if not state.cut_entries or before.cut_entries:
        return None
    return f"its document has too many entries: {state.cut_entries:,} not read"


def _update_overflow(
    state: FeedState, before: FeedState, report: PollReport, now: datetime
) -> tuple[FeedState, str | None]:
    """Report a page of mostly new entries: others may have left it between two polls."""
    if before.last_success_at is None or before.last_new_at is None or report.entries < _OVERFLOW_ENTRIES_MIN:
        return state, None
    if report.http_status == DELTA or report.new * 5 < report.entries * 4:
        return state, None
    if before.overflow_at is not None and (now - before.overflow_at).total_seconds() < _OVERFLOW_AGAIN_S:
        return state, None
    passed = spell_s((now - before.last_success_at).total_seconds())
    share = f"{report.new} of {report.entries} entries were new after {passed}"
    sentence = f"{share}: others may have been missed"
    return replace(state, overflow_at=now), sentence
