"""Servers that respond 304 although the feed has changed: when to check, and the result."""

from dataclasses import replace
from datetime import datetime, timedelta

from worker.records import FeedConfig, FeedState, Outcome, PollReport
from worker.text.amounts import spell_s

_STREAK_MIN = 3  # fewer 304s in a row are ordinary
_SILENCE_RHYTHMS = 6  # times the usual gap without new entries: a streak is suspicious
_LIAR_RHYTHMS = 2  # the same for a server that hid entries before
_SILENCE_UNKNOWN_S = 7 * 86_400.0  # for a feed without a known rhythm
_ANSWERED = (Outcome.UPDATED, Outcome.UNCHANGED)
_CLOCK_SKEW_S = 60.0  # a publication time this close to the last poll is not evidence


def wants_full_fetch(feed: FeedConfig, state: FeedState, now: datetime) -> bool:
    """Whether the next request should be unconditional, to check the 304s.

    True at most once per `recheck_s`, and only after a streak of 304s in which the feed's rhythm would have
    brought new entries.
    """
    if state.unmodified_streak < _STREAK_MIN or not (state.etag or state.last_modified):
        return False
    full_fetch_at = state.full_fetch_at or state.last_new_at
    if full_fetch_at is not None and now - full_fetch_at < timedelta(seconds=feed.recheck_s):
        return False
    last_new_at = state.last_new_at or full_fetch_at
    if last_new_at is None:
        return True
    return now - last_new_at >= timedelta(seconds=_suspicious_s(state))


def update_full_fetch(state: FeedState, report: PollReport, now: datetime) -> tuple[FeedState, str | None]:
    """The state after a successful poll, and a message if 304s were found to have hidden entries.

    `lying_304` counts: it rises with each such finding and falls with each check that finds nothing.
    """
    if report.conditional:
        return state, None
    known = replace(state, full_fetch_at=now)
    if not _was_recheck(state):
        return known, None
    if report.outcome is Outcome.UPDATED and report.new and _is_old_news(state, report):
        silence = spell_s((now - (state.last_new_at or now)).total_seconds())
        sentence = f"the server responded 304 for {silence} although there were {report.new} new entries"
        return replace(known, lying_304=state.lying_304 + 1), sentence
    if report.outcome in _ANSWERED:
        return replace(known, lying_304=max(0, state.lying_304 - 1)), None
    return known, None


def describe_recheck(feed: FeedConfig, before: FeedState, after: FeedState, report: PollReport) -> str:
    """The part of the next due time's reason about 304s; empty if there is none.

    Either that the next request will be unconditional, and why, or the result of the last one.
    """
    if after.next_due_at is not None and wants_full_fetch(feed, after, after.next_due_at):
        usual = f", usually every {spell_s(after.rhythm_s)}" if after.rhythm_s else ""
        since = after.last_new_at or after.full_fetch_at or after.next_due_at
        silence = spell_s(max(0.0, (after.next_due_at - since).total_seconds()))
        caught = ", and this server has hidden entries before" if after.lying_304 else ""
        return f"then without validators: nothing new for {silence} of 304s{usual}{caught}"
    if report.conditional or not _was_recheck(before):
        return ""
    return "checked behind the 304s: " + (
        f"{report.new} entries were hidden" if after.lying_304 > before.lying_304 else "nothing was hidden"
    )


def _was_recheck(state: FeedState) -> bool:
    return state.unmodified_streak >= _STREAK_MIN and bool(state.etag or state.last_modified)


def _suspicious_s(state: FeedState) -> float:
    if state.rhythm_s is None:
        return _SILENCE_UNKNOWN_S
    return state.rhythm_s * (_LIAR_RHYTHMS if state.lying_304 else _SILENCE_RHYTHMS)


def _is_old_news(state: FeedState, report: PollReport) -> bool:
    """Whether the new entries existed at the last 304; assumed if they have no dates."""
    if len(report.arrivals) < report.new or state.last_polled_at is None:
        return True
    oldest_new_at = min(report.arrivals[: report.new])
    return oldest_new_at < state.last_polled_at - timedelta(seconds=_CLOCK_SKEW_S)
