"""Extraction results of an article as lines of text."""

from collections.abc import Sequence
from typing import Any

from worker.views.table import cut, one_line, table_width
from worker.views.times import show_iso

MAX_ITEMS = 12
MAX_CHARS = 160  # of a line on a terminal
_FACTS = ("quotes", "acronyms", "dates", "numbers", "people")


def finding_lines(results: Sequence[dict[str, Any]]) -> list[str]:
    """Lines per kind: extractor, version and status, then each finding with its source or offset."""
    lines: list[str] = []
    for result in results:
        made_by = f"{result['extractor']} {result['extractor_version']}"
        reason = f", {result['reason']}" if result["reason"] else ""
        lines += ["", f"{result['kind']} ({made_by}): {result['status']}{reason}"]
        width = None if table_width() is None else MAX_CHARS
        found = _of_kind(result["kind"], result["payload"] or {})
        lines += [cut(f"  {one_line(line)}", width) for line in found]
    return lines


def _of_kind(kind: str, payload: dict[str, Any]) -> list[str]:
    if kind == "metadata":
        return [_said(name, payload.get(name), source) for name, source in payload.get("sources", {}).items()]
    if kind == "credit":
        return credit_lines(payload)
    if kind == "facts":
        return [line for name in _FACTS for line in _items(name, payload.get(name) or [])]
    if kind == "fulltext":
        names = ("url", "canonical_url", "charset")
        lines = [f"{name.replace('_', ' ')}: {payload[name]}" for name in names if payload.get(name)]
        return [*lines, *_published(payload)]
    return [f"{name}: {value}" for name, value in payload.items() if name != "schema"]


def _published(payload: dict[str, Any]) -> list[str]:
    """The page's date with the place that it was read from, and how it is written there."""
    if not payload.get("published_at"):
        return []
    written = f': "{payload["published_raw"]}"' if payload.get("published_raw") else ""
    at = show_iso(payload["published_at"])
    return [f"published at: {at} (from {payload.get('published_from')}{written})"]


def _said(name: str, value: Any, source: str) -> str:
    shown = ", ".join(map(str, value)) if isinstance(value, list) else value
    if name.endswith("_at") and isinstance(shown, str):
        shown = show_iso(shown)
    return f"{name.replace('_', ' ')}: {shown} (from {source})"


def credit_lines(payload: dict[str, Any]) -> list[str]:
    """The agency of a text with where it is named, and where it was filed."""
    lines = []
    if payload.get("kind") != "none":
        whom = payload.get("agency") or "agencies"
        lines.append(f'{payload.get("kind")}: {whom}, by {payload.get("field")}: "{payload.get("evidence")}"')
    if payload.get("dateline"):
        where = ", ".join(filter(None, (payload.get("place"), payload.get("date"))))
        lines.append(f"filed: {where}")
    return lines or ["no agency credited"]


def _items(name: str, items: list[dict[str, Any]]) -> list[str]:
    if not items:
        return []
    more = [f"… and {len(items) - MAX_ITEMS} more"] if len(items) > MAX_ITEMS else []
    return [
        f"{name}:",
        *(f"  {item_words(name, item)}" for item in items[:MAX_ITEMS]),
        *(f"  {line}" for line in more),
    ]


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,g}"


def item_words(name: str, item: dict[str, Any]) -> str:
    """One quote, acronym, date, number or person: what it is, what it means, and where it is."""
    place = f"at {item.get('offset')}"
    if name == "quotes":
        return f'"{item["text"]}" {item.get("speaker") or "(speaker not named)"} {place}'
    if name == "acronyms":
        return f"{item['short']} = {item['long']} {place}"
    if name == "dates":
        return f"{item['text']} = {item['date']} {place}"
    if name == "numbers":
        return f"{item['text']} = {_plain(item['value'])} {item.get('unit') or ''}".rstrip() + f" {place}"
    return f"{item['name']}, {item['title']} {place}"
