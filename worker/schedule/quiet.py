"""Feeds that work but have fallen silent beyond their own rhythm, and those that came back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from worker.records import FeedConfig, FeedState, FeedStatus, PollReport
from worker.schedule.rhythm import expect_arrivals, find_gaps_s
from worker.schedule.words import spell_at, spell_s

_GAPS_MIN = 5  # fewer gaps are no rhythm to be silent beyond
_LONGEST_TIMES = 2.0  # twice the longest gap known
_MEDIAN_TIMES = 10.0
_LEAST_S = 6 * 3_600.0  # no feed is called quiet within a night
_WEEKEND_S = 3.5 * 86_400.0  # a shorter silence may be a weekend's, if the week is known to have one
_DOUBT = 1.0  # one silent weekend is enough to think of the next
_DUE_MIN = 5.0  # entries that were due by the hour and the day; silent days seen before promise less
_UNKNOWN_S = 60 * 86_400.0  # for a feed too slow or too new to have a rhythm
_WORKING = (FeedStatus.ACTIVE, FeedStatus.MOVED)


def note_silence(
    feed: FeedConfig, state: FeedState, report: PollReport, now: datetime
) -> tuple[FeedState, str | None]:
    """The state after a poll that answered, and a sentence when the feed has fallen silent; told once."""
    if report.new:
        return replace(state, quiet_at=None), None
    if state.quiet_at is not None:
        return state, None
    sentence = quiet_since(feed, state, report.arrivals, now)
    return (replace(state, quiet_at=now), sentence) if sentence else (state, None)


def quiet_since(
    feed: FeedConfig, state: FeedState, arrivals: Sequence[datetime], now: datetime
) -> str | None:
    """A sentence when the feed has been silent for too long, else None.

    `quiet_alert` decides what is too long: a duration, "off", or with "auto" twice the longest gap of
    the recent `arrivals`, the feed's nights and weekends not counted where they are known. A feed that
    cannot be polled has an alert of its own and is never quiet.
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
    """Whether the silence is what these hours and days usually bring."""
    if state.rhythm is None or not isinstance(feed.quiet_alert, str):
        return False
    if (now - since).total_seconds() >= _WEEKEND_S:
        return False
    expected = expect_arrivals(state.rhythm, (), now, feed.interval_s, doubt=_DOUBT)
    return expected is not None and expected.usual_between(since, now) < _DUE_MIN
