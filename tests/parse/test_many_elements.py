"""Beyond the limits, the elements of an entry are read as plain text; other entries are read as usual."""

from datetime import UTC, datetime

import pytest

from worker.errors import ParseError
from worker.parse import read_feed
from worker.parse.recorder import MAX_DEPTH, MAX_ELEMENTS, MAX_NESTED, MAX_OWN
from worker.records import ParsedFeed

NOW = datetime(2026, 11, 29, tzinfo=UTC)
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title>"
DIV = "<div xmlns='http://www.w3.org/1999/xhtml'>"


def read(document: str) -> ParsedFeed:
    return read_feed(document.encode(), url="https://example.org/feed", now=NOW)


def rss_around(item: str, *, tail: str = "") -> str:
    around = [
        f"<item><title>{n}</title><guid>{n}</guid><description>Text {n}</description>" for n in (1, 2, 3)
    ]
    return (
        f"<rss version='2.0'><channel><title>T</title>{around[0]}</item>"
        f"{around[1]}{item}</item>{around[2]}</item></channel>{tail}</rss>"
    )


def atom_around(content: str, *, tail: str = "") -> str:
    entries = "".join(
        f"<entry><id>{n}</id><title>{n}</title><content type='xhtml'>{DIV}{text}</div></content>"
        f"<link href='/{n}'/></entry>"
        for n, text in ((1, "one"), (2, content), (3, "three"))
    )
    return f"{ATOM}{entries}{tail}</feed>"


DEEP = 3_000
MANY = 30_000


@pytest.mark.parametrize("tail", ["", "</odd>"], ids=["well-formed", "malformed"])
@pytest.mark.parametrize(
    "item",
    [
        "<a>" * DEEP + "x" + "</a>" * DEEP,
        "<description>" + "<b>" * DEEP + "x" + "</b>" * DEEP + "</description>",
        "<p>" * DEEP + "</p>" * DEEP,
        "<a>x</a>" * MANY,
        "<category>x</category>" * MANY,
        "<group>" + "<content url='x'/>" * MANY + "</group>",
    ],
)
def test_no_elements_of_an_entry_lose_the_others(item: str, tail: str) -> None:
    parsed = read(rss_around(item, tail=tail))
    assert [article.guid for article in parsed.articles] == ["1", "2", "3"]
    assert parsed.articles[0].text == "Text 1"
    assert parsed.articles[2].text == "Text 3"
    is_read = not item.startswith(("<a><a>", "<p>"))  # elements in one that is not of the entry are ignored
    if not tail:
        assert (
            parsed.warnings
            == ("entry 2 has too many or too deeply nested elements; some were read as plain text",) * is_read
        )


@pytest.mark.parametrize("tail", ["", "</odd>"], ids=["well-formed", "malformed"])
@pytest.mark.parametrize("content", ["<b>word</b> " * MANY, "<b>" * DEEP + "word " * MANY + "</b>" * DEEP])
def test_the_text_beyond_the_limits_is_kept_and_so_are_the_fields_after_it(content: str, tail: str) -> None:
    articles = read(atom_around(content, tail=tail)).articles
    assert articles[1].text == ("word " * MANY).strip()
    assert [article.url for article in articles][0::2] == ["https://example.org/1", "https://example.org/3"]
    if not tail:
        assert articles[1].url == "https://example.org/2"


def test_elements_within_the_limits_keep_their_meaning() -> None:
    paragraphs = "<p>word</p>" * (MAX_NESTED - 2)
    parsed = read(atom_around(paragraphs))
    assert parsed.articles[1].text == "\n\n".join(["word"] * (MAX_NESTED - 2))
    assert parsed.warnings == ()
    nested = "<i>" * (MAX_DEPTH - 10) + "x" + "</i>" * (MAX_DEPTH - 10)
    assert read(atom_around(nested)).warnings == ()
    assert read(rss_around("<category>x</category>" * (MAX_OWN - 4))).warnings == ()


def test_elements_before_the_entries_are_limited_and_lose_no_entry() -> None:
    parsed = read(f"{ATOM}{'<x>y</x>' * MANY}<entry><id>1</id><title>one</title></entry></feed>")
    assert [article.title for article in parsed.articles] == ["one"]


def test_a_document_with_more_elements_than_are_read_keeps_its_first_entries() -> None:
    each = MAX_OWN - 10
    entries = "".join(
        f"<entry><id>{n}</id><title>{n}</title>{'<a/>' * each}</entry>"
        for n in range(2 * MAX_ELEMENTS // each + 9)
    )
    parsed = read(f"{ATOM}{entries}</feed>")
    assert parsed.warnings == (f"more than {2 * MAX_ELEMENTS} elements; the rest was not read",)
    assert [a.guid for a in parsed.articles[:3]] == ["0", "1", "2"]


@pytest.mark.parametrize("value", ["[" * DEEP + "]" * DEEP, '{"a":' * 20_000 + '"]["' + "}" * 20_000])
def test_a_deep_value_of_a_json_feed_is_dropped_and_no_entry_is_lost(value: str) -> None:
    items = (
        f'[{{"id": "1", "title": "one", "_deep": {value}, "url": "/1"}}, {{"id": "2", "title": "\\"]}}"}}]'
    )
    parsed = read(f'{{"version": "https://jsonfeed.org/version/1.1", "_x": {value}, "items": {items}}}')
    assert [(a.guid, a.title) for a in parsed.articles] == [("1", "one"), ("2", '"]}')]
    assert parsed.articles[0].url == "https://example.org/1"
    with pytest.raises(ParseError, match="invalid JSON"):
        read(f'{{"items": {items}')
