"""Render the newsroom's entries as feeds in three formats and as article pages."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from tests.newsroom.model import Entry, Outlet

TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
NAVIGATION = {
    "en": ("Home", "Politics", "Business", "Culture", "Sport", "Weather", "Subscribe", "Log in"),
    "ko": ("홈", "정치", "경제", "문화", "스포츠", "날씨", "구독", "로그인"),
}
RELATED = {
    "en": ("Most read today", "Five things to know this morning", "Crossword: easy, medium, hard"),
    "ko": ("많이 본 기사", "오늘의 운세", "독자 사진 모음"),
}

RSS_HEAD = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
)

UrlOf = Callable[[Entry], str]


def render_feed(
    outlet: Outlet, entries: Sequence[Entry], url_of: UrlOf, changed_at: datetime
) -> tuple[bytes, str]:
    """Return a feed document and its content type."""
    body = _FORMATS[outlet.format](outlet, entries, url_of, changed_at)
    kind = TYPES[outlet.format]
    return body.encode(outlet.charset, "xmlcharrefreplace"), f"{kind}; charset={outlet.charset}"


def _markup(entry: Entry) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in entry.paragraphs)


def _rss(outlet: Outlet, entries: Sequence[Entry], url_of: UrlOf, changed_at: datetime) -> str:
    rows = [
        f'<?xml version="1.0" encoding="{outlet.charset}"?>',
        f"{RSS_HEAD}<channel>",
        f"<title>{escape(outlet.name)}</title><link>{escape(url_of(entries[0]).rsplit('/', 1)[0])}/</link>",
        f"<description>{escape(outlet.name)}</description><language>{outlet.lang}</language>",
        f"<lastBuildDate>{format_datetime(changed_at)}</lastBuildDate>",
    ]
    for entry in entries:
        rows += [
            f"<item><title>{escape(entry.title)}</title><link>{escape(url_of(entry))}</link>",
            f'<guid isPermaLink="false">{entry.guid}</guid>',
            f"<pubDate>{format_datetime(entry.published_at)}</pubDate>",
            f"<dc:creator>{escape(entry.byline)}</dc:creator>" if entry.byline else "",
            f"<description>{escape(entry.summary)}</description>",
            f"<content:encoded><![CDATA[{_markup(entry)}]]></content:encoded>" if outlet.full else "",
            "</item>",
        ]
    return "\n".join(filter(None, rows)) + "\n</channel></rss>\n"


def _atom(outlet: Outlet, entries: Sequence[Entry], url_of: UrlOf, changed_at: datetime) -> str:
    rows = [
        f'<?xml version="1.0" encoding="{outlet.charset}"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.lang}">',
        f"<title>{escape(outlet.name)}</title>",
        f"<id>tag:newsroom.example,2026:{outlet.id}</id><updated>{changed_at.isoformat()}</updated>",
        f"<author><name>{escape(outlet.name)}</name></author>",
    ]
    for entry in entries:
        rows += [
            f"<entry><title>{escape(entry.title)}</title><id>{entry.guid}</id>",
            f'<link rel="alternate" type="text/html" href={quoteattr(url_of(entry))}/>',
            f"<published>{entry.published_at.isoformat()}</published><updated>{entry.updated_at.isoformat()}</updated>",
            f"<author><name>{escape(entry.byline)}</name></author>" if entry.byline else "",
            f'<content type="html">{escape(_markup(entry))}</content>'
            if outlet.full
            else f"<summary>{escape(entry.summary)}</summary>",
            "</entry>",
        ]
    return "\n".join(filter(None, rows)) + "\n</feed>\n"


def _json_feed(outlet: Outlet, entries: Sequence[Entry], url_of: UrlOf, changed_at: datetime) -> str:
    items = []
    for entry in entries:
        text = {"content_html": _markup(entry)} if outlet.full else {"summary": entry.summary}
        items.append(
            {
                "id": entry.guid,
                "url": url_of(entry),
                "title": entry.title,
                "date_published": entry.published_at.isoformat(),
                "date_modified": entry.updated_at.isoformat(),
                **({"authors": [{"name": entry.byline}]} if entry.byline else {}),
                **text,
            }
        )
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "language": outlet.lang,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


_FORMATS = {"rss": _rss, "atom": _atom, "json": _json_feed}


def render_page(entry: Entry, url: str) -> tuple[bytes, str]:
    """Return an article page with navigation, related links and footer, and its content type."""
    outlet = entry.outlet
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": entry.title,
        "datePublished": entry.published_at.isoformat(),
        "author": {"@type": "Person", "name": entry.byline} if entry.byline else None,
        "publisher": {"@type": "Organization", "name": outlet.name},
    }
    metadata = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    related = "".join(f'<li><a href="#">{name}</a></li>' for name in RELATED[outlet.lang])
    navigation = "".join(f'<li><a href="#">{name}</a></li>' for name in NAVIGATION[outlet.lang])
    page = f"""<!DOCTYPE html>
<html lang="{outlet.lang}"><head><meta charset="{outlet.charset}">
<title>{escape(entry.title)} | {escape(outlet.name)}</title>
<meta property="og:type" content="article"><meta property="og:title" content={quoteattr(entry.title)}>
<meta property="og:site_name" content={quoteattr(outlet.name)}>
<link rel="canonical" href={quoteattr(url)}>
<script type="application/ld+json">{metadata}</script>
</head><body>
<header><a href="/">{escape(outlet.name)}</a><nav><ul>{navigation}</ul></nav></header>
<main><article><h1>{escape(entry.title)}</h1>
<p class="byline">{escape(entry.byline or outlet.name)} <time datetime="{entry.published_at.isoformat()}">
{entry.published_at:%Y-%m-%d %H:%M} UTC</time></p>
<div class="article-body">{_markup(entry)}</div></article>
<aside class="related"><h2>{RELATED[outlet.lang][0]}</h2><ul>{related}</ul></aside></main>
<footer><p>{escape(outlet.name)} · 2026</p></footer>
</body></html>
"""
    return page.encode(outlet.charset, "xmlcharrefreplace"), f"text/html; charset={outlet.charset}"
