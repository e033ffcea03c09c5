"""The end of a network outage, when many feeds become due at once."""

import threading
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.conftest import Clock
from tests.store.samples import make_feed, sync
from worker.flows import network
from worker.flows.services import Services
from worker.flows.turns import Turns
from worker.records import DueBy
from worker.schedule import Outage
from worker.store import Database
from worker.store import network as network_store
from worker.store.models import Feed


def test_others_write_and_compute_while_the_waiting_feeds_are_made_due(
    services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.clock, services.turns = clock, Turns(1)
    now = clock()
    with services.db.write() as connection:
        sync(connection, make_feed("a"), make_feed("b"))
        held = {"due_by": DueBy.NETWORK.value, "next_due_at": now + timedelta(hours=9)}
        connection.execute(update(Feed).values(**held))
        since = now - timedelta(hours=12)
        network_store.begin_outage(connection, Outage(services.machine, since, now, "no-route", 9), now)
    read, set_due, computed = network_store.read_waiting, network_store.set_due, threading.Event()

    def read_while_another_writes(*args: Any) -> list[network_store.Waiting]:
        with closing(Database(services.settings.database_url)) as other, other.write() as connection:
            connection.execute(update(Feed).where(Feed.id == "none").values(etag=None))
        return read(*args)

    def compute() -> None:
        with services.turns.taken():
            computed.set()

    def set_while_another_computes(*args: Any) -> None:
        threading.Thread(target=compute).start()
        assert computed.wait(20)
        set_due(*args)

    monkeypatch.setattr("worker.store.sqlite_locks.SQLITE_BUSY_MS", 1_000)
    monkeypatch.setattr(network_store, "read_waiting", read_while_another_writes)
    monkeypatch.setattr(network_store, "set_due", set_while_another_computes)
    with services.turns.taken():
        network.end(services)
    with services.db.read() as connection:
        due = list(connection.execute(select(Feed.due_by, Feed.next_due_at)))
    assert [by for by, _ in due] == [DueBy.NOW.value] * 2
    assert all(now <= at < now + timedelta(hours=1) for _, at in due)
