"""JSON-LD as pages write it: broken commas, comments, raw line breaks, graphs in lists in graphs."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

MAX_CHARS = 500_000
MAX_NODES = 2_000
MAX_BRACKETS = 200  # an object nested deeper is no metadata and would exhaust the recursion of the reader
# schema.org: Article and what is derived from it
ARTICLE_TYPES = frozenset(
    {
        "advertisercontentarticle",
        "analysisnewsarticle",
        "article",
        "backgroundnewsarticle",
        "blogposting",
        "liveblogposting",
        "newsarticle",
        "opinionnewsarticle",
        "report",
        "reportagenewsarticle",
        "reviewnewsarticle",
        "scholarlyarticle",
        "techarticle",
    }
)
_LINKS = frozenset({"@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item"})
_WRAPPING = re.compile(
    r"^\s*(?:<!--|(?://|/\*)?\s*<!\[CDATA\[(?:\s*\*/)?)|(?:-->|(?://|/\*)?\s*\]\]>(?:\s*\*/)?)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s{0,200}[}\]])")


def read_jsonld(text: str) -> Any:
    """The value of one script, mended where that is possible, or None."""
    text = text[:MAX_CHARS].strip().rstrip(";")
    if _depth(text) > MAX_BRACKETS:
        return None
    text = _WRAPPING.sub("", text)
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text), html.unescape(text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return _first_value(text)


def _first_value(text: str) -> Any:
    # two objects in one script, or an object with rubbish after it
    try:
        return json.JSONDecoder(strict=False).raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None


def _depth(text: str) -> int:
    deepest = depth = 0
    for bracket in re.finditer(r"[\[{}\]]", text):
        depth += 1 if bracket[0] in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def find_articles(values: list[Any]) -> list[dict[str, Any]]:
    """The objects of an article type, outermost first."""
    return [node for node in _walk(values) if types_of(node) & ARTICLE_TYPES]


def find_nodes(values: list[Any]) -> list[dict[str, Any]]:
    """All objects that stand on their own or are linked from one, outermost first."""
    return list(_walk(values))


def types_of(node: dict[str, Any]) -> set[str]:
    """The lower-case type names of an object, without their namespace."""
    kinds = node.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return {name.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() for name in names if isinstance(name, str)}


def _walk(values: list[Any]) -> Iterator[dict[str, Any]]:
    queue: list[Any] = list(values)
    for _ in range(MAX_NODES):
        if not queue:
            return
        node = queue.pop(0)
        if isinstance(node, list):
            queue[:0] = node[:MAX_NODES]
        elif isinstance(node, dict):
            yield node
            queue += [value for key, value in node.items() if key in _LINKS]


def text_of(value: Any) -> str | None:
    """A plain string of a value that may be a string, an object with a name, or a list of these."""
    if isinstance(value, list):
        value = next((part for part in value if part), None)
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("url")
    if not isinstance(value, str):
        return None
    return html.unescape(" ".join(value[:2_000].split())) or None


def names_of(value: Any) -> list[str]:
    """The names of the persons or organizations of a value, in order, each once."""
    found = [text_of(part) for part in (value if isinstance(value, list) else [value])[:20]]
    return list(dict.fromkeys(name for name in found if name))
