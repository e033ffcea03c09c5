"""Rules that hold for every server, however odd."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from worker.records import FeedConfig, FeedHints, FeedState, FeedStatus, Outcome, PollReport, Redirect
from worker.schedule import decide_next, quiet_since, wants_full_fetch

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
DAY_S = 86_400.0
WIRE = st.text(st.characters(min_codepoint=0, max_codepoint=255), max_size=40)
NUMBERS = st.one_of(
    st.integers(-(10**30), 10**31).map(str), st.integers(0, 10**6).map(str), st.just("9" * 5_000)
)
DATES = st.sampled_from(
    [
        "Tue, 24 Nov 2026 11:00:00 GMT",
        "Tue, 24 Nov 2026 11:00:00 +9999",
        "Tue, 24 Nov 99999 11:00:00 GMT",
        "Fri, 31 Feb 2026 25:61:61 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Thu, 01 Jan 0001 00:00:00 +2359",
    ]
)
VALUES = st.one_of(WIRE, NUMBERS, DATES)
DIRECTIVES = st.one_of(
    WIRE, NUMBERS.map("max-age={}".format), NUMBERS.map('a="b,c", MAX-AGE="{}"'.format), st.just("no-cache")
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "cache-control": DIRECTIVES,
        "age": VALUES,
        "expires": VALUES,
        "date": VALUES,
        "retry-after": VALUES,
        "etag": WIRE,
        "last-modified": WIRE,
    },
)
LENGTHS = st.floats(0.5, 30 * DAY_S)
FEEDS = st.builds(
    FeedConfig,
    id=st.just("desk"),
    url=st.just("https://example.org/"),
    interval_s=LENGTHS,
    min_interval_s=LENGTHS,
    max_interval_s=LENGTHS,
    adaptive=st.booleans(),
    moved_after_s=st.sampled_from([0.0, DAY_S]),
    moved_hits=st.integers(1, 3),
    dead_after_s=LENGTHS,
)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC))
PAST = st.none() | st.integers(0, 10**8).map(lambda seconds: NOW - timedelta(seconds=seconds))
STATES = st.builds(
    FeedState,
    status=st.sampled_from(FeedStatus),
    effective_url=st.sampled_from([None, "https://new.example.org/"]),
    etag=st.sampled_from([None, '"a"']),
    interval_s=st.none() | LENGTHS,
    error_streak=st.integers(0, 10**6),
    failing_since_at=PAST,
    unmodified_streak=st.integers(0, 10**6),
    full_fetch_at=PAST,
    lying_304=st.integers(0, 3),
    last_polled_at=PAST,
    last_success_at=PAST,
    last_new_at=PAST,
    gone_hits=st.integers(0, 1),
    rhythm_s=st.none() | st.floats(60, 10**8),
)
HINTS = st.none() | st.builds(
    FeedHints,
    ttl_s=st.none() | st.floats(0, 10**12),
    update_interval_s=st.none() | st.floats(0, 10**12),
    skip_hours=st.lists(st.integers(0, 24), max_size=24).map(tuple),
    skip_days=st.lists(st.integers(0, 7), max_size=7).map(tuple),
)
REPORTS = st.builds(
    PollReport,
    outcome=st.sampled_from(Outcome),
    http_status=st.none() | st.sampled_from([200, 226, 304, 301, 403, 404, 410, 429, 500, 503]),
    error=st.none() | WIRE,
    headers=HEADERS,
    redirects=st.lists(st.builds(Redirect, st.sampled_from([301, 302, 308]), WIRE), max_size=3).map(tuple),
    conditional=st.booleans(),
    new=st.integers(0, 50),
    entries=st.integers(0, 50),
    hints=HINTS,
    arrivals=st.lists(MOMENTS, max_size=12).map(tuple),
)
SEEDS = st.integers(0, 10**6).map(random.Random)
SENT = tuple(outcome for outcome in Outcome if outcome not in (Outcome.STALE, Outcome.DEFERRED))
SUCCESSES = (Outcome.UPDATED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED)


@settings(max_examples=50, deadline=None)
@given(FEEDS, STATES, REPORTS, SEEDS)
def test_every_poll_leads_to_a_due_time_or_a_state_that_says_why_not(feed, state, report, rng):
    """No header makes the decision fail, and only a confirmed 410 ends the polling."""
    after = decide_next(feed, state, report, now=NOW, rng=rng).state
    if report.outcome not in SENT:
        return
    assert after.next_due_reason
    assert after.next_due_at is not None or after.status is FeedStatus.GONE
    assert all(mark.isprintable() for mark in after.next_due_reason)


@settings(max_examples=50, deadline=None)
@given(FEEDS, STATES, REPORTS, SEEDS)
def test_no_due_time_is_early_or_beyond_every_ceiling(feed, state, report, rng):
    """Waits lie between the shortest interval allowed and the longest ceiling, skipped hours aside."""
    after = decide_next(feed, state, replace(report, hints=None), now=NOW, rng=rng).state
    if report.outcome not in SENT or after.next_due_at is None:
        return
    waited = (after.next_due_at - NOW).total_seconds()
    least = feed.interval_s
    if report.outcome in SUCCESSES and report.new and feed.adaptive:
        least = min(feed.min_interval_s, feed.interval_s)
    most = max(feed.max_interval_s, 2 * feed.interval_s, 7 * DAY_S, DAY_S)
    assert least - 0.001 <= waited <= most * 1.1 + 0.001


@settings(max_examples=50, deadline=None)
@given(
    FEEDS, STATES, SEEDS, st.tuples(st.integers(0, 10**7), st.integers(0, 10**5)), st.sampled_from(SUCCESSES)
)
def test_no_request_while_the_reply_is_fresh(feed, state, rng, lifetime, outcome):
    max_age, age = lifetime
    report = PollReport(outcome, headers={"cache-control": f"max-age={max_age}", "age": str(age)})
    after = decide_next(feed, state, report, now=NOW, rng=rng).state
    fresh_s = min(max_age - age, max(feed.max_interval_s, feed.interval_s))
    assert (after.next_due_at - NOW).total_seconds() >= fresh_s - 0.001


@settings(max_examples=50, deadline=None)
@given(FEEDS, STATES, SEEDS, st.integers(1, 10**12), st.sampled_from([429, 503]))
def test_no_request_before_retry_after_has_passed(feed, state, rng, seconds, status):
    state = replace(state, gone_hits=0)
    report = PollReport(Outcome.FAILED, status, headers={"retry-after": str(seconds)})
    decision = decide_next(feed, state, report, now=NOW, rng=rng)
    asked = timedelta(seconds=min(seconds, DAY_S))
    assert decision.state.next_due_at >= NOW + asked
    assert decision.host_not_before_at == NOW + asked


@settings(max_examples=50, deadline=None)
@given(FEEDS, STATES, REPORTS, SEEDS)
def test_no_due_time_falls_into_skipped_hours(feed, state, report, rng):
    after = decide_next(feed, state, report, now=NOW, rng=rng).state
    hints = after.hints
    if report.outcome not in SENT or after.next_due_at is None or hints is None:
        return
    open_hours = set(range(24)) - set(hints.skip_hours)
    open_days = set(range(7)) - set(hints.skip_days)
    if open_hours and open_days:
        assert after.next_due_at.hour in open_hours
        assert after.next_due_at.weekday() in open_days


@settings(max_examples=50, deadline=None)
@given(FEEDS, STATES, REPORTS.filter(lambda report: report.outcome in SUCCESSES), SEEDS)
def test_a_success_resets_the_streak(feed, state, report, rng):
    after = decide_next(feed, state, report, now=NOW, rng=rng).state
    assert (after.error_streak, after.failing_since_at, after.gone_hits, after.last_error) == (
        0,
        None,
        0,
        None,
    )
    assert after.status in (FeedStatus.ACTIVE, FeedStatus.MOVED)


@settings(max_examples=50, deadline=None)
@given(FEEDS, STATES, st.lists(MOMENTS, max_size=12))
def test_looking_behind_304s_and_quiet_alerts_take_any_state(feed, state, times):
    assert wants_full_fetch(feed, state, NOW) in (True, False)
    sentence = quiet_since(feed, state, times, NOW)
    assert sentence is None or sentence.startswith("nothing new since ")
