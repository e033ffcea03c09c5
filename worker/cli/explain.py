"""The output of `wireroom parse --explain`."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from worker.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from worker.records import Article, ExplainedEntry, Explanation, ParsedFeed

MAX_VALUE = 100  # characters of a value in the text
NOTHING = "—"


def show_explanation(source: str, feed: ParsedFeed, *, as_json: bool) -> None:
    """Print where the fields of each entry came from, and what was not used and why."""
    if feed.explanation is None:
        return
    source = redact(source)
    pairs = list(zip(feed.articles, feed.explanation.entries, strict=True))
    if as_json:
        for row in (_document(source, feed, feed.explanation), *(_entry(source, *pair) for pair in pairs)):
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    click.echo("\n".join(_document_lines(source, feed, feed.explanation)))
    for article, entry in pairs:
        click.echo("\n".join(_entry_lines(article, entry)))


# ---- JSON
def _document(source: str, feed: ParsedFeed, explanation: Explanation) -> dict[str, Any]:
    return {
        "source": source,
        "format": explanation.format,
        "encoding": explanation.encoding,
        "namespaces": dict(explanation.namespaces),
        "title": feed.title,
        "entries": feed.entries,
        "cut": feed.cut,
        "complete": feed.complete,
        "warnings": list(feed.warnings),
        "notes": list(explanation.notes),
    }


def _entry(source: str, article: Article, entry: ExplainedEntry) -> dict[str, Any]:
    fields = [
        {"field": one.field, "from": one.source, "value": _plain(article, one.field), "published": one.value,
         "characters": one.characters}
        for one in entry.fields
    ]  # fmt: skip
    dropped = [{**asdict(one), "from": one.source} for one in entry.dropped]
    for one in dropped:
        del one["source"]
    return {
        "source": source,
        "entry": entry.number,
        "entry_key": article.entry_key,
        "fields": fields,
        "dropped": dropped,
        "unread": list(entry.unread),
        "notes": list(entry.notes),
    }


def _plain(article: Article, field: str) -> Any:
    value = getattr(article, field)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    return list(value) if isinstance(value, tuple) else value


# ---- text
def _document_lines(source: str, feed: ParsedFeed, explanation: Explanation) -> Iterator[str]:
    entries = f"{feed.entries:,} {'entry' if feed.entries == 1 else 'entries'}"
    facts = [explanation.format or "unknown format", explanation.encoding, entries]
    yield f"{source}: {feed.title or 'no title'} ({', '.join(filter(None, facts))})"
    yield from (f"warning: {warning}" for warning in feed.warnings)
    yield from (f"note: {note}" for note in explanation.notes)


def _entry_lines(article: Article, entry: ExplainedEntry) -> Iterator[str]:
    name = article.title or article.url or article.guid or article.entry_key
    yield f"\nentry {entry.number}: {_short(name)}"
    rows = [(one.field, one.source, _value(article, one.field, one.value)) for one in entry.fields]
    yield from _table(rows)
    if entry.dropped:
        yield "  not used:"
        rows = [(one.field, one.source, f"{one.reason}: {_quoted(one.value)}") for one in entry.dropped]
        yield from (f"  {line}" for line in _table(rows))
    if entry.unread:
        yield f"  no field is read from: {', '.join(entry.unread)}"
    yield from (f"  note: {note}" for note in entry.notes)


def _table(rows: list[tuple[str, str, str]]) -> Iterator[str]:
    width = max((len(source) for _, source, _ in rows), default=0)
    for field, source, words in rows:
        yield f"  {field:14} {source:{min(width, 40)}}  {words}".rstrip()


def _value(article: Article, field: str, published: str) -> str:
    """Return a value as published, and what it was read as if that differs."""
    value = getattr(article, field)
    plain = _plain(article, field)
    read = ", ".join(plain) if isinstance(plain, list) else str(plain)
    if field in {"entry_key", "title", "lang"} or read == published:
        return _short(read)
    if isinstance(value, datetime) or field == "url":
        return f"{_quoted(published)} = {_short(read)}"
    return _quoted(published)


def _quoted(value: str) -> str:
    return f'"{_short(value)}"' if value else NOTHING


def _short(value: str) -> str:
    line = " ".join(value.split())
    return line if len(line) <= MAX_VALUE else line[:MAX_VALUE] + "…"
