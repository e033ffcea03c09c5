"""Our own network is away: no feed is blamed, few requests try it, and all goes on soon after it is back.

The clock is moved by hand; the fault is made where host names are resolved or sockets connect.
"""

import errno
import random
import socket
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import select

from tests.conftest import Clock
from tests.fetch.conftest import Origin, reply
from tests.support.scripted import document
from worker.fetch import sockets
from worker.flows import heartbeats, network, poll, reload
from worker.flows.services import Services
from worker.records import FeedState, FeedStatus, Outcome
from worker.store import claims as claim_store
from worker.store import events as event_store
from worker.store import feeds as feed_store
from worker.store import network as network_store
from worker.store.models import Feed, Poll

INTERVAL_S = 300.0
HOUR_S = 3600.0
WELL = (FeedStatus.ACTIVE, 0, None)
# All tests here send the same statements: those that differ only in hours and faults run on one database.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Net:
    """Stands for the resolver and the way out of this machine; `is_down` says for which host."""

    is_down: Callable[[str], bool] = lambda _: False
    fault: Exception = field(default_factory=lambda: socket.gaierror(socket.EAI_AGAIN, "try again"))
    asked: list[str] = field(default_factory=list)

    def look_up(self, host: str, port: int, flags: int) -> list[sockets.Address]:
        if flags:
            raise socket.gaierror(socket.EAI_NONAME, "a name")
        self.asked.append(host)
        if self.is_down(host) and isinstance(self.fault, socket.gaierror):
            raise self.fault
        return [(socket.AF_INET, ("127.0.0.1", port))]

    def connect(self, addresses: Sequence[sockets.Address], deadline: sockets.Deadline) -> socket.socket:
        if self.is_down("") and not isinstance(self.fault, socket.gaierror):
            raise self.fault
        return CONNECT(addresses, deadline)


CONNECT = sockets._connect_first


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Net:
    made = Net()
    monkeypatch.setattr(sockets, "_lookup", made.look_up)
    monkeypatch.setattr(sockets, "_connect_first", made.connect)
    return made


@pytest.fixture
def origin() -> Iterator[Origin]:
    made = Origin()
    yield made
    made.close()


@pytest.fixture
def services(services: Services, clock: Clock) -> Services:
    services.clock = clock
    services.rng = random.Random(5)
    return services


def configure(
    services: Services, origin: Origin, feeds: int, hosts: int, *, interval_s: float = INTERVAL_S
) -> None:
    head = (
        f'[defaults]\ninterval = "{interval_s:.0f}s"\nadaptive = false\nextract = "off"\ntimeout = "5s"\n'
        '[http]\nallow_private = ["127.0.0.0/8"]\nglobal_rate = "100/s"\n[host."*"]\ndelay = "0s"\n'
    )
    rows = ""
    for n in range(feeds):
        origin.answer(document(f"{n}"), f"/{n}.xml".encode())
        rows += f'[[feed]]\nid = "f{n}"\nurl = "http://h{n % hosts}.example:{origin.port}/{n}.xml"\n'
    Path(services.settings.config).write_text(head + rows, encoding="utf-8")
    assert reload.run(services)["config"] == "ok"


def tick(services: Services, limit: int = 200) -> Counter[Outcome]:
    """What a control tick and the workers do."""
    with services.db.read() as connection:
        allowed = network.polls_allowed(services, connection, limit)
    with services.db.write() as connection:
        claims = claim_store.claim_due(
            connection, services.clock(), limit=allowed, lease_s=60, slots_of=lambda _: 9
        )
    return Counter(poll.run(services, claim.feed, claim.lease).outcome for claim in claims)


def pass_time(services: Services, clock: Clock, seconds: float, step_s: float = 10.0) -> Counter[Outcome]:
    seen: Counter[Outcome] = Counter()
    end = clock.at + timedelta(seconds=seconds)
    while clock.at < end:
        seen += tick(services)
        clock.advance(step_s)
    return seen


def states(services: Services) -> dict[str, FeedState]:
    with services.db.read() as connection:
        return {config.id: state for config, state in feed_store.read_states(connection)}


def told(services: Services) -> list[str]:
    with services.db.read() as connection:
        events = event_store.recent_events(connection, services.clock() - timedelta(days=3), 99)
    return [kind for _, kind, _, _ in reversed(events) if kind != "config.loaded"]


def waits_after(services: Services, back_at: datetime) -> list[float]:
    """Seconds from the network's return to the first poll of each feed that a server responded to."""
    first: dict[str, float] = {}
    with services.db.read() as connection:
        rows = connection.execute(
            select(Poll.feed_id, Poll.ended_at)
            .where(Poll.ended_at >= back_at, Poll.fault == "")
            .order_by(Poll.id)
        )
        for feed, at in rows:
            first.setdefault(feed, (at - back_at).total_seconds())
    return list(first.values())


def outages(services: Services) -> int:
    with services.db.read() as connection:
        return len(network_store.read_outages(connection, services.clock()))


def attempts(services: Services) -> int:
    with services.db.read() as connection:
        return len(connection.execute(select(Poll.id)).all())


FAULTS: dict[str, Exception] = {
    "resolver": socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
    "route": OSError(errno.ENETUNREACH, "Network is unreachable"),
    "timeout": TimeoutError("timed out"),
    "refused": ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
}


@pytest.mark.parametrize(
    ("database_url", "fault"),
    [("sqlite", fault) for fault in FAULTS]
    + [("postgresql", "resolver")],  # databases see no kinds of faults
    indirect=["database_url"],
)
def test_feeds_are_polled_within_two_intervals_after_hours_without_network(
    services: Services, origin: Origin, clock: Clock, net: Net, fault: str
) -> None:
    """24 feeds of 12 hosts: no feed counts as failing, few requests are sent, and the polls resume spread.

    After twelve hours and after one.
    """
    configure(services, origin, 24, 12)
    pass_time(services, clock, 2 * INTERVAL_S)
    before = attempts(services)
    net.is_down, net.fault = lambda _: True, FAULTS[fault]
    away_s = 12 * HOUR_S if fault == "resolver" and services.db.is_sqlite else HOUR_S
    pass_time(services, clock, INTERVAL_S)
    pass_time(services, clock, away_s - INTERVAL_S, step_s=240.0)
    assert {(s.status, s.error_streak, s.failing_since_at) for s in states(services).values()} == {WELL}
    assert outages(services) == 1
    tried = attempts(services) - before
    assert tried <= away_s / 240 + 40
    back_at = clock.at
    net.is_down = lambda _: False
    pass_time(services, clock, 2 * INTERVAL_S)
    waits = waits_after(services, back_at)
    print(f"{fault}: {tried} tries, then {median(waits):.0f} s (median), {max(waits):.0f} s (most)")
    assert len(waits) == 24
    assert max(waits) <= 2 * INTERVAL_S
    assert max(Counter(int(wait // 30) for wait in waits).values()) <= 10, "spread"
    assert outages(services) == 0
    assert told(services) == ["network.away", "network.back"]


@on_sqlite
def test_a_network_that_comes_and_goes_blames_no_feed_for_long(
    services: Services, origin: Origin, clock: Clock, net: Net
) -> None:
    """Four minutes up, four down, for forty minutes."""
    configure(services, origin, 20, 20)
    pass_time(services, clock, 2 * INTERVAL_S)
    for _ in range(5):
        net.is_down = lambda _: True
        pass_time(services, clock, 240)
        net.is_down = lambda _: False
        pass_time(services, clock, 240)
    back_at = clock.at
    assert not [s for s in states(services).values() if s.status is FeedStatus.DEAD or s.error_streak > 2]
    pass_time(services, clock, 2 * INTERVAL_S)
    waits = waits_after(services, back_at)
    print(f"flap: polled again after {median(waits):.0f} s (median), {max(waits):.0f} s (most)")
    assert len(waits) == 20
    assert {s.status for s in states(services).values()} == {FeedStatus.ACTIVE}


@on_sqlite
def test_hosts_that_are_down_beside_others_that_respond_are_no_outage(
    services: Services, origin: Origin, clock: Clock, net: Net
) -> None:
    """Four of twelve."""
    configure(services, origin, 12, 12)
    pass_time(services, clock, 2 * INTERVAL_S)
    down = {f"h{n}.example" for n in range(4)}
    net.is_down = down.__contains__
    pass_time(services, clock, HOUR_S, step_s=30.0)
    failing = [feed for feed, state in states(services).items() if state.status is FeedStatus.FAILING]
    assert len(failing) == 4
    assert "network.away" not in told(services)
    assert all(states(services)[feed].error_streak >= 3 for feed in failing)


@on_sqlite
def test_a_service_that_starts_without_network_says_so_and_begins_when_it_is_there(
    services: Services, origin: Origin, clock: Clock, net: Net
) -> None:
    configure(services, origin, 12, 12)
    net.is_down = lambda _: True
    pass_time(services, clock, HOUR_S, step_s=30.0)
    assert {(s.status, s.error_streak) for s in states(services).values()} == {(FeedStatus.NEW, 0)}
    assert outages(services) == 1
    back_at = clock.at
    net.is_down = lambda _: False
    pass_time(services, clock, 2 * INTERVAL_S)
    assert len(waits_after(services, back_at)) == 12


@on_sqlite
@pytest.mark.parametrize("feeds", [1, 2, 3])
def test_a_few_feeds_are_polled_soon_after_an_outage(
    services: Services, origin: Origin, clock: Clock, net: Net, feeds: int
) -> None:
    """With one or two hosts the cause is unknown: they fail, but do not back off."""
    configure(services, origin, feeds, feeds)
    pass_time(services, clock, 2 * INTERVAL_S)
    net.is_down = lambda _: True
    pass_time(services, clock, 6 * HOUR_S, step_s=150.0)
    assert (outages(services) == 1) is (feeds == 3)
    back_at = clock.at
    net.is_down = lambda _: False
    pass_time(services, clock, 2 * INTERVAL_S)
    waits = waits_after(services, back_at)
    print(f"{feeds} feeds: polled again after {max(waits):.0f} s")
    assert len(waits) == feeds
    assert {s.status for s in states(services).values()} == {FeedStatus.ACTIVE}


@on_sqlite
def test_feeds_that_backed_off_before_are_polled_soon_after_the_return(
    services: Services, origin: Origin, clock: Clock, net: Net
) -> None:
    """Those without a response at their last failure; a feed refused by its server keeps waiting."""
    configure(services, origin, 16, 16)
    pass_time(services, clock, 2 * INTERVAL_S)
    late = clock.at + timedelta(hours=20)
    with services.db.write() as connection:
        values = {"error_streak": 8, "status": "failing", "failing_since_at": clock.at, "next_due_at": late}
        blamed = Feed.__table__.update().values(last_outcome="failed", **values)  # type: ignore[attr-defined]
        connection.execute(blamed.where(Feed.id.in_(["f0", "f1"])).values(http_status=None))
        connection.execute(blamed.where(Feed.id == "f2").values(http_status=404))
    net.is_down = lambda _: True
    pass_time(services, clock, HOUR_S, step_s=30.0)
    assert outages(services) == 1
    back_at = clock.at
    net.is_down = lambda _: False
    pass_time(services, clock, 2 * INTERVAL_S)
    assert len(waits_after(services, back_at)) == 15
    assert states(services)["f2"].next_due_at == late


def test_an_outage_of_one_machine_holds_back_that_machine_alone(
    services: Services, origin: Origin, clock: Clock, net: Net
) -> None:
    configure(services, origin, 12, 12)
    other = Services(services.settings, clock=clock, rng=random.Random(2), machine="other")
    other.parse_pool = services.parse_pool
    pass_time(services, clock, INTERVAL_S)
    net.is_down = lambda _: True
    pass_time(services, clock, HOUR_S, step_s=20.0)
    net.is_down = lambda _: False
    for machine in (services.machine, "other"):
        heartbeats.send_heartbeat(services, f"poll@{machine}", 8, ["poll"])
    with services.db.read() as connection:
        assert network.polls_allowed(services, connection, 50) == 50, "the other machine polls on"
        [outage] = network_store.read_outages(connection, clock.at)
    assert outage.machine == services.machine
    with services.db.write() as connection:
        claims = claim_store.claim_due(connection, clock.at, limit=50, lease_s=60, slots_of=lambda _: 9)
    here, there = claims[:2], claims[2:]
    assert [poll.run(other, c.feed, c.lease).outcome for c in there] == [Outcome.UNCHANGED] * len(there)
    assert outages(services) == 1
    outcomes = [poll.run(services, claim.feed, claim.lease).outcome for claim in here]
    assert outcomes in ([Outcome.UNCHANGED, Outcome.UNCHANGED], [Outcome.DEFERRED] * 2)
    other.__dict__.pop("parse_pool")
    other.close()


def test_many_feeds_that_redirect_to_one_host_wait_for_it_and_none_fails(
    services: Services, origin: Origin, clock: Clock, net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host takes one request at a time; the others are deferred, and all come within two intervals."""
    monkeypatch.setattr("worker.flows.host_access.HOP_WAIT_S", 0.0)
    configure(services, origin, 12, 12)
    far = f"Location: http://far.example:{origin.port}/far.xml"
    origin.answer(document("far"), b"/far.xml")
    for n in range(12):
        origin.answer(reply(302, b"", far), f"/{n}.xml".encode())
    rule = desk_rule(services)
    done: set[str] = set()
    end = clock.at + timedelta(seconds=2 * INTERVAL_S)
    while clock.at < end:
        with services.db.write() as connection:
            claims = claim_store.claim_due(connection, clock.at, limit=50, lease_s=60, slots_of=lambda _: 9)
        slot = services.pacer.try_acquire("far.example", rule, "another", hold_s=60)
        assert not isinstance(slot, float)
        for claim in claims[1:]:
            assert poll.run(services, claim.feed, claim.lease).outcome is Outcome.DEFERRED
        services.pacer.release(slot)
        for claim in claims[:1]:
            assert poll.run(services, claim.feed, claim.lease).outcome in {Outcome.UPDATED, Outcome.UNCHANGED}
            done.add(claim.feed)
        clock.advance(10)
    assert len(done) == 12
    assert {(s.status, s.error_streak) for s in states(services).values()} == {(FeedStatus.ACTIVE, 0)}


def desk_rule(services: Services):
    from worker.store import config as config_store

    with services.db.read() as connection:
        config = config_store.read_config(connection)
    assert config is not None
    return config.service.host_rule("far.example")
