"""Documents designed to be slow: time is linear in the size of a document, not quadratic."""

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from worker.errors import ParseError
from worker.parse import ParsePool, read_feed
from worker.parse.bounds import EMAIL, MAX_TAGS
from worker.parse.text import MAX_MARKS, clean_line
from worker.parse.wanted import select_wanted
from worker.records import Article, ParsedFeed

NOW = datetime(2026, 11, 29, tzinfo=UTC)
URL = "https://example.org/feed"
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:itunes="http://www.itunes.com/DTDs/PodCast-1.0.dtd"'
ITEM = "<item><title>First</title><guid>1</guid><description>Its text.</description></item>"


def document(channel: str = "", item: str = "", root: str = "") -> bytes:
    entry = ITEM.replace("</item>", item + "</item>")
    return (
        f'<rss version="2.0" {DC} {root}><channel><title>T</title>{channel}{entry}</channel></rss>'.encode()
    )


LONG = "a" * 20_000
HOSTILE = {
    "an address searched at each owner": document(
        f"<webMaster>{LONG}</webMaster>" + "<itunes:owner/>" * 1_150
    ),
    "an address searched at each author": document(item=f"<author>{LONG}</author>" + "<author/>" * 1_500),
    "authors of the entry": document(
        item="<dc:creator>" + "a@" * 10_000 + "</dc:creator>" + "<dc:creator/>" * 900
    ),
    "domains that never end": document(item="<author>a@" + "b." * 10_000 + "!</author>"),
    "tags that are all different": document(item="".join(f"<category>{n}</category>" for n in range(20_000))),
    "a base for each element": document(
        root=f'xml:base="http://a.example/{"a/" * 7_000}"', item="<x/>" * 50_000
    ),
    "bases within bases": document(item='<x xml:base="a/b/c/">' * 300 + "</x>" * 300),
    "a language for each text": document(f"<language>{LONG}</language>", item="<summary/>" * 50_000),
    "dates that are none": document(item="<pubDate>never</pubDate>" * 50_000),
    "document types before the root": b"<!DOCTYPE>" * 6_000 + document() + b" " * 2_000_000,
    "entities and references": (
        b"<!DOCTYPE rss ["
        + b"".join(b'<!ENTITY e%d "x">' % n for n in range(20_000))
        + b"]>"
        + document(item="&x;" * 50_000)
    ),
    "blank references": document(item="<content:encoded>" + "&#32;" * 200_000 + "&nbsp;</content:encoded>"),
    "creators inside markup": document(
        item='<content type="xhtml"><b>' + "<dc:creator/>" * 20_000 + "</b></content>"
    ),
    "marks on a letter": document(item="<title>a" + "\u0301\u0323" * 40_000 + "</title>"),
    "nested elements": document(item="<description>" + "&lt;div&gt;" * 40_000 + "</description>"),
    "nested formatting": document(
        item="<description>" + "".join(f"&lt;b id={n}&gt;" for n in range(20_000)) + "</description>"
    ),
    "attributes": document(
        item="<description>&lt;a " + " ".join(f"b{n}" for n in range(60_000)) + "&gt;x</description>"
    ),
    "no blank in a long text": document(item=f"<description>{'a' * 300_000}</description>"),
}


@pytest.fixture(scope="module")
def pool() -> Iterator[ParsePool]:
    with ParsePool(processes=2, deadline_s=120.0) as opened:
        yield opened


def read(pool: ParsePool, body: bytes) -> ParsedFeed:
    return pool.read_feed(body, url=URL, now=NOW)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_document_designed_to_be_slow_is_parsed_and_loses_no_entry(pool: ParsePool, name: str) -> None:
    """Each of these took from many seconds to hours before; the deadline is generous for a busy machine."""
    articles = read(pool, HOSTILE[name]).articles
    assert len(articles) == 1
    assert articles[0].guid == "1"
    assert len(articles[0].tags) <= MAX_TAGS


@pytest.mark.parametrize(
    "tag",
    [
        f'<enclosure type="image/png" length="1" url="data:image/png;base64,{LONG}"/>',
        f"<media:thumbnail xmlns:media='http://search.yahoo.com/mrss/' url='data:image/png;base64,{LONG}'/>",
        f'<source url="https://e.example/{LONG}">Elsewhere</source>',
        "<link " + "".join(f'a{n}="" ' for n in range(8_000)) + "/>",
        f"<x y={LONG}>z</x>",
        f'<!-- <b {LONG}" -->',
    ],
    ids=["enclosure", "thumbnail", "source", "attributes", "unquoted", "comment"],
)
def test_a_tag_over_the_limit_loses_its_long_attributes_and_no_entry_is_lost(tag: str) -> None:
    body = document(item=tag, channel="<item><title>Other</title><guid>2</guid></item>")
    articles = read_feed(body, url=URL, now=NOW).articles
    assert {(article.guid, article.title) for article in articles} == {("1", "First"), ("2", "Other")}


def test_an_image_within_an_xhtml_text_may_be_of_any_size() -> None:
    image = f'<img alt="Harbor" src="data:image/png;base64,{LONG}"/>'
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id><entry><id>1</id><title>First</title>'
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Before the image.</p>'
        f"{image}<p>After it.</p></div></content></entry></feed>"
    )
    (article,) = read_feed(body.encode(), url=URL, now=NOW).articles
    assert article.text == "Before the image.\n\nAfter it."


@pytest.mark.parametrize("digits", [400, 5_000])
def test_a_number_of_any_length_stops_no_json_feed(digits: int) -> None:
    body = (
        '{"version": "https://jsonfeed.org/version/1.1", "items": ['
        f'{{"id": {"9" * digits}, "title": "First"}}, '
        f'{{"id": "2", "title": "Other", "_n": {"9" * digits}}}]}}'
    )
    articles = read_feed(body.encode(), url=URL, now=NOW).articles
    assert [article.title for article in articles] == ["First", "Other"]


def test_endless_declarations_before_the_root_are_rejected(pool: ParsePool) -> None:
    with pytest.raises(ParseError, match="without feed elements"):
        read(pool, b"<?xml " * 10_000 + document())


def test_a_namespace_name_over_the_limit_is_rejected() -> None:
    body = document(root=f'xmlns:x="urn:{LONG[:10_000]}"')
    with pytest.raises(ParseError, match="namespace name"):
        read_feed(body, url=URL, now=NOW)


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("ann@example.org (Ann Lee)", "Ann Lee"),
        ("Ann Lee <ann@example.org>", "Ann Lee"),
        ("Ann Lee", "Ann Lee"),
        ("ann@example.org", "ann@example.org"),
        ("ann@example.museum (Ann)", "Ann"),
        ("mail ann@[10.0.0.1] now", "mail  now"),
        ("@ann of the harbor", "@ann of the harbor"),
    ],
)
def test_an_author_is_the_name_without_the_address(text: str, author: str) -> None:
    escaped = text.replace("<", "&lt;").replace(">", "&gt;")
    article = read_feed(document(item=f"<author>{escaped}</author>"), url=URL, now=NOW).articles[0]
    assert article.author == " ".join(author.split())


def test_an_address_is_found_at_the_end_of_a_long_author() -> None:
    assert EMAIL.search(LONG) is None
    found = EMAIL.search("x " * 400 + "ann@example.org")
    assert found is not None
    assert found[0] == "ann@example.org"


def test_links_use_the_innermost_base_that_is_a_web_url() -> None:
    entry = '<item xml:base="{}"><title>T</title><link>c</link></item>'
    channel = '<rss version="2.0" xml:base="http://a.example/x/"><channel>{}</channel></rss>'
    bases = ["b/", "javascript:x", "http://[", "y" * 5_000]
    body = channel.format("".join(entry.format(base) for base in bases)).encode()
    urls = [article.url for article in read_feed(body, url=URL, now=NOW).articles]
    assert urls == ["http://a.example/x/b/c", *["http://a.example/x/c"] * 3]


def test_entities_declared_in_the_document_are_expanded_and_others_remain() -> None:
    head = b'<!DOCTYPE rss [<!ENTITY name "Harbour">]>'
    article = read_feed(head + document(item="<author>&name; &eacute;</author>"), url=URL, now=NOW).articles[
        0
    ]
    assert article.author == "Harbour é"


def test_marks_stay_up_to_thirty_on_a_letter_and_words_of_any_script_are_whole() -> None:
    stacked = clean_line("a" + "\u0301\u0323" * 500 + "b", 5_000)
    assert sum(unicodedata.combining(c) > 0 for c in unicodedata.normalize("NFD", stacked)) <= MAX_MARKS + 1
    assert stacked.endswith("b")
    for words in ("Việt Nam", "नमस्ते दुनिया", "ภาษาไทย", "בְּרֵאשִׁית", "…" * 80, "😀" * 80):
        assert clean_line(words, 5_000) == unicodedata.normalize("NFC", words)


def articles(*titles: str) -> list[Article]:
    return list(read_feed(feed_of(titles), url=URL, now=NOW).articles)


def feed_of(titles: tuple[str, ...]) -> bytes:
    items = "".join(f"<item><title>{t}</title><guid>{t}</guid></item>" for t in titles)
    return f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()


def test_patterns_select_what_matches_an_include_and_no_exclude() -> None:
    found = articles("league one", "league two", "weather")
    assert [a.title for a in select_wanted(found, ["league"], ["two"])] == ["league one"]
    assert [a.title for a in select_wanted(found, [], ["league"])] == ["weather"]
    assert select_wanted(found, [], []) == tuple(found)


def test_a_pattern_of_exponential_time_is_ended_and_named() -> None:
    pattern = r"(?:a|a)+!"
    with pytest.raises(ParseError, match="takes longer than") as raised:
        select_wanted(articles("a" * 64), [], [pattern], cpu_s=0.2)
    assert pattern in str(raised.value).replace("\\\\", "\\")
