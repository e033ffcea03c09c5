"""The adaptive interval and the alert for silent feeds."""

import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from worker.records import FeedConfig, FeedState, FeedStatus, Outcome, PollReport
from worker.schedule import decide_next, next_interval, quiet_since

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = FeedConfig(
    id="desk", url="https://example.org/", interval_s=900, min_interval_s=300, max_interval_s=86_400
)
KNOWN = FeedState(
    status=FeedStatus.ACTIVE, last_success_at=NOW - HOUR, interval_s=900, last_new_at=NOW - HOUR
)
UNMODIFIED = PollReport(Outcome.NOT_MODIFIED, 304, conditional=True)


def arrivals(gap, count=10, start=NOW):
    return tuple(start - number * gap for number in range(count))


def news(new, gap=None, entries=20):
    return PollReport(Outcome.UPDATED, 200, new=new, entries=entries, arrivals=arrivals(gap) if gap else ())


def learn(state, report, feed=FEED):
    """The interval in seconds after a poll, and why, without jitter and hints."""
    after = decide_next(feed, state, report, now=NOW, rng=random.Random(1)).state
    return after.interval_s, after.next_due_reason


def minutes(count):
    return timedelta(minutes=count)


CASES = [
    ("the first success", FeedState(), news(20, minutes(1)), 900, 900),
    ("an entry and a half are expected", KNOWN, news(1, minutes(6)), 300, 600),
    ("not under the floor", KNOWN, news(1, minutes(2)), 300, 300),
    ("a slow rhythm is approached by half more at a time", KNOWN, news(1, 10 * HOUR), 1_350, 1_350),
    ("more than half a page shrinks at once", KNOWN, news(11), 900, 900),
    ("so that half a page is new next time", KNOWN, news(20, minutes(3)), 300, 300),
    ("a long interval shrinks to the wanted one", replace(KNOWN, interval_s=9_000), news(11), 900, 900),
    ("nothing after an hour", KNOWN, UNMODIFIED, 900, 900),
    ("nothing for ten hours", replace(KNOWN, last_new_at=NOW - 10 * HOUR), UNMODIFIED, 1_350, 1_350),
    (
        "nothing, again",
        replace(KNOWN, last_new_at=NOW - 10 * HOUR, interval_s=4_000),
        UNMODIFIED,
        4_500,
        4_500,
    ),
    ("a shrunk interval is the wanted one again", replace(KNOWN, interval_s=300), UNMODIFIED, 900, 900),
    (
        "nothing for a year",
        replace(KNOWN, last_new_at=NOW - 9_000 * HOUR, interval_s=86_000),
        UNMODIFIED,
        86_400,
        86_400,
    ),
]


@pytest.mark.parametrize(
    ("state", "report", "least", "most"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_the_interval_follows_the_rhythm(state, report, least, most):
    assert least <= learn(state, report)[0] <= most


@pytest.mark.parametrize("report", [news(20), news(1, HOUR), UNMODIFIED])
def test_without_adaptive_it_is_always_the_wanted_interval(report):
    feed = replace(FEED, adaptive=False)
    assert next_interval(feed, replace(KNOWN, interval_s=5_000), report, NOW) == (900, "interval 15 min")


def test_the_reason_is_in_plain_words():
    known = replace(KNOWN, interval_s=3_600, last_success_at=NOW - HOUR)
    assert re.fullmatch(
        r"interval \d+(\.\d)? min \(an entry every \d+(\.\d)? min expected about now\)",
        learn(known, news(1, timedelta(minutes=41)))[1],
    )
    assert learn(KNOWN, news(11))[1] == "interval 15 min (11 of 20 entries were new)"
    silent = replace(KNOWN, last_new_at=NOW - 10 * HOUR)
    assert learn(silent, UNMODIFIED)[1] == "interval 22.5 min (nothing new for 10 h)"


def test_an_interval_under_the_floor_is_itself_the_floor():
    feed = replace(FEED, interval_s=60)
    assert next_interval(feed, replace(KNOWN, interval_s=60), news(20), NOW)[0] == 60


def test_a_narrow_ceiling_is_kept_with_jitter():
    """Between half and one and a half of the interval a poll never comes after the ceiling."""
    feed = replace(FEED, interval_s=10, min_interval_s=5, max_interval_s=15)
    state = replace(KNOWN, last_new_at=NOW - 9 * HOUR, interval_s=10)
    for seed in range(30):
        state = decide_next(feed, state, UNMODIFIED, now=NOW, rng=random.Random(seed)).state
        assert 10 <= (state.next_due_at - NOW).total_seconds() <= 15 * 1.02


def test_future_dates_and_batches_say_nothing_of_the_rhythm():
    """Ten entries of one moment are one arrival."""
    batch = tuple(
        NOW - day * 24 * HOUR - timedelta(seconds=number) for day in range(6) for number in range(10)
    )
    report = replace(news(1), arrivals=(NOW + HOUR, *batch))
    state = decide_next(FEED, KNOWN, report, now=NOW, rng=random.Random(1)).state
    assert state.rhythm_s == pytest.approx(86_391)


QUIET = [
    ("within its rhythm", "auto", arrivals(HOUR, start=NOW - 3 * HOUR), False),
    ("beyond its rhythm", "auto", arrivals(HOUR, start=NOW - 11 * HOUR), True),
    ("too few arrivals", "auto", arrivals(HOUR, 3, start=NOW - 900 * HOUR), False),
    ("weekly, silent for five days", "auto", arrivals(168 * HOUR, start=NOW - 120 * HOUR), False),
    ("a duration, not over", 7_200.0, arrivals(HOUR, start=NOW - HOUR), False),
    ("a duration, over", 7_200.0, arrivals(HOUR, start=NOW - 3 * HOUR), True),
    ("off", "off", arrivals(HOUR, start=NOW - 900 * HOUR), False),
    ("nothing known", "auto", (), False),
]


@pytest.mark.parametrize(
    ("alert", "times", "is_quiet"), [row[1:] for row in QUIET], ids=[row[0] for row in QUIET]
)
def test_a_feed_is_quiet_beyond_its_own_rhythm_only(alert, times, is_quiet):
    state = FeedState(status=FeedStatus.ACTIVE)
    assert bool(quiet_since(replace(FEED, quiet_alert=alert), state, times, NOW)) is is_quiet


def test_a_feed_that_cannot_be_polled_is_not_called_quiet():
    failing = FeedState(status=FeedStatus.FAILING)
    assert quiet_since(FEED, failing, arrivals(HOUR, start=NOW - 90 * HOUR), NOW) is None


def test_the_quiet_sentence_says_since_when_and_what_was_expected():
    sentence = quiet_since(
        FEED, FeedState(status=FeedStatus.ACTIVE), arrivals(HOUR, start=NOW - 11 * HOUR), NOW
    )
    assert sentence == "nothing new since 23:00Z (11 h); expected within 10 h"
