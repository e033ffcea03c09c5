"""Entries of one document that share a key are one article: which of them it is depends on no order."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.conftest import Clock
from tests.fetch.conftest import Origin, reply
from tests.support.scripted import configure, poll_one
from worker.flows.reconcile import reconcile
from worker.flows.services import Services
from worker.parse import read_feed
from worker.records import Article, Outcome
from worker.store.articles import Known
from worker.store.models import ArticleRow, Version

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://news.example/feed"


@pytest.fixture
def services(services: Services, clock: Clock) -> Services:
    services.clock = clock
    return services


def item(text: str, *, date: str = "", guid: str = "urn:1") -> str:
    shown = f"<pubDate>{date}</pubDate>" if date else ""
    return (
        f'<item><guid isPermaLink="false">{guid}</guid><title>The ferry is late</title>'
        f"<link>https://news.example/1</link><description>{text}</description>{shown}</item>"
    )


def feed(*items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>x</title>{"".join(items)}</channel></rss>'.encode()


def texts(services: Services) -> tuple[list[str | None], int]:
    """The stored texts, and the number of stored versions."""
    with services.db.read() as connection:
        rows = list(connection.scalars(select(ArticleRow.text)))
        return rows, len(list(connection.scalars(select(Version.id))))


OLD, NEW = "Tue, 24 Nov 2026 08:00:00 GMT", "Tue, 24 Nov 2026 09:00:00 GMT"


@pytest.mark.parametrize(
    ("items", "kept"),
    [
        ((item("It sank.", date=OLD), item("It is safe.", date=NEW)), "It is safe."),
        ((item("It sank."), item("It is safe and in the harbour.")), "It is safe and in the harbour."),
        ((item("It sank.", guid=""), item("It is safe.", guid="", date=NEW)), "It is safe."),
        ((item("It sinks."), item("It floats."), item("It drives."), item("It drives.")), None),
    ],
)
def test_two_texts_under_one_key_make_no_version_at_each_poll(
    services: Services, origin: Origin, items: tuple[str, ...], kept: str | None
) -> None:
    """In any order of the entries, from poll to poll: the newest date counts, then the longest text."""
    configure(services, origin, "harbour")
    rng = random.Random(7)
    origin.answer(reply(200, feed(*items), "Content-Type: application/rss+xml"), b"/harbour.xml")
    assert poll_one(services, "harbour").new == 1
    first = texts(services)
    assert kept is None or first[0] == [kept]
    for _ in range(4):
        services.clock.advance(3600)  # type: ignore[attr-defined]
        mixed = feed(*rng.sample(items, len(items)))
        origin.answer(reply(200, mixed, "Content-Type: application/rss+xml"), b"/harbour.xml")
        summary = poll_one(services, "harbour")
        assert (summary.outcome, summary.new, summary.updated) == (Outcome.UNCHANGED, 0, 0)
    assert texts(services) == first


def test_an_edit_beside_an_older_text_is_one_version(services: Services, origin: Origin) -> None:
    configure(services, origin, "harbour")
    origin.answer(reply(200, feed(item("It sank.", date=OLD))), b"/harbour.xml")
    poll_one(services, "harbour")
    both = feed(item("It is safe.", date=NEW), item("It sank.", date=OLD))
    origin.answer(reply(200, both), b"/harbour.xml")
    updated = []
    for _ in range(3):
        services.clock.advance(3600)  # type: ignore[attr-defined]
        updated.append(poll_one(services, "harbour").updated)
    assert updated == [1, 0, 0]
    assert texts(services)[0] == ["It is safe."]


def test_json_feeds_are_settled_alike() -> None:
    body = (
        b'{"version": "https://jsonfeed.org/version/1.1", "items": ['
        b'{"id": "1", "title": "Ferry", "content_text": "It sank."},'
        b'{"id": "1", "title": "Ferry", "content_text": "It is safe.",'
        b' "date_modified": "2026-11-24T09:00:00Z"}]}'
    )
    articles = read_feed(body, url=URL, now=NOW).articles
    assert [a.text for a in reconcile(articles, (), ()).new] == ["It is safe."]


def as_known(articles: tuple[Article, ...]) -> list[Known]:
    ids = count(1)
    return [
        Known(next(ids), a.entry_key, a.guid, a.canonical_url, a.title, a.content_hash, 1) for a in articles
    ]


def article(key: str, text: str, hours: int | None) -> Article:
    at = None if hours is None else NOW - timedelta(hours=hours)
    [base] = read_feed(feed(item(text)), url=URL, now=NOW).articles
    return replace(base, entry_key=key, published_at=at)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"), st.sampled_from(["one", "two", "three"]), st.none() | st.integers(0, 2)
        ),
        max_size=4,
    )
)
def test_the_chosen_entries_depend_on_no_order_and_are_known_afterwards(entries: list[tuple]) -> None:
    articles = [article(*entry) for entry in entries]
    chosen = {frozenset(reconcile(order, (), ()).new) for order in permutations(articles)}
    assert len(chosen) == 1
    known = as_known(tuple(chosen.pop()))
    assert all(
        not (found.new or found.changed)
        for order in permutations(articles)
        for found in [reconcile(order, known, ())]
    )
