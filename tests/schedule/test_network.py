"""Our own outage is told from failing feeds; feeds are held still in it and spread after it."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from worker.records import FeedConfig, FeedState, FeedStatus, NetworkFault, Outcome, PollReport
from worker.schedule import (
    Outage,
    Trial,
    decide_next,
    describe_outage,
    find_outage,
    hold_still,
    next_probe_at,
    spread_after_outage,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FEED = FeedConfig(id="desk", url="https://example.org/feed", interval_s=900.0)
NAME = NetworkFault.NAME
LONG_AGO = NOW - timedelta(days=2)


def trial(host: int, ago_s: float, fault: str = NAME, failing_since_at: datetime | None = None) -> Trial:
    return Trial(f"feed-{host}", f"h{host}.example", NOW - timedelta(seconds=ago_s), fault, failing_since_at)


def fails(hosts: int, every_s: float, fault: str = NAME) -> list[Trial]:
    return [trial(n, n * every_s, fault) for n in range(hosts)]


def responses(hosts: range, first_ago_s: float, every_s: float = 1.0) -> list[Trial]:
    return [trial(n, first_ago_s + i * every_s, "") for i, n in enumerate(hosts)]


ALREADY_FAILING = [replace(one, failing_since_at=LONG_AGO) for one in fails(25, 9)]
OTHERS = responses(range(90, 99), 300)
CASES = {
    "nothing is known": ([], False),
    "one host fails, and there is no other": (fails(1, 0), False),
    "two hosts fail": (fails(2, 300), False),
    "one host fails with all of its feeds": ([trial(1, n * 10.0) for n in range(30)], False),
    "three of three hosts fail": (fails(3, 60), True),
    "three hosts fail within a second": (fails(3, 0.3), False),
    "ten hosts fail at once, responses may be under way": (fails(10, 1), False),
    "twenty hosts fail at once": (fails(20, 0.01), True),
    "ten of twenty, and no other responds": (fails(10, 10) + responses(range(20), 110), True),
    "three of twenty": (fails(3, 40) + responses(range(20), 121), False),
    "all of four, which responded before": (fails(4, 40) + responses(range(4), 200), True),
    "three of four, the fourth responded": (fails(3, 40) + responses(range(4), 200), False),
    "a response in between": (
        [*fails(5, 10), trial(30, 45, ""), *(trial(n, 99.0) for n in range(20))],
        False,
    ),
    "several faults": (fails(4, 20) + [trial(n, 90, NetworkFault.TIMEOUT) for n in range(4, 9)], True),
    "hosts that failed before": (ALREADY_FAILING + OTHERS, False),
    "four new ones beside them": (fails(4, 20) + ALREADY_FAILING + OTHERS, False),
}


@pytest.mark.parametrize(("trials", "is_outage"), CASES.values(), ids=CASES)
def test_many_hosts_that_stop_responding_at_once_are_an_outage(trials: list[Trial], is_outage: bool) -> None:
    found = find_outage("desk-1", sorted(trials, key=lambda t: t.ended_at, reverse=True), NOW)
    assert (found is not None) is is_outage


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_a_share_of_hosts_that_goes_down_at_once_is_no_outage(share: float) -> None:
    """Whatever the order of the polls: hardly a wrong guess in 200 draws, which one response ends."""
    rng, wrong = random.Random(7), 0
    for _ in range(200):
        hosts = rng.sample(range(40), 40)
        down = set(rng.sample(hosts, round(40 * share)))
        before = [trial(n, 900 + n, "") for n in range(40)]
        polls = [trial(n, 400 - 10.0 * i, NAME if n in down else "") for i, n in enumerate(hosts)]
        for end in range(1, len(polls) + 1):
            seen = sorted([*before, *polls[:end]], key=lambda t: t.ended_at, reverse=True)
            if seen[0].fault and find_outage("m", seen, seen[0].ended_at):
                wrong += 1
                break
    assert wrong <= 3


def test_an_outage_names_its_start_its_commonest_fault_and_the_feeds_that_it_failed() -> None:
    trials = [*fails(5, 20), trial(9, 99, NetworkFault.ROUTE), *responses(range(20, 22), 5000)]
    found = find_outage("desk-1", trials, NOW)
    assert found is not None
    outage, feeds = found
    assert (outage.machine, outage.since_at, outage.fault) == ("desk-1", NOW - timedelta(seconds=99), NAME)
    assert feeds == {"feed-9", *(f"feed-{n}" for n in range(5))}
    said = describe_outage(replace(outage, polls=14))
    assert "away since 2026-11-24 11:58Z" in said
    assert "all of the last 14 polls failed" in said
    assert "host names are not resolved" in said


def test_probes_are_few_and_never_far_apart() -> None:
    """Every 10 s at first, every 30 s in a long outage."""
    gaps = [(next_probe_at(NOW - timedelta(seconds=s), NOW) - NOW).total_seconds() for s in (0, 200, 86_400)]
    assert gaps == [10.0, 20.0, 30.0]


OUTAGE = Outage("desk-1", NOW - timedelta(hours=2), NOW, NAME, 14)


def test_a_feed_that_is_held_keeps_its_state_and_is_due_within_its_interval() -> None:
    before = FeedState(
        status=FeedStatus.ACTIVE, etag='"a"', last_success_at=LONG_AGO, last_polled_at=LONG_AGO
    )
    for seed in range(50):
        decision = hold_still(FEED, before, OUTAGE, NOW, random.Random(seed))
        after = decision.state
        assert replace(after, next_due_at=None, next_due_reason="", due_by=before.due_by) == before
        assert after.next_due_at is not None
        assert 450 <= (after.next_due_at - NOW).total_seconds() <= 900
        assert decision.events == ()


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (FeedState(status=FeedStatus.FAILING, error_streak=2), FeedStatus.NEW),
        (FeedState(status=FeedStatus.FAILING, error_streak=1, last_success_at=LONG_AGO), FeedStatus.ACTIVE),
        (
            FeedState(status=FeedStatus.DEAD, last_success_at=NOW, effective_url="https://b.example/"),
            FeedStatus.MOVED,
        ),
    ],
)
def test_failures_of_an_outage_that_was_noticed_after_them_are_undone(
    state: FeedState, status: FeedStatus
) -> None:
    before = replace(state, failing_since_at=NOW)
    undone = hold_still(FEED, before, OUTAGE, NOW, random.Random(1)).state
    assert (undone.status, undone.error_streak, undone.failing_since_at) == (status, 0, None)


def test_after_an_outage_feeds_come_within_their_interval_and_below_the_global_rate() -> None:
    few = spread_after_outage([60.0, 900.0, 86_400.0] * 20, 50.0, random.Random(3))
    assert all(
        wait <= min(interval, 300.0) for wait, interval in zip(few, [60.0, 900.0, 86_400.0] * 20, strict=True)
    )
    many = spread_after_outage([300.0] * 30_000, 50.0, random.Random(3))
    per_minute = [sum(start <= wait < start + 60 for wait in many) for start in range(0, 1_200, 60)]
    assert max(per_minute) <= 50 * 60
    assert max(many) <= 1_200


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_feed_without_others_to_compare_fails_but_does_not_back_off(is_alone: bool) -> None:
    """Nothing has reached its server, and the fault may be that of our own network."""
    state, waits = FeedState(), []
    for _ in range(6):
        report = PollReport(Outcome.FAILED, error="no name", fault=NAME, may_be_ours=is_alone)
        state = decide_next(FEED, state, report, now=NOW, rng=random.Random(1)).state
        assert state.next_due_at is not None
        waits.append((state.next_due_at - NOW).total_seconds())
    assert state.status is FeedStatus.FAILING
    assert state.error_streak == 6
    assert max(waits) <= 990 if is_alone else max(waits) > 20_000


def test_an_adopted_address_is_kept_through_one_failure_without_a_response() -> None:
    state = FeedState(effective_url="https://b.example/", etag='"b"', status=FeedStatus.MOVED)
    report = PollReport(Outcome.FAILED, error="no name", fault=NAME)
    once = decide_next(FEED, state, report, now=NOW, rng=random.Random(1)).state
    assert (once.effective_url, once.etag) == (state.effective_url, state.etag)
    twice = decide_next(FEED, once, report, now=NOW, rng=random.Random(1)).state
    assert twice.effective_url is None


def test_a_poll_that_waits_for_another_host_is_no_failure() -> None:
    """It is due when that host is free, and a little later, so that many do not come at once."""
    before = FeedState(status=FeedStatus.ACTIVE, last_success_at=LONG_AGO)
    report = PollReport(Outcome.DEFERRED, error="redirected to b.example: the host is busy", wait_s=30.0)
    after = decide_next(FEED, before, report, now=NOW, rng=random.Random(1)).state
    assert after.next_due_at is not None
    assert 30 <= (after.next_due_at - NOW).total_seconds() <= 150
    assert replace(after, next_due_at=None, next_due_reason="", due_by=before.due_by) == before


def test_failures_from_before_an_outage_stand() -> None:
    before = FeedState(status=FeedStatus.FAILING, error_streak=4, failing_since_at=LONG_AGO)
    after = hold_still(FEED, before, OUTAGE, NOW, random.Random(1)).state
    assert (after.status, after.error_streak, after.failing_since_at) == (FeedStatus.FAILING, 4, LONG_AGO)
