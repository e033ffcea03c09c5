"""A feed that is hard to read, or that ends the workers that poll it, is set back and stops no other."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.conftest import Clock
from tests.fetch.conftest import Origin, reply
from tests.support.scripted import GOOD, asked, claim, claim_one, configure, poll_due, poll_one
from worker.flows import poll, reload
from worker.flows.services import Services
from worker.parse import ParsePool
from worker.records import DueBy, FeedStatus, Outcome
from worker.store import feeds as feed_store
from worker.store import polls as poll_store
from worker.store.claims import Claim
from worker.store.models import Feed, Poll

INTERVAL_S = 600.0
# the middle of this needs exponential time, whatever is kept of the text
HARD_PATTERN = r"(?:a|a)+\b!"


def feed(item: str, head: str = "") -> bytes:
    text = f'<rss version="2.0"><channel><title>T</title>{head}<item>{item}</item></channel></rss>'
    return reply(200, text.encode(), "Content-Type: application/rss+xml")


@pytest.fixture
def origin() -> Iterator[Origin]:
    made = Origin()
    for name in "abc":
        made.answer(GOOD, f"/{name}.xml".encode())
    yield made
    made.close()


@pytest.fixture
def services(services: Services, clock: Clock) -> Services:
    services.clock = clock
    return services


def lose_worker(services: Services, name: str, clock: Clock) -> None:
    """Begin a poll, end no part of it, and let the lease run out: what is left of a killed worker."""
    held = claim_one(services, name)
    with services.db.write() as connection:
        assert poll_store.begin_poll(connection, name, held.lease, clock(), 12) is not None
    clock.advance(61)


def stop_child(pool: ParsePool) -> None:
    """Let the pool's process hang at the next document, as no known document takes long."""
    body = GOOD.partition(b"\r\n\r\n")[2]
    assert pool.read_feed(body, url="http://x.example/", now=datetime.now(UTC)).articles
    os.kill(pool.sandbox.pids[0], signal.SIGSTOP)


def state(services: Services, name: str) -> Feed:
    with services.db.read() as connection:
        return connection.execute(select(Feed.__table__).where(Feed.id == name)).one()  # type: ignore[return-value]


def attempts(services: Services, name: str) -> list[str | None]:
    with services.db.read() as connection:
        return list(connection.scalars(select(Poll.error).where(Poll.feed_id == name).order_by(Poll.id)))


# ---- workers that died
def test_a_feed_that_ended_two_workers_is_set_back_with_its_reason_and_no_request(
    services: Services, origin: Origin, clock: Clock
) -> None:
    configure(services, origin, "a", "b")
    lose_worker(services, "a", clock)
    lose_worker(services, "a", clock)
    ended = poll_due(services)
    assert ended["b"].new == 2
    assert (ended["a"].outcome, ended["a"].error) == (Outcome.FAILED, "its last two polls ended their worker")
    assert asked(origin) == ["/b.xml"]
    row = state(services, "a")
    assert FeedStatus(row.status) is FeedStatus.FAILING
    assert row.next_due_at >= clock() + timedelta(seconds=INTERVAL_S)
    assert row.last_error == "its last two polls ended their worker"
    assert attempts(services, "a") == ["its last two polls ended their worker"]


def test_one_more_lost_worker_leads_to_a_longer_back_off_and_a_good_poll_clears_the_record(
    services: Services, origin: Origin, clock: Clock
) -> None:
    configure(services, origin, "a")
    lose_worker(services, "a", clock)
    lose_worker(services, "a", clock)
    poll_due(services)
    clock.at = state(services, "a").next_due_at
    lose_worker(services, "a", clock)
    assert poll_due(services)["a"].outcome is Outcome.FAILED
    assert state(services, "a").next_due_at >= clock() + timedelta(seconds=2 * INTERVAL_S)
    assert asked(origin) == []
    clock.at = state(services, "a").next_due_at
    assert poll_due(services)["a"].new == 2
    assert state(services, "a").unfinished_polls == 0
    lose_worker(services, "a", clock)
    assert poll_one(services, "a").outcome is not Outcome.FAILED


def test_feeds_that_lost_a_worker_are_polled_one_at_a_time(
    services: Services, origin: Origin, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those in flight beside the harmful one are not blamed for the next worker that it ends."""
    configure(services, origin, "a", "b", "c")
    lose_worker(services, "a", clock)
    monkeypatch.setattr(poll, "SUSPECT_WAIT_S", 0.01)
    with services.suspects.entered(wait_s=0):  # as while another such feed is polled in this worker
        ended = poll_due(services)
    assert ended["a"].outcome is Outcome.DEFERRED
    assert (ended["b"].new, ended["c"].new) == (2, 2)
    assert state(services, "a").unfinished_polls == 1
    clock.advance(6)
    assert poll_due(services)["a"].new == 2


def test_feeds_that_lost_the_same_worker_wait_for_each_other_without_a_deferral(
    services: Services, origin: Origin, clock: Clock
) -> None:
    """After the death of a busy worker nearly all feeds are polled one at a time, and soon."""
    names = ["a", "b", "c"]
    configure(services, origin, *names)
    for name in names:
        lose_worker(services, name, clock)
    claims = claim(services)
    together = threading.Barrier(len(claims))

    def poll_it(one: Claim) -> tuple[Outcome, str | None]:
        together.wait(20)
        summary = poll.run(services, one.feed, one.lease)
        return summary.outcome, summary.error

    with ThreadPoolExecutor(len(claims)) as pool:
        ended = list(pool.map(poll_it, claims))
    assert ended == [(Outcome.UPDATED, None)] * len(names)


def test_a_poll_that_could_not_be_stored_is_not_a_lost_worker(
    services: Services, origin: Origin, clock: Clock
) -> None:
    """A lease that was lost to another claim says nothing about the document."""
    configure(services, origin, "a")
    held = claim_one(services, "a")
    with services.db.write() as connection:
        assert poll_store.begin_poll(connection, "a", held.lease, clock(), 12) is not None
        poll_store.end_unstored(connection, "a")
        poll_store.end_unstored(connection, "a")
    assert state(services, "a").unfinished_polls == 0


def test_a_changed_url_clears_the_record(services: Services, origin: Origin, clock: Clock) -> None:
    configure(services, origin, "a")
    lose_worker(services, "a", clock)
    lose_worker(services, "a", clock)
    path = Path(services.settings.config)
    path.write_text(path.read_text("utf-8").replace("/a.xml", "/b.xml"), encoding="utf-8")
    assert reload.run(services)["config"] == "ok"
    assert poll_due(services)["a"].new == 2


VICTIM = """
import os, sys
from worker.flows import poll
from worker.flows.services import Services
from worker.settings import read_settings
desk = Services(read_settings({k: v for k, v in os.environ.items() if k.startswith("WIREROOM_")}))
class Deadly:
    def read_feed(self, body, **keywords):
        os.kill(os.getpid(), 9)
    def close(self):
        pass
desk.parse_pool = Deadly()
poll.run(desk, sys.argv[1], sys.argv[2])
"""


def test_a_worker_killed_while_it_reads_a_feed_counts(
    services: Services, origin: Origin, clock: Clock
) -> None:
    configure(services, origin, "a", "b")
    settings = services.settings
    environment = {
        **os.environ,
        "WIREROOM_HOME": str(settings.home),
        "WIREROOM_CONFIG": str(settings.config),
        "WIREROOM_DATABASE_URL": settings.database_url,
        "WIREROOM_BROKER_URL": settings.broker_url,
    }
    clock.at = datetime.now(UTC)
    for _ in range(2):
        held = claim_one(services, "a")
        process = subprocess.run(
            [sys.executable, "-c", VICTIM, "a", held.lease], env=environment, timeout=300, check=False
        )
        assert process.returncode == -signal.SIGKILL
        clock.at = datetime.now(UTC) + timedelta(seconds=61)
    assert len(asked(origin)) == 2
    ended = poll_due(services)
    assert ended["a"].error == "its last two polls ended their worker"
    assert ended["b"].new == 2


# ---- documents that hit a parsing limit
def test_a_reading_that_was_ended_backs_off_and_the_second_one_further(
    services: Services, origin: Origin, clock: Clock
) -> None:
    configure(services, origin, "a", "b")
    with ParsePool(deadline_s=4.0) as pool:
        shared, services.parse_pool = services.parse_pool, pool
        stop_child(pool)
        first = poll_one(services, "a")
        assert (first.outcome, state(services, "a").ended_readings) == (Outcome.FAILED, 1)
        assert "longer than 4 s" in str(first.error)
        assert state(services, "a").next_due_at < clock() + timedelta(seconds=2 * INTERVAL_S)
        stop_child(pool)
        second = poll_one(services, "a")
        services.parse_pool = shared
    assert "parsing was ended" in str(second.error)
    row = state(services, "a")
    assert FeedStatus(row.status) is FeedStatus.FAILING
    assert row.next_due_at >= clock() + timedelta(seconds=8 * INTERVAL_S)
    assert poll_due(services).keys() == {"b"}
    assert poll_one(services, "a").outcome is not Outcome.FAILED
    assert state(services, "a").ended_readings == 0


def test_a_pattern_of_the_config_that_takes_for_ever_fails_its_feed_by_name(
    services: Services, origin: Origin, clock: Clock
) -> None:
    origin.answer(feed(f"<title>{'a' * 60}</title><guid>1</guid>"), b"/a.xml")
    configure(services, origin, "a", "b", a=f"include = ['{HARD_PATTERN}']")
    begun = time.monotonic()
    ended = poll_due(services)
    assert time.monotonic() - begun < 60.0
    assert ended["a"].outcome is Outcome.FAILED
    assert repr(HARD_PATTERN) in str(ended["a"].error)
    assert ended["b"].new == 2


def test_patterns_choose_entries_as_the_config_says(services: Services, origin: Origin) -> None:
    configure(services, origin, "a", "b", "c", a='include = ["report 1"]', b='exclude = ["report 1"]')
    ended = {name: poll_one(services, name).new for name in "abc"}
    assert ended == {"a": 1, "b": 1, "c": 2}
    with services.db.read() as connection:
        assert set(connection.scalars(select(Poll.entries))) == {2}


def test_others_are_claimed_while_a_feed_is_set_back(
    services: Services, origin: Origin, clock: Clock
) -> None:
    configure(services, origin, "a", "b", "c")
    lose_worker(services, "a", clock)
    lose_worker(services, "a", clock)
    poll_due(services)
    clock.advance(INTERVAL_S - 1)
    with services.db.write() as connection:
        for name in "bc":
            feed_store.set_due(connection, {name: (clock(), "now", DueBy.NOW)})
    assert {one.feed for one in claim(services)} == {"b", "c"}
