"""A feed yields the same entries in any order, encoding and layout, and under any prefixes."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from worker.parse import read_feed
from worker.records import Article

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ATOM = "http://www.w3.org/2005/Atom"
SAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "feed.xml"
RSS_PREFIXES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "yandex": "http://news.yandex.ru",
}
WORDS = st.text("abcdefghij äöüßéñ жзик 항구 ", min_size=1, max_size=40).map(str.strip).filter(bool)
NUMBERS = st.integers(1, 10_000)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@st.composite
def rss_items(draw: st.DrawFn) -> str:
    number = draw(NUMBERS)
    parts = {
        "title": f"<title>{escaped(draw(WORDS))}</title>",
        "link": f"<link>https://pier.example/{number}</link>",
        "guid": f"<guid isPermaLink='false'>g-{number}</guid>",
        "date": f"<pubDate>Mon, 02 Nov 2026 0{draw(st.integers(0, 9))}:00:00 GMT</pubDate>",
        "text": f"<description>{escaped('<p>' + draw(WORDS) + '</p><p>end</p>')}</description>",
        "full": f"<content:encoded><![CDATA[<p>{draw(WORDS)}</p><p>{draw(WORDS)}</p>]]></content:encoded>",
        "creator": f"<dc:creator>{escaped(draw(WORDS))}</dc:creator>",
        "tag": f"<category>{escaped(draw(WORDS))}</category>",
        "media": f"<media:group><media:title>{draw(WORDS)}</media:title><link>/m</link></media:group>",
        "teaser": f"<itunes:summary>{escaped(draw(WORDS))}</itunes:summary>",
        "related": "<yandex:related><link>https://pier.example/old</link></yandex:related>",
    }
    chosen = draw(st.lists(st.sampled_from(sorted(parts)), unique=True, min_size=1))
    return "<item>" + "".join(parts[name] for name in dict.fromkeys(["guid", *chosen])) + "</item>"


@st.composite
def rss_feeds(draw: st.DrawFn) -> str:
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in RSS_PREFIXES.items())
    items = draw(st.lists(rss_items(), min_size=1, max_size=6))
    head = "<title>Pier</title><link>https://pier.example/</link><language>en</language>"
    return f'<rss version="2.0" {declared}><channel>{head}{"".join(items)}</channel></rss>'


@st.composite
def atom_feeds(draw: st.DrawFn) -> str:
    entries = []
    for _ in range(draw(st.integers(1, 6))):
        number, kind = draw(NUMBERS), draw(st.sampled_from(["text", "html"]))
        entries.append(
            f'<entry><id>tag:{number}</id><title type="{kind}">{escaped(draw(WORDS))}</title>'
            f'<link rel="alternate" href="https://pier.example/{number}"/>'
            f"<author><name>{escaped(draw(WORDS))}</name></author>"
            f"<updated>2026-11-02T08:00:00Z</updated>"
            f'<content type="html">{escaped("<p>" + draw(WORDS) + "</p>")}</content></entry>'
        )
    return f'<feed xmlns="{ATOM}" xml:lang="en"><title>Pier</title>{"".join(entries)}</feed>'


def entries(body: bytes) -> list[Article]:
    feed = read_feed(body, url="https://pier.example/feed.xml", now=NOW)
    return sorted(feed.articles, key=repr)


# ---- copies of a document
def reversed_entries(document: str) -> bytes:
    root = etree.fromstring(document.encode())
    items = [node for node in root.iter() if etree.QName(node).localname in {"item", "entry"}]
    parents = [(node.getparent(), node) for node in items]
    for parent, node in parents:
        parent.remove(node)
    for parent, node in reversed(parents):
        parent.append(node)
    return bytes(etree.tostring(root, encoding="utf-8"))


def in_utf16(document: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-16"?>{document}'.encode("utf-16")


def in_ascii(document: str) -> bytes:
    """With a character reference for each character beyond ASCII; CDATA sections have none."""
    root = etree.fromstring(document.encode())
    return bytes(etree.tostring(root, encoding="us-ascii", xml_declaration=True))


def in_gb18030(document: str) -> bytes:
    return f'<?xml version="1.0" encoding="GB18030"?>{document}'.encode("gb18030")


def with_other_prefixes(document: str) -> bytes:
    """Each namespace with another prefix, and that of Atom with one."""
    for number, prefix in enumerate(RSS_PREFIXES):
        document = re.sub(rf"(</?|xmlns:){prefix}(?=[:=])", rf"\1ns{number}", document)
    if document.startswith("<feed"):
        document = re.sub(r"(</?)(?=\w)", r"\1a:", document).replace("xmlns=", "xmlns:a=", 1)
    return document.encode()


def pretty_printed(document: str) -> bytes:
    parser = etree.XMLParser(remove_blank_text=True, strip_cdata=False)
    root = etree.fromstring(document.encode(), parser)
    return bytes(etree.tostring(root, encoding="utf-8", pretty_print=True, xml_declaration=True))


def with_attributes_in_single_quotes(document: str) -> bytes:
    return re.sub(r'(\s[\w:]+)="([^"\']*)"', r"\1='\2'", document).encode()


COPIES: dict[str, Callable[[str], bytes]] = {
    "shuffled": reversed_entries,
    "UTF-16": in_utf16,
    "ASCII": in_ascii,
    "GB18030": in_gb18030,
    "other prefixes": with_other_prefixes,
    "pretty-printed": pretty_printed,
    "single quotes": with_attributes_in_single_quotes,
}


def unique_entries(found: list[Article]) -> list[Article]:
    """Without those whose guid others have: of these the document's order says which is the oldest."""
    guids = [article.guid for article in found]
    return [article for article in found if guids.count(article.guid) == 1]


def without_keys(found: list[Article]) -> list[Article]:
    return sorted((replace(article, entry_key="") for article in found), key=repr)


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("feeds", [rss_feeds(), atom_feeds()], ids=["RSS", "Atom"])
def test_a_copy_of_a_feed_has_the_same_entries(
    copy: Callable[[str], bytes], feeds: st.SearchStrategy[str]
) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(feeds)
    def check(document: str) -> None:
        original, copied = entries(document.encode()), entries(copy(document))
        assert unique_entries(copied) == unique_entries(original)
        assert without_keys(copied) == without_keys(original)

    check()


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_a_copy_of_a_real_document_has_the_same_entries(copy: Callable[[str], bytes]) -> None:
    document = re.sub(r"^\s*<\?xml[^>]*\?>\s*", "", SAMPLES.read_text(encoding="utf-8"))
    original = entries(document.encode())
    assert original
    assert entries(copy(document)) == original
