"""Documents that are not only a feed, or not in one piece: pages around feeds, base64, several encodings."""

import base64
import html
from datetime import UTC, datetime

import pytest

from worker.errors import ParseError
from worker.parse import read_feed
from worker.records import ParsedFeed

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
ITEM = "<item><title>A &amp; B</title><link>https://pier.example/1</link><description>&lt;p&gt;Fog.&lt;/p&gt;</description></item>"
RSS = f'<rss version="2.0"><channel><title>Pier</title>{ITEM}</channel></rss>'
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A &amp; B</title><id>1</id>'
    '<link href="https://pier.example/1"/><content type="html">Fog.</content></entry></feed>'
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    f"<channel/>{ITEM}</rdf:RDF>"
)
JSON = (
    '{"version": "https://jsonfeed.org/version/1.1", "items": '
    '[{"id": "1", "url": "https://pier.example/1", "title": "A & B", "content_text": "Fog."}]}'
)


def read(document: str | bytes) -> ParsedFeed:
    body = document.encode() if isinstance(document, str) else document
    return read_feed(body, url="https://pier.example/feed", now=NOW)


def page(body: str) -> str:
    return f"<!DOCTYPE html><html><head><title>Pier</title></head><body>{body}</body></html>"


AROUND = {
    "a page": page(RSS),
    "a page with Atom": page(ATOM),
    "a page with RSS 1.0": page(RDF),
    "a viewer of a browser": page(f'<div id="webkit-xml-viewer-source-xml">{RSS}</div><div>No style</div>'),
    "the text of a page": page(f'<pre style="word-wrap: break-word;">{html.escape(DECLARATION + RSS)}</pre>'),
    "the text of a page, Atom": page(f"<pre>{html.escape(ATOM)}</pre>"),
    "the text of a page, JSON": page(f"<pre>{html.escape(JSON)}</pre>"),
    "other elements before": f'<link rel="x"/><meta name="a"/>{DECLARATION}{RSS}',
    "a script before": f'<script>var a = "<rss>";</script>{RSS}',
    "an element around": f"<response><status>ok</status>{RSS}</response>",
    "warnings before": f"<br />\n<b>Warning</b>: in <b>x.php</b> on line <b>3</b><br />\n{DECLARATION}{RSS}",
    "text before": f"Notice: x\n{DECLARATION}{RSS}",
    "a page after": RSS + page("bye"),
    "a script after": f"{DECLARATION}{ATOM}<!-- 0.2 s --><script>x()</script>",
}


@pytest.mark.parametrize("document", AROUND.values(), ids=AROUND)
def test_a_feed_is_found_in_what_is_around_it(document: str) -> None:
    [article] = read(document).articles
    assert (article.title, article.url, article.text) == ("A & B", "https://pier.example/1", "Fog.")


@pytest.mark.parametrize("first", [RSS, ATOM, DECLARATION + RSS])
@pytest.mark.parametrize("second", [RSS, ATOM, DECLARATION + ATOM, RDF])
def test_several_feeds_in_one_document_are_all_read(first: str, second: str) -> None:
    articles = read(first + "\n" + second.replace("/1", "/2")).articles
    assert [article.url for article in articles] == ["https://pier.example/1", "https://pier.example/2"]


@pytest.mark.parametrize(
    "body",
    [
        "<p>Use &lt;rss&gt; as the root.</p><pre>&lt;div&gt;</pre>",
        "<!-- <rss><channel><item></item></channel></rss> --><p>None</p>",
        "<script>var feed = '<rss><channel><item></item></channel></rss>';</script>",
        "<feed>hello</feed>",
        '<a href="/rss">rss</a>',
    ],
)
def test_a_page_without_a_feed_is_an_error(body: str) -> None:
    with pytest.raises(ParseError, match="HTML page"):
        read(page(body))


# ---- base64
def encoded(text: str, encoding: str = "utf-8") -> str:
    return base64.encodebytes(text.encode(encoding)).decode()


MARKUP = "<p>Fög held it up for two hours, and nobody was hurt on any of the ships in the port.</p>"
SEEN = "Fög held it up for two hours, and nobody was hurt on any of the ships in the port."
ONE_LINE, LATIN = encoded(MARKUP).replace("\n", ""), encoded(MARKUP, "latin-1")
BASE64 = {
    "Atom 0.3, HTML": f'<content mode="base64" type="text/html">{encoded(MARKUP)}</content>',
    "Atom 0.3, plain text": f'<content mode="base64" type="text/plain">{encoded(SEEN)}</content>',
    "Atom 0.3, a summary": f'<summary mode="base64" type="text/html">{encoded(MARKUP)}</summary>',
    "Atom 0.3, another encoding": f'<content mode="base64" type="text/html">{LATIN}</content>',
    "Atom 0.3, in one line": f'<content mode="base64" type="text/html">{ONE_LINE}</content>',
    "Atom 1.0, a media type": f'<content type="application/octet-stream">{encoded(SEEN)}</content>',
    "not base64 at all": f'<content mode="base64" type="text/html">{html.escape(MARKUP)}</content>',
}  # fmt: skip


@pytest.mark.parametrize("part", BASE64.values(), ids=BASE64)
@pytest.mark.parametrize("namespace", ["http://purl.org/atom/ns#", "http://www.w3.org/2005/Atom"])
def test_base64_content_is_decoded(part: str, namespace: str) -> None:
    [article] = read(f'<feed xmlns="{namespace}"><entry><title>A</title>{part}</entry></feed>').articles
    assert article.text == SEEN


@pytest.mark.parametrize("kind", ["image/png", "video/mp4", "application/pdf", "application/octet-stream"])
def test_content_that_is_no_text_is_not_the_text(kind: str) -> None:
    data = base64.b64encode(bytes(range(256)) * 4).decode()
    entry = f'<entry><title>A</title><summary>Fog.</summary><content type="{kind}">{data}</content></entry>'
    [article] = read(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>').articles
    assert article.text == "Fog."


def test_a_title_of_a_media_type_is_taken_as_it_is() -> None:
    entry = '<entry><title type="application/x">test</title></entry>'
    [article] = read(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>').articles
    assert article.title == "test"


# ---- several dates
DATES = {
    "pubDate": ("<item>{0}</item>", "<pubDate>{}</pubDate>"),
    "dc:date": ("<item>{0}</item>", '<d:date xmlns:d="http://purl.org/dc/elements/1.1/">{}</d:date>'),
    "published": ("<item>{0}</item>", '<a:published xmlns:a="http://www.w3.org/2005/Atom">{}</a:published>'),
    "updated": ("<item>{0}</item>", '<a:updated xmlns:a="http://www.w3.org/2005/Atom">{}</a:updated>'),
}


@pytest.mark.parametrize(("item", "element"), DATES.values(), ids=DATES)
def test_the_first_of_several_dates_counts(item: str, element: str) -> None:
    dates = "".join(element.format(f"2026-11-0{day}T08:00:00Z") for day in (3, 5, 2))
    [article] = read(f"<rss><channel>{item.format(dates)}</channel></rss>").articles
    assert article.published_at == datetime(2026, 11, 3, 8, tzinfo=UTC)


def test_the_first_date_that_can_be_read_counts() -> None:
    dates = "<pubDate>soon</pubDate><pubDate>2026-11-03</pubDate><pubDate>2026-11-04</pubDate>"
    [article] = read(f"<rss><channel><item>{dates}</item></channel></rss>").articles
    assert article.published_at == datetime(2026, 11, 3, tzinfo=UTC)


# ---- several encodings
RUSSIAN, FIR = "Мэр снял запрет на въезд", "Ёлка стоит на площади у причала"
KOREAN, JAPANESE, GERMAN = (
    "한국은행 기준금리 동결 결정",
    "日本銀行 政策金利を据え置き",
    "Über Köln und Düsseldorf",
)
MIXED = [
    ("utf-8", (RUSSIAN, "utf-8"), (FIR, "cp1251")),
    ("windows-1251", (RUSSIAN, "cp1251"), (FIR, "utf-8")),
    ("euc-kr", (KOREAN, "cp949"), (KOREAN + "!", "utf-8")),
    ("utf-8", (KOREAN, "utf-8"), (KOREAN + "!", "cp949")),
    ("shift_jis", (JAPANESE, "cp932"), (JAPANESE + "!", "utf-8")),
    ("utf-8", (GERMAN, "utf-8"), ("Straße", "cp1252")),
    ("iso-8859-1", (GERMAN, "utf-8"), ("Straße", "cp1252")),
]


@pytest.mark.parametrize(("declared", "first", "second"), MIXED)
def test_each_text_is_read_in_its_own_encoding(
    declared: str, first: tuple[str, str], second: tuple[str, str]
) -> None:
    items = b"".join(
        b"<item><title>" + text.encode(encoding) + b"</title></item>\n" for text, encoding in (first, second)
    )
    head = f'<?xml version="1.0" encoding="{declared}"?><rss><channel>'.encode()
    feed = read(head + items + b"</channel></rss>")
    assert [article.title for article in feed.articles] == [first[0], second[0]]
    assert "bytes in several encodings" in feed.warnings


@pytest.mark.parametrize(
    ("declared", "encoding", "texts"),
    [
        ("windows-1251", "cp1251", [RUSSIAN, "Ёж"]), ("gbk", "gbk", ["联通", "央行维持利率不变"]),
        ("euc-kr", "cp949", [KOREAN, "똠방"]), ("iso-8859-1", "cp1252", [GERMAN, "§ 5"]),
        ("shift_jis", "cp932", [JAPANESE, "①"]),
    ],
)  # fmt: skip
def test_a_document_in_one_encoding_is_read_in_it(declared: str, encoding: str, texts: list[str]) -> None:
    items = "".join(f"<item><title>{text}</title></item>" for text in texts)
    document = f'<?xml version="1.0" encoding="{declared}"?><rss><channel>{items}</channel></rss>'
    assert [article.title for article in read(document.encode(encoding)).articles] == texts
