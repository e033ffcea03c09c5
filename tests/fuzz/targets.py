"""What is fuzzed: functions of untrusted bytes, with texts to begin from and the errors they may raise."""

import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from worker.agencies.closing import find_credit_line
from worker.agencies.marks import find_late_dateline, find_take, read_dateline
from worker.config.feed_list import read_feed_list
from worker.config.load import load_config
from worker.dedupe import Signature, make_signature
from worker.durations import parse_duration
from worker.errors import WireroomError
from worker.extract.credit import extract_credit
from worker.extract.extractor_input import make_extractor_input
from worker.extract.facts.facts import extract_facts
from worker.extract.registry import run_built_in
from worker.fetch.content_coding import CodingError, new_decoder
from worker.fetch.robots_rules import judge, keep_rules
from worker.fetch.url import host_of, parse_target, resolve_redirect
from worker.parse.reader import read_feed
from worker.parse.text import clean_text, html_to_text, title_to_text
from worker.parse.urls import canonicalize_url, resolve_url
from worker.records import FeedMetadata, Page
from worker.records.dedupe import Document
from worker.redaction import display_url, redact
from worker.text.charset import decode
from worker.text.cursors import decode_cursor
from worker.text.dates import read_date
from worker.text.language import detect_language, normalize_lang
from worker.text.search_terms import index_terms, query_terms

NOW = datetime(2026, 11, 30, tzinfo=UTC)
LIMIT = 10_000
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
RSS = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>Desk</title><ttl>5</ttl><item><guid>a</guid>'
    b"<title>Harbor &amp; pier</title><link>/a?utm_source=x</link><pubDate>Mon, 23 Nov 2026 08:00:00 +0900"
    b"</pubDate><description>&lt;p&gt;SEOUL, Nov. 23 (Yonhap) -- Text&lt;/p&gt;</description></item>"
    b"</channel></rss>"
)
ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://a.example/"><title>T</title><entry><id>1</id>'
    b'<title type="html">&lt;b&gt;x</title><link rel="alternate" href="x"/><updated>2026-11-23T08:00:00Z'
    b'</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>y</p></div></content>'
    b"</entry></feed>"
)
JSON = b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"url":"/x","content_html":"<p>y"}]}'
STORY = (
    'SEOUL, Nov. 23 (Yonhap) -- "We will reopen on Friday," Mayor Kim Min-su told reporters (2nd LD).\n\n'
    "Die Sitzung findet am 3. M\u00e4rz statt, sagte Lena Voss.\n\n(Reporting by A B; Editing by C D)\n(END)"
).encode()
HTML = (
    b"<!doctype html><html lang=en><head><title>A | B</title><script type='application/ld+json'>"
    b'{"@type":"NewsArticle","datePublished":"2026-11-23"}</script></head><body><article><h1>A</h1><p>Text '
    b"of the story, which is long enough to be one.</p></article></body></html>"
)
ROBOTS = (b"User-agent: *\nDisallow: /x*y$\nCrawl-delay: 1.5\n",)
OPML = b'<opml version="2.0"><body><outline xmlUrl="http://a.example/"/></body></opml>'
CODING = (WireroomError, CodingError)


@dataclass(frozen=True, slots=True)
class Target:
    """A function of bytes; `expected` are the errors that say what is wrong with them."""

    act: Callable[[bytes], object]
    seeds: Sequence[bytes]
    expected: tuple[type[Exception], ...] = (WireroomError,)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode("utf-8", "replace")


def _dates(data: bytes) -> None:
    found = read_date(_text(data)), read_date(_text(data), day_first=True)
    assert all(one is None or one.tzinfo is UTC for one in found)


def _urls(data: bytes) -> None:
    first, _, second = _text(data[:400]).partition("\n")  # longer ones are cut, and end in their hash
    clean = canonicalize_url(first)
    is_stray = _STRAY.search(first) is not None  # "%4%41" is kept as "%4A", which is an escape the next time
    assert clean is None or is_stray or canonicalize_url(clean) == clean
    resolve_url(second, first)
    host_of(first)
    display_url(first)
    resolve_redirect(parse_target("http://a.example/x/y"), second)
    parse_target(first)


def _texts(data: bytes) -> None:
    text = _text(data)
    for shown in (html_to_text(text, LIMIT), title_to_text(text, LIMIT), clean_text(text, LIMIT)):
        assert not any(mark < " " and mark != "\n" for mark in shown)


def _agencies(data: bytes) -> None:
    text = _text(data)
    read_dateline(text)
    find_late_dateline(text)
    find_credit_line(text)
    find_take(text[:80], text)


def _extract(data: bytes) -> None:
    feed = FeedMetadata(title=_text(data[:60]), text=_text(data), published_at=NOW)
    given = make_extractor_input("http://a.example/1", {}, feed)
    extract_credit(given)
    extract_facts(given)


def _page(data: bytes) -> None:
    run_built_in("fulltext", Page(data, "http://a.example/1", "text/html"), NOW)


def _dedupe(data: bytes) -> None:
    made = make_signature(Document(1, _text(data[:60]), _text(data), lang="en"), ())
    assert Signature.from_bytes(made.to_bytes()).to_bytes() == made.to_bytes()


def _signatures(data: bytes) -> None:
    Signature.from_bytes(data)


def _config(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".toml") as file:
        file.write(data)
        file.flush()
        load_config(Path(file.name))


def _robots(data: bytes) -> None:
    judge(keep_rules(data, "wireroom"), "http://a.example/a/b?c", "wireroom")


def _codings(data: bytes) -> None:
    name, _, body = data.partition(b"\n")
    total = 0
    for piece in new_decoder(_text(name)).feed(body):
        total += len(piece)
        if total > 1_000_000:
            break


def _words(data: bytes) -> None:
    text = _text(data)
    decode_cursor(text)
    index_terms(text)
    query_terms(text)
    redact(text)
    normalize_lang(text[:40])
    detect_language(text[:400])


TARGETS = {
    "feed": Target(lambda data: read_feed(data, url="http://a.example/f", now=NOW), (RSS, ATOM, JSON)),
    "charset": Target(lambda data: decode(data, "text/xml; charset=euc-kr"), (RSS, STORY)),
    "dates": Target(_dates, (b"Mon, 23 Nov 2026 08:00:00 +0900", b"2026-11-23T08:00:00.5Z")),
    "urls": Target(_urls, (b"http://a.example:80/x?utm_source=1#f\n../y", b"http://[::1]/%41\n//b.example")),
    "texts": Target(_texts, (b"<p>a &amp; b<br>c</p><!-- x --><![CDATA[y]]>", b"&lt;b&gt;x&#x41;")),
    "agencies": Target(_agencies, (STORY,)),
    "extract": Target(_extract, (STORY,)),
    "page": Target(_page, (HTML,)),
    "dedupe": Target(_dedupe, (STORY,)),
    "signatures": Target(_signatures, (b"",), (ValueError,)),
    "config": Target(_config, (b'[defaults]\ninterval = "5m"\n[[feed]]\nid = "a"\nurl = "http://a.example/"\n',)),
    "opml": Target(read_feed_list, (OPML,)),
    "robots": Target(_robots, ROBOTS),
    "codings": Target(_codings, (b"gzip\n\x1f\x8b\x08\x00", b"br\n\x0b", b"zstd\n(\xb5/\xfd"), CODING),
    "words": Target(_words, (b"WzEsMl0", b'"harbor pier" -boat', b"https://u:p@a.example/?token=secret")),
    "durations": Target(lambda data: parse_duration(_text(data)), (b"1h30m", b"0.5s"), (ValueError,)),
}  # fmt: skip
