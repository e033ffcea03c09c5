"""A poll that reads only unknown items stores and reports what one that reads all does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from tests.conftest import Clock
from tests.fetch.conftest import Origin, reply
from tests.flows.test_odd_entries import forbid
from tests.support.changing_feeds import URL, changing_feeds
from tests.support.generated import make_feed
from tests.support.schema import with_schema
from tests.support.scripted import claim_one, configure, meanwhile, poll_one, rss
from tests.support.snapshot import Snapshot
from worker.errors import ParseError
from worker.flows import intake, poll, upkeep
from worker.flows.services import Services
from worker.parse import ParsePool
from worker.parse.reader import read_wanted
from worker.records import FeedConfig, Outcome, ParsedFeed, ReadItems
from worker.settings import read_settings
from worker.store import feeds as feed_store
from worker.store.models import ArticleRow, Feed, Poll

PATH = b"/a.xml"
OWN = {"fetch_s", "parse_s", "wire_bytes"}  # measured anew by each poll
ITEMS = 30


class Watched:
    """A parser that notes how many entries it read of each document."""

    def __init__(self, pool: ParsePool) -> None:
        self.pool, self.read = pool, []  # type: ParsePool, list[int]

    def read_feed(self, body: bytes, **options: Any) -> ParsedFeed:
        parsed = self.pool.read_feed(body, **options)
        self.read.append(len(parsed.articles))
        return parsed


@pytest.fixture
def services(services: Services, clock: Clock, parse_pool: ParsePool) -> Services:
    services.clock = clock
    services.__dict__["parse_pool"] = Watched(parse_pool)
    return services


@pytest.fixture
def twins(tmp_path: Path, clock: Clock) -> Iterator[tuple[Services, Services]]:
    """Two installations that know nothing of each other."""
    made = []
    for name in ("one", "other"):
        made.append(Services(read_settings({"WIREROOM_HOME": str(tmp_path / name)})))
        made[-1].clock = clock
        with_schema(made[-1].db)
    yield made[0], made[1]
    for desk in made:
        desk.close()


def rows(desk: Services) -> dict[str, list[dict[str, Any]]]:
    found = Snapshot.take(desk.db).rows
    for attempt in found["polls"]:
        for name in OWN:
            del attempt[name]
    return found


def poll_with(desk: Services, feed: FeedConfig, body: bytes, known: ReadItems | None) -> ReadItems | None:
    """Read and store a document, as a poll does; returns the items that the next poll need not read."""
    options: dict[str, Any] = {"url": URL, "now": desk.clock(), "lang": feed.lang, "known": known}
    try:
        parsed = read_wanted(body, feed.include, feed.exclude, **options)
    except ParseError:
        return None
    prepared = intake.prepare(desk, feed, parsed)
    with desk.db.write() as connection:
        assert intake.store_each(connection, feed, prepared, desk.clock()).failed == ()
    return parsed.items if prepared.is_settled else None


RULES = st.sampled_from([{}, {}, {}, {"exclude": ("Storm",)}, {"include": ("e",)}, {"lang": "en"}])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(changing_feeds(), RULES, st.booleans())
def test_the_database_is_the_same_whether_known_items_are_read_or_not(
    twins: tuple[Services, Services],
    clock: Clock,
    documents: list[bytes],
    rules: dict[str, Any],
    is_purged: bool,
) -> None:
    feed = replace(make_feed("a"), keep_s=7200.0, **rules)
    for desk in twins:
        Snapshot({name: [] for name in Snapshot.take(desk.db).rows}).restore(desk.db)
        with desk.db.write() as connection:
            feed_store.sync_feeds(connection, [feed], clock())
    known = None
    for body in documents:
        known = poll_with(twins[0], feed, body, known)
        poll_with(twins[1], feed, body, None)
        clock.advance(8000 if is_purged else 800)
        if is_purged:
            assert upkeep.purge_feed(twins[0], "a") == upkeep.purge_feed(twins[1], "a")
        assert rows(twins[0]) == rows(twins[1])


def set_up(desk: Services, origin: Origin, more: str = "") -> None:
    configure(desk, origin, "a", a=f'lang = "en"\n{more}')


def show(origin: Origin, numbers: range, *fields: str) -> None:
    body = rss(*(str(number) for number in reversed(numbers)))
    origin.answer(reply(200, body, "Content-Type: application/rss+xml", *fields), PATH)


def poll_later(desk: Services, clock: Clock) -> poll.PollSummary:
    clock.advance(700)
    return poll_one(desk, "a")


def read_counts(desk: Services) -> list[int]:
    counts: list[int] = desk.parse_pool.read  # type: ignore[attr-defined]
    return counts


def set_lease(desk: Services, lease: str | None) -> None:
    with desk.db.write() as connection:
        connection.execute(update(Feed).values(lease=lease, lease_until_at=None))


def count_articles(desk: Services) -> int:
    with desk.db.read() as connection:
        return connection.scalar(select(func.count()).select_from(ArticleRow)) or 0


def test_of_a_changed_feed_only_what_is_new_is_read(services: Services, origin: Origin, clock: Clock) -> None:
    set_up(services, origin)
    show(origin, range(ITEMS))
    poll_later(services, clock)
    show(origin, range(3, ITEMS + 3))
    done = poll_later(services, clock)
    assert (done.outcome, done.new, done.updated) == (Outcome.UPDATED, 3, 0)
    assert read_counts(services) == [ITEMS, 3]
    with services.db.read() as connection:
        assert list(connection.scalars(select(Poll.entries).order_by(Poll.id))) == [ITEMS, ITEMS]


def test_polls_that_find_nothing_or_fail_change_nothing(
    services: Services, origin: Origin, clock: Clock
) -> None:
    set_up(services, origin)
    show(origin, range(5), 'ETag: "1"')
    poll_later(services, clock)
    for answer in (reply(304), reply(500, b"oops"), reply(304), reply(200, b"<html>Sorry</html>")):
        origin.answer(answer, PATH)
        poll_later(services, clock)
    show(origin, range(6))
    assert poll_later(services, clock).new == 1
    assert read_counts(services)[-1] == 1


def test_all_is_read_by_other_rules_after_a_restart_and_after_another_worker(
    services: Services, origin: Origin, clock: Clock
) -> None:
    set_up(services, origin)
    show(origin, range(5))
    poll_later(services, clock)
    set_up(services, origin, 'exclude = ["Report 3"]')
    show(origin, range(6))
    assert poll_later(services, clock).new == 1
    kept = services.__dict__.pop("read_documents")
    show(origin, range(7))
    poll_later(services, clock)
    services.__dict__["read_documents"] = kept
    show(origin, range(8))
    assert poll_later(services, clock).new == 1
    assert read_counts(services) == [5, 5, 6, 7]  # without the excluded one


def test_an_item_that_could_not_be_stored_is_read_again(
    services: Services, origin: Origin, clock: Clock
) -> None:
    set_up(services, origin)
    show(origin, range(5))
    poll_later(services, clock)
    allow = forbid(services, "Report 6 from the harbour")
    show(origin, range(8))
    assert poll_later(services, clock).new == 2
    allow()
    show(origin, range(9))
    assert poll_later(services, clock).new == 2
    assert count_articles(services) == 9


def test_items_of_a_poll_that_lost_its_lease_are_read_again(
    services: Services, origin: Origin, clock: Clock
) -> None:
    set_up(services, origin)
    show(origin, range(5))
    poll_later(services, clock)

    body = rss(*map(str, range(8)))
    lose = partial(set_lease, services, "another")
    origin.answer(meanwhile(lose, reply(200, body, "Content-Type: application/rss+xml")), PATH)
    assert poll_later(services, clock).outcome is Outcome.STALE
    set_lease(services, None)
    show(origin, range(9))
    assert poll_later(services, clock).new == 4
    assert count_articles(services) == 9


def test_an_entry_that_is_another_one_than_its_key_says_is_read_each_time(
    services: Services, origin: Origin, clock: Clock
) -> None:
    """A renewed guid: what is stored has another key, and the next document may be read otherwise."""
    set_up(services, origin)
    date = b"<pubDate>Tue, 24 Nov 2026 08:00:00 GMT</pubDate><guid"
    first = rss("1", "2", "3").replace(b"<guid", date)
    second = first.replace(b"urn:2", b"urn:renewed")
    for body in (first, second, second.replace(b"urn:3", b"urn:another")):
        origin.answer(reply(200, body, "Content-Type: application/rss+xml"), PATH)
        poll_later(services, clock)
    assert read_counts(services) == [3, 1, 3]
    assert count_articles(services) == 3


KILLED = """
import os, signal, sys
from datetime import datetime
from worker.flows import poll
from worker.flows.services import Services
from worker.settings import read_settings
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "before it stores":
    poll.store_poll = die
else:
    poll._remember = die
services = Services(read_settings(), clock=lambda: datetime.fromisoformat(sys.argv[3]))
poll.run(services, "a", sys.argv[2])
"""


@pytest.mark.parametrize("when", ["before it stores", "after it stored"])
def test_no_item_is_lost_when_a_poll_is_killed(
    services: Services, origin: Origin, clock: Clock, when: str
) -> None:
    set_up(services, origin)
    show(origin, range(5))
    poll_later(services, clock)
    show(origin, range(8))
    clock.advance(700)
    lease = claim_one(services, "a").lease
    own = {
        "WIREROOM_HOME": str(services.settings.home), "WIREROOM_DATABASE_URL": services.settings.database_url,
        "WIREROOM_BROKER_URL": services.settings.broker_url or "", "WIREROOM_ENV_FILE": "",
    }  # fmt: skip
    argv = [sys.executable, "-P", "-c", KILLED, when, lease, clock().isoformat()]
    killed = subprocess.run(argv, env={**os.environ, **own}, check=False, timeout=120)
    assert killed.returncode < 0
    show(origin, range(10))
    clock.advance(3600)
    set_lease(services, None)
    poll_later(services, clock)
    assert count_articles(services) == 10
    assert read_counts(services) == [5, 5 if when == "before it stores" else 10]
