"""A document with too many entries: the newest are read, whatever their order is, and the rest is counted."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from worker.parse import newest, read_feed

NOW = datetime(2026, 11, 24, tzinfo=UTC)
START = datetime(2026, 1, 1, tzinfo=UTC)
LIMIT = 5


@pytest.fixture(autouse=True)
def low_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of a document, lowered for all modules that use it."""
    for module in ("newest", "jsonfeed"):
        monkeypatch.setattr(f"worker.parse.{module}.MAX_ENTRIES", LIMIT)


def at(number: int) -> datetime:
    return START + timedelta(hours=number)


def rss(numbers: Sequence[int], tag: str = "pubDate") -> str:
    items = (
        f"<item><title>{n}</title><guid>{n}</guid><{tag}>{at(n):%d %b %Y %H:%M:%S} GMT</{tag}></item>"
        for n in numbers
    )
    return f"<rss version='2.0'><channel><title>T</title>{''.join(items)}</channel></rss>"


def atom(numbers: Sequence[int]) -> str:
    entries = (
        f"<a:entry><a:title>{n}</a:title><a:updated>{at(n).isoformat()}</a:updated></a:entry>"
        for n in numbers
    )
    return f"<a:feed xmlns:a='http://www.w3.org/2005/Atom'>{''.join(entries)}</a:feed>"


def rdf(numbers: Sequence[int]) -> str:
    items = (
        f"<item rdf:about='u{n}'><title>{n}</title><dc:date>{at(n).isoformat()}</dc:date></item>"
        for n in numbers
    )
    return (
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' "
        f"xmlns:dc='http://purl.org/dc/elements/1.1/'><channel/>{''.join(items)}</rdf:RDF>"
    )


def json_feed(numbers: Sequence[int]) -> str:
    items = [{"id": str(n), "title": str(n), "date_published": at(n).isoformat()} for n in numbers]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})


FORMATS = {"RSS": rss, "Atom": atom, "RSS 1.0": rdf, "JSON Feed": json_feed}
ORDERS = {
    "oldest first": list(range(8)),
    "newest first": list(range(8))[::-1],
    "in no order": [3, 7, 0, 5, 1, 6, 2, 4],
}


@pytest.mark.parametrize("write", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("numbers", ORDERS.values(), ids=ORDERS)
def test_the_newest_entries_are_read_in_document_order(write, numbers: list[int]) -> None:  # type: ignore[no-untyped-def]
    feed = read_feed(write(numbers).encode(), url="https://example.org/f", now=NOW)
    assert [article.title for article in feed.articles] == [str(n) for n in numbers if n >= 3]
    assert feed.cut == 3
    assert any("only the newest 5 are read" in warning for warning in feed.warnings)


@pytest.mark.parametrize("write", FORMATS.values(), ids=FORMATS)
def test_a_document_within_the_limit_is_read_as_a_whole(write) -> None:  # type: ignore[no-untyped-def]
    feed = read_feed(write(list(range(LIMIT))).encode(), url="https://example.org/f", now=NOW)
    assert (len(feed.articles), feed.cut, feed.warnings) == (LIMIT, 0, ())


def test_without_dates_the_first_entries_are_read() -> None:
    feed = read_feed(rss(range(8), tag="when").encode(), url="https://example.org/f", now=NOW)
    assert [article.title for article in feed.articles] == list("01234")


def test_a_truncated_document_is_cut_and_stays_incomplete() -> None:
    body = rss(range(8))[: -len("4:00:00 GMT</pubDate></item></channel></rss>")]
    feed = read_feed(body.encode(), url="https://example.org/f", now=NOW)
    assert (feed.cut, feed.complete) == (3, False)


def test_the_limit_is_ten_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert newest.MAX_ENTRIES == 10_000
