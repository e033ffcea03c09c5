"""A document of which only unknown items are read gives what the whole document gives."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given

from tests.support.changing_feeds import HEADS, TAILS, URL, changing_feeds
from worker.errors import ParseError
from worker.parse import known_items, read_feed
from worker.parse.documents import open_document
from worker.parse.known_items import RECORD_BYTES
from worker.records import ParsedFeed, ReadItems

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
SHARED = Path(os.environ.get("WIREROOM_SHARED") or Path(__file__).parents[2].parent / "shared") / "feeds"
MAX_BYTES = 1_000_000
MAX_ITEMS = 12


def read(body: bytes, known: ReadItems | None = None) -> ParsedFeed | None:
    """Return a document, or None if it is no feed."""
    try:
        return read_feed(body, url=URL, now=NOW, known=known)
    except ParseError:
        return None


def records(items: ReadItems | None) -> object:
    if items is None:
        return None
    starts = range(0, len(items.records), RECORD_BYTES)
    return items.around, sorted(items.records[at : at + RECORD_BYTES] for at in starts)


def agree(
    body: bytes, before: ParsedFeed | None, known: ReadItems | None
) -> tuple[ParsedFeed, ParsedFeed] | tuple[None, None]:
    """Check that a document gives the same with and without what is known; returns it in this order."""
    all_read, found = read(body), read(body, known)
    if all_read is None or found is None:
        assert all_read is found
        return None, None
    alike = replace(found, articles=(), items=None)
    assert alike == replace(all_read, articles=(), items=None)
    assert records(found.items) == records(all_read.items)
    rest = iter(all_read.articles)
    skipped = []
    for article in found.articles:
        for other in rest:
            if other == article:
                break
            skipped.append(other)
        else:
            raise AssertionError(f"read otherwise: {article}")
    skipped += rest
    assert not skipped or (before is not None and set(skipped) <= set(before.articles))
    return all_read, found


def agree_all(*documents: bytes) -> list[int]:
    """Check that each document gives the same as by itself; returns how many entries were read."""
    before, known = None, None
    counts = []
    for body in documents:
        before, found = agree(body, before, known)
        known = found.items if found else None
        counts.append(len(found.articles) if found else 0)
    return counts


@given(changing_feeds())
def test_what_is_skipped_changes_nothing(documents: list[bytes]) -> None:
    agree_all(*documents)


@pytest.mark.parametrize("folder", ["real", "hostile", "conformance"])
def test_real_feeds_that_change_are_read_the_same(folder: str) -> None:
    if not SHARED.exists():
        pytest.skip(f"no shared corpus at {SHARED}")
    bodies = [
        path.read_bytes()
        for path in sorted(SHARED.joinpath(folder).rglob("*"))
        if path.is_file() and path.stat().st_size <= MAX_BYTES
    ]
    skipped = sum(map(agree_on_edits, bodies))
    assert skipped > len(bodies) // 2


def agree_on_edits(body: bytes) -> int:
    """Check a document whose items come one after another; returns how many of them were skipped."""
    try:
        parts = known_items.cut(open_document(body, url=URL))
    except ParseError:
        return 0
    if parts is None:
        agree_all(body, body)
        return 0
    items = parts.items[:MAX_ITEMS]
    edited = items[-1].replace("e", "x", 1)
    versions = [items[len(items) // 3 :], items, (edited, *items[:-1]), (items[0], *items)]
    written = ["\n".join((parts.head, *version, parts.tail)).encode() for version in versions]
    return sum(map(len, versions)) - sum(agree_all(*written))


def feed(*items: str, tag: str = "item", language: str = "<language>en</language>", more: str = "") -> bytes:
    head = HEADS[tag].format(extra="", language=language, more=more, minute=len(items) % 10)
    return "\n".join((head, *items, TAILS[tag])).encode()


def item(name: str, more: str = "", tag: str = "item") -> str:
    guid = "id" if tag == "entry" else "guid"
    return f"<{tag}><{guid}>urn:{name}</{guid}><title>Report {name}</title>{more}</{tag}>"


@pytest.mark.parametrize("tag", ["item", "entry"])
def test_only_new_and_edited_items_are_read(tag: str) -> None:
    first = [item(name, tag=tag) for name in "abcdef"]
    edited = [item("new", tag=tag), *first[:2], item("c", "<category>x</category>", tag), *first[4:]]
    assert agree_all(feed(*first, tag=tag), feed(*edited, tag=tag), feed(*first[::-1], tag=tag)) == [6, 2, 2]


def test_one_item_is_read_when_none_is_new() -> None:
    items = [item(name) for name in "abcdef"]
    assert agree_all(feed(*items), feed(*items[1:]), feed(*items[3:])) == [6, 1, 1]


@pytest.mark.parametrize(
    "more", ["<dc:language>fr</dc:language>", "<ttl>5</ttl>", "<link>https://moved.example/</link>"]
)
def test_all_is_read_when_what_is_around_the_items_changes(more: str) -> None:
    items = [item(name) for name in "abcdef"]
    assert agree_all(feed(*items), feed(item("new"), *items, more=more)) == [6, 7]


def test_a_comment_and_the_time_of_the_change_may_change() -> None:
    items = [item(name) for name in "abcdef"]
    first, second = (feed(*items, more=f"<!-- made in {number} s -->") for number in (1, 2))
    assert agree_all(first, second.replace(b"</rss>", b"</rss><!-- x -->")) == [6, 6]
    assert agree_all(first, second) == [6, 1]


@pytest.mark.parametrize(
    "odd",
    [
        item("a") + "<title>Between items</title>",
        item("a", "<item><title>Within</title></item>"),
        item("a") + "<item/>",
        item("a", '<content type="html" xml:lang="de"><div>Left open in the parser</div></content>'),
        item("a", "<description><![CDATA[<?xml version='1.0'?>]]></description>"),
        item("a", "<description><![CDATA[<!doctype html>]]></description>"),
        item("a") + item("a"),
        item("a", "<link>https://news.example/c</link>") + item("b", "<link>https://news.example/c</link>"),
        item("a", "&nbsp;"),
        item("a", "<channel>Sport</channel>"),
    ],
)
def test_in_doubt_all_items_are_read_again(odd: str) -> None:
    items = [item(name) for name in "cdefgh"]
    first, second = feed(odd, *items), feed(item("new"), odd, *items)
    counts = agree_all(first, second)
    assert counts[1] == counts[0] + 1


@pytest.mark.parametrize(
    "new",
    [
        item("a", "<link>https://news.example/same</link>"),  # a guid of an item skipped
        item("x", "<link>https://news.example/b</link>"),
        item("x").replace("Report x", "Report c"),  # its content
        item("x", "<category>&undeclared;</category>"),
        "<item><title>",
    ],
)
def test_all_is_read_when_a_new_item_may_be_one_with_a_known_one(new: str) -> None:
    items = [item("a"), item("b", "<link>https://news.example/b</link>"), item("c"), item("d")]
    counts = agree_all(feed(*items), feed(new, *items))
    assert counts[0] == 4
    assert counts[1] >= 4


def test_all_is_read_when_the_items_are_within_an_element_with_a_text() -> None:
    items = [item(name) for name in "abcdef"]
    bodies = [feed("<ttl>3", *some, "0</ttl>") for some in (items, [item("new"), *items])]
    assert agree_all(*bodies) == [6, 7]


def test_a_comment_in_a_section_is_text() -> None:
    items = [item(name) for name in "abcdef"]
    first, second = (
        feed(*some, more=f"<copyright><![CDATA[<!--{number}-->]]></copyright>")
        for number, some in enumerate((items, [item("new"), *items]))
    )
    assert agree_all(first, second) == [6, 7]


def test_all_is_read_of_a_document_with_more_than_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are counted in sections, too: what is cut off there depends on all items."""
    items = [item(name, f"<description><![CDATA[{'<item>' * 10}]]></description>") for name in "abcdef"]
    monkeypatch.setattr(known_items, "MAX_ENTRIES", 40)
    assert agree_all(feed(*items), feed(item("new"), *items)) == [6, 7]


def test_a_language_looked_for_in_all_texts_needs_all_texts() -> None:
    items = [item(name) for name in "abcdef"]
    bodies = feed(*items, language=""), feed(item("new"), *items, language="")
    assert agree_all(*bodies) == [6, 7]


def test_no_more_items_are_kept_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_items, "MAX_ITEMS", 5)
    items = [item(name) for name in "abcdefg"]
    assert agree_all(feed(*items[:5]), feed(*items[1:5]), feed(*items), feed(*items[1:])) == [5, 1, 7, 6]
