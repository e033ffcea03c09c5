"""Classify a body: an XML feed, a JSON document, or not a feed."""

import html
import re
from dataclasses import dataclass

from worker.errors import ParseError
from worker.parse.autodiscovery import find_feed_links
from worker.text.charset import decode

MAX_DOCUMENT_BYTES = 64 * 1024 * 1024  # the fetch limit is far below
MAX_TAG_CHARACTERS = 16_384  # a longer start tag occupies a parser for seconds
HEAD_CHARACTERS = 65_536  # the root element must begin within this
COMPRESSED = {b"\x1f\x8b": "gzip", b"PK": "zip", b"BZ": "bzip2", b"%PDF": "PDF", b"\x89PNG": "PNG"}
FEED_ROOTS = {"rss", "feed", "rdf", "channel", "entry", "item", "redirect", "newlocation"}
# root element -> what an operator calls such a document
OTHER_ROOTS = {
    "html": "an HTML page",
    "body": "an HTML page",
    "opml": "an OPML list of feeds",
    "urlset": "a sitemap",
    "sitemapindex": "a sitemap index",
    "svg": "an SVG image",
    "plist": "a property list",
    "opensearchdescription": "an OpenSearch description",
    "error": "an error message in XML",
}
# HTML without a root element: fragments of error pages
HTML_TAGS = {
    "head",
    "title",
    "meta",
    "script",
    "br",
    "b",
    "p",
    "div",
    "span",
    "center",
    "h1",
    "h2",
    "table",
    "font",
}
PROLOG = re.compile(
    r"\s+|<\?[^<>]*>|<!--.*?(?:-->|\Z)", re.DOTALL
)  # unclosed: to the end, without backtracking
DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
START_TAG = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
# a comment or a CDATA section, which contain no tags; unclosed, they reach to the end
NO_TAGS = r"<!--[^-]*+(?:-(?!->)[^-]*+)*+(?:-->|\Z)|<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+(?:\]\]>|\Z)"
GIANT_TAG = re.compile(rf"{NO_TAGS}|<[A-Za-z_][^<>]{{{MAX_TAG_CHARACTERS},}}>?")  # a start tag over the limit
LONG_ATTRIBUTE = re.compile(r"\s[\w:.-]+\s*=\s*(?:\"[^\"<>]{2000,}\"|'[^'<>]{2000,}')")
FEED_ELEMENT = re.compile(r"<(?:\w+:)?(?:rss|feed|RDF|channel|item|entry)[\s>]", re.IGNORECASE)
# the root element of a feed, where it is not the document's
FEED_START = re.compile(r"<(rss|(?:\w+:)?RDF|feed)(?=[\s>])[^<>]{0,4096}>(?=\s*<)", re.IGNORECASE)
# a feed as the text of a page, as viewers of browsers and proxies with a browser show it
ESCAPED_FEED = re.compile(
    r"<(?:pre|textarea|code|body)\b[^<>]*>\s*((?:&lt;\?xml|&lt;rss[\s&]|&lt;feed[\s&]|&lt;rdf:RDF[\s&]"
    r'|\{\s*(?:"|&quot;)version(?:"|&quot;)\s*:\s*(?:"|&quot;)https?:(?:\\?/){2}(?:www\.)?jsonfeed\.org)[^<]*)',
    re.IGNORECASE,
)
SILENT = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
# Characters outside XML 1.0, production [2], and lone surrogates
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    """A decoded body; `kind` is "xml" or "json"."""

    kind: str
    text: str
    warnings: tuple[str, ...] = ()
    encoding: str = ""


def open_document(body: bytes, *, url: str, content_type: str | None = None) -> OpenedDocument:
    """Decode a body and determine its kind; raises ParseError if it cannot be a feed."""
    if len(body) > MAX_DOCUMENT_BYTES:
        raise ParseError(f"document of {len(body)} bytes is larger than {MAX_DOCUMENT_BYTES}")
    for magic, name in COMPRESSED.items():
        if body.startswith(magic):
            raise ParseError(f"{name} data, not a feed document")
    decoded = decode(body, content_type)
    text = NOT_XML.sub("", decoded.text).lstrip("\ufeff \t\r\n\u200b")
    if not text:
        raise ParseError("empty document")
    if text[0] not in "{[":
        text = _from_root(text, url)
    kind = "json" if text[0] in "{[" else "xml"
    if kind == "xml":
        text = GIANT_TAG.sub(_shorten_tag, text)
    return OpenedDocument(kind, text, (decoded.warning,) if decoded.warning else (), decoded.encoding)


def _from_root(text: str, url: str) -> str:
    """Return the text from the XML prolog on; raises ParseError if its root element is not a feed."""
    root = find_root(text)
    if root in FEED_ROOTS:
        return text if text[0] == "<" else text[text.index("<") :]
    embedded = embedded_feed(text)
    if embedded is not None:
        return embedded
    if root in OTHER_ROOTS or root in HTML_TAGS:
        raise ParseError(_describe_page(root, text, url))
    if root and FEED_ELEMENT.search(text):
        return text
    if root:
        raise ParseError(f"XML with root <{root[:40]}>, not a feed")
    start = FEED_ELEMENT.search(text)
    if start:
        return text[start.start() :]
    raise ParseError("plain text, not a feed: " + " ".join(text[:60].split()))


def embedded_feed(text: str) -> str | None:
    """Return the feed inside another document or after other elements, or None if there is none.

    Browsers and proxies put a feed into a page, as elements or as escaped text; scripts print warnings
    before it.
    """
    shown = SILENT.sub(lambda found: " " * len(found[0]), text)
    start = FEED_START.search(shown)
    if start is not None:
        ends = list(re.finditer(rf"</{re.escape(start[1])}\s*>", shown[start.start() :], re.IGNORECASE))
        is_feed = FEED_ELEMENT.search(shown, start.end()) is not None or bool(ends)
        if is_feed:
            end = start.start() + ends[-1].end() if ends else len(text)
            return text[start.start() : end]
    written = ESCAPED_FEED.search(shown)
    return html.unescape(written[1]).strip() if written else None


def find_root(text: str) -> str | None:
    """Return the local name of the root element in lower case, or None if none begins near the start."""
    at = 0
    while at < min(len(text), HEAD_CHARACTERS):
        prolog = PROLOG.match(text, at)
        if prolog and prolog.end() > at:
            at = prolog.end()
            continue
        if DOCTYPE.match(text, at):
            at = _after_doctype(text, at)
            continue
        start = START_TAG.match(text, at)
        if start:
            return start[2].lower()
        following = text.find("<", at + 1)
        if following < 0:
            return None
        at = following
    return None


def _after_doctype(text: str, at: int) -> int:
    """Return the end of a document type declaration, including its internal subset."""
    end = text.find(">", at)
    bracket = text.find("[", at, end) if end >= 0 else -1
    if bracket >= 0:
        close = text.find("]", bracket)
        end = text.find(">", close) if close >= 0 else -1
    return end + 1 if end >= 0 else len(text)


def _describe_page(root: str, text: str, url: str) -> str:
    """Explain why the document is not a feed, with the feed that an HTML page links to, if any."""
    if root not in HTML_TAGS and root not in {"html", "body"}:
        return f"{OTHER_ROOTS[root]}, not a feed"
    links = find_feed_links(text, url)
    if not links:
        return "an HTML page, not a feed, and it links to none"
    more = f" (and {len(links) - 1} more: `wireroom discover` lists them)" if len(links) > 1 else ""
    return f"an HTML page, not a feed; it points to the feed {links[0].url[:300]}{more}"


def _shorten_tag(found: re.Match[str]) -> str:
    """Return a start tag over the limit without its long attributes, such as `data:` URLs of images.

    If it is still too long it has no attributes at all. Comments and CDATA sections are returned as they are.
    """
    tag = found[0]
    if tag.startswith("<!"):
        return tag
    short = LONG_ATTRIBUTE.sub("", tag)
    if len(short) <= MAX_TAG_CHARACTERS:
        return short
    name = START_TAG.match(tag)
    return (name[0] if name else "<x") + ("/>" if tag.endswith("/>") else ">")
