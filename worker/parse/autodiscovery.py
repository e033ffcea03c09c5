"""Find the feeds that an HTML page links to (HTML standard, link types "alternate" and "feed")."""

import html
import re
from urllib.parse import urljoin, urlsplit

from worker.records import FeedLink
from worker.text.charset import decode

# media type -> what an operator calls the format
FEED_TYPES = {
    "application/rss+xml": "RSS",
    "application/atom+xml": "Atom",
    "application/feed+json": "JSON Feed",
    "application/rdf+xml": "RDF",
}
MAX_CHARACTERS = 512 * 1024  # feed links are in the head of a page
MAX_TAGS = 1_000
MAX_ATTRIBUTES = 32
MAX_LINKS = 20
MAX_URL = 2_048
MAX_TITLE = 200
SILENT = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template|noscript)\b.*?(?:</\1|\Z)", re.DOTALL | re.IGNORECASE
)
TAG = re.compile(r"<(link|base)(?=[\s/])", re.IGNORECASE)
ATTRIBUTE = re.compile(
    r"""[\s/]*([^\s"'<>/=]{1,100})(?:\s*=\s*(?:"([^"]{0,4096})"|'([^']{0,4096})'|([^\s"'>]{1,4096})))?"""
)


def find_feed_links(text: str, url: str) -> tuple[FeedLink, ...]:
    """Return the feeds named by a page's `link` elements, in document order, each once.

    Relative URLs are resolved against the first `base` element, else against `url`; URLs other than http(s)
    are omitted.
    """
    base, found = "", dict[str, FeedLink]()
    shown = SILENT.sub(" ", text[:MAX_CHARACTERS])
    for count, tag in enumerate(TAG.finditer(shown)):
        if count >= MAX_TAGS or len(found) >= MAX_LINKS:
            break
        attributes = _read_attributes(shown, tag.end())
        href = attributes.get("href", "").strip()
        if tag[1].lower() == "base":
            base = base or href
        elif href and _is_feed(attributes):
            kind = FEED_TYPES.get(_media_type(attributes), "")
            title = " ".join(attributes.get("title", "").split())[:MAX_TITLE]
            found.setdefault(href, FeedLink(href, title, kind))
    resolved = (_resolve(link, base, url) for link in found.values())
    return tuple({link.url: link for link in resolved if link is not None}.values())


def find_page_feeds(body: bytes, url: str, content_type: str | None) -> tuple[FeedLink, ...]:
    """Return the feeds named by a fetched page, as `find_feed_links` does."""
    return find_feed_links(decode(body, content_type).text, url)


def _read_attributes(text: str, at: int) -> dict[str, str]:
    """Return the attributes of a start tag by lower-case name; of duplicates the first counts."""
    attributes: dict[str, str] = {}
    for _ in range(MAX_ATTRIBUTES):
        match = ATTRIBUTE.match(text, at)
        if match is None:
            break
        value = match[2] or match[3] or match[4] or ""
        attributes.setdefault(match[1].lower(), html.unescape(value))
        at = match.end()
    return attributes


def _media_type(attributes: dict[str, str]) -> str:
    return attributes.get("type", "").partition(";")[0].strip().lower()


def _is_feed(attributes: dict[str, str]) -> bool:
    """`rel=feed`, or `rel=alternate` with the type of a feed; a stylesheet is neither."""
    relations = attributes.get("rel", "").lower().split()
    if "stylesheet" in relations:
        return False
    return "feed" in relations or ("alternate" in relations and _media_type(attributes) in FEED_TYPES)


def _resolve(link: FeedLink, base: str, url: str) -> FeedLink | None:
    try:
        target = urljoin(urljoin(url, base), link.url)
        parts = urlsplit(target)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    clean = "".join(target.split())
    if not is_web or len(clean) > MAX_URL or not clean.isprintable():
        return None
    return FeedLink(clean.partition("#")[0], link.title, link.format)
