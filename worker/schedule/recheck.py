"""Servers that answer 304 although the feed has changed: when to look past it, and what was found."""

from dataclasses import replace
from datetime import datetime, timedelta

from worker.records import FeedConfig, FeedState, Outcome, PollReport
from worker.schedule.words import spell_s

_STREAK_MIN = 3  # fewer 304s in a row are ordinary
_SILENCE_RHYTHMS = 6  # times the usual gap without news that make a streak suspicious
_LIAR_RHYTHMS = 2  # the same for a server that was caught before
_SILENCE_UNKNOWN_S = 7 * 86_400.0  # for a feed whose rhythm is not known
_ANSWERED = (Outcome.UPDATED, Outcome.UNCHANGED)
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
    """The state after an answered poll, and a sentence when a 304 was found to have hidden entries.

    What was found is kept as `lying_304`: it rises with each lie and falls with each honest streak.
    """
    if report.conditional:
        return state, None
    known = replace(state, full_fetch_at=now)
    if not _was_recheck(state):
        return known, None
    if report.outcome is Outcome.UPDATED and report.new and _is_old_news(state, report):
        silence = spell_s((now - (state.last_new_at or now)).total_seconds())
        sentence = f"the server answered 304 for {silence} although {report.new} entries had come"
        return replace(known, lying_304=state.lying_304 + 1), sentence
    if report.outcome in _ANSWERED:
        return replace(known, lying_304=max(0, state.lying_304 - 1)), None
    return known, None


def tell_recheck(feed: FeedConfig, before: FeedState, after: FeedState, report: PollReport) -> str:
    """What the reason of the next due time says of 304s; empty when there is nothing to say.

    Either that the next request will look behind them, and why, or what the last one found there.
    """
    if after.next_due_at is not None and wants_full_fetch(feed, after, after.next_due_at):
        usual = f", usually every {spell_s(after.rhythm_s)}" if after.rhythm_s else ""
        since = after.last_new_at or after.full_fetch_at or after.next_due_at
        silence = spell_s(max(0.0, (after.next_due_at - since).total_seconds()))
        caught = ", and this server has hidden entries before" if after.lying_304 else ""
        return f"then without validators: nothing new for {silence} of 304s{usual}{caught}"
    if report.conditional or not _was_recheck(before):
        return ""
    return "looked behind the 304s: " + (
        f"{report.new} entries were hidden" if after.lying_304 > before.lying_304 else "nothing was hidden"
    )


def _was_recheck(state: FeedState) -> bool:
    return state.unmodified_streak >= _STREAK_MIN and bool(state.etag or state.last_modified)


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
