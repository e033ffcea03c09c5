"""Where each field of an entry came from and what was not used is said by the code that chooses."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from worker.errors import WireroomError
from worker.parse import ParsePool, read_feed
from worker.parse.choices import merge_sources, read_sources
from worker.records import ExplainedEntry, ParsedFeed

NOW = datetime(2026, 11, 24, tzinfo=UTC)
URL = "https://pier.example/feed"
LONG = "The ferry to the outer islands is late again, the office of the harbor said on Tuesday."
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:x="urn:pier:own" '
    'xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
)
FIELDS = (
    "guid", "url", "title", "summary", "text", "author", "lang", "tags", "published_at", "updated_at",
    "source_name",
)  # fmt: skip
SHARED = Path(os.environ.get("WIREROOM_SHARED") or Path(__file__).parents[2].parent / "shared")
FEEDS = sorted(path for path in SHARED.joinpath("feeds").rglob("*") if path.is_file())


def rss(item: str) -> str:
    return (
        f'<rss version="2.0" {SPACES}><channel><title>Pier</title><language>en</language>'
        f"<item>{item}</item></channel></rss>"
    )


def rdf(item: str) -> str:
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'{SPACES}><channel rdf:about="https://pier.example/"><title>Pier</title></channel>'
        f'<item rdf:about="https://pier.example/a">{item}</item></rdf:RDF>'
    )


def atom(entry: str, space: str = "http://www.w3.org/2005/Atom") -> str:
    return f'<feed xmlns="{space}" xml:lang="en"><title>Pier</title><entry>{entry}</entry></feed>'


def json_feed(item: str) -> str:
    return f'{{"version": "https://jsonfeed.org/version/1.1", "language": "en", "items": [{{{item}}}]}}'


def explained(document: str) -> tuple[ParsedFeed, ExplainedEntry]:
    feed = read_feed(document.encode(), url=URL, now=NOW, explain=True)
    assert feed.explanation
    return feed, feed.explanation.entries[0]


SOURCES = [
    (rss(f"<guid>https://pier.example/a</guid><link></link><description>{LONG}</description>"),
     {"guid": "guid", "url": "guid", "text": "description", "title": "(text)", "lang": "channel/language",
      "entry_key": "(guid)"}),
    (rss('<atom:link rel="alternate" href="/a"/><title>A</title>'), {"url": "atom:link@href"}),
    (rss("<link>/a</link><title>A</title>"), {"url": "link", "entry_key": "(url)"}),
    (rss("<title>A</title>"), {"title": "title", "entry_key": "(content)"}),
    (rss(f"<description>Short</description><content:encoded>{LONG}</content:encoded>"),
     {"summary": "description", "text": "content:encoded"}),
    (rss(f"<description>{LONG}</description><itunes:summary>Short</itunes:summary>"),
     {"summary": "description", "text": "description"}),
    (rss(f"<description>Short</description><x:full-text>{LONG}</x:full-text>"), {"text": "x:full-text"}),
    (rss("<title>A</title><dc:creator>Ann</dc:creator><pubDate>soon</pubDate>"
         "<dc:date>2026-11-23T09:00:00Z</dc:date>"),
     {"author": "dc:creator", "published_at": "dc:date"}),
    (rss("<title>A</title><category>x</category><media:keywords>y,z</media:keywords><source>Quay</source>"),
     {"tags": "category,media:keywords", "source_name": "source"}),
    (rss("<media:group><media:title>A</media:title><media:description>B</media:description></media:group>"),
     {"title": "media:title", "text": "media:description"}),
    (rss('<title>A</title><itunes:category text="Sea"/>'), {"tags": "itunes:category@text"}),
    (rdf("<title>A</title><dc:subject>x</dc:subject><dc:language>de</dc:language>"),
     {"guid": "item@rdf:about", "url": "item@rdf:about", "tags": "dc:subject", "lang": "dc:language"}),
    (atom('<id>tag:1</id><title>A</title><link href="/a"/><author><name>Ann</name></author>'
          '<category term="x"/><updated>2026-11-23T09:00:00Z</updated><content>B</content>'),
     {"guid": "id", "url": "link@href", "author": "author/name", "tags": "category@term", "text": "content",
      "published_at": "updated", "updated_at": "updated", "lang": "@xml:lang"}),
    (atom("<id>tag:1</id><title>A</title><issued>2026-11-23T09:00:00Z</issued>"
          "<modified>2026-11-23T10:00:00Z</modified><summary>B</summary>", "http://purl.org/atom/ns#"),
     {"published_at": "issued", "updated_at": "modified", "text": "summary"}),
    (json_feed('"id": "https://pier.example/a", "content_text": "B", "authors": [{"name": "Ann"}], '
               '"date_published": "2026-11-23T09:00:00Z", "tags": ["x"]'),
     {"guid": "id", "url": "id", "text": "content_text", "author": "authors", "tags": "tags",
      "published_at": "date_published", "lang": "feed.language", "title": "(text)"}),
]  # fmt: skip


@pytest.mark.parametrize(("document", "expected"), SOURCES)
def test_each_field_has_the_element_it_was_read_from(document: str, expected: dict[str, str]) -> None:
    _, entry = explained(document)
    found = {one.field: one.source for one in entry.fields}
    assert {name: found.get(name) for name in expected} == expected


DROPPED = [
    (rss(f"<description>Short</description><content:encoded>{LONG}</content:encoded>"),
     ("text", "description", f"shorter: 5 characters, content:encoded has {len(LONG)}")),
    (rss(f"<description>{LONG}</description><itunes:summary>Short</itunes:summary>"),
     ("text", "itunes:summary", f"shorter: 5 characters, description has {len(LONG)}")),
    (rss("<title>A</title><link>javascript:void(0)</link>"),
     ("url", "link", "not an address of a page (http, https)")),
    (rss(f"<title>A</title><link>{URL}</link>"), ("url", "link", "the address of the feed itself")),
    (rss('<title>A</title><guid isPermaLink="false">https://pier.example/a</guid>'),
     ("url", "guid", "isPermaLink says that it is not a link")),
    (rss("<title>A</title><link>/a</link><guid>https://pier.example/b</guid>"),
     ("url", "guid", "link comes first")),
    (rss('<title>A</title><enclosure url="https://pier.example/a.mp3" type="audio/mpeg"/>'),
     ("url", "enclosure@url", 'rel="enclosure" is not the article')),
    (rss("<title>A</title><pubDate>soon</pubDate>"),
     ("published_at", "pubDate", "not a readable date from 1990 on")),
    (rss("<title>A</title><pubDate>Mon, 23 Nov 2026 09:00:00 GMT</pubDate><dc:date>2026-11-23</dc:date>"),
     ("published_at", "dc:date", "pubDate comes first")),
    (rss("<title>A</title><pubDate>Mon, 23 Nov 2037 09:00:00 GMT</pubDate>"),
     ("sort_at", "pubDate", "a date in the future is not sorted by")),
    (rss("<title>A</title><x:related><link>https://pier.example/old</link></x:related>"),
     ("url", "x:related/link", "inside x:related, which is not the entry")),
    (rss("<title>A</title><title>B</title>"), ("title", "title", "the first title counts")),
    (rss("<guid>1</guid><guid>2</guid>"), ("guid", "guid", "the first identifier counts")),
    (rss("<title>A</title><media:title>B</media:title>"),
     ("title", "media:title", "the entry has a title of its own")),
    (rss("<title>A</title><author>a@pier.example (Al)</author><dc:creator>Ann</dc:creator>"),
     ("author", "author", "dc:creator comes first")),
    (rss(f"<title>A</title><category>{'x' * 120}</category>"), ("tags", "category", "cut to 100 characters")),
    (rss(f"<title>{'long ' * 300}</title>"), ("title", "title", "cut to 1,000 characters")),
    (json_feed('"id": "1", "content_html": "<p>B</p>", "content_text": "C"'),
     ("text", "content_text", "content_html comes first")),
]  # fmt: skip


@pytest.mark.parametrize(("document", "expected"), DROPPED)
def test_a_value_that_is_not_used_has_its_reason(document: str, expected: tuple[str, str, str]) -> None:
    _, entry = explained(document)
    assert expected in [(one.field, one.source, one.reason) for one in entry.dropped]


def test_elements_and_keys_that_no_field_is_read_from_are_named() -> None:
    _, entry = explained(rss("<title>A</title><slash:comments>4</slash:comments>"))
    assert entry.unread == ("slash:comments",)
    _, entry = explained(json_feed('"id": "1", "title": "A", "image": "https://pier.example/a.png"'))
    assert entry.unread == ("image",)


def test_a_guid_that_an_older_entry_has_too_is_not_the_identity() -> None:
    document = rss("<guid>g</guid><link>/b</link><title>B</title>").replace(
        "</channel>", "<item><guid>g</guid><link>/a</link><title>A</title></item></channel>"
    )
    _, entry = explained(document)
    reasons = [(one.field, one.source, one.reason) for one in entry.dropped]
    assert ("entry_key", "guid", "an older entry of the document has it, too") in reasons
    assert entry.fields[0].source == "(url)"


def test_a_truncated_document_says_which_entries_it_ends_in() -> None:
    whole = rss("<guid>1</guid><title>A</title><link>/a</link>")
    feed = read_feed(whole[: whole.index("<link>/a")].encode(), url=URL, now=NOW, explain=True)
    assert feed.explanation
    assert "cut off inside an element" in feed.explanation.entries[0].notes[0]
    cut = whole.replace("</channel></rss>", "<item><link>/b</link>")
    feed = read_feed(cut.encode(), url=URL, now=NOW, explain=True)
    assert feed.explanation
    assert "1 entry not read" in feed.explanation.notes[0]


@pytest.mark.parametrize("document", [document for document, _ in SOURCES + DROPPED])
def test_the_explanation_changes_no_article(document: str) -> None:
    feed, _ = explained(document)
    plain = read_feed(document.encode(), url=URL, now=NOW)
    assert plain.articles == feed.articles
    assert plain.explanation is None


def test_the_stored_sources_are_those_of_the_explanation() -> None:
    feed, entry = explained(SOURCES[0][0])
    stored = read_sources(feed.articles[0].sources)
    assert stored == {one.field: one.source for one in entry.fields if one.field != "entry_key"}


def test_a_new_version_keeps_the_sources_of_the_fields_that_it_keeps() -> None:
    merged = merge_sources("guid=guid text=description", "guid=id text=content:encoded", {"guid"})
    assert read_sources(merged) == {"guid": "guid", "text": "content:encoded"}
    assert read_sources(merge_sources(None, "text=content", {"guid"})) == {"text": "content"}


def test_a_malformed_document_is_explained_like_a_well_formed_one() -> None:
    whole = rss("<guid>1</guid><title>A &nosuch; B < C</title><pubDate>2026-11-23T09:00:00Z</pubDate>")
    _, entry = explained(whole)
    found = {one.field: one.source for one in entry.fields}
    assert (found["guid"], found["title"], found["published_at"]) == ("guid", "title", "pubDate")


def test_the_pool_returns_the_explanation_only_if_it_is_requested() -> None:
    body = SOURCES[0][0].encode()
    with ParsePool() as pool:
        assert pool.read_feed(body, url=URL, now=NOW).explanation is None
        explanation = pool.read_feed(body, url=URL, now=NOW, explain=True).explanation
    assert explanation
    assert (explanation.format, explanation.encoding) == ("RSS 2.0", "utf-8")


def unexplained() -> Iterator[tuple[str, int, str]]:
    """Yield the fields without a source of all entries of the sample feeds, and those without a value."""
    for path in FEEDS:
        try:
            feed = read_feed(path.read_bytes(), url=URL, now=NOW, explain=True)
        except WireroomError:
            continue
        assert feed.explanation
        for article, entry in zip(feed.articles, feed.explanation.entries, strict=True):
            sources = {one.field for one in entry.fields}
            yield from (
                (path.name, entry.number, name)
                for name in FIELDS
                if bool(getattr(article, name)) != (name in sources)
            )


@pytest.mark.skipif(not FEEDS, reason="the sample feeds are not here")
def test_every_field_of_every_real_feed_has_a_source() -> None:
    assert list(unexplained()) == []
