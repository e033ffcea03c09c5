"""Servers that answer 304 although the feed has changed: when to look past it, and what was found."""

from dataclasses import replace
from datetime import datetime, timedelta

from worker.records import FeedConfig, FeedState, Outcome, PollReport
from worker.schedule.words import spell_s

_STREAK_MIN = 3  # fewer 304s in a row are ordinary
_SILENCE_RHYTHMS = 6  # times the usual gap without news that make a streak suspicious
_LIAR_RHYTHMS = 2  # the same for a server that was caught before
_SILENCE_UNKNOWN_S = 7 * 86_400.0  # for a feed whose rhythm is not known
_CLOCK_SKEW_S = 60.0  # a publication time this close to the last poll proves nothing


def wants_full_fetch(feed: FeedConfig, state: FeedState, now: datetime) -> bool:
    """Whether the next request should go without validators, to see what is behind the 304s.

    True at most once per `recheck_s`, and only for a streak of 304s so long that the feed's own rhythm
    would have brought something by now.
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


def note_full_fetch(state: FeedState, report: PollReport, now: datetime) -> tuple[FeedState, str | None]:
    """The state after an answered poll, and a sentence when a 304 was found to have hidden entries."""
    if report.conditional:
        return state, None
    known = replace(state, full_fetch_at=now)
    was_recheck = state.unmodified_streak >= _STREAK_MIN and bool(state.etag or state.last_modified)
    if not (was_recheck and report.outcome is Outcome.UPDATED and report.new and _is_old_news(state, report)):
        return known, None
    silence = spell_s((now - (state.last_new_at or now)).total_seconds())
    sentence = f"the server answered 304 for {silence} although {report.new} entries had come"
    return replace(known, lying_304=state.lying_304 + 1), sentence


def _suspicious_s(state: FeedState) -> float:
    if state.rhythm_s is None:
        return _SILENCE_UNKNOWN_S
    return state.rhythm_s * (_LIAR_RHYTHMS if state.lying_304 else _SILENCE_RHYTHMS)


def _is_old_news(state: FeedState, report: PollReport) -> bool:
    """Whether what is new was there at the last 304 already; without dates the silence speaks."""
    if len(report.arrivals) < report.new or state.last_polled_at is None:
        return True
    oldest_new_at = min(report.arrivals[: report.new])
    return oldest_new_at < state.last_polled_at - timedelta(seconds=_CLOCK_SKEW_S)
