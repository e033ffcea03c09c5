"""A feed's rhythm by hour and day: learned as far as the data carry it."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.records import FeedConfig, FeedState, FeedStatus, Outcome, PollReport, Rhythm
from worker.schedule import decide_next
from worker.schedule.rhythm import expect_arrivals, learn_rhythm

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FEED = FeedConfig(id="desk", url="https://example.org/")


def hourly(start, days, hours, weekend=True):
    """A moment at the half of each of these hours of each day, oldest first."""
    return [
        start + day * DAY + hour * HOUR + HOUR / 2
        for day in range(days)
        for hour in hours
        if weekend or (start + day * DAY).weekday() < 5
    ]


def watch(times, until, entries=20, every=HOUR, start=MONDAY):
    """The rhythm and state after polls at regular times, decided by the schedule itself."""
    state, now, seen, rng = FeedState(), start, 0, random.Random(1)
    while now < until:
        have = sum(at <= now for at in times)
        new = min(entries, have - seen)
        report = PollReport(
            Outcome.UPDATED if new else Outcome.NOT_MODIFIED,
            200 if new else 304,
            new=new,
            entries=entries if new else 0,
            arrivals=tuple(times[max(0, have - 60) : have][::-1]),
        )
        state = decide_next(FEED, state, report, now=now, rng=rng).state
        seen, now = have, now + every
    return state, tuple(at for at in reversed(times) if at <= until)[:60]


def test_night_and_weekend_are_learned():
    """After three weeks an office hour promises many times what a night or a Sunday does."""
    until = MONDAY + 21 * DAY
    state, arrivals = watch(hourly(MONDAY, 21, range(8, 18), weekend=False), until)
    expected = expect_arrivals(state.rhythm, arrivals, until, 900)
    noon, night, sunday = until + 12 * HOUR, until + 2 * HOUR, until + 6 * DAY + 12 * HOUR
    assert expected.usual_per_s(noon) > 4 * expected.usual_per_s(night)
    assert expected.usual_per_s(noon) > 3 * expected.usual_per_s(sunday)


def test_little_data_leaves_all_hours_alike():
    """Four arrivals of one morning say how often, and nothing of nights."""
    times = hourly(MONDAY, 1, range(8, 12))
    now = MONDAY + 12 * HOUR
    rhythm = learn_rhythm(None, PollReport(Outcome.UPDATED, 200, arrivals=tuple(times[::-1])), None, now, 900)
    expected = expect_arrivals(rhythm, times[::-1], now, 900)
    assert expected.usual_per_s(now + 12 * HOUR) == pytest.approx(expected.mean_per_s)
    assert expected.usual_per_s(now) == pytest.approx(expected.mean_per_s, rel=0.3)


def test_a_night_is_slept_through_and_the_morning_met():
    """The wait from the evening on is longer than by day, and ends before the morning's news are old."""
    until = MONDAY + 28 * DAY
    state, arrivals = watch(hourly(MONDAY, 28, range(8, 18)), until)
    evening = expect_arrivals(state.rhythm, arrivals, until - 4 * HOUR, 900)
    noon = expect_arrivals(state.rhythm, arrivals, until - 12 * HOUR, 900)
    dawn = expect_arrivals(state.rhythm, arrivals, until + 7 * HOUR, 900)
    assert evening.worth_s(900, 86_400) > 1.5 * noon.worth_s(900, 86_400)
    assert dawn.worth_s(900, 86_400) < 2.5 * 3_600


def test_old_weeks_fade():
    """A feed that changed its habits two months ago is expected as it is now."""
    change = MONDAY + 28 * DAY
    until = change + 63 * DAY
    times = hourly(MONDAY, 28, range(12)) + hourly(change, 63, range(12, 24))
    state, _ = watch(times, until, every=3 * HOUR)
    assert sum(state.rhythm.hours[12:]) > 5 * sum(state.rhythm.hours[:12])


def test_a_burst_shortens_the_wait_and_passes():
    until = MONDAY + 14 * DAY
    state, arrivals = watch(hourly(MONDAY, 14, range(24)), until)
    burst = tuple(until - timedelta(minutes=2 * number) for number in range(1, 12))
    calm = expect_arrivals(state.rhythm, arrivals, until, 900)
    lively = expect_arrivals(state.rhythm, (*burst, *arrivals), until, 900)
    assert lively.worth_s(900, 86_400) < 0.7 * calm.worth_s(900, 86_400)
    assert lively.rate_per_s(until + 3 * HOUR) == pytest.approx(calm.usual_per_s(until + 3 * HOUR), rel=0.1)


def test_the_wait_stays_below_the_shortest_time_of_a_page():
    """Entries that came within the hour once may do so again: none shall scroll off unseen."""
    burst = [MONDAY + 24 * HOUR + timedelta(minutes=2 * number) for number in range(20)]
    times = hourly(MONDAY - 10 * DAY, 10, [0]) + burst
    until = MONDAY + 8 * DAY
    state, _ = watch(times, until)
    assert state.rhythm.page_s == pytest.approx(40 * 60, rel=0.5)
    assert state.interval_s <= max(900, state.rhythm.page_s)
    assert "a page of entries has come within" in state.next_due_reason


def test_a_batch_of_a_page_is_no_reason_to_ask_often():
    """An archive that is published at once would not have been met by an earlier poll."""
    batch = tuple(MONDAY - timedelta(seconds=number) for number in range(20))
    report = PollReport(
        Outcome.UPDATED, 200, new=20, entries=20, arrivals=(*batch, *hourly(MONDAY - 9 * DAY, 8, [9])[::-1])
    )
    assert learn_rhythm(None, report, None, MONDAY + HOUR, 900).page_s > 900


def test_a_poll_of_several_entries_is_followed_soon():
    """What was slow for weeks and is lively now is asked again after the time just passed, or the wanted."""
    slow = hourly(MONDAY - 30 * DAY, 30, [9])[::-1]
    known = FeedState(status=FeedStatus.ACTIVE, last_success_at=MONDAY, interval_s=7_200)
    rhythm = learn_rhythm(None, PollReport(Outcome.UPDATED, 200, arrivals=tuple(slow)), None, MONDAY, 900)
    burst = tuple(MONDAY + timedelta(minutes=number) for number in (50, 30, 10))
    report = PollReport(Outcome.UPDATED, 200, new=3, entries=20, arrivals=burst + tuple(slow))
    now = MONDAY + HOUR
    state = decide_next(FEED, replace(known, rhythm=rhythm), report, now=now, rng=random.Random(1)).state
    assert state.interval_s <= 3_600


def test_a_delta_says_nothing_of_a_page():
    arrivals = tuple(MONDAY + timedelta(minutes=2 * number) for number in range(20, 0, -1))
    report = PollReport(Outcome.UPDATED, 226, new=10, entries=10, arrivals=arrivals)
    assert learn_rhythm(None, report, None, MONDAY + HOUR, 900).page_s is None


def test_a_batch_is_one_arrival_and_the_future_none():
    batch = [MONDAY + day * (DAY + HOUR) + timedelta(seconds=n) for day in range(5) for n in range(9)]
    report = PollReport(Outcome.UPDATED, 200, arrivals=(MONDAY + 99 * DAY, *reversed(batch)))
    rhythm = learn_rhythm(None, report, None, MONDAY + 6 * DAY, 900)
    assert sum(rhythm.hours) == 4  # the oldest begins the time that was watched


def test_dates_without_a_time_of_day_do_not_make_midnight_lively():
    """Such entries are counted when the polls brought them."""
    state, now, rng = FeedState(), MONDAY, random.Random(1)
    dates = [MONDAY - number * DAY for number in range(10)]
    for hour in range(14 * 24):
        now = MONDAY + hour * HOUR
        new = int(now.hour in {10, 13, 16} and hour > 0)
        dates = [now.replace(hour=0), *dates] if new else dates
        report = PollReport(
            Outcome.UPDATED if new else Outcome.NOT_MODIFIED, 200 if new else 304, new=new, entries=20 * new,
            arrivals=tuple(dates[:60]),
        )  # fmt: skip
        state = decide_next(FEED, state, report, now=now, rng=rng).state
    assert state.rhythm.hours[0] == 0
    assert sum(state.rhythm.hours[9:17]) == pytest.approx(sum(state.rhythm.hours))
    assert sum(state.rhythm.hours) > 20


def test_a_long_stop_is_not_taken_for_silence():
    """Of a month without polls only the end counts as watched."""
    before = replace(Rhythm(), hours=(1.0,) * 24, hours_s=(3_600.0,) * 24)
    now = MONDAY + 30 * DAY
    after = learn_rhythm(before, PollReport(Outcome.NOT_MODIFIED, 304), MONDAY, now, 900)
    assert sum(after.hours_s) <= 24 * 3_600 + 2 * 86_400


def test_nothing_ever_seen_is_no_rhythm():
    assert expect_arrivals(Rhythm(), (), MONDAY, 900) is None
    assert learn_rhythm(None, PollReport(Outcome.UNCHANGED, 200), None, MONDAY, 900) is None


MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC))


@settings(max_examples=60, deadline=None)
@given(st.lists(MOMENTS, max_size=60), st.integers(0, 60), st.integers(0, 60), st.floats(0.5, 10**6), MOMENTS)
def test_whatever_is_published_the_wait_is_positive_and_bounded(times, new, entries, wanted_s, watched_from):
    arrivals = tuple(sorted(times, reverse=True))
    report = PollReport(Outcome.UPDATED, 200, new=new, entries=entries, arrivals=arrivals)
    now = datetime(2026, 12, 1, tzinfo=UTC)
    rhythm = learn_rhythm(
        learn_rhythm(None, report, None, now, wanted_s), report, watched_from, now, wanted_s
    )
    expected = rhythm and expect_arrivals(rhythm, arrivals, now, wanted_s)
    if expected:
        assert 0 < expected.worth_s(wanted_s, 86_400) <= 86_400
        assert expected.rate_per_s(now) > 0
        assert expected.usual_between(watched_from, now) >= 0


def test_a_feed_of_any_age_is_polled_by_the_hour_of_its_readers():
    """A state from before anything was learned goes on from the page's own past."""
    known = FeedState(status=FeedStatus.ACTIVE, last_success_at=MONDAY, interval_s=900, rhythm_s=3_600)
    times = hourly(MONDAY - 3 * DAY, 3, range(24))[::-1]
    report = PollReport(Outcome.UPDATED, 200, new=1, entries=20, arrivals=tuple(times))
    state = decide_next(FEED, known, report, now=MONDAY + HOUR, rng=random.Random(1)).state
    assert sum(state.rhythm.hours) > 50


def test_who_asks_often_has_the_rhythm_known_finely():
    """Entries ten seconds apart are one batch to a quarter of an hour, and several to five seconds."""
    arrivals = tuple(MONDAY - timedelta(seconds=10 * number) for number in range(1, 31))
    report = PollReport(Outcome.UPDATED, 200, arrivals=arrivals)
    assert learn_rhythm(None, report, None, MONDAY, 5) is not None
    assert sum(learn_rhythm(None, report, None, MONDAY, 5).hours) == 29
    assert sum(learn_rhythm(None, report, None, MONDAY, 900).hours) <= 5
