"""Convert feedparser's dictionaries to raw entries."""

import re
from dataclasses import replace
from typing import Any

from worker.errors import ParseError
from worker.parse.hints import read_hints
from worker.parse.newest import count_unread, describe_cut, keep_newest
from worker.parse.raw import RawEntry, RawFeed, RawText
from worker.parse.recorder import MAX_NOTED, Marks
from worker.parse.text import TAG
from worker.parse.xmlread import read_xml

ATOM_ROOTS = {"feed", "entry"}
WEB_URL = re.compile(r"(?:https?:)?//|/|www\.", re.IGNORECASE)
HTML_TYPES = {"text/html", "application/xhtml+xml", "html", "xhtml"}
# best first; "created" (Atom 0.3) is used as publication date only if nothing better is present
PUBLISHED_ORDER = ("pubDate", "published", "issued", "dcterms:issued", "dc:date", "created", "updated")


def read_xml_feed(text: str, url: str) -> RawFeed:
    """Return the raw feed of an XML document; raises ParseError if it contains none."""
    text, cut = keep_newest(text)
    outcome = read_xml(text, url)
    recorder = outcome.recorder
    feed = _plain(recorder.feeddata)
    if not recorder.version and not recorder.entries and not feed:
        raise ParseError("XML without feed elements")
    return RawFeed(
        title=_string(feed.get("title")),
        link=_string(feed.get("link")),
        lang=_string(feed.get("language")),
        entries=[
            replace(
                _entry(_plain(entry), marks, is_atom=recorder.root in ATOM_ROOTS),
                is_partial=not (marks.is_closed or outcome.is_complete),
            )
            for entry, marks in zip(recorder.entries, recorder.marks, strict=False)
        ],
        hints=read_hints(feed, recorder.skip_hours, recorder.skip_days),
        warnings=[
            *outcome.warnings,
            *_flat_entries(recorder.marks),
            *([describe_cut(cut)] if cut else []),
        ],
        cut=cut + (count_unread(text, len(recorder.entries)) if recorder.is_cut else 0),
        is_complete=outcome.is_complete,
    )


def _flat_entries(marks: list[Marks]) -> list[str]:
    """Return a warning for each entry of which elements were read as plain text."""
    return [
        f"entry {number} has too many or too deeply nested elements; some were read as plain text"
        for number, mark in enumerate(marks, 1)
        if mark.is_flat
    ]


def _plain(value: Any) -> Any:
    """Convert feedparser's dictionaries to plain ones; theirs resolve aliases, at ten times the cost."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _entry(entry: dict[str, Any], marks: Marks, *, is_atom: bool) -> RawEntry:
    dates = sorted(
        (d for d in marks.dates if d[0] in PUBLISHED_ORDER), key=lambda d: PUBLISHED_ORDER.index(d[0])
    )
    contents = [_text(c) for c in _dicts(entry, "content") if c.get("value")]
    summaries = [RawText(value, _is_html(kind, value)) for value, kind in marks.summaries]
    summary = summaries[0] if summaries else None
    contents += summaries[1:]
    return RawEntry(
        guid=marks.guid or _string(entry.get("id")),
        links=_links(entry, marks),
        title=_title(entry, is_atom=is_atom) or (RawText(marks.media_title) if marks.media_title else None),
        summary=summary or (RawText(marks.media_text) if marks.media_text and not contents else None),
        contents=contents,
        author=_author(entry, marks),
        lang=_string(entry.get("language")) or marks.lang or _content_lang(entry),
        tags=[t["term"] or t["label"] for t in _dicts(entry, "tags") if t.get("term") or t.get("label")],
        published=dates,
        updated=[value for kind, value in marks.dates if kind == "updated"],
        source_name=_source_name(entry),
        base=marks.base,
    )


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _dicts(holder: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the dictionaries under a key; an unknown element of that name may have stored anything there."""
    value = holder.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(detail: dict[str, Any]) -> RawText:
    return RawText(
        detail["value"],
        _is_html(detail.get("type", "text/html"), detail["value"]),
    )


def _is_html(kind: str, value: str) -> bool:
    """Whether a text is markup: as declared, or because it contains tags although declared as plain."""
    if kind in HTML_TYPES:
        return True
    return TAG.search(value) is not None and (kind != "text/plain" or "</" in value)


def _title(entry: dict[str, Any], *, is_atom: bool) -> RawText | None:
    """Return the title; in Atom it is plain text unless its type says otherwise (RFC 4287 section 3.1.1.1).

    RSS declares no type, and its titles are HTML in practice.
    """
    value = _string(entry.get("title"))
    if value is None:
        return None
    detail = entry.get("title_detail")
    kind = detail.get("type") if isinstance(detail, dict) else None
    return RawText(value, not (is_atom and kind == "text/plain"))


def _links(entry: dict[str, Any], marks: Marks) -> list[str]:
    """Return candidate article URLs: origLink, alternate links (HTML first), then a permalink guid."""
    links = [link for link in _dicts(entry, "links") if link.get("href")]
    alternates = [link for link in links if link.get("rel", "alternate") == "alternate"]
    alternates.sort(key=lambda link: link.get("type", "text/html") not in HTML_TYPES)
    found = [
        entry.get("feedburner_origlink"),
        *(link["href"] for link in alternates),
        entry.get("link") if alternates else None,  # else feedparser's guess from any guid
        *(url for url in (marks.permalink, None if marks.guid else entry.get("id")) if _is_permalink(url)),
    ]
    return list(dict.fromkeys(link for link in found if _string(link)))


def _is_permalink(guid: Any) -> bool:
    return isinstance(guid, str) and WEB_URL.match(guid) is not None


def _author(entry: dict[str, Any], marks: Marks) -> str | None:
    if marks.creators:
        return ", ".join(dict.fromkeys(marks.creators))
    names = [a["name"] for a in _dicts(entry, "authors") if a.get("name")]
    return ", ".join(dict.fromkeys(names[:MAX_NOTED])) or _string(entry.get("author"))


def _content_lang(entry: dict[str, Any]) -> str | None:
    for detail in (
        *_dicts(entry, "content"),
        entry.get("summary_detail"),
        entry.get("title_detail"),
    ):
        if isinstance(detail, dict) and detail.get("language"):
            return _string(detail["language"])
    return None


def _source_name(entry: dict[str, Any]) -> str | None:
    source = entry.get("source")
    return _string(source.get("title")) if isinstance(source, dict) else None
