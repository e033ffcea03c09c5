"""How many jobs are sent ahead: what the workers end, not a fixed number per thread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.flows.pace import MOST_AHEAD_S, JobPace

THREADS = 16


def work(pace, per_s, *, seconds, tick_s=2.0, due=10**9, outstanding=0):
    """Run ticks against workers that end `per_s` jobs a second; returns how many ended in each tick."""
    ended = []
    for tick in range(int(seconds / tick_s)):
        allowed = pace.allow(outstanding, tick * tick_s, threads=THREADS, tick_s=tick_s)
        sent = max(0, min(allowed - outstanding, due))
        due -= sent
        outstanding += sent
        pace.sent(outstanding, tick * tick_s)
        done = min(outstanding, int(per_s * tick_s))
        outstanding -= done
        ended.append(done)
    return ended


def test_before_anything_was_measured_a_fixed_number_per_thread_is_sent():
    pace = JobPace()
    assert pace.allow(0, 0.0, threads=THREADS, tick_s=2.0) == 48
    assert JobPace().allow(0, 0.0, threads=THREADS, tick_s=0.1) == THREADS


@pytest.mark.parametrize("per_s", [1, 30, 100, 400, 2000])
@pytest.mark.parametrize("tick_s", [0.5, 1.0, 2.0, 4.0])
def test_after_half_a_minute_workers_are_never_idle_while_jobs_are_due(per_s, tick_s):
    ended = work(JobPace(), per_s, seconds=60, tick_s=tick_s)
    settled = ended[len(ended) // 2 :]
    assert sum(settled) == int(per_s * tick_s) * len(settled)


@pytest.mark.parametrize("per_s", [1, 30, 400, 2000])
def test_no_job_waits_longer_than_its_lease_for_a_worker(per_s):
    pace = JobPace()
    work(pace, per_s, seconds=60)
    assert pace.allowed <= max(pace.least(THREADS, 2.0), per_s * MOST_AHEAD_S)


def test_slower_workers_are_sent_less():
    pace = JobPace()
    work(pace, 1000, seconds=30)
    fast = pace.allowed
    work(pace, 20, seconds=30, outstanding=fast)
    assert fast >= 4000
    assert pace.allowed == 2 * 2 * 20


@given(st.lists(st.tuples(st.integers(0, 10**6), st.floats(0, 100)), max_size=20))
def test_any_sequence_of_measurements_allows_at_least_the_usual_number(measured):
    pace, now_s = JobPace(), 0.0
    for outstanding, later_s in measured:
        now_s += later_s
        assert pace.allow(outstanding, now_s, threads=THREADS, tick_s=2.0) >= 48
        pace.sent(outstanding, now_s)
