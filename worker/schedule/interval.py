"""How often a feed is worth asking: half of its own rhythm, within what the operator allows."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from statistics import median

from worker.records import FeedConfig, FeedState, PollReport
from worker.schedule.words import spell_s

OWN_CHOICE = "interval "  # how every reason begins that no server and no failure gave
_GROWTH = 1.5  # per poll that brought nothing: a feed that wakes is noticed before its interval is long
_BATCH_S = 60.0  # entries published closer together came at once and say nothing of the rhythm
_GAPS_MIN = 3  # fewer gaps are no rhythm
_SILENCE_SHARE = 8  # a feed silent for eight hours may be asked hourly
_DELTA = 226  # only what is new (RFC 3229): says nothing of a page


def ceiling_s(feed: FeedConfig) -> float:
    """The longest wait that hints and back-off may ask for; the wanted interval itself is never cut."""
    return max(feed.max_interval_s, feed.interval_s)


def find_gaps_s(arrivals: Sequence[datetime], now: datetime) -> list[float]:
    """The seconds between recent arrivals, without future dates and without what came in one batch."""
    times = sorted((at for at in arrivals if at <= now), reverse=True)
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(times)]
    return [gap for gap in gaps if gap >= _BATCH_S]


def find_rhythm_s(arrivals: Sequence[datetime], now: datetime) -> float | None:
    """The median gap between arrivals, or None when too few are known."""
    gaps = find_gaps_s(arrivals, now)
    return median(gaps) if len(gaps) >= _GAPS_MIN else None


def next_interval(feed: FeedConfig, state: FeedState, report: PollReport, now: datetime) -> tuple[float, str]:
    """The seconds until this feed is worth asking again, and why.

    Without `adaptive`, and on the first success, it is the wanted interval. Only a poll that brought
    new entries can lead below it; one that brought nothing lengthens the interval by half at most.
    """
    wanted = feed.interval_s
    if not feed.adaptive or state.last_success_at is None:
        return wanted, _explain(wanted)
    learned = max(state.interval_s or wanted, min(feed.min_interval_s, wanted))
    rhythm = find_rhythm_s(report.arrivals, now) or state.rhythm_s
    if report.new:
        return _after_news(feed, learned, rhythm, report)
    return _after_nothing(feed, state, learned, rhythm, now)


def _after_news(
    feed: FeedConfig, learned: float, rhythm: float | None, report: PollReport
) -> tuple[float, str]:
    floor = min(feed.min_interval_s, feed.interval_s)
    if report.new * 2 > report.entries and report.http_status != _DELTA:
        wait = max(floor, min(learned, feed.interval_s, (rhythm or learned) / 2))
        return wait, _explain(wait, f"{report.new} of {report.entries} entries were new")
    if rhythm is None:
        wait = max(floor, min(learned, feed.interval_s))
        return wait, _explain(wait)
    wait = min(max(rhythm / 2, floor), ceiling_s(feed), learned * _GROWTH)
    return wait, _explain(wait, f"median gap {spell_s(rhythm)} / 2")


def _after_nothing(
    feed: FeedConfig, state: FeedState, learned: float, rhythm: float | None, now: datetime
) -> tuple[float, str]:
    silence = (now - (state.last_new_at or state.last_success_at or now)).total_seconds()
    target = max((rhythm or 0.0) / 2, silence / _SILENCE_SHARE)
    wait = max(feed.interval_s, min(learned * _GROWTH, target, ceiling_s(feed)))
    return wait, _explain(wait, "" if wait == feed.interval_s else f"nothing new for {spell_s(silence)}")


def _explain(wait_s: float, why: str = "") -> str:
    return f"{OWN_CHOICE}{spell_s(wait_s)}" + (f" ({why})" if why else "")
