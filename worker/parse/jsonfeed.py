"""Convert JSON Feed 1 and 1.1 (https://www.jsonfeed.org/version/1.1/) to raw entries."""

import json
import re
from collections.abc import Sequence
from typing import Any

from worker.errors import ParseError
from worker.parse.bounds import MAX_NAME_CHARACTERS, MAX_NOTED
from worker.parse.newest import MAX_ENTRIES, describe_cut, select_newest
from worker.parse.raw import Dropped, RawDate, RawEntry, RawFeed, RawText, Sourced
from worker.text.dates import read_date

VERSION = "jsonfeed.org/version/"
SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")  # of a pair, such as an emoji, or of half a pair
SURROGATES = re.compile("[\ud800-\udfff]+")
JSON_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)  # a string or a bracket
KEYS = {
    "id", "url", "external_url", "title", "summary", "content_html", "content_text", "author", "authors",
    "language", "tags", "date_published", "date_modified",
}  # fmt: skip
MAX_DEPTH = 100  # of values; an entry's own are at 5
MAX_DIGITS = 400  # of an integer


def read_json_feed(text: str, url: str) -> RawFeed:
    """Return the raw feed of a JSON document; raises ParseError if it is truncated or not a JSON Feed."""
    try:
        document = _load(text)
    except RecursionError as exc:
        raise ParseError("JSON nested too deeply") from exc
    except ValueError as exc:
        raise ParseError(f"invalid JSON: {exc}") from exc
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        raise ParseError("JSON, but not a JSON Feed: it has no list of items")
    is_declared = VERSION in str(document.get("version", ""))
    if not is_declared and not any(isinstance(i, dict) and ("id" in i or "url" in i) for i in items):
        raise ParseError("JSON, but not a JSON Feed: version and item ids are missing")
    warnings = [] if is_declared else ["JSON Feed without its version"]
    objects = [item for item in items if isinstance(item, dict)]
    if items and not objects:
        raise ParseError("a JSON Feed whose items are not objects")
    if len(objects) < len(items):
        warnings.append("items that are not objects were skipped")
    kept = [objects[at] for at in _newest(objects)]
    cut = len(objects) - len(kept)
    if cut:
        warnings.append(describe_cut(cut))
    entries = [_entry(item, document, url) for item in kept]
    return RawFeed(
        title=_string(document.get("title")),
        link=_string(document.get("home_page_url")),
        lang=Sourced(lang, "feed.language") if (lang := _string(document.get("language"))) else None,
        entries=entries,
        format="JSON Feed",
        warnings=warnings,
        cut=cut,
    )


def _newest(items: list[dict[str, Any]]) -> Sequence[int]:
    """Return the indexes of the items to read: all, or the newest of too many."""
    if len(items) <= MAX_ENTRIES:
        return range(len(items))
    dates = ([_string(item.get(name)) for name in ("date_published", "date_modified")] for item in items)
    return select_newest([read_date(published or modified) for published, modified in dates])


def _load(text: str) -> Any:
    """Return the JSON value, without lone surrogates in any key or string: no encoding has them."""
    try:
        value = _read(text)
    except RecursionError:
        text = _without_deep_values(text)
        value = _read(text)
    if SURROGATE_ESCAPE.search(text):
        written = json.dumps(value, ensure_ascii=False)
        if SURROGATES.search(written):
            return _read(SURROGATES.sub("", written))
    return value


def _read(text: str) -> Any:
    """Return the JSON value; control characters in strings, such as raw line breaks, are allowed."""
    return json.loads(text, parse_int=_read_integer, strict=False)


def _without_deep_values(text: str) -> str:
    """Return the JSON text with null in place of each list and object nested deeper than MAX_DEPTH."""
    kept, start, depth = [], 0, 0
    for token in JSON_TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth == MAX_DEPTH + 1:
                kept.append(text[start : token.start()] + "null")
        elif token[0] in "]}":
            if depth == MAX_DEPTH + 1:
                start = token.end()
            depth -= 1
    return "".join([*kept, text[start:] if depth <= MAX_DEPTH else ""])


def _read_integer(digits: str) -> int | str:
    """Return an integer, or its digits if there are more than Python converts in bounded time."""
    return int(digits) if len(digits) <= MAX_DIGITS else digits


def _string(value: Any) -> str | None:
    """Return a string or a number as text, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value) if value != "" else None


def _entry(item: dict[str, Any], document: dict[str, Any], url: str) -> RawEntry:
    html, plain = _key(item, "content_html"), _key(item, "content_text")
    contents = [RawText(html.value, source=html.source)] if html else []
    if plain and not html:
        contents = [RawText(plain.value, is_html=False, source=plain.source)]
    published, modified = _key(item, "date_published"), _key(item, "date_modified")
    guid = _key(item, "id")
    links = [_key(item, "url"), _key(item, "external_url"), guid if guid and _is_url(guid.value) else None]
    tags = item.get("tags")
    return RawEntry(
        guid=guid,
        links=[link for link in links if link],
        title=_plain_text(item, "title"),
        summary=_plain_text(item, "summary"),
        contents=contents,
        author=_author(item) or _author(document, "feed."),
        lang=_key(item, "language"),
        tags=[Sourced(tag, "tags") for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
        published=[RawDate(date.source, *date) for date in (published, modified) if date],
        updated=[modified] if modified else [],
        base=url,
        dropped=[Dropped("text", plain.source, plain.value, f"{html.source} comes first")]
        if html and plain
        else [],
        unread=tuple(key for key in item if key not in KEYS),
    )


def _key(item: dict[str, Any], name: str) -> Sourced | None:
    value = _string(item.get(name))
    return Sourced(value, name) if value else None


def _plain_text(item: dict[str, Any], name: str) -> RawText | None:
    value = _string(item.get(name))
    return RawText(value, is_html=False, source=name) if value else None


def _is_url(ident: str) -> bool:
    """Whether an id is the item's full URL, which version 1.1 recommends."""
    return ident.lower().startswith(("http://", "https://"))


def _author(holder: dict[str, Any], prefix: str = "") -> Sourced | None:
    """Return the names in version 1.1's `authors`, else in version 1's `author`."""
    authors = holder.get("authors")
    listed = authors if isinstance(authors, list) else [authors or holder.get("author")]
    names = [_string(a.get("name")) if isinstance(a, dict) else _string(a) for a in listed]
    joined = ", ".join(name[:MAX_NAME_CHARACTERS] for name in names[:MAX_NOTED] if name)
    return Sourced(joined, prefix + ("authors" if authors else "author")) if joined else None
