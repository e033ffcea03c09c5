"""Feeds that work but have fallen silent beyond their own rhythm."""

from collections.abc import Sequence
from datetime import datetime

from worker.records import FeedConfig, FeedState, FeedStatus
from worker.schedule.rhythm import find_gaps_s
from worker.schedule.words import spell_at, spell_s

_GAPS_MIN = 5  # fewer gaps are no rhythm to be silent beyond
_LONGEST_TIMES = 2.0  # twice the longest gap known: nights and weekends are in it
_MEDIAN_TIMES = 10.0
_LEAST_S = 6 * 3_600.0  # no feed is called quiet within a night
_WORKING = (FeedStatus.ACTIVE, FeedStatus.MOVED)


def quiet_since(
    feed: FeedConfig, state: FeedState, arrivals: Sequence[datetime], now: datetime
) -> str | None:
    """A sentence when the feed has been silent for too long, else None.

    `quiet_alert` decides what is too long: a duration, "off", or with "auto" twice the longest gap of
    the recent `arrivals`. A feed that cannot be polled has an alert of its own and is never quiet.
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
    if limit_s is None or silence_s < limit_s:
        return None
    since = spell_at(max(known), now)
    return f"nothing new since {since} ({spell_s(silence_s)}); expected within {spell_s(limit_s)}"


def _limit_s(feed: FeedConfig, arrivals: Sequence[datetime], now: datetime) -> float | None:
    if not isinstance(feed.quiet_alert, str):
        return feed.quiet_alert
    gaps = sorted(find_gaps_s(arrivals, now))
    if len(gaps) < _GAPS_MIN:
        return None
    return max(_LONGEST_TIMES * gaps[-1], _MEDIAN_TIMES * gaps[len(gaps) // 2], _LEAST_S)
