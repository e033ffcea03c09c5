"""What a successful reply says of the next poll."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from worker.records import FeedConfig, FeedHints, FeedState, FeedStatus, Outcome, PollReport
from worker.schedule import decide_next

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
FEED = FeedConfig(
    id="desk", url="https://example.org/feed", interval_s=900, max_interval_s=86_400, adaptive=False
)
UNKNOWN = FeedState()


def wait_s(headers, *, feed=FEED, outcome=Outcome.UPDATED, hints=None, state=UNKNOWN, now=NOW, seed=1):
    report = PollReport(outcome, 200, headers=headers, hints=hints, entries=1)
    decision = decide_next(feed, state, report, now=now, rng=random.Random(seed))
    assert decision.state.next_due_at is not None
    return (decision.state.next_due_at - now).total_seconds(), decision.state


DATE = "Tue, 24 Nov 2026 09:00:00 GMT"  # the server's clock is an hour slow
FRESH = [
    ("no hint", {}, 900),
    ("max-age", {"cache-control": "max-age=3600"}, 3_600),
    ("a name in any case", {"cache-control": "public, Max-Age=3600"}, 3_600),
    ("a quoted value", {"cache-control": 'max-age="3600"'}, 3_600),
    ("Age is subtracted", {"cache-control": "max-age=7200", "age": "3600"}, 3_600),
    ("an Age beyond max-age means the interval", {"cache-control": "max-age=7200", "age": "9999"}, 900),
    ("an Age that is no number counts as none", {"cache-control": "max-age=3600", "age": "old"}, 3_600),
    ("s-maxage is not ours", {"cache-control": "s-maxage=80000, max-age=3600, must-revalidate"}, 3_600),
    ("s-maxage alone", {"cache-control": "s-maxage=80000"}, 900),
    ("the first of two", {"cache-control": "max-age=3600, max-age=7200"}, 3_600),
    ("a year is cut to the ceiling", {"cache-control": "max-age=31536000"}, 86_400),
    ("thirty digits are cut to the ceiling", {"cache-control": "max-age=" + "9" * 30}, 86_400),
    (
        "max-age beats Expires",
        {"cache-control": "max-age=0", "expires": "Tue, 24 Nov 2026 12:00:00 GMT"},
        900,
    ),
    ("no-cache means the interval", {"cache-control": "no-cache, max-age=3600"}, 900),
    ("no-store means the interval", {"cache-control": "no-store, max-age=3600"}, 900),
    ("no-cache for one field says nothing", {"cache-control": 'no-cache="set-cookie", max-age=3600'}, 3_600),
    ("Expires counts from Date", {"date": DATE, "expires": "Tue, 24 Nov 2026 11:00:00 GMT"}, 7_200),
    ("Expires without Date counts from now", {"expires": "Tue, 24 Nov 2026 11:00:00 GMT"}, 3_600),
    ("Expires as RFC 850 date", {"date": DATE, "expires": "Tuesday, 24-Nov-26 11:00:00 GMT"}, 7_200),
    ("Expires 0 is past", {"date": DATE, "expires": "0"}, 900),
    ("Expires in the past", {"date": DATE, "expires": "Mon, 23 Nov 2026 11:00:00 GMT"}, 900),
    ("shorter than the interval", {"cache-control": "max-age=60"}, 900),
]


@pytest.mark.parametrize(("headers", "due"), [row[1:] for row in FRESH], ids=[row[0] for row in FRESH])
@pytest.mark.parametrize("outcome", [Outcome.UPDATED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED])
def test_a_reply_is_not_asked_for_again_while_it_is_fresh(headers, due, outcome):
    """Freshness holds for documents and for 304s alike; jitter adds a tenth at most."""
    waited, _ = wait_s(headers, outcome=outcome)
    assert due <= waited <= due * 1.1


def test_the_reason_names_the_hint_that_decided():
    assert wait_s({"cache-control": "max-age=1800"})[1].next_due_reason == "max-age 30 min from the server"
    cut = wait_s({"cache-control": "max-age=31536000"})[1].next_due_reason
    assert cut == "max-age 365 d from the server, cut to 1 d"
    assert wait_s({})[1].next_due_reason == "interval 15 min"


HINTS = [
    ("ttl", FeedHints(ttl_s=3_600), 3_600),
    ("update period", FeedHints(update_interval_s=7_200), 7_200),
    ("the longer of both", FeedHints(ttl_s=3_600, update_interval_s=7_200), 7_200),
    ("a ttl of a month is cut to the ceiling", FeedHints(ttl_s=30 * 86_400), 86_400),
    ("a ttl under the interval", FeedHints(ttl_s=60), 900),
]


@pytest.mark.parametrize(("hints", "due"), [row[1:] for row in HINTS], ids=[row[0] for row in HINTS])
def test_a_feed_is_not_polled_faster_than_its_document_asks(hints, due):
    waited, _ = wait_s({}, hints=hints)
    assert due <= waited <= due * 1.1


def test_the_hints_of_a_document_hold_through_the_304s_that_follow():
    _, state = wait_s({}, hints=FeedHints(ttl_s=3_600))
    waited, state = wait_s({}, outcome=Outcome.NOT_MODIFIED, state=state)
    assert waited >= 3_600
    assert wait_s({}, hints=FeedHints(), state=state)[0] < 1_000


def test_the_longest_hint_wins():
    assert wait_s({"cache-control": "max-age=7200"}, hints=FeedHints(ttl_s=3_600))[0] >= 7_200


def test_an_interval_beyond_the_ceiling_is_kept():
    feed = FeedConfig(
        id="a", url="https://example.org", interval_s=7_200, max_interval_s=3_600, adaptive=False
    )
    assert wait_s({"cache-control": "max-age=31536000"}, feed=feed)[0] >= 7_200


def test_a_disabled_feed_gets_no_due_time():
    feed = FeedConfig(id="a", url="https://example.org", enabled=False)
    state = decide_next(feed, FeedState(), PollReport(Outcome.UPDATED), now=NOW, rng=random.Random(1)).state
    assert (state.status, state.next_due_at) == (FeedStatus.DISABLED, None)


SKIPS = [
    ("two hours from now on", FeedHints(skip_hours=(10, 11)), datetime(2026, 11, 24, 12, tzinfo=UTC)),
    ("past midnight", FeedHints(skip_hours=(*range(10, 24), 0, 1)), datetime(2026, 11, 25, 2, tzinfo=UTC)),
    ("Tuesday and Wednesday", FeedHints(skip_days=(1, 2)), datetime(2026, 11, 26, tzinfo=UTC)),
    (
        "a day and the next morning",
        FeedHints(skip_days=(1,), skip_hours=(0, 1, 2)),
        datetime(2026, 11, 25, 3, tzinfo=UTC),
    ),
]


@pytest.mark.parametrize(("hints", "end"), [row[1:] for row in SKIPS], ids=[row[0] for row in SKIPS])
def test_nothing_is_asked_inside_skipped_time_and_feeds_come_back_spread(hints, end):
    """The ceiling does not shorten it; the feed resumes within one interval of the end."""
    dues = {wait_s({}, hints=hints, seed=seed)[0] for seed in range(20)}
    since_end = [(NOW + timedelta(seconds=due) - end).total_seconds() for due in dues]
    assert min(since_end) >= 0
    assert max(since_end) <= FEED.interval_s
    assert max(since_end) - min(since_end) > FEED.interval_s / 4


def test_time_that_is_not_skipped_is_left_alone():
    waited, state = wait_s({}, hints=FeedHints(skip_hours=(12,)))
    assert waited < 1_000
    assert "skip" not in state.next_due_reason


@pytest.mark.parametrize(
    "hints", [FeedHints(skip_hours=tuple(range(24))), FeedHints(skip_days=tuple(range(7)))]
)
def test_hints_that_exclude_the_whole_week_are_ignored(hints):
    assert wait_s({}, hints=hints)[0] < 1_000


def test_skipped_hours_are_gmt_whatever_zone_the_clock_speaks():
    kst = NOW.astimezone(ZoneInfo("Asia/Seoul"))
    waited, _ = wait_s({}, hints=FeedHints(skip_hours=(10, 11)), now=kst)
    assert 7_200 <= waited <= 7_200 + FEED.interval_s


def test_a_return_does_not_spill_into_the_next_skipped_hour():
    """With one open hour and a long interval the due time stays inside that hour."""
    feed = FeedConfig(id="a", url="https://example.org", interval_s=6 * 3_600, adaptive=False)
    hints = FeedHints(skip_hours=tuple(hour for hour in range(24) if hour != 3))
    for seed in range(20):
        state = wait_s({}, feed=feed, hints=hints, seed=seed)[1]
        assert state.next_due_at.hour == 3
