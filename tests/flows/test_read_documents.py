"""A document with the bytes of the last one is not read again, unless something may change its reading."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.conftest import Clock
from tests.fetch.conftest import Origin, reply
from tests.support.scripted import configure, document, poll_one, rss
from worker.flows.read_documents import ReadDocuments, document_digest
from worker.flows.services import Services
from worker.parse import ParsePool
from worker.records import FeedConfig, Fetched, Outcome, ParsedFeed, ReadItems
from worker.store import listing
from worker.store.models import Feed, Poll

PATH = b"/a.xml"
SAME = ("outcome", "http_status", "error", "entries", "new", "updated", "next_due_reason", "fault")
NOW = datetime(2026, 11, 30, tzinfo=UTC)
PARSED = ParsedFeed("T", "en", (), entries=3)


@pytest.fixture
def services(services: Services, clock: Clock) -> Services:
    services.clock = clock
    return services


def poll_later(services: Services, clock: Clock) -> Any:
    clock.advance(700)
    return poll_one(services, "a")


def last_poll(services: Services) -> dict[str, object]:
    with services.db.read() as connection:
        row = connection.execute(select(Poll.__table__).order_by(Poll.id.desc()).limit(1)).one()
    return {name: getattr(row, name) for name in SAME}


def hints(services: Services) -> object:
    with services.db.read() as connection:
        return connection.scalar(select(Feed.hints).where(Feed.id == "a"))


def titles(services: Services) -> list[object]:
    with services.db.read() as connection:
        return sorted(str(row["title"]) for row in listing.iter_articles(connection))


def stop_reading(services: Services) -> None:
    """From now on, each document that is given to the parser makes its poll fail."""
    services.__dict__["parse_pool"] = pool = ParsePool()
    pool.close()


def test_the_same_document_is_not_read_again_whatever_its_validators(
    services: Services, origin: Origin, clock: Clock
) -> None:
    configure(services, origin, "a")
    for etag in ("one", "two", "three"):
        origin.answer(document("1", "2", fields=(f'ETag: "{etag}"',)), PATH)
        done = poll_later(services, clock)
        assert done.error is None
        stop_reading(services)
    assert done.outcome is Outcome.UNCHANGED
    assert origin.asked[-1].field("if-none-match") == b'"two"'
    origin.answer(document("1", "2", "3"), PATH)
    assert poll_later(services, clock).outcome is Outcome.FAILED  # another document has to be read


def test_a_poll_stores_and_reports_the_same_as_if_the_document_was_read(
    services: Services, origin: Origin, clock: Clock
) -> None:
    configure(services, origin, "a", a='exclude = ["Report 2"]')
    body = rss("1", "2", "3").replace(b"<item>", b"<ttl>45</ttl><item>", 1)
    origin.answer(reply(200, body, "Content-Type: application/rss+xml"), PATH)
    poll_later(services, clock)
    del services.__dict__["read_documents"]  # as after a restart
    poll_later(services, clock)
    read = last_poll(services), hints(services), titles(services)
    stop_reading(services)
    poll_later(services, clock)
    assert (last_poll(services), hints(services), titles(services)) == read
    assert read[0]["entries"] == 3
    assert len(read[2]) == 2


def test_a_document_is_read_again_by_other_rules(services: Services, origin: Origin, clock: Clock) -> None:
    origin.answer(document("1", "2"), PATH)
    configure(services, origin, "a", a='include = ["Report 1"]')
    assert poll_later(services, clock).new == 1
    configure(services, origin, "a")
    assert poll_later(services, clock).new == 1


def test_a_document_is_read_again_if_another_process_polled_the_feed(
    services: Services, origin: Origin, clock: Clock
) -> None:
    configure(services, origin, "a")
    origin.answer(document("1"), PATH)
    poll_later(services, clock)
    kept = services.__dict__.pop("read_documents")
    poll_later(services, clock)
    services.__dict__["read_documents"] = kept
    stop_reading(services)
    assert poll_later(services, clock).outcome is Outcome.FAILED


def test_a_broken_document_is_read_each_time(services: Services, origin: Origin, clock: Clock) -> None:
    configure(services, origin, "a")
    origin.answer(reply(200, b"<html><p>Sorry</p></html>", "Content-Type: text/html"), PATH)
    errors = {poll_later(services, clock).error for _ in range(2)}
    assert len(errors) == 1
    assert None not in errors


FEED = FeedConfig(id="a", url="https://news.example/a.xml")
RESPONSE = Fetched(FEED.url, 200, {"content-type": "text/xml"}, b"<rss/>")


def test_the_digest_depends_on_all_that_decides_how_a_document_is_read() -> None:
    others = [
        (FEED, replace(RESPONSE, body=b"<rss />")),
        (FEED, replace(RESPONSE, url="https://other.example/a.xml")),
        (FEED, replace(RESPONSE, headers={"content-type": "text/xml; charset=koi8-r"})),
        (FEED, replace(RESPONSE, headers={})),
        *((replace(FEED, **{name: value}), RESPONSE) for name, value in (
            ("include", ("a",)), ("exclude", ("a",)), ("lang", "de"), ("timezone", "Europe/Berlin"),
            ("agency", "AP"),
        )),
    ]  # fmt: skip
    digests = {document_digest(*pair) for pair in [(FEED, RESPONSE), *others]}
    assert len(digests) == len(others) + 1
    assert document_digest(FEED, replace(RESPONSE, headers={**RESPONSE.headers, "etag": "x"})) in digests


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_two_documents_have_one_digest_only_if_they_have_the_same_bytes(one: bytes, other: bytes) -> None:
    digests = [document_digest(FEED, replace(RESPONSE, body=body)) for body in (one, other)]
    assert (digests[0] == digests[1]) == (one == other)


def test_no_more_documents_are_kept_than_allowed_and_those_of_the_last_polls() -> None:
    documents = ReadDocuments(most=2)
    for feed in ("a", "b", "a", "c"):
        documents.keep(feed, b"digest", NOW, PARSED)
    assert [documents.find(feed, b"digest", NOW) for feed in "abc"] == [PARSED, None, PARSED]
    assert documents.find("a", b"other", NOW) is None
    assert documents.find("a", b"digest", None) is None


def test_no_more_items_are_kept_than_allowed() -> None:
    documents = ReadDocuments(most_bytes=100)
    some = replace(PARSED, items=ReadItems(b"around", bytes(40)))
    for feed in ("a", "b", "b", "c"):
        documents.keep(feed, b"digest", NOW, some)
    assert [documents.find(feed, b"digest", NOW) is not None for feed in "abc"] == [False, True, True]
    documents.keep("b", b"digest", NOW, PARSED)
    documents.keep("a", b"digest", NOW, some)
    assert [documents.find(feed, b"digest", NOW) is not None for feed in "abc"] == [True, True, True]
