"""Back-off, Retry-After and the states that failures lead to."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from worker.records import EventKind, FeedConfig, FeedState, FeedStatus, Outcome, PollReport, Redirect
from worker.schedule import decide_next

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
FEED = FeedConfig(id="desk", url="https://example.org/feed", interval_s=900, max_interval_s=86_400)
DAY_S = 86_400.0
UNKNOWN = FeedState()


def fail(
    state=UNKNOWN,
    status=500,
    *,
    feed=FEED,
    now=NOW,
    outcome=Outcome.FAILED,
    seed=1,
    pauses_host=True,
    **headers,
):
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    report = PollReport(outcome, status, headers=fields, conditional=True, pauses_host=pauses_host)
    return decide_next(feed, state, report, now=now, rng=random.Random(seed))


def succeed(state, *, feed=FEED, now=NOW):
    return decide_next(feed, state, PollReport(Outcome.UNCHANGED, 200), now=now, rng=random.Random(1))


def wait_s(decision, now=NOW):
    return (decision.state.next_due_at - now).total_seconds()


@pytest.mark.parametrize("status", [500, 502, 404, 403, 401, None])
def test_failures_back_off_by_doubling_up_to_the_ceiling(status):
    """The first wait is at least the interval; none is later than the ceiling and a tenth."""
    state, waits = FeedState(), []
    for _ in range(60):
        decision = fail(state, status)
        waits.append(wait_s(decision))
        state = decision.state
    due = [min(900 * 2**n, DAY_S) for n in range(60)]
    assert all(least <= waited <= least * 1.1 for least, waited in zip(due, waits, strict=True))
    assert state.error_streak == 60


def test_one_success_brings_the_interval_and_a_streak_of_zero_back():
    state = fail(fail().state).state
    decision = succeed(state)
    assert (decision.state.error_streak, decision.state.failing_since_at, decision.state.last_error) == (
        0,
        None,
        None,
    )
    assert decision.state.status is FeedStatus.ACTIVE
    assert 900 <= wait_s(decision) < 1_000


def test_an_error_keeps_the_validators():
    state = FeedState(etag='"good"', last_modified="Mon, 01 Jan 2024 00:00:00 UTC")
    after = fail(state, 503, etag='"bad"').state
    assert (after.etag, after.last_modified) == (state.etag, state.last_modified)


RETRY_AFTER = [
    ("seconds", {"retry_after": "7200"}, 7_200),
    (
        "a date counts from the reply's Date, an hour slow",
        {"date": "Tue, 24 Nov 2026 09:00:00 GMT", "retry_after": "Tue, 24 Nov 2026 11:00:00 GMT"},
        7_200,
    ),
    (
        "a date counts from the reply's Date, an hour fast",
        {"date": "Tue, 24 Nov 2026 11:00:00 GMT", "retry_after": "Tue, 24 Nov 2026 13:00:00 GMT"},
        7_200,
    ),
    ("a date without Date counts from now", {"retry_after": "Tue, 24 Nov 2026 12:00:00 GMT"}, 7_200),
    ("ten years are cut to a day", {"retry_after": "315360000"}, DAY_S),
    ("thirty digits are cut to a day", {"retry_after": "9" * 30}, DAY_S),
    ("a date in ten years is cut to a day", {"retry_after": "Tue, 24 Nov 2036 12:00:00 GMT"}, DAY_S),
    ("less than the interval means the interval", {"retry_after": "5"}, 900),
]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "due"), [row[1:] for row in RETRY_AFTER], ids=[row[0] for row in RETRY_AFTER]
)
def test_retry_after_is_obeyed(headers, due, status):
    """Never early, late by a tenth at most, and the whole host is told."""
    decision = fail(status=status, **headers)
    assert due <= wait_s(decision) <= due * 1.1
    assert decision.host_not_before_at is not None
    assert (decision.host_not_before_at - NOW).total_seconds() <= due


def test_retry_after_may_exceed_the_ceiling():
    feed = replace(FEED, max_interval_s=1_800)
    assert wait_s(fail(feed=feed, status=429, retry_after="99999999")) >= DAY_S


JUNK = ["-98765", "soonish", "", "0", "1e3", "٣٠", "Tue, 24 Nov 2020 12:00:00 GMT", "\0", "99:99"]


@pytest.mark.parametrize("junk", JUNK)
def test_a_retry_after_that_names_no_time_to_come_counts_as_none(junk):
    decision = fail(status=429, retry_after=junk)
    assert 1_800 <= wait_s(decision) <= 1_980


@pytest.mark.parametrize("raw", ["315360000", "9" * 30, "-98765", "soonish"])
def test_the_operator_can_read_what_the_server_asked_for(raw):
    assert raw in fail(status=429, retry_after=raw).state.next_due_reason


def test_the_reason_says_until_when_the_host_asked_to_wait():
    reason = fail(status=503, retry_after="1920").state.next_due_reason
    assert reason == "host asked to wait until 10:32Z (Retry-After 32 min), for all its feeds"
    reason = fail(status=503, retry_after="45").state.next_due_reason
    assert reason == "host asked to wait until 10:00:45Z (Retry-After 45 s), for all its feeds"


def test_a_wait_of_one_feed_is_not_said_to_be_its_host_s():
    """By `retry_after_scope`, or as only 429 and 503 speak for a host."""
    for status, pauses_host in ((503, False), (500, True)):
        decision = fail(status=status, retry_after="1920", pauses_host=pauses_host)
        reason = "host asked to wait until 10:32Z (Retry-After 32 min), for this feed"
        assert (decision.state.next_due_reason, decision.host_not_before_at) == (reason, None)
    assert fail(status=429, pauses_host=False).host_not_before_at is None


def test_a_429_without_retry_after_waits_two_intervals_and_grows_with_spread():
    """Feeds that were throttled together do not come back together."""
    first = [wait_s(fail(status=429, seed=seed)) for seed in range(8)]
    assert min(first) >= 1_800
    assert max(first) / min(first) >= 1.02
    second = wait_s(fail(fail(status=429).state, 429))
    assert 3_600 <= second <= 3_960


def test_a_bare_429_keeps_the_host_away_for_two_intervals_even_after_many():
    decision = fail(replace(FeedState(), error_streak=9, sent_failures=9), 429)
    assert decision.host_not_before_at == NOW + timedelta(seconds=1_800)


def test_other_failures_say_nothing_of_the_host():
    assert fail(status=500).host_not_before_at is None
    assert fail(status=None).host_not_before_at is None
    assert fail(status=500, retry_after="7200").host_not_before_at is None


def failing(since_s, streak):
    started = NOW - timedelta(seconds=since_s)
    return FeedState(
        status=FeedStatus.FAILING, error_streak=streak, sent_failures=streak, failing_since_at=started
    )


def test_a_feed_that_fails_for_dead_after_is_dead_and_asked_weekly():
    feed = replace(FEED, dead_after_s=3_600)
    assert fail(failing(3_599, 9), 404, feed=feed).state.status is FeedStatus.FAILING
    decision = fail(failing(3_600, 9), 404, feed=feed)
    assert decision.state.status is FeedStatus.DEAD
    assert 7 * DAY_S <= wait_s(decision) <= 30 * DAY_S
    assert [kind for kind, _ in decision.events] == ["feed.dead"]
    assert fail(decision.state, 404, feed=feed).events == ()


def test_two_failures_around_a_long_stop_kill_no_feed():
    """A machine that was off for a month, and whose network is not up yet, has not lost its feeds."""
    assert fail(failing(30 * DAY_S, 1)).state.status is FeedStatus.FAILING
    assert fail(failing(30 * DAY_S, 3)).state.status is FeedStatus.DEAD


def fail_unsent(state=UNKNOWN, now=NOW):
    report = PollReport(Outcome.FAILED, error='the secret "env:TOKEN" is not set', may_be_ours=True)
    return decide_next(FEED, state, report, now=now, rng=random.Random(1))


def test_polls_without_a_request_do_not_lengthen_the_back_off_that_follows():
    """A secret that is missing for long says nothing about the feed: its first response begins the streak."""
    state = UNKNOWN
    for hour in range(67):
        decision = fail_unsent(state, NOW + timedelta(hours=hour))
        state = decision.state
        assert 900 <= wait_s(decision, NOW + timedelta(hours=hour)) <= 990
    assert state.next_due_reason.startswith("no request reached its server: tried again every 15 min")
    now = NOW + timedelta(hours=70)
    first = fail(state, 404, now=now)
    assert 900 <= wait_s(first, now) <= 990
    assert first.state.next_due_reason.startswith("back-off 15 min after 1 failure (HTTP 404)")
    assert (first.state.error_streak, first.state.failing_since_at) == (1, now)
    second = fail(first.state, 404, now=now)
    assert 1_800 <= wait_s(second, now) <= 1_980


def test_a_secret_that_holds_a_feed_is_told_at_once_and_once_for_each_reason():
    first = fail_unsent()
    assert first.events == (
        (EventKind.FEED_FAILING, f'{FEED.id}: not polled: the secret "env:TOKEN" is not set'),
    )
    state = first.state
    for _ in range(5):
        again = fail_unsent(state)
        assert again.events == ()
        state = again.state
    other = replace(state, last_error='the secret "env:TOKEN" cannot be used')
    assert len(fail_unsent(other).events) == 1


def test_a_network_that_may_be_away_is_not_told_at_once():
    report = PollReport(Outcome.FAILED, error="no route", may_be_ours=True, fault="route")
    assert decide_next(FEED, UNKNOWN, report, now=NOW, rng=random.Random(1)).events == ()


def test_a_back_off_goes_on_where_it_was_before_polls_without_a_request():
    state = fail(fail(status=404).state, 404).state
    for _ in range(5):
        state = fail_unsent(state).state
    third = fail(state, 404)
    assert 3_600 <= wait_s(third) <= 3_960
    assert third.state.next_due_reason.startswith("back-off 1 h after 3 failures in a row (HTTP 404)")


def test_a_feed_is_not_dead_because_its_secret_was_missing():
    state = UNKNOWN
    for day in range(20):
        state = fail_unsent(state, NOW + timedelta(days=day)).state
    assert state.status is FeedStatus.FAILING
    for _ in range(6):
        state = fail(state, 404, now=NOW + timedelta(days=20)).state
    assert state.status is FeedStatus.FAILING


def test_a_dead_feed_is_never_asked_sooner_than_the_ceiling():
    feed = replace(FEED, max_interval_s=20 * DAY_S)
    assert wait_s(fail(failing(30 * DAY_S, 9), feed=feed)) >= 20 * DAY_S


def test_a_dead_feed_that_answers_is_alive_again():
    dead = FeedState(status=FeedStatus.DEAD, error_streak=40, failing_since_at=NOW - timedelta(days=20))
    decision = succeed(dead)
    assert decision.state.status is FeedStatus.ACTIVE
    assert [kind for kind, _ in decision.events] == ["feed.resurrected"]


def test_a_410_is_asked_once_more_and_then_never():
    first = fail(status=410, outcome=Outcome.GONE)
    assert first.state.status is FeedStatus.FAILING
    assert 1_800 <= wait_s(first) <= DAY_S
    second = fail(first.state, 410, outcome=Outcome.GONE)
    assert (second.state.status, second.state.next_due_at) == (FeedStatus.GONE, None)
    assert [kind for kind, _ in second.events] == ["feed.gone"]


def test_a_410_that_was_a_mistake_is_forgotten_by_a_success():
    state = succeed(fail(status=410, outcome=Outcome.GONE).state).state
    assert fail(state, 410, outcome=Outcome.GONE).state.status is FeedStatus.FAILING


def test_an_error_between_two_410s_does_not_hide_the_second():
    state = fail(fail(status=410, outcome=Outcome.GONE).state, 500).state
    assert fail(state, 410, outcome=Outcome.GONE).state.status is FeedStatus.GONE


def test_a_blocked_address_is_told_once_and_backs_off():
    first = fail(status=None, outcome=Outcome.BLOCKED)
    assert first.state.status is FeedStatus.BLOCKED
    assert [kind for kind, _ in first.events] == ["feed.blocked"]
    second = fail(first.state, None, outcome=Outcome.BLOCKED)
    assert second.events == ()
    assert wait_s(second) >= 1_800
    assert succeed(second.state).state.status is FeedStatus.ACTIVE


def test_the_third_failure_in_a_row_is_told():
    told, state = [], FeedState()
    for _ in range(5):
        decision = fail(state)
        told.append([kind for kind, _ in decision.events])
        state = decision.state
    assert told == [[], [], ["feed.failing"], [], []]


def test_the_last_error_is_the_reason_of_the_failure():
    report = PollReport(Outcome.FAILED, error="connection refused by example.org")
    state = decide_next(FEED, FeedState(), report, now=NOW, rng=random.Random(1)).state
    assert state.last_error == "connection refused by example.org"
    assert fail(status=418).state.last_error == "HTTP 418"


def test_an_adopted_address_that_fails_is_given_up_with_its_validators():
    """The configured URL is asked next, and without a validator of another address."""
    moved = FeedState(status=FeedStatus.MOVED, effective_url="https://new.example.org/", etag='"x"')
    state = fail(moved, 404).state
    assert (state.effective_url, state.etag) == (None, None)


def test_an_adopted_address_that_throttles_is_kept():
    moved = FeedState(effective_url="https://new.example.org/", etag='"x"')
    assert fail(moved, 429).state.effective_url == "https://new.example.org/"


def test_a_410_of_an_adopted_address_is_no_410_of_the_feed():
    moved = FeedState(effective_url="https://new.example.org/")
    state = fail(moved, 410, outcome=Outcome.GONE).state
    assert (state.effective_url, state.gone_hits, state.status) == (None, 0, FeedStatus.FAILING)


def test_a_failed_poll_is_no_hit_of_a_redirect():
    state = FeedState(
        moved_to="https://new.example.org/", moved_hits=2, moved_since_at=NOW - timedelta(days=9)
    )
    report = PollReport(Outcome.FAILED, 404, redirects=(Redirect(301, "https://new.example.org/"),))
    after = decide_next(FEED, state, report, now=NOW, rng=random.Random(1)).state
    assert (after.moved_hits, after.effective_url) == (2, None)


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.BLOCKED])
def test_the_whole_error_is_kept_and_told_once(outcome):
    """Long URLs stand before what to do next; the reason of the due time is shown beside the error."""
    error = f"it points to the feed https://a.example/{'x' * 1_500}; put that in the file"
    report = PollReport(outcome, error=error)
    decision = decide_next(FEED, UNKNOWN, report, now=NOW, rng=random.Random(1))
    assert decision.state.last_error == error
    assert decision.state.next_due_reason == "back-off 15 min after 1 failure"
    events = [text for _, text in decision.events]
    assert all(error in text for text in events)
    assert bool(events) is (outcome is Outcome.BLOCKED)
