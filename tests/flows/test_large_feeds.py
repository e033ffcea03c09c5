"""The first poll of a feed with thousands of entries does not hold up the polls of other feeds."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import QueuePool

from tests.fetch.conftest import Origin
from tests.support.scripted import configure, document, poll_one
from worker.flows import match, poll, turns
from worker.flows.services import Services
from worker.records import Outcome

ENTRIES = 200


@contextmanager
def other_polls(services: Services) -> Iterator[Callable[[], int]]:
    """A thread that wants a turn all the time; how many it has had."""
    had, is_over = [0], threading.Event()

    def take_turns() -> None:
        while not is_over.is_set():
            with services.turns.taken():
                had[0] += 1

    thread = threading.Thread(target=take_turns)
    thread.start()
    try:
        yield lambda: had[0]
    finally:
        is_over.set()
        thread.join()


def test_other_polls_go_on_while_a_large_feed_is_prepared_and_matched(
    services: Services, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(services, origin, "harbour")
    origin.answer(document(*map(str, range(ENTRIES))), b"/harbour.xml")
    monkeypatch.setattr(turns, "SLICE_S", 0.0)  # as if each entry took long
    gained: dict[str, int] = {}

    def counted(name: str, run: Callable[..., object], had: Callable[[], int]) -> Callable[..., object]:
        def work(*args: object) -> object:
            before = had()
            try:
                return run(*args)
            finally:
                gained[name] = max(gained.get(name, 0), had() - before)

        return work

    with other_polls(services) as had:
        monkeypatch.setattr(poll, "prepare", counted("prepare", poll.prepare, had))
        monkeypatch.setattr(match, "run", counted("match", match.run, had))
        summary = poll_one(services, "harbour")
    assert (summary.outcome, summary.new) == (Outcome.UPDATED, ENTRIES)
    assert gained["prepare"] > ENTRIES // 2
    assert gained["match"] >= ENTRIES // match.BATCH // 2


def test_a_large_feed_holds_its_lease_and_no_transaction_while_others_go_first(
    services: Services, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of ten such feeds each takes as long as all, and those that have a turn need a connection."""
    configure(services, origin, "harbour")
    origin.answer(document(*map(str, range(ENTRIES))), b"/harbour.xml")
    monkeypatch.setattr(turns, "SLICE_S", 0.0)
    pool, pause, extend = services.db.engine.pool, services.turns.pause, services.keeper.extend
    connections, extended = list[int](), list[None]()
    assert isinstance(pool, QueuePool)

    def wait_for_others() -> bool:
        connections.append(pool.checkedout())
        return pause()

    monkeypatch.setattr(services.turns, "pause", wait_for_others)
    monkeypatch.setattr(services.keeper, "extend", lambda: extended.append(extend()))
    assert poll_one(services, "harbour").new == ENTRIES
    assert len(connections) > 2 * ENTRIES
    assert set(connections) == {0}
    assert len(extended) == 2 * ENTRIES
