"""Threads compute in turn, and wait together."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from worker.flows import turns as turns_module
from worker.flows.turns import OneAtATime, Turns


class Meter:
    """The most threads that were inside at once."""

    def __init__(self) -> None:
        self.now, self.most, self._lock = 0, 0, threading.Lock()

    def pass_through(self, work: Callable[[], object]) -> None:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        work()
        with self._lock:
            self.now -= 1


@pytest.mark.parametrize("most", [1, 2])
def test_no_more_threads_compute_than_have_a_turn_while_all_wait_together(most: int) -> None:
    turns, inside, outside = Turns(most), Meter(), Meter()
    together = threading.Barrier(8)  # is passed only if all wait at the same time

    def task(_: int) -> None:
        with turns.taken():
            inside.pass_through(lambda: None)
            with turns.waiting():
                outside.pass_through(lambda: together.wait(20))
            inside.pass_through(lambda: None)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(task, range(8)))
    assert (inside.most <= most, outside.most) == (True, 8)


def test_a_turn_is_given_back_whatever_happens_inside() -> None:
    turns = Turns(1)
    for _ in range(3):
        with pytest.raises(ValueError, match="x"), turns.taken(), turns.waiting():
            raise ValueError("x")
    with turns.taken(), turns.taken(), turns.waiting(), turns.waiting():
        pass
    done = threading.Event()
    other = threading.Thread(target=lambda: turns.taken().__enter__() or done.set())
    other.start()
    assert done.wait(20), "the turn is free again"
    other.join()


@pytest.mark.parametrize(
    ("slice_s", "order"), [(0.0, ["large", "a", "b", "large"]), (60.0, ["large", "large"])]
)
def test_long_work_lets_all_go_first_that_wait(
    slice_s: float, order: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """But not work that is soon done: there is a switch of threads for each turn."""
    monkeypatch.setattr(turns_module, "SLICE_S", slice_s)
    turns, done = Turns(1), []

    def small(name: str) -> None:
        with turns.taken():
            done.append(name)

    with ThreadPoolExecutor(2) as pool, turns.taken():
        for place, name in enumerate("ab", 1):
            pool.submit(small, name)
            while turns.in_line < place:
                time.sleep(0.001)
        done.append("large")
        assert turns.pause() == (slice_s == 0.0)
        done.append("large")
        assert done == order
    assert not turns.pause()  # without a turn


def test_a_thread_without_a_turn_waits_without_one() -> None:
    turns = Turns(1)
    with turns.waiting():
        pass
    with turns.taken():
        pass


def test_work_that_has_begun_resumes_before_other_work_begins() -> None:
    """Otherwise a worker sends all its requests first, and handles the responses much later."""
    turns, order = Turns(1), list[str]()
    is_waiting, has_response = threading.Event(), threading.Event()

    def begun() -> None:
        with turns.taken():
            with turns.waiting():
                is_waiting.set()
                has_response.wait(20)
            order.append("resumed")

    def other() -> None:
        with turns.taken():
            order.append("began")

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(begun)
        assert is_waiting.wait(20)
        with turns.taken():
            others = [pool.submit(other) for _ in range(2)]
            await_line(turns, 2)
            has_response.set()
            await_line(turns, 3)
        for one in (first, *others):
            one.result(20)
    assert order == ["resumed", "began", "began"]


def await_line(turns: Turns, threads: int) -> None:
    """Wait until this number of threads waits for a turn."""
    until = time.monotonic() + 20
    while turns.in_line < threads:
        assert time.monotonic() < until
        time.sleep(0.001)


def test_one_thread_is_in_a_few_wait_and_the_rest_are_turned_away_at_once() -> None:
    single, inside = OneAtATime(waiting=2), Meter()
    is_over, turned_away = threading.Event(), threading.Semaphore(0)

    def task(_: int) -> bool:
        with single.entered(wait_s=60) as is_in:
            if is_in:
                inside.pass_through(lambda: is_over.wait(20))
            else:
                turned_away.release()
        return is_in

    with ThreadPoolExecutor(6) as pool:
        tasks = [pool.submit(task, n) for n in range(6)]
        assert all(turned_away.acquire(timeout=20) for _ in range(3))
        is_over.set()
        assert sorted(one.result() for one in tasks) == [False] * 3 + [True] * 3
    assert inside.most == 1


def test_a_thread_that_waited_in_vain_takes_no_place() -> None:
    single = OneAtATime(waiting=1)
    with single.entered(wait_s=0) as is_in:
        assert is_in
        for _ in range(3):
            with single.entered(wait_s=0.001) as is_second_in:
                assert not is_second_in
    with single.entered(wait_s=0) as is_in:
        assert is_in
