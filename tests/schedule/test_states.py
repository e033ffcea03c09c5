"""The states of a feed: each change is told once, in a plain sentence, and nothing falls silent unnoticed."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from worker.records import FeedConfig, FeedState, FeedStatus, Outcome, PollReport
from worker.schedule import decide_next

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # a Tuesday
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FEED = FeedConfig(id="desk", url="https://example.org/feed", dead_after_s=2 * 86_400.0)
HOURLY = tuple(NOW - number * HOUR for number in range(40))
WORKING = FeedState(status=FeedStatus.ACTIVE, last_success_at=NOW, last_new_at=NOW, last_polled_at=NOW)


def run(state, *reports, feed=FEED, start=NOW, every=HOUR):
    """The state after polls at regular times, and what was told: (number of the poll, kind, sentence)."""
    told, rng = [], random.Random(1)
    for number, report in enumerate(reports):
        decision = decide_next(feed, state, report, now=start + (number + 1) * every, rng=rng)
        state = decision.state
        told += [(number, kind, sentence) for kind, sentence in decision.events]
    return state, told


def fail(status=500, outcome=Outcome.FAILED):
    return PollReport(outcome, status, error=f"{status} from example.org", conditional=True)


def unmodified(arrivals=HOURLY):
    return PollReport(Outcome.NOT_MODIFIED, 304, conditional=True, arrivals=arrivals)


def news(new=1, arrivals=HOURLY):
    return PollReport(Outcome.UPDATED, 200, new=new, entries=20, arrivals=arrivals)


def kinds(told):
    return [(number, kind) for number, kind, _ in told]


def test_a_life_of_a_feed_is_told_in_seven_sentences():
    """Failing, dead, back; gone, back; quiet, back: one event each, whatever number of polls."""
    state, told = run(WORKING, *[fail()] * 60, news())
    assert kinds(told) == [(2, "feed.failing"), (48, "feed.dead"), (60, "feed.resurrected")]
    assert told[-1][2] == "desk: works again after 60 failures in 2.5 d; it was dead"
    state, told = run(state, *[fail(410, Outcome.GONE)] * 2, news())
    assert kinds(told) == [(1, "feed.gone"), (2, "feed.resurrected")]
    start = NOW + 100 * HOUR
    state = replace(state, last_new_at=NOW, quiet_at=None)
    state, told = run(state, *[unmodified()] * 30, news(), start=start)
    assert kinds(told) == [(0, "feed.quiet"), (30, "feed.resurrected")]
    assert told[-1][2] == "desk: has new entries again after 5.5 d of silence"


def test_two_failures_and_back_are_not_worth_telling():
    assert run(WORKING, fail(), fail(), news())[1] == []


def test_a_feed_that_is_silent_beyond_its_rhythm_is_told_once():
    """An hourly feed is quiet after half a day, and stays so until it brings news."""
    state, told = run(WORKING, *[unmodified()] * 40)
    assert kinds(told) == [(11, "feed.quiet")]
    assert told[0][2] == "desk: nothing new since 2026-11-24 10:00Z (12 h); expected within 10 h"
    assert state.quiet_at == NOW + 12 * HOUR
    assert state.status is FeedStatus.ACTIVE


@pytest.mark.parametrize("alert", ["off", 99 * 3_600.0])
def test_quiet_alerts_follow_the_config(alert):
    assert run(WORKING, *[unmodified()] * 40, feed=replace(FEED, quiet_alert=alert))[1] == []


def test_a_feed_without_a_rhythm_is_quiet_after_two_months():
    """Nothing falls silent unnoticed, even what never brought enough to have a rhythm."""
    _, told = run(WORKING, *[unmodified(())] * 70, every=DAY)
    assert kinds(told) == [(59, "feed.quiet")]


def test_a_desk_that_rests_at_weekends_is_not_quiet_then():
    """After three weeks Saturday and Sunday are known; on Monday noon its silence is told."""
    start = datetime(2026, 11, 2, tzinfo=UTC)  # a Monday
    state, rng, times, told = FeedState(), random.Random(1), [], []
    for hour in range(26 * 24):
        now = start + hour * HOUR + timedelta(minutes=1)
        is_open = now.weekday() < 5 and 6 <= now.hour < 22 and hour < 19 * 24
        times = [*times, *([now - timedelta(seconds=40 + 900 * n) for n in (3, 2, 1, 0)] if is_open else [])]
        report = news(4, tuple(times[:-61:-1])) if is_open else unmodified(tuple(times[:-61:-1]))
        decision = decide_next(FEED, state, report, now=now, rng=rng)
        state = decision.state
        told += [now for kind, _ in decision.events if kind == "feed.quiet"]
    later = [at for at in told if at > start + 11 * DAY]
    assert len(later) == 1
    assert later[0].weekday() == 0


def test_a_new_address_that_fails_is_told():
    moved = replace(WORKING, status=FeedStatus.MOVED, effective_url="https://new.example.org/feed")
    assert kinds(run(moved, fail(404))[1]) == [(0, "feed.moved")]


def test_a_feed_that_is_not_enabled_tells_nothing():
    feed = replace(FEED, enabled=False)
    assert run(WORKING, *[fail()] * 60, news(), feed=feed)[1] == []
