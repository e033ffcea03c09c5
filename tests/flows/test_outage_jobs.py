"""Extraction jobs in an outage of our own network wait without losing attempts, and end when it is over."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.conftest import Clock
from tests.fetch.conftest import Origin, reply
from tests.support.bad_pages import HTML, page_of
from worker.fetch import sockets
from worker.flows import extract, network, poll, reload
from worker.flows.services import Services
from worker.records import NetworkFault
from worker.schedule import Outage
from worker.store import claims as claim_store
from worker.store import job_queue
from worker.store import network as network_store
from worker.store.models import Job

FULLTEXT = "fulltext"
DOWN: set[str] = set()


@pytest.fixture
def origin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Origin]:
    made = Origin()

    def look_up(host: str, port: int, flags: int) -> list[sockets.Address]:
        if flags or host in DOWN:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return [(socket.AF_INET, ("127.0.0.1", port))]

    monkeypatch.setattr(sockets, "_lookup", look_up)
    yield made
    DOWN.clear()
    made.close()


@pytest.fixture
def services(services: Services, origin: Origin, clock: Clock) -> Services:
    """Services that have polled a feed with one article with its page on another host."""
    services.clock = clock
    link = f"http://pages.example:{origin.port}/1"
    origin.answer(reply(404), b"/robots.txt")
    origin.answer(reply(200, page_of().encode(), f"Content-Type: {HTML}"), b"/1")
    date = f"{clock.at:%a, %d %b %Y %H:%M:%S} GMT"
    item = f"<item><title>Harbour</title><link>{link}</link><pubDate>{date}</pubDate></item>"
    body = f'<rss version="2.0"><channel><title>H</title>{item}</channel></rss>'.encode()
    origin.answer(reply(200, body, "Content-Type: application/rss+xml"))
    Path(services.settings.config).write_text(
        '[http]\nallow_private = ["127.0.0.0/8"]\n[host."*"]\ndelay = "0s"\n'
        f'[[feed]]\nid = "f"\nurl = "http://feeds.example:{origin.port}/feed.xml"\n',
        encoding="utf-8",
    )
    assert reload.run(services)["config"] == "ok"
    with services.db.write() as connection:
        claimed = claim_store.claim_one(connection, "f", clock.at, 60)
    assert claimed is not None
    assert poll.run(services, "f", claimed.lease).new == 1
    return services


def work(services: Services) -> list[object]:
    with services.db.write() as connection:
        due = job_queue.queue_due(connection, services.clock(), limit=9, lease_s=60, slots_of=lambda _: 9)
    return [
        extract.run(services, job.id, kind=job.kind, article=job.article)["outcome"]
        for job in due
        if job.kind == FULLTEXT
    ]


def page_job(services: Services) -> Job:
    with services.db.read() as connection:
        return connection.execute(select(Job.__table__).where(Job.kind == FULLTEXT)).one()  # type: ignore[return-value]


def outage_of(services: Services) -> Outage | None:
    with services.db.read() as connection:
        return network.read(services, connection)


def test_a_page_waits_for_the_network_without_an_attempt_and_its_response_ends_the_outage(
    services: Services, clock: Clock
) -> None:
    """Of many jobs, only the one that claimed the probe sends a request."""
    DOWN.add("pages.example")
    outage = Outage(services.machine, clock.at - timedelta(hours=1), clock.at + timedelta(hours=9), "name", 9)
    with services.db.write() as connection:
        assert network_store.begin_outage(connection, outage, clock.at)
    for _ in range(8):
        assert work(services) == ["deferred"]
        assert (page_job(services).state, page_job(services).attempts) == ("pending", 0)
        clock.advance(200)
    with services.db.write() as connection:
        connection.execute(network_store.update(network_store.NetworkOutage).values(probe_at=clock.at))
    assert work(services) == ["deferred"], "it tried, and failed"
    assert (page_job(services).state, page_job(services).attempts) == ("pending", 0)
    DOWN.clear()
    services.__dict__.pop("robots")  # it remembers for some minutes that the site did not respond
    outcomes: list[object] = []
    for _ in range(4):  # robots.txt is requested first
        clock.advance(200)
        outcomes += work(services)
    assert outcomes[-1] == "done"
    assert outage_of(services) is None


def test_a_failing_page_without_an_outage_is_an_attempt(services: Services) -> None:
    DOWN.add("pages.example")
    assert work(services) == ["failed"]
    assert (page_job(services).state, page_job(services).attempts) == ("failed", 1)
    assert outage_of(services) is None


def test_pages_of_many_hosts_that_fail_at_once_are_an_outage_too(services: Services, clock: Clock) -> None:
    """On a machine that only extracts; after a day without any response jobs fail by themselves."""
    network.record_page_response(services, "pages.example")
    seen = []
    for number in range(12):
        clock.advance(6)
        with services.db.write() as connection:
            seen.append(network.judge_page(services, connection, f"p{number}.example", NetworkFault.NAME))
    assert [outage is not None for outage in seen] == [False] * 9 + [True] * 3
    clock.advance(25 * 3600)
    with services.db.write() as connection:
        assert network.judge_page(services, connection, "p1.example", NetworkFault.NAME) is None
    assert outage_of(services) is not None
    network.record_page_response(services, "p2.example")
    assert outage_of(services) is None
