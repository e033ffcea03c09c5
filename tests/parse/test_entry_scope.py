"""Which element a field of an entry is taken from: its own, under any namespace, and the fullest text."""

import json
from datetime import UTC, datetime

import pytest

from worker.errors import ParseError
from worker.parse import read_feed
from worker.records import Article, ParsedFeed

NOW = datetime(2026, 11, 24, tzinfo=UTC)
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:yandex="http://news.yandex.ru" xmlns:x="urn:x" '
    'xmlns:activity="http://activitystrea.ms/spec/1.0/" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"'
)
FULL = (
    "The harbor master said on Monday that the old crane on pier four will be taken down before the winter."
)
TEASER = "Rust on pier four."
OWN_TEXT = f"<description>{FULL}</description>"


def read(document: str) -> ParsedFeed:
    return read_feed(document.encode(), url="https://pier.example/feed.xml", now=NOW)


def rss(*items: str) -> ParsedFeed:
    body = "".join(f"<item>{item}</item>" for item in items)
    return read(f'<rss version="2.0" {NAMESPACES}><channel><title>Pier</title>{body}</channel></rss>')


def atom(*entries: str) -> ParsedFeed:
    body = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return read(f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES}><title>Pier</title>{body}</feed>')


def one(*parts: str) -> Article:
    [article] = rss("".join(parts)).articles
    return article


# ---- the fullest text
TEXTS = {
    "a teaser of podcasts after": f"{OWN_TEXT}<itunes:summary>{TEASER}</itunes:summary>",
    "a teaser of podcasts before": f"<itunes:summary>{TEASER}</itunes:summary>{OWN_TEXT}",
    "a caption of media": f"{OWN_TEXT}<media:description>{TEASER}</media:description>",
    "Dublin Core": f"<dc:description>{TEASER}</dc:description>{OWN_TEXT}",
    "Dublin Core after": f"{OWN_TEXT}<dc:description>{TEASER}</dc:description>",
    "a summary of Atom": f"{OWN_TEXT}<atom:summary>{TEASER}</atom:summary>",
    "two descriptions": f"{OWN_TEXT}<description>{TEASER}</description>",
    "content that is only a player": (
        f"{OWN_TEXT}<content:encoded>Play&lt;iframe src='{'x' * 500}'/&gt;</content:encoded>"
    ),
    "empty content": f"{OWN_TEXT}<content:encoded/><itunes:summary>{TEASER}</itunes:summary>",
    "a full text of Yandex": (
        f"<description>{TEASER}</description><yandex:full-text>{FULL}</yandex:full-text>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("parts", TEXTS.values(), ids=TEXTS)
def test_the_fullest_text_is_the_text(parts: str) -> None:
    assert one("<title>t</title>", parts).text == FULL


def test_content_is_the_text_beside_a_description_that_is_hardly_longer() -> None:
    article = one("<description>A description.</description><content:encoded>Content.</content:encoded>")
    assert (article.text, article.summary) == ("Content.", "A description.")


# ---- content:encoded
ENCODED = {
    "without a namespace": f"<encoded>{FULL}</encoded>",
    "under another prefix": f'<c:encoded xmlns:c="http://purl.org/rss/1.0/modules/content/">{FULL}</c:encoded>',
    "without the last slash": f'<c:encoded xmlns:c="http://purl.org/rss/1.0/modules/content">{FULL}</c:encoded>',
    "over https": f'<c:encoded xmlns:c="https://purl.org/rss/1.0/modules/content/">{FULL}</c:encoded>',
    "under an unknown namespace": f'<c:encoded xmlns:c="urn:c">{FULL}</c:encoded>',
    "under another namespace": f'<content:encoded xmlns:content="urn:c">{FULL}</content:encoded>',
    "with a namespace of its own": f'<encoded xmlns="http://purl.org/rss/1.0/modules/content/">{FULL}</encoded>',
    "with a prefix that is not declared": f"<cnt:encoded>{FULL}</cnt:encoded>",
    "in other letters": f"<Encoded>{FULL}</Encoded>",
}


@pytest.mark.parametrize("part", ENCODED.values(), ids=ENCODED)
@pytest.mark.parametrize("is_loose", [False, True])
def test_encoded_content_is_read_under_any_namespace(part: str, *, is_loose: bool) -> None:
    broken = "<title>a <b</title>" if is_loose else "<title>a</title>"
    assert one(broken, "<description>Short</description>", part).text == FULL


def test_an_encoded_excerpt_is_not_the_text() -> None:
    assert one("<excerpt:encoded>Short</excerpt:encoded><description>Own</description>").text == "Own"


# ---- namespaces
ITEM = "<title>A</title><link>https://pier.example/1</link>"
WRONG = {
    "XHTML": f'<rss xmlns="http://www.w3.org/1999/xhtml"><channel><item>{ITEM}</item></channel></rss>',
    "podcasts": (
        f'<rss xmlns="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><item>{ITEM}</item></channel></rss>'
    ),
    "media, of the channel": (
        f'<rss><channel xmlns="http://search.yahoo.com/mrss/"><item>{ITEM}</item></channel></rss>'
    ),
    "Dublin Core, of the item": (
        f'<rss><channel><item xmlns="http://purl.org/dc/elements/1.1/">{ITEM}</item></channel></rss>'
    ),
    "RSS 1.0 under XHTML": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://www.w3.org/1999/xhtml">'
        f"<channel/><item>{ITEM}</item></rdf:RDF>"
    ),
    "Atom under XHTML": (
        '<feed xmlns="http://www.w3.org/1999/xhtml"><entry><title>A</title>'
        '<link href="https://pier.example/1"/></entry></feed>'
    ),
    "Atom over https with a prefix": (
        '<a:feed xmlns:a="https://www.w3.org/2005/Atom/"><a:entry><a:title>A</a:title>'
        '<a:link href="https://pier.example/1"/></a:entry></a:feed>'
    ),
    "a prefix of nothing known": (
        '<x:rss xmlns:x="urn:x"><x:channel><x:item><x:title>A</x:title>'
        "<x:link>https://pier.example/1</x:link></x:item></x:channel></x:rss>"
    ),
}


@pytest.mark.parametrize("document", WRONG.values(), ids=WRONG)
def test_a_feed_is_read_under_the_namespace_of_another_vocabulary(document: str) -> None:
    [article] = read(document).articles
    assert (article.title, article.url) == ("A", "https://pier.example/1")


def test_markup_in_a_namespace_of_its_own_stays_markup() -> None:
    part = '<body xmlns="http://www.w3.org/1999/xhtml"><p>Fog <b>held</b> it up.</p></body>'
    assert one("<title>A</title>", part).text == "Fog held it up."


@pytest.mark.parametrize(
    "document",
    [
        '<rss xmlns:x="urn:x"><channel><x:item><x:title>A</x:title></x:item></channel></rss>',
        '<rss xmlns:x="urn:x"><x:entry>A</x:entry></rss>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:x="urn:x"><x:entry/><x:entry>A</x:entry></feed>',
        '{"version": "https://jsonfeed.org/version/1.1", "items": ["A", "B"]}',
        '{"version": "https://jsonfeed.org/version/1", "items": [["A"], 7]}',
    ],
)
def test_a_feed_whose_items_cannot_be_read_is_an_error(document: str) -> None:
    with pytest.raises(ParseError, match="items"):
        read(document)


@pytest.mark.parametrize(
    "document",
    [
        "<rss><channel><title>T</title></channel></rss>",
        "<rss><channel><title>T</title><!-- <item><title>A</title></item> --></channel></rss>",
        "<rss><channel><description><![CDATA[<item>none</item>]]></description></channel></rss>",
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title></feed>',
        '{"version": "https://jsonfeed.org/version/1.1", "items": []}',
    ],
)
def test_a_feed_without_items_is_empty(document: str) -> None:
    assert read(document).articles == ()


# ---- nested elements
OTHER = "<link>https://pier.example/old</link><title>Old</title><guid>old</guid><pubDate>2020-01-01</pubDate>"
NESTED = {
    "related articles": f"<yandex:related>{OTHER}</yandex:related>",
    "related articles with attributes": f'<yandex:related type="infinity"><link url="https://pier.example/old"/>{OTHER}</yandex:related>',
    "a media group": f"<media:group><media:content url='https://pier.example/v.mp4'/>{OTHER}</media:group>",
    "media content": f"<media:content>{OTHER}</media:content>",
    "an element of no namespace": f"<related>{OTHER}<description>Old text</description></related>",
    "whole items": f"<related><item>{OTHER}</item><item>{OTHER}</item></related>",
    "an item": f"<item>{OTHER}</item>",
    "an entry of Atom": '<x:quoted><atom:entry><atom:id>old</atom:id><atom:link href="https://pier.example/old"/></atom:entry></x:quoted>',
    "an activity": '<activity:object><atom:id>old</atom:id><atom:link rel="alternate" href="https://pier.example/old"/></activity:object>',
    "an author with a page": "<author><name/><link>https://ann.example</link><title>Dr</title></author>",
    "a source": "<source url='https://wire.example'><link>https://wire.example/1</link><title>Wire</title><guid>w</guid></source>",
    "deep nesting": f"<x:a><x:b><x:c>{OTHER}</x:c></x:b></x:a>",
}  # fmt: skip
OWN = (
    "<title>Own</title><link>https://pier.example/1</link><guid isPermaLink='false'>own</guid>"
    "<pubDate>Mon, 02 Nov 2026 08:00:00 GMT</pubDate><description>Own text.</description>"
)


@pytest.mark.parametrize("nested", NESTED.values(), ids=NESTED)
@pytest.mark.parametrize("is_first", [True, False])
def test_nested_elements_are_not_of_the_entry(nested: str, *, is_first: bool) -> None:
    item = nested + OWN if is_first else OWN + nested
    articles = rss(item, "<title>Next</title><link>https://pier.example/2</link>").articles
    first = articles[0]
    assert [article.title for article in articles] == ["Own", "Next"]
    assert (first.guid, first.url, first.text) == ("own", "https://pier.example/1", "Own text.")
    assert first.published_at == datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert articles[1].url == "https://pier.example/2"


def test_a_feed_embedded_in_an_entry_has_no_entries_of_its_own() -> None:
    inner = "<entry><title>Inner</title><id>inner</id></entry>"
    [article] = atom(
        f'<title>Outer</title><id>outer</id><content type="application/atom+xml">{inner}</content>'
    ).articles
    assert (article.title, article.guid) == ("Outer", "outer")


def test_related_articles_are_ignored_in_a_broken_document_too() -> None:
    related = f"<yandex:related>{OTHER}<br></yandex:related>"
    feed = rss(f"{related}<title>1 < 2</title><link>https://pier.example/1</link>", "<title>Next</title>")
    assert [(a.title, a.url) for a in feed.articles] == [("1 < 2", "https://pier.example/1"), ("Next", None)]


def test_items_that_are_not_closed_are_entries() -> None:
    document = "<rss><channel><item><title>A</title><item><title>B</title></channel></rss>"
    assert [article.title for article in read(document).articles] == ["A", "B"]


# ---- the URL
PERMALINKS = {
    "an empty link": "<link></link><guid>https://pier.example/p/1</guid>",
    "a link element without text": '<link/><guid isPermaLink="true">https://pier.example/p/1</guid>',
    "a link after the guid": "<guid>https://pier.example/p/1</guid><link> </link>",
    "a script": "<link>javascript:void(0)</link><guid>https://pier.example/p/1</guid>",
    "half a URL": '<link>http://</link><guid isPermaLink="TRUE">https://pier.example/p/1</guid>',
    "a fragment": "<link>#</link><guid>https://pier.example/p/1</guid>",
    "a word for nothing": "<link>null</link><guid>https://pier.example/p/1</guid>",
    "the feed itself": "<link>https://pier.example/feed.xml#1</link><guid>https://pier.example/p/1</guid>",
    "a link of Atom": '<atom:link rel="alternate" href=""/><guid>https://pier.example/p/1</guid>',
    "a mail address": '<link>mailto:a@pier.example</link><guid isPermaLink="">https://pier.example/p/1</guid>',
    "a path": '<link/><guid isPermaLink="true">/p/1</guid>',
    "no link": "<guid>https://pier.example/p/1</guid>",
}


@pytest.mark.parametrize("parts", PERMALINKS.values(), ids=PERMALINKS)
def test_a_permalink_guid_is_the_url_where_the_link_is_unusable(parts: str) -> None:
    assert one("<title>A</title>", parts).url == "https://pier.example/p/1"


@pytest.mark.parametrize("value", ["false", "False", " FALSE ", "no", "0"])
def test_a_guid_that_says_that_it_is_no_url_is_none(value: str) -> None:
    assert one(f'<link/><guid isPermaLink="{value}">https://pier.example/p/1</guid>').url is None


@pytest.mark.parametrize("guid", ["post-1", "12345", "tag:pier.example,2026:1", "urn:uuid:1", "p.php"])
def test_a_guid_that_is_no_url_leads_nowhere(guid: str) -> None:
    assert one(f"<title>A</title><link/><guid>{guid}</guid>").url is None
    assert atom(f"<title>A</title><id>{guid}</id>").articles[0].url is None


def test_the_id_is_the_url_in_other_formats_too() -> None:
    url = "https://pier.example/p/1"
    assert atom(f'<id>{url}</id><link href=""/>').articles[0].url == url
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": url, "url": "", "title": "A"}]}
    assert read(json.dumps(feed)).articles[0].url == url
    about = f'<item rdf:about="{url}"><title>A</title><link/></item>'
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
    assert read(f"<rdf:RDF {rdf}><channel/>{about}</rdf:RDF>").articles[0].url == url
