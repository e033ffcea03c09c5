"""Convert feedparser's dictionaries to raw entries."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, repeat, zip_longest
from typing import Any

from worker.errors import ParseError
from worker.parse.bounds import MAX_NOTED
from worker.parse.choices import join_sources
from worker.parse.direct import read_directly
from worker.parse.hints import read_hints
from worker.parse.marks import Marks
from worker.parse.newest import count_unread, describe_cut, keep_newest
from worker.parse.origins import ATOM_ROOTS
from worker.parse.raw import Dropped, RawEntry, RawFeed, RawText, Sourced
from worker.parse.text import TAG
from worker.parse.xmlread import PLAIN, Recorders, read_xml

WEB_URL = re.compile(r"(?:https?:)?//|/|www\.", re.IGNORECASE)
HTML_TYPES = {"text/html", "application/xhtml+xml", "html", "xhtml"}
# best first; "created" (Atom 0.3) is used as publication date only if nothing better is present
PUBLISHED_ORDER = ("pubDate", "published", "issued", "dcterms:issued", "dc:date", "created", "updated")


def read_xml_feed(text: str, url: str, recorders: Recorders = PLAIN) -> RawFeed:
    """Return the raw feed of an XML document; raises ParseError if it contains none."""
    text, cut = keep_newest(text)
    outcome = (read_directly(text, url) if recorders is PLAIN else None) or read_xml(text, url, recorders)
    recorder = outcome.recorder
    feed = _plain(recorder.feeddata)
    if not recorder.version and not recorder.entries and not feed:
        raise ParseError("XML without feed elements")
    return RawFeed(
        title=_string(feed.get("title")),
        link=_string(feed.get("link")),
        lang=_sourced(feed.get("language"), recorder.lang_from or f"{recorder.root}@xml:lang"),
        entries=[
            replace(
                _entry(_plain(entry), marks, is_atom=recorder.root in ATOM_ROOTS),
                is_partial=marks.is_broken or not (marks.is_closed or outcome.is_complete),
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
        format=recorder.version,
        namespaces=recorder.declared,
        lost=recorder.lost,
        is_even=recorder.is_even,
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
        (d for d in marks.dates if d.kind in PUBLISHED_ORDER), key=lambda d: PUBLISHED_ORDER.index(d.kind)
    )
    contents = [_text(c) for c in _dicts(entry, "content") if c.get("value")]
    summaries = [RawText(text, _is_html(kind, text), source) for text, kind, source in marks.summaries]
    summary = summaries[0] if summaries else None
    contents += summaries[1:]
    about = _sourced(entry.get("id"), f"{marks.element}@rdf:about")
    has_guid = marks.guid is not None and marks.guid.value != ""
    return RawEntry(
        guid=marks.guid if has_guid else about,
        links=_links(entry, marks, about),
        title=_title(entry, marks, is_atom=is_atom) or _of_media(marks.media_title),
        summary=summary or (None if contents else _of_media(marks.media_text)),
        contents=contents,
        author=_author(entry, marks),
        lang=_lang(entry, marks),
        tags=_tags(entry, marks),
        published=dates,
        updated=[Sourced(d.value, d.source) for d in marks.dates if d.kind == "updated"],
        source_name=_source_name(entry, marks),
        base=marks.base,
        is_flat=marks.is_flat,
        elements=marks.elements,
        dropped=[*marks.dropped, *_unused(entry, marks, has_text=bool(summary or contents))],
    )


def _of_media(found: Sourced | None) -> RawText | None:
    """Return a text of Media RSS, which stands for the entry's own where there is none."""
    return RawText(found.value, source=found.source) if found else None


def _unused(entry: dict[str, Any], marks: Marks, *, has_text: bool) -> Iterator[Dropped]:
    """Yield the values that were recorded for the entry and that no field is read from."""
    if marks.media_title and _string(entry.get("title")):
        yield Dropped(
            "title", marks.media_title.source, marks.media_title.value, "the entry has a title of its own"
        )
    if marks.media_text and has_text:
        yield Dropped(
            "text", marks.media_text.source, marks.media_text.value, "the entry has a text of its own"
        )
    for kind, value, source in marks.dates:
        if kind not in PUBLISHED_ORDER:
            yield Dropped("published_at", source, value, "not a date of publication")
    yield from _unused_links(entry, marks)
    if marks.creators:
        used = {name.source for name in marks.creators}
        for name, source in _names(entry, marks):
            if source not in used:
                yield Dropped("author", source, name, f"{marks.creators[0].source} comes first")


def _unused_links(entry: dict[str, Any], marks: Marks) -> Iterator[Dropped]:
    for link in _dicts(entry, "links"):
        if link.get("href") and link.get("rel", "alternate") != "alternate":
            yield Dropped("url", _link_source(link), link["href"], f'rel="{link["rel"]}" is not the article')
    if marks.guid and not marks.permalink and _is_permalink(marks.guid.value):
        yield Dropped("url", marks.guid.source, marks.guid.value, "isPermaLink says that it is not a link")


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _sourced(value: Any, source: str) -> Sourced | None:
    return Sourced(value, source) if isinstance(value, str) and value else None


def _dicts(holder: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the dictionaries under a key; an unknown element of that name may have stored anything there."""
    value = holder.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(detail: dict[str, Any]) -> RawText:
    return RawText(
        detail["value"],
        _is_html(detail.get("type", "text/html"), detail["value"]),
        detail.get("origin") or "content",
    )


def _is_html(kind: str, value: str) -> bool:
    """Whether a text is markup: as declared, or because it contains tags although declared as plain."""
    if kind in HTML_TYPES:
        return True
    return TAG.search(value) is not None and (kind != "text/plain" or "</" in value)


def _title(entry: dict[str, Any], marks: Marks, *, is_atom: bool) -> RawText | None:
    """Return the title; in Atom it is plain text unless its type says otherwise (RFC 4287 section 3.1.1.1).

    RSS declares no type, and its titles are HTML in practice.
    """
    value = _string(entry.get("title"))
    if value is None:
        return None
    detail = entry.get("title_detail")
    kind = detail.get("type") if isinstance(detail, dict) else None
    return RawText(value, not (is_atom and kind == "text/plain"), marks.origins.get("title", "title"))


def _links(entry: dict[str, Any], marks: Marks, about: Sourced | None) -> list[Sourced]:
    """Return candidate article URLs: origLink, alternate links (HTML first), then a permalink guid."""
    links = [link for link in _dicts(entry, "links") if link.get("href")]
    alternates = [link for link in links if link.get("rel", "alternate") == "alternate"]
    alternates.sort(key=lambda link: link.get("type", "text/html") not in HTML_TYPES)
    guid = marks.guid.source if marks.guid else ""
    found = [
        _sourced(entry.get("feedburner_origlink"), "feedburner:origLink"),
        *(_sourced(link["href"], _link_source(link)) for link in alternates),
        _sourced(entry.get("link"), "link") if alternates else None,  # else feedparser's guess from any guid
        _sourced(marks.permalink, guid) if _is_permalink(marks.permalink) else None,
        about if about and not (marks.guid and marks.guid.value) and _is_permalink(about.value) else None,
    ]
    unique: dict[str, Sourced] = {}
    for link in found:
        if link:
            unique.setdefault(link.value, link)
    return list(unique.values())


def _link_source(link: dict[str, Any]) -> str:
    return link.get("origin") or "enclosure@url"  # the only other element that adds to the links


def _is_permalink(guid: Any) -> bool:
    return isinstance(guid, str) and WEB_URL.match(guid) is not None


def _author(entry: dict[str, Any], marks: Marks) -> Sourced | None:
    names = marks.creators or _names(entry, marks)
    if not names:
        return _sourced(entry.get("author"), marks.authors_from[-1] if marks.authors_from else "author")
    sources = join_sources(dict.fromkeys(name.source for name in names))
    return Sourced(", ".join(dict.fromkeys(name.value for name in names)), sources)


def _names(entry: dict[str, Any], marks: Marks) -> list[Sourced]:
    """Return the names of feedparser's authors."""
    authors = list(zip_longest(_dicts(entry, "authors"), marks.authors_from, fillvalue=None))
    return [Sourced(a["name"], source or "author") for a, source in authors if a and a.get("name")][
        :MAX_NOTED
    ]


def _tags(entry: dict[str, Any], marks: Marks) -> list[Sourced]:
    sources = chain(marks.tags_from, repeat("category"))
    pairs = zip(_dicts(entry, "tags"), sources, strict=False)
    return [Sourced(t["term"] or t["label"], s) for t, s in pairs if t.get("term") or t.get("label")]


def _lang(entry: dict[str, Any], marks: Marks) -> Sourced | None:
    """Return the language of an entry: of its element, its attribute, or in force at one of its texts."""
    own = _sourced(entry.get("language"), marks.origins.get("lang", "language"))
    if own or marks.lang:
        return own or _sourced(marks.lang, f"{marks.element}@xml:lang")
    for detail in (*_dicts(entry, "content"), entry.get("summary_detail"), entry.get("title_detail")):
        if isinstance(detail, dict) and detail.get("language"):
            return _sourced(detail["language"], "@xml:lang")
    return None


def _source_name(entry: dict[str, Any], marks: Marks) -> Sourced | None:
    source = entry.get("source")
    title = source.get("title") if isinstance(source, dict) else None
    return _sourced(title, marks.origins.get("source_name", "source"))
