"""Leases are renewed while work is under way: for a limited time, unless it says that it goes on."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from worker.flows import leases
from worker.flows.leases import Lease, LeaseKeeper

LONG, HUNG = Lease("feed", "long", "1"), Lease("feed", "hung", "2")
AT_MOST_S = 0.2


def test_a_lease_is_renewed_beyond_its_time_only_by_the_thread_whose_work_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leases, "RENEW_S", 0.01)
    renewed: list[Lease] = []
    keeper, both = LeaseKeeper(renewed.extend), Barrier(2)

    def hang() -> None:
        with keeper.hold(HUNG, at_most_s=AT_MOST_S):
            both.wait()
            both.wait()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(hang)
        with keeper.hold(LONG, at_most_s=AT_MOST_S):
            both.wait()
            end = time.monotonic() + 2 * AT_MOST_S
            while time.monotonic() < end:
                keeper.extend()
                time.sleep(0.01)
            before = len(renewed)
            while len(renewed) < before + 3:
                time.sleep(0.01)
        both.wait()
    keeper.close()
    assert HUNG in renewed
    assert set(renewed[before:]) == {LONG}
