"""Feeds that work but have been silent for longer than their rhythm explains."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from worker.records import FeedConfig, FeedState, FeedStatus, PollReport
from worker.schedule.rhythm import expect_arrivals, find_gaps_s
from worker.schedule.words import spell_at
from worker.text.amounts import spell_s

_GAPS_MIN = 5  # fewer gaps are not a rhythm
_LONGEST_TIMES = 2.0  # twice the longest gap known
_MEDIAN_TIMES = 10.0
_LEAST_S = 6 * 3_600.0  # not within a night
_WEEKEND_S = 3.5 * 86_400.0  # a shorter silence may be a weekend, if the feed's week has one
_DOUBT = 1.0  # one silent weekend is enough to expect the next
_DUE_MIN = 5.0  # expected entries, by hour and day
_UNKNOWN_S = 60 * 86_400.0  # for a feed without a known rhythm
_WORKING = (FeedStatus.ACTIVE, FeedStatus.MOVED)


def update_silence(
    feed: FeedConfig, state: FeedState, report: PollReport, now: datetime
) -> tuple[FeedState, str | None]:
    """The state after a successful poll, and a one-time message if the feed has become quiet."""
    if report.new:
        return replace(state, quiet_at=None), None
    if state.quiet_at is not None:
        return state, None
    sentence = quiet_since(feed, state, report.arrivals, now)
    return (replace(state, quiet_at=now), sentence) if sentence else (state, None)


def quiet_since(
    feed: FeedConfig, state: FeedState, arrivals: Sequence[datetime], now: datetime
) -> str | None:
    """A message if the feed has been silent for too long, else None.

    `quiet_alert` sets the limit: a duration, "off", or with "auto" twice the longest gap of the recent
    `arrivals`, without the feed's nights and weekends if they are known. A feed that cannot be polled has
    another alert and is never quiet.
    """
    if feed.quiet_alert == "off" or state.status not in _WORKING:
        return None
    known = [at for at in arrivals if at <= now]
    if state.last_new_at is not None:
        known.append(state.last_new_at)
    if not known:
        return None
    silence_s = (now - max(known)).total_seconds()
    limit_s = _limit_s(feed, arrivals, now)
    if silence_s < limit_s or _is_resting(feed, state, max(known), now):
        return None
    since = spell_at(max(known), now)
    return f"nothing new since {since} ({spell_s(silence_s)}); expected within {spell_s(limit_s)}"


def _limit_s(feed: FeedConfig, arrivals: Sequence[datetime], now: datetime) -> float:
    if not isinstance(feed.quiet_alert, str):
        return feed.quiet_alert
    gaps = sorted(find_gaps_s(arrivals, now))
    if len(gaps) < _GAPS_MIN:
        return _UNKNOWN_S
    return max(_LONGEST_TIMES * gaps[-1], _MEDIAN_TIMES * gaps[len(gaps) // 2], _LEAST_S)


def _is_resting(feed: FeedConfig, state: FeedState, since: datetime, now: datetime) -> bool:
    """Whether such a silence is usual for these hours and days."""
    if state.rhythm is None or not isinstance(feed.quiet_alert, str):
        return False
    if (now - since).total_seconds() >= _WEEKEND_S:
        return False
    expected = expect_arrivals(state.rhythm, (), now, feed.interval_s, doubt=_DOUBT)
    return expected is not None and expected.usual_between(since, now) < _DUE_MIN
