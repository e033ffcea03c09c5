"""Feeds of stories and articles: Atom (RFC 4287) and JSON Feed 1.1, from the same entries."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from worker.agencies.marks import marked_title
from worker.redaction import redact_data
from worker.store import lineage, listing
from worker.store.story_changes import change_times
from worker.text.amounts import count_of
from worker.views.output import rfc3339
from worker.web.articles import read_articles
from worker.web.page import Document, Request
from worker.web.stories import FILTERS, USUAL_SINCE, read_conditions
from worker.web.words import host_of, link_of

STORY_PARAMS = (*FILTERS, "since", "copies", "limit")
ARTICLE_PARAMS = (*FILTERS, "feed", "story", "since", "limit")
USUAL, MOST = 50, 200
MEMBERS = 20  # of each story, whose outlets are named
NAMED = 12  # outlets
TEXT_CHARS = 20_000  # of an entry
YEAR = 2026  # of the tag URIs (RFC 4151): the authority then belonged to who made them
ATOM, JSON_FEED = "application/atom+xml; charset=utf-8", "application/feed+json; charset=utf-8"
BEFORE_EDIT = "Text of the page, read before the last edit of its feed"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # when a feed without entries changed
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed; `page` is our own page of it, `url` that of the publisher."""

    id: str
    title: str
    page: str
    url: str | None
    updated_at: datetime
    published_at: datetime | None
    author: str
    summary: str
    text: str
    tags: tuple[str, ...]
    lang: str | None
    is_before_edit: bool = False  # the text, which is that of the page


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed with its own address and that of the page that shows the same."""

    id: str
    title: str
    page: str
    address: str
    entries: Sequence[Entry]

    @property
    def updated_at(self) -> datetime | None:
        """When the newest entry changed."""
        return max((entry.updated_at for entry in self.entries), default=None)


def story_atom(request: Request) -> Document:
    """Stories as Atom: one entry each, which is updated when the story gets a copy or is corrected."""
    return _atom(_story_feed(request, "stories.atom"))


def story_json_feed(request: Request) -> Document:
    """Stories as JSON Feed."""
    return _json_feed(_story_feed(request, "stories.feed.json"))


def article_atom(request: Request) -> Document:
    """Articles as Atom."""
    return _atom(_article_feed(request, "articles.atom"))


def article_json_feed(request: Request) -> Document:
    """Articles as JSON Feed."""
    return _json_feed(_article_feed(request, "articles.feed.json"))


def tag_uri(request: Request, name: str) -> str:
    """An id that does not depend on the address by which a reader comes (RFC 4151)."""
    authority = host_of(request.settings.web_url) or "localhost"
    return f"tag:{authority},{YEAR}:{name}"


def _story_feed(request: Request, name: str) -> Feed:
    params = request.params
    since = params.since("since", USUAL_SINCE)
    least, top = params.number("copies", 1, 1_000), params.number("limit", USUAL, MOST)
    with request.db.read() as connection:
        where, _ = read_conditions(connection, params, least, since, None)
        rows = list(
            listing.iter_stories(
                connection, since=since, limit=top, min_copies=least, members=MEMBERS, where=where
            )
        )
        leads = lineage.known_texts(connection, [row["lead"] for row in rows])
        changed = change_times(connection, [row["id"] for row in rows])
    entries = [
        _story_entry(request, row, leads[row["lead"]], changed.get(row["id"], row["last_seen_at"]))
        for row in rows
        if row["lead"] in leads
    ]
    return _feed(request, "Stories", "stories", name, entries)


def _story_entry(
    request: Request, row: dict[str, Any], lead: lineage.KnownText, changed_at: datetime
) -> Entry:
    member = {one["article"]: one for one in row["members"]}[row["lead"]]
    outlets = list(dict.fromkeys(one["feed"] for one in row["members"]))
    where = f"{count_of(row['copies'], 'copy')} in {count_of(row['outlets'], 'outlet')}"
    return Entry(
        id=tag_uri(request, f"story/{row['id']}"),
        title=marked_title(row["title"] or "(no headline)", row["mark"]),
        page=f"{request.base}/stories/{row['id']}",
        url=link_of(member["url"]),
        updated_at=max(row["last_seen_at"], lead.changed_at, changed_at),
        published_at=member["published_at"],
        author=row["agency"] or member["feed"],
        summary=f"{where}: {', '.join(outlets[:NAMED])}",
        text=lead.document.text[:TEXT_CHARS],
        tags=tuple(filter(None, (row["agency"], row["mark"]))),
        lang=lead.document.lang,
        is_before_edit=lead.age is not None,
    )


def _article_feed(request: Request, name: str) -> Feed:
    rows = read_articles(request, USUAL)["items"]
    with request.db.read() as connection:
        edited = lineage.known_texts(connection, [row["id"] for row in rows])
    entries = [_article_entry(request, row, edited[row["id"]]) for row in rows if row["id"] in edited]
    return _feed(request, "Articles", "articles", name, entries)


def _article_entry(request: Request, row: dict[str, Any], known: lineage.KnownText) -> Entry:
    return Entry(
        id=tag_uri(request, f"article/{row['id']}"),
        title=row["title"] or "(no headline)",
        page=f"{request.base}/articles/{row['id']}",
        url=link_of(row["url"]),
        updated_at=max(row["fetched_at"], known.changed_at),
        published_at=row["published_at"],
        author=row["author"] or row["feed"],
        summary=row["summary"] or "",
        text=(row["text"] or row["summary"] or "")[:TEXT_CHARS],
        tags=tuple(filter(None, (row["agency"], row["feed"]))),
        lang=row["lang"],
        is_before_edit=known.age is not None,
    )


def _feed(request: Request, title: str, page: str, name: str, entries: Sequence[Entry]) -> Feed:
    query = request.params.query()
    chosen = ", ".join(f"{key} {value}" for key, value in request.params.values.items() if key != "limit")
    shown = f"{title}: {chosen}" if chosen else title
    addresses = (f"{request.base}/{page}{query}", f"{request.base}/{name}{query}")
    return Feed(tag_uri(request, f"{page}{query}"), shown, *addresses, entries)


def _atom(feed: Feed) -> Document:
    updated_at = feed.updated_at or EPOCH
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        _element("id", feed.id), _element("title", f"{feed.title} – wireroom"),
        _element("updated", rfc3339(updated_at)),
        _link("self", feed.address, "application/atom+xml"), _link("alternate", feed.page, "text/html"),
        "<generator>wireroom</generator>",
        *(line for entry in feed.entries for line in _atom_entry(entry)),
        "</feed>",
    ]  # fmt: skip
    return Document("\n".join(lines).encode("utf-8", "replace"), ATOM, feed.updated_at)


def _atom_entry(entry: Entry) -> list[str]:
    entry = _redacted(entry)
    alternate = entry.url or entry.page
    lang = f" xml:lang={quoteattr(_xml(entry.lang))}" if entry.lang else ""
    lines = [
        f"<entry{lang}>", _element("id", entry.id), _element("title", entry.title),
        _element("updated", rfc3339(entry.updated_at)), _link("alternate", alternate, "text/html"),
        f"<author>{_element('name', entry.author)}</author>",
    ]  # fmt: skip
    if entry.published_at:
        lines.append(_element("published", rfc3339(entry.published_at)))
    if entry.page != alternate:
        lines.append(_link("related", entry.page, "text/html"))
    lines += [f"<category term={quoteattr(_xml(tag))}/>" for tag in entry.tags]
    lines += [_element("summary", entry.summary)] if entry.summary else []
    lines += [_element("content", _text_of(entry))] if entry.text else []
    return [*lines, "</entry>"]


def _json_feed(feed: Feed) -> Document:
    items = [_json_item(_redacted(entry)) for entry in feed.entries]
    found = {
        "version": "https://jsonfeed.org/version/1.1", "title": f"{feed.title} – wireroom",
        "home_page_url": feed.page, "feed_url": feed.address, "items": items,
    }  # fmt: skip
    return Document(
        json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"), JSON_FEED, feed.updated_at
    )


def _json_item(entry: Entry) -> dict[str, Any]:
    extension = {"text_is_before_edit": True} if entry.is_before_edit else None
    item = {
        "_wireroom": extension, "id": entry.id, "url": entry.page, "external_url": entry.url,
        "title": entry.title,
        "content_text": _text_of(entry) or entry.summary or entry.title, "summary": entry.summary,
        "date_published": entry.published_at and rfc3339(entry.published_at),
        "date_modified": rfc3339(entry.updated_at), "authors": [{"name": entry.author}],
        "tags": list(entry.tags), "language": entry.lang,
    }  # fmt: skip
    return {name: value for name, value in item.items() if value}


def _text_of(entry: Entry) -> str:
    """The text, below a note if it lacks the last edit."""
    return f"[{BEFORE_EDIT}]\n\n{entry.text}" if entry.is_before_edit else entry.text


def _redacted(entry: Entry) -> Entry:
    """The entry without known secrets."""
    values = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
    return Entry(**redact_data(values))


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(_xml(text))}</{name}>"


def _link(rel: str, address: str, media_type: str) -> str:
    return f'<link rel="{rel}" href={quoteattr(_xml(address))} type="{media_type}"/>'


def _xml(text: str) -> str:
    return NOT_XML.sub("", text)
