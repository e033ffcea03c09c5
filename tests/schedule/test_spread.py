"""Feeds that were polled together do not come back together."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from worker.records import FeedConfig, FeedState, FeedStatus, Outcome, PollReport
from worker.schedule import decide_next, spread_first_polls

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
FEEDS = 500
RATE_PER_S = 50.0
FULLEST_SHARE = 0.4


def fullest_minute(moments: list[datetime]) -> float:
    """The share of the moments that lie in the fullest minute of any hour."""
    return max(Counter(at.minute for at in moments).values()) / len(moments)


def poll_all(interval_s: float, before: FeedState, report: PollReport) -> list[datetime]:
    """When feeds that are polled one after another at the global rate are due again."""
    rng = random.Random(1)
    due = []
    for number, wait_s in enumerate(spread_first_polls(FEEDS, RATE_PER_S, rng)):
        feed = FeedConfig(id=f"f{number}", url=f"https://h{number}.example/feed", interval_s=interval_s)
        polled_at = NOW + timedelta(seconds=wait_s)
        after = decide_next(feed, before, report, now=polled_at, rng=rng).state.next_due_at
        assert after is not None
        waited_s = (after - polled_at).total_seconds()
        assert interval_s <= waited_s <= 1.2 * interval_s, "later, never earlier, and by a fifth at most"
        due.append(after)
    return due


@pytest.mark.parametrize("interval_s", [900.0, 1800.0, 3600.0])
def test_feeds_of_a_cold_start_are_due_all_over_the_time_that_follows(interval_s: float) -> None:
    """At most two fifths of them in any minute, from the default interval on."""
    due = poll_all(interval_s, FeedState(), PollReport(Outcome.UPDATED, 200, new=3, entries=30))
    assert fullest_minute(due) <= FULLEST_SHARE


def test_feeds_that_fail_together_do_not_come_back_together() -> None:
    """As when a network was away: back-off has jitter of its own."""
    before = FeedState(status=FeedStatus.FAILING, error_streak=2, sent_failures=2, last_polled_at=NOW)
    rng, due = random.Random(2), []
    for number in range(FEEDS):
        feed = FeedConfig(id=f"f{number}", url=f"https://h{number}.example/feed", interval_s=900.0)
        report = PollReport(Outcome.FAILED, error="no route")
        after = decide_next(feed, before, report, now=NOW, rng=rng).state.next_due_at
        assert after is not None
        due.append(after)
    assert fullest_minute(due) <= FULLEST_SHARE
