"""Whole documents: formats, identity, encodings, limits, damage."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.errors import ParseError
from worker.parse import read_feed
from worker.records import Article, FeedHints, ParsedFeed

NOW = datetime(2026, 11, 24, tzinfo=UTC)
URL = "https://example.org/rss/feed.xml"
ITEM = (
    "<item><title>{0}</title><link>https://example.org/{0}</link><guid>g-{0}</guid>"
    "<description>Text {0}</description></item>"
)
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


def rss(*items: str, channel: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {NAMESPACES}><channel><title>Feed</title>'
        f"<link>https://example.org/</link>{channel}{''.join(items)}</channel></rss>"
    )


def read(document: str | bytes, **options: str) -> ParsedFeed:
    body = document.encode() if isinstance(document, str) else document
    return read_feed(body, url=URL, now=NOW, **options)  # type: ignore[arg-type]


def one(item: str, **options: str) -> Article:
    return read(rss(f"<item>{item}</item>"), **options).articles[0]


# ---- formats
FORMATS = {
    "RSS 2.0": rss(ITEM.format("a")),
    "RSS 0.91": '<rss version="0.91"><channel><title>Feed</title>' + ITEM.format("a") + "</channel></rss>",
    "RSS without root attributes": "<rss><channel>" + ITEM.format("a") + "</channel></rss>",
    "RSS 1.0": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel rdf:about="https://example.org/"><title>Feed</title></channel><item rdf:about="g-a">'
        "<title>a</title><link>https://example.org/a</link><description>Text a</description></item></rdf:RDF>"
    ),
    "Atom 1.0": (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Feed</title><entry><id>g-a</id><title>a</title>'
        '<link href="https://example.org/a"/><summary>Text a</summary></entry></feed>'
    ),
    "Atom with a prefix": (
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>Feed</a:title><a:entry><a:id>g-a</a:id>'
        '<a:title>a</a:title><a:link href="https://example.org/a"/><a:summary>Text a</a:summary></a:entry>'
        "</a:feed>"
    ),
    "Atom 0.3": (
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Feed</title><entry><id>g-a</id>'
        "<title>a</title>"
        '<link rel="alternate" type="text/html" href="https://example.org/a"/><summary>Text a</summary>'
        "</entry></feed>"
    ),
    "JSON Feed": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Feed",
            "items": [{"id": "g-a", "url": "https://example.org/a", "title": "a", "content_text": "Text a"}],
        }
    ),
}


@pytest.mark.parametrize("document", FORMATS.values(), ids=FORMATS)
def test_every_format_yields_the_same_article(document: str) -> None:
    article = read(document).articles[0]
    assert (article.guid, article.url, article.title, article.text) == (
        "g-a",
        "https://example.org/a",
        "a",
        "Text a",
    )


def test_cdf_items_are_read() -> None:
    feed = read(
        '<channel><item href="https://example.org/a"><title>a</title><abstract>Text</abstract></item></channel>'
    )
    assert [(a.url, a.title) for a in feed.articles] == [("https://example.org/a", "a")]


def test_a_feed_without_entries_is_a_feed() -> None:
    assert read(rss()).articles == ()


# ---- fields
@pytest.mark.parametrize(
    "guid", ["/relative/path", "?p=12", "a  b", "HTTP://Example.ORG/%7e", "tag:x,2026:1", "0"]
)
def test_a_guid_is_stored_unchanged(guid: str) -> None:
    assert one(f"<title>t</title><guid>\n {guid} </guid>").guid == guid


def test_a_guid_over_the_limit_is_truncated_and_still_distinguishes_entries() -> None:
    long = "x" * 5000
    first, second = read(
        rss(f"<item><guid>{long}1</guid></item>", f"<item><guid>{long}2</guid></item>")
    ).articles
    assert first.guid is not None
    assert len(first.guid) == 2048
    assert first.entry_key != second.entry_key


def test_a_guid_is_the_url_unless_is_permalink_is_false() -> None:
    assert one("<guid>https://example.org/p</guid>").url == "https://example.org/p"
    assert one('<guid isPermaLink="false">https://example.org/p</guid>').url is None


def test_the_original_link_wins_over_the_link() -> None:
    item = "<link>https://feeds.example.net/~r/1</link><feedburner:origLink>https://example.org/a</feedburner:origLink>"
    assert one(item).url == "https://example.org/a"


def test_relative_links_belong_to_the_document_or_to_xml_base() -> None:
    assert one("<link>../a.html</link>").url == "https://example.org/a.html"
    based = rss('<item xml:base="https://cdn.example.net/x/"><link>a.html</link></item>')
    assert read(based).articles[0].url == "https://cdn.example.net/x/a.html"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "mailto:a@example.org"])
def test_only_web_links_are_kept(link: str) -> None:
    assert one(f"<title>t</title><link>{link}</link>").url is None


def test_a_missing_title_comes_from_the_text() -> None:
    article = one(f"<description>{'word ' * 100}</description>")
    assert article.title is not None
    assert article.title == ("word " * 100)[:120].strip()


def test_content_is_the_text_and_description_the_summary() -> None:
    article = one(
        "<description>Short</description><content:encoded><![CDATA[<p>Long text</p>]]></content:encoded>"
    )
    assert (article.summary, article.text) == ("Short", "Long text")


def test_text_falls_back_to_the_summary_and_summary_stays_empty_without_one() -> None:
    assert one("<description>Short</description>").text == "Short"
    assert one("<content:encoded>Long</content:encoded>").summary is None


def test_the_media_texts_never_replace_those_of_the_entry() -> None:
    item = "<title>Real</title><description>Desc</description>"
    media = (
        "<media:content><media:title>M</media:title><media:description>D</media:description></media:content>"
    )
    article = one(item + media)
    assert (article.title, article.text) == ("Real", "Desc")


def test_dc_creator_wins_over_author() -> None:
    assert one("<author>a@example.org (A)</author><dc:creator>Kim Gi-ja</dc:creator>").author == "Kim Gi-ja"


def test_tags_and_source_name() -> None:
    article = one(
        "<category>World</category><category>World</category>"
        '<source url="https://wire.example.net/">Wire</source>'
    )
    assert article.tags == ("World",)
    assert article.source_name == "Wire"


@pytest.mark.parametrize(
    ("item", "day", "element"),
    [
        ("<pubDate>Mon, 23 Nov 2026 18:00:00 KST</pubDate><dc:date>2026-11-01</dc:date>", 23, "pubDate"),
        ("<dc:date>2026-11-23T09:00:00Z</dc:date>", 23, "dc:date"),
        ("<pubDate>soon</pubDate><dc:date>2026-11-23T09:00:00Z</dc:date>", 23, "dc:date"),
        ("<atom:updated>2026-11-23T09:00:00Z</atom:updated>", 23, "updated"),
    ],
)
def test_the_published_date_is_the_first_parsable_one(item: str, day: int, element: str) -> None:
    article = one(item)
    assert article.published_at is not None
    assert (article.published_at.day, article.published_at.hour, article.published_from) == (day, 9, element)


def test_an_unparsable_date_keeps_its_original_text() -> None:
    article = one("<pubDate>some day</pubDate>")
    assert (article.published_at, article.published_raw, article.sort_at) == (None, "some day", NOW)


def test_sort_at_never_runs_ahead_of_the_clock_by_more_than_ten_minutes() -> None:
    article = one("<pubDate>Thu, 31 Dec 2099 00:00:00 GMT</pubDate>")
    assert article.published_at == datetime(2099, 12, 31, tzinfo=UTC)
    assert article.sort_at == NOW + timedelta(minutes=10)


def test_the_zone_of_the_config_is_for_dates_without_one() -> None:
    article = one("<pubDate>2026-11-23 18:00:00</pubDate>", timezone="Asia/Seoul")
    assert article.published_at == datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("channel", "item", "config", "lang"),
    [
        ("<language>de</language>", "<dc:language>fr</dc:language>", "it", "fr"),
        ("<language>de-at</language>", "", "it", "de-AT"),
        ("<language>ko_KR.UTF-8</language>", "", "it", "ko-KR"),
        ("", "", "it", "it"),
        ("", "<description>한국은행이 기준금리를 동결했다</description>", "", "ko"),
        ("", "<description>日本銀行は政策金利を据え置いた</description>", "", "ja"),
        ("", "<description>The bank said on Monday that it will not be on the list</description>", "", "en"),
        (
            "",
            "<description>Die Bank hat am Montag erklärt, dass sie nicht auf der Liste ist</description>",
            "",
            "de",
        ),
        ("", "<description>xyz</description>", "", None),
        ("<language>en-us</language>", "<description>한국은행이 기준금리를 동결했다</description>", "", "ko"),
    ],
)
def test_the_language_comes_from_entry_feed_config_or_the_text(
    channel: str, item: str, config: str, lang: str | None
) -> None:
    feed = read(rss(f"<item><title>t</title>{item}</item>", channel=channel), lang=config)
    assert feed.articles[0].lang == lang


# ---- encodings
KOREAN, JAPANESE, RUSSIAN = (
    "한국은행 기준금리 동결 결정",
    "日本銀行 政策金利を据え置き",
    "Банк России сохранил ставку",
)


@pytest.mark.parametrize(
    ("declared", "actual", "title"),
    [
        ("euc-kr", "cp949", KOREAN + " 똠방"),
        ("ks_c_5601-1987", "cp949", KOREAN),
        ("shift_jis", "cp932", JAPANESE + " ①"),
        ("iso-2022-jp", "iso2022_jp", JAPANESE),
        ("gb2312", "gbk", "央行维持利率不变 镕"),
        ("big5", "big5hkscs", "央行維持利率不變"),
        ("windows-1251", "cp1251", RUSSIAN),
        ("iso-8859-1", "cp1252", "“smart” €5"),
        ("iso-8859-1", "utf-8", "Café — déjà vu"),
        ("utf-8", "cp949", KOREAN * 3),
        ("utf-8", "cp1252", "Café déjà"),
        ("no-such-encoding", "utf-8", KOREAN),
        ("unicode", "utf-8", KOREAN),
        ("utf-16", "utf-8", KOREAN),
        ("utf-16", "utf-16", KOREAN),
        ("utf-16", "utf-16-le", KOREAN),
        ("utf-8", "utf-8-sig", KOREAN),
    ],
)
def test_text_is_decoded_as_it_was_encoded(declared: str, actual: str, title: str) -> None:
    document = rss(ITEM.format(title)).replace("UTF-8", declared, 1)
    assert read(document.encode(actual)).articles[0].title == title


def test_the_charset_of_the_header_is_used_if_there_is_no_other() -> None:
    body = f"<rss version='2.0'><channel>{ITEM.format(KOREAN)}</channel></rss>".encode("cp949")
    assert read(body, content_type="text/xml; charset=euc-kr").articles[0].title == KOREAN


def test_a_servers_default_charset_yields_to_the_declaration() -> None:
    body = rss(ITEM.format(KOREAN)).replace("UTF-8", "euc-kr").encode("cp949")
    assert read(body, content_type="text/xml; charset=ISO-8859-1").articles[0].title == KOREAN


# ---- damage
def test_a_truncated_document_yields_its_whole_entries_and_is_not_complete() -> None:
    whole = rss(*(ITEM.format(name) for name in "abc"))
    feed = read(whole[: whole.index("<guid>g-c")])
    assert [a.title for a in feed.articles] == ["a", "b"]
    assert not feed.complete
    assert feed.warnings


def test_an_entry_cut_after_its_guid_and_title_is_kept() -> None:
    whole = rss(*(ITEM.format(name) for name in "abc"))
    assert [a.guid for a in read(whole[: whole.index("Text c")]).articles] == ["g-a", "g-b", "g-c"]


def test_a_whole_document_is_complete() -> None:
    feed = read(rss(ITEM.format("a")))
    assert feed.complete
    assert feed.warnings == ()


@pytest.mark.parametrize(
    ("title", "seen"),
    [
        ("AT&T & more", "AT&T & more"),
        ("Caf&eacute; &nbsp;x", "Café x"),
        ("a&#0;b&#xD800;c&#x110000;d", "abcd"),
        ("tick\x0btock", "ticktock"),
        ("1 < 2", "1 < 2"),
        ("<b>x</b> y", "x y"),
    ],
)
def test_small_faults_are_repaired(title: str, seen: str) -> None:
    feed = read(
        rss(ITEM.format("before"), f"<item><title>{title}</title><guid>x</guid></item>", ITEM.format("after"))
    )
    assert [a.title for a in feed.articles] == ["before", seen, "after"]


def test_an_undeclared_prefix_loses_nothing() -> None:
    article = one("<title>a</title><foo:bar>x</foo:bar><guid>g</guid>")
    assert (article.title, article.guid) == ("a", "g")


def test_references_are_read_alike_in_a_broken_document() -> None:
    item = "<item><title>{}</title><guid>https://example.org/?a=1&amp;b=2</guid></item>"
    assert read(rss(item.format("1 < 2"))).articles[0].guid == read(rss(item.format("x"))).articles[0].guid


def test_warnings_of_a_script_before_the_feed_are_skipped() -> None:
    assert read("<br />\n<b>Warning</b>: x in <b>y</b>\n" + rss(ITEM.format("a"))).articles[0].title == "a"


def test_items_outside_the_channel_are_read() -> None:
    document = f'<rss version="2.0"><channel><title>T</title></channel>{ITEM.format("a")}</rss>'
    assert [a.title for a in read(document).articles] == ["a"]


# ---- limits
def test_every_field_keeps_its_limit() -> None:
    article = one(f"<title>{'t' * 9000}</title><description>{'word ' * 100_000}</description>")
    assert len(article.title or "") == 1000
    assert len(article.summary or "") <= 10_000
    assert len(article.text or "") <= 200_000


def test_entities_never_expand_and_files_are_never_read() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY f SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>'
        "<item><title>x&b;&f;y</title><guid>g</guid></item></channel></rss>"
    )
    title = read(bomb).articles[0].title or ""
    assert "root:" not in title
    assert len(title) < 100


# ---- documents that are not feeds


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("", "empty"),
        (" \n ", "empty"),
        ("<!DOCTYPE html><html><body>x</body></html>", "HTML page"),
        ('<html><head><link rel="alternate" type="application/rss+xml" href="/feed?a=1&amp;b=2">',
         "https://example.org/feed?a=1&b=2"),
        ("<br /><b>Warning</b>: no feed here", "HTML"),
        ('<opml version="2.0"><body><outline text="x"/></body></opml>', "OPML"),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        ("<urlset><url/></urlset>", "sitemap"),
        ("<hash><error>Rate limit exceeded</error></hash>", "<hash>"),
        ("http://127.0.0.1:9/evil", "plain text"),
        ("{}", "no list of items"),
        ("[1, 2]", "not a JSON Feed"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"', "invalid JSON"),
        ('{"items": [' + "[" * 100_000, "invalid JSON"),
        ('<rss version="2.0"><channel><item><ti', "broken"),
        ("\x1f\x8b\x08\x00", "gzip"),
    ],
)  # fmt: skip
def test_a_document_that_is_not_a_feed_is_rejected_with_the_reason(document: str, reason: str) -> None:
    with pytest.raises(ParseError, match=re.escape(reason)) as caught:
        read(document.encode("latin-1", "replace"))
    assert "\n" not in str(caught.value)


def test_a_long_tag_inside_cdata_is_text() -> None:
    picture = '<![CDATA[<img src="data:image/png;base64,' + "A" * 50_000 + '">x]]>'
    assert one(f"<title>t</title><description>{picture}</description>").text == "x"


# ---- update hints
def test_the_hints_of_the_channel() -> None:
    channel = (
        "<ttl>30</ttl><skipHours><hour>0</hour><hour>23</hour><hour>x</hour></skipHours>"
        "<skipDays><day>Saturday</day><day>Sunday</day></skipDays><sy:updatePeriod>daily</sy:updatePeriod>"
        "<sy:updateFrequency>4</sy:updateFrequency>"
    )
    assert read(rss(channel=channel)).hints == FeedHints(1800.0, 21_600.0, (0, 23), (5, 6))


@pytest.mark.parametrize("ttl", ["", "0", "-5", "soon", "99999999999"])
def test_an_invalid_ttl_is_ignored(ttl: str) -> None:
    assert read(rss(channel=f"<ttl>{ttl}</ttl>")).hints.ttl_s is None


# ---- JSON Feed
def test_a_json_feed_item_with_everything() -> None:
    item = {
        "id": 5,
        "external_url": "https://other.example.net/x",
        "content_html": "<p>Body <b>text</b></p>",
        "summary": "Short",
        "date_published": "2026-11-23T18:00:00+09:00",
        "date_modified": "2026-11-23T10:00:00Z",
        "authors": [{"name": "A"}, {"name": "B"}],
        "tags": ["x", 3, "y"],
        "language": "ko",
        "attachments": [{"url": "https://example.org/a.mp3"}, {"no": 1}],
    }
    document = {"version": "https://jsonfeed.org/version/1", "items": [item, "junk", None]}
    feed = read(json.dumps(document))
    article = feed.articles[0]
    assert len(feed.articles) == 1
    assert (article.guid, article.url, article.author) == ("5", "https://other.example.net/x", "A, B")
    assert (article.text, article.summary, article.tags) == ("Body text", "Short", ("x", "y"))
    assert article.published_at == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert article.updated_at == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert article.lang == "ko"


@pytest.mark.parametrize("value", [None, 5, [], {}, True, "x" * 5000])
@pytest.mark.parametrize(
    "key", ["id", "url", "title", "content_html", "date_published", "authors", "tags", "attachments"]
)
def test_no_json_value_of_a_wrong_type_loses_the_other_items(key: str, value: object) -> None:
    items = [{"id": "1", "title": "a", key: value}, {"id": "2", "title": "b"}]
    feed = read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}))
    assert feed.articles[-1].title == "b"


# ---- hostile bytes
PIECES = st.sampled_from(
    [
        *(
            b"<item>",
            b"</item>",
            b"<title>",
            b"</title>",
            b"<![CDATA[",
            b"]]>",
            b"<!--",
            b"-->",
            b"&amp;",
            b"&#xD800;",
        ),
        *(
            b"<guid>",
            b"</guid>",
            b"<link href='http://[::1'/>",
            b"<a:b xmlns:a='x'>",
            b"</a:b>",
            b"<",
            b">",
            b"&",
            b"\xff",
        ),
        *(
            b"<content type='xhtml'>",
            b"<source>",
            b"<image>",
            b"<svg>",
            b"<pubDate>1 Jan",
            b"\x00",
            b"<entry>",
            b"<dc:date>",
        ),
        *(
            b"<link>",
            b"http://",
            b"<media:content url=",
            b"xml:base='::'",
            b"</channel>",
            b"<hour>",
            b"<width>x</width>",
        ),
    ]
)


def outcome(body: bytes) -> ParsedFeed | str:
    """Return the feed, or the reason of a ParseError; any other error fails the test."""
    try:
        return read(body)
    except ParseError as exc:
        return str(exc)


@settings(deadline=None)
@given(st.lists(PIECES | st.binary(max_size=12), max_size=25))
def test_hostile_documents_are_parsed_or_rejected(pieces: list[bytes]) -> None:
    got = outcome(b'<rss version="2.0"><channel><title>T</title>' + b"".join(pieces))
    assert got if isinstance(got, str) else all(a.entry_key and a.content_hash for a in got.articles)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_rejected(body: bytes) -> None:
    assert outcome(body)


@pytest.mark.parametrize(
    "name", ["links", "tags", "authors", "content", "media_content", "source", "title_detail"]
)
def test_an_element_named_like_a_field_of_the_reader_harms_nothing(name: str) -> None:
    item = f'<item><{name} a="b"/><title>t</title><guid>g1</guid><link>https://example.org/1</link></item>'
    feed = read(rss(item, ITEM.format("after"), channel=f'<{name} a="b"/>'))
    assert [a.guid for a in feed.articles] == ["g1", "g-after"]


def test_unclosed_tags_in_raw_markup_do_not_count_as_depth() -> None:
    feed = read(
        rss(f"<item><title>t</title><description>x{'<br>y' * 900}</description></item>", ITEM.format("after"))
    )
    assert [a.title for a in feed.articles] == ["t", "after"]


def test_short_entries_without_language_get_that_of_the_whole_document() -> None:
    text = "The board said on Monday that it was not for this. " * 9
    long = f"<item><title>x</title><description>{text}</description></item>"
    feed = read(rss(long, "<item><title>Sanremo, Milano, Torino e Roma</title></item>"))
    assert [a.lang for a in feed.articles] == ["en", "en"]


def test_an_xml_declaration_after_a_comment_is_accepted() -> None:
    feed = read("<!-- cached -->\n" + rss(ITEM.format("a")))
    assert (feed.articles[0].title, feed.warnings) == ("a", ())


def test_a_warning_says_once_that_a_document_is_not_well_formed() -> None:
    """The parser's own words may begin with it."""
    repaired = read(rss("<item><title>A & B</title><guid>x</guid></item>"))
    assert repaired.warnings[0].startswith("not well-formed (invalid token): line 1, column ")
    assert repaired.warnings[0].endswith("; repaired")
    mismatched = read(rss("<item><title>A<b></title><guid>x</guid></item>"))
    assert mismatched.warnings[0].startswith("not well-formed: mismatched tag: line 1, ")


def test_a_document_that_is_malformed_but_closed_is_complete_with_a_warning() -> None:
    feed = read(rss("<item><title>1 < 2</title><guid>x</guid></item>", ITEM.format("after")))
    assert feed.complete
    assert feed.warnings[0].startswith("not well-formed (invalid token): line 1, column ")
    assert not read(rss("<item><title>1 < 2</title><guid>x</guid></item>").replace("</rss>", "")).complete
