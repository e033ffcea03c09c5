"""A feed that is read without feedparser's handlers gives what they would."""

import os
from pathlib import Path

import pytest
from hypothesis import given

from tests.support.common_feeds import URL, VOCABULARIES, common_feeds
from worker.errors import ParseError
from worker.parse.adapter import read_xml_feed
from worker.parse.bounds import MAX_ELEMENT_CHARACTERS
from worker.parse.direct import MAX_CHILDREN, read_directly
from worker.parse.documents import open_document
from worker.parse.recorder import MAX_NESTED
from worker.parse.xmlread import MAX_NAMESPACE_CHARACTERS, PLAIN, Recorders

SHARED = Path(os.environ.get("WIREROOM_SHARED") or Path(__file__).parents[2].parent / "shared") / "feeds"
HANDLERS = Recorders(*PLAIN)  # not the same object: the handlers read
MAX_BYTES = 2_000_000
NAMESPACES = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in VOCABULARIES.items())
LINK = "<title>Ferry late</title><link>https://news.example/1</link>"


def is_direct(text: str) -> bool:
    """Check that a document gives the same both ways; returns whether it is read directly."""
    if read_directly(text, URL) is None:
        return False
    assert read_xml_feed(text, URL) == read_xml_feed(text, URL, HANDLERS)
    return True


def rss(item: str, around: str = "", attributes: str = 'version="2.0"') -> str:
    return f"<rss {NAMESPACES} {attributes}><channel>{around}<item>{item}</item></channel></rss>"


def atom(entry: str, around: str = "", attributes: str = "") -> str:
    start = f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES} {attributes}>'
    return f"{start}{around}<entry>{entry}</entry></feed>"


@given(common_feeds())
def test_a_feed_is_read_the_same_both_ways(text: str) -> None:
    is_direct(text)


@pytest.mark.parametrize("folder", ["real", "hostile", "conformance"])
def test_real_feeds_are_read_the_same_both_ways(folder: str) -> None:
    if not SHARED.exists():
        pytest.skip(f"no shared corpus at {SHARED}")
    direct = 0
    for path in sorted(SHARED.joinpath(folder).rglob("*")):
        if path.is_file() and path.stat().st_size <= MAX_BYTES:
            try:
                document = open_document(path.read_bytes(), url=URL)
            except ParseError:
                continue
            direct += document.kind == "xml" and is_direct(document.text)
    assert direct > 30


@pytest.mark.parametrize(
    "item",
    [
        LINK + "<guid>https://news.example/1</guid><description>&lt;p&gt;It is late.&lt;/p&gt;</description>",
        LINK + '<guid isPermaLink="false">1</guid><pubDate>Mon, 30 Nov 2026 10:00:00 GMT</pubDate>',
        LINK + "<dc:creator>Ann</dc:creator><dc:creator>Bo</dc:creator><author>c@news.example (Cy)</author>",
        LINK + "<category domain='d'></category><category>Sea</category><category>Sea</category>",
        LINK
        + "<content:encoded><![CDATA[<p>All of it.</p>]]></content:encoded><dc:date>2026-11-30</dc:date>",
        LINK + '<a10:updated xmlns:a10="http://www.w3.org/2005/Atom">2026-11-30</a10:updated>',
        LINK + '<enclosure url="https://news.example/i.jpg" type="image/jpeg" length="1"/>',
        LINK + '<source url="https://wire.example/">Wire</source><slash:comments>3</slash:comments>',
        "<media:group><media:content><media:title>Ferry</media:title></media:content></media:group>",
        "<title>\u00c3\u00a9t\u00c3\u00a9 \u0096</title><link>/1?a&amp;b;=2</link><yt:x><title/></yt:x>",
    ],
)
def test_common_elements_of_rss_are_read_directly(item: str) -> None:
    around = "<title>Harbour</title><link>/</link><language>en</language><ttl>60</ttl>"
    around += "<image><url>i.png</url><title>Logo</title></image>"
    assert is_direct(rss(item, around))


@pytest.mark.parametrize(
    "entry",
    [
        '<title type="html">Ferry &amp;amp; sea</title><link href="1"/><id>urn:1</id><summary>So</summary>',
        '<title>Ferry</title><link rel="enclosure" href="i.jpg"/><id>https://news.example/1</id>',
        "<author><name>Ann</name><email>ann@news.example</email><uri>/ann</uri></author><title>Ferry</title>",
        '<content type="html" xml:lang="de" xml:base="/x/">&lt;p&gt;So</content><title>Ferry</title>',
        '<category term="sea" label="Sea" scheme="s"/><updated>2026-11-30</updated><title>F</title>',
    ],
)
def test_common_elements_of_atom_are_read_directly(entry: str) -> None:
    around = '<title>Harbour</title><id>urn:h</id><link href="/"/><updated>2026-11-30T10:00:00Z</updated>'
    assert is_direct(atom(entry, around, 'xml:lang="en_GB" xml:base="https://other.example/"'))


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE rss [<!ENTITY a 'b'>]>" + rss(LINK),
        rss(LINK + "<description><![CDATA[<!doctype html>]]></description>"),
        rss(LINK)[:-1],
        rss(LINK + "<description>&nbsp;</description>"),
        rss(LINK + "<description><p>Loose</p></description>"),
        rss(LINK + LINK),
        rss(LINK + '<title type="text">Second</title>'),
        rss(LINK + "<itunes:author>Ann</itunes:author>"),
        rss(LINK + '<dc:creator xmlns:dc="urn:other">Ann</dc:creator>'),
        rss(LINK + '<category xmlns="urn:other">Sea</category>'),
        rss(LINK).replace("<item>", '<item xmlns:x="urn:x">'),
        rss(LINK, attributes=f'version="2.0" xmlns:x="urn:{"x" * MAX_NAMESPACE_CHARACTERS}"'),
        rss(LINK, attributes='version="1.0"'),
        rss(LINK, attributes='version="2.0" xmlns="http://backend.userland.com/rss2"'),
        rss(LINK + "</item><title>Between</title><item>" + LINK),
        rss(LINK + f"<description>{'x' * MAX_ELEMENT_CHARACTERS}</description>"),
        rss(LINK + "<category>a</category>" * MAX_CHILDREN),
        rss(LINK + "<yt:x>" + "<yt:y/>" * MAX_NESTED + "</yt:x>"),
        rss("<media:group>" * 500 + "</media:group>" * 500),
        atom('<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Ferry</div></title>'),
        "<rss version='2.0'><channel><title>No items</title></channel></rss>",
    ],
)
def test_what_is_in_doubt_is_left_to_the_handlers(text: str) -> None:
    assert read_directly(text, URL) is None
