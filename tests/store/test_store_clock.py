"""Machines go by the clock of their database."""

from datetime import UTC, datetime, timedelta

import pytest

from worker.errors import ServiceError
from worker.store import Database
from worker.store.clock import MEASURE_EVERY_S, DatabaseClock

NEAR = timedelta(seconds=20)  # a slow machine is no wrong clock


class Machine:
    """A machine's two clocks, the one that can be set wrong and the one that counts."""

    def __init__(self, ahead_s: float = 0.0) -> None:
        self.ahead_s = ahead_s
        self.passed_s = 0.0

    def time(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead_s + self.passed_s)

    def monotonic(self) -> float:
        return datetime.now(UTC).timestamp() - 1_700_000_000 + self.passed_s


@pytest.fixture
def server(postgres_url):
    db = Database(postgres_url)
    yield db
    db.close()


@pytest.fixture
def asked(server, monkeypatch):
    """How often the server was asked."""
    read, count = server.read, []

    def counted():
        count.append(1)
        return read()

    monkeypatch.setattr(server, "read", counted)
    return count


def clock_on(machine, server):
    return DatabaseClock(lambda: server, machine.time, machine.monotonic)


@pytest.mark.parametrize("ahead_s", [-7200.0, 0.0, 90.0, 86_400.0])
def test_a_machine_whose_clock_is_wrong_has_the_servers_time(server, ahead_s):
    assert abs(clock_on(Machine(ahead_s), server)() - datetime.now(UTC)) < NEAR


def test_the_server_is_asked_once_a_minute(server, asked):
    machine = Machine(3600.0)
    clock = clock_on(machine, server)
    for _ in range(5):
        clock()
    assert len(asked) == 1
    machine.passed_s += MEASURE_EVERY_S + 1
    clock()
    assert len(asked) == 2


def test_a_clock_that_is_set_is_noticed_at_once(server, asked):
    machine = Machine()
    clock = clock_on(machine, server)
    clock()
    machine.ahead_s = -3600.0
    assert abs(clock() - datetime.now(UTC)) < NEAR
    assert len(asked) == 2


def test_while_the_server_is_away_the_last_measure_stands(server, monkeypatch):
    machine = Machine(3600.0)
    clock = clock_on(machine, server)
    clock()

    def away():
        raise ServiceError("away")

    monkeypatch.setattr(server, "read", away)
    machine.passed_s += 2 * MEASURE_EVERY_S
    assert abs(clock() - timedelta(seconds=machine.passed_s) - datetime.now(UTC)) < NEAR
    with pytest.raises(ServiceError):
        clock_on(machine, server)()
