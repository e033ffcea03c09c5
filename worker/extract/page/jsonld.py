"""Reads JSON-LD as pages write it: stray commas, comments, raw line breaks, nested graphs and lists."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from worker.text.invisible import drop_invisible, drop_invisible_in

MAX_CHARS = 500_000
MAX_NODES = 2_000
MAX_BRACKETS = 200  # deeper nesting is not metadata and would exceed the recursion limit of the parser
# schema.org: Article and its subtypes
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
_REFERRING = ("author", "creator", "publisher", "sourceOrganization", "copyrightHolder", "provider")
_LINKS = frozenset({"@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item"})
_COMMENT = re.compile(r"/\*.{0,200}?\*/|^[ \t]{0,40}//[^\n]*", re.DOTALL | re.MULTILINE)
_COMMAS = re.compile(r",(?=\s{0,200}[,}\]])")  # superfluous
_BACKSLASH = re.compile(r'\\(?!["\\/bfnrtu])')
_OPENING = re.compile(r"[\[{]")
_COLON = r"\s{0,40}:\s{0,40}"
_STRING = r'"((?:[^"\\]|\\.){0,2000})"'
# Fields still read from an object that cannot be repaired, by name and nearest value.
_FIELD = re.compile(
    rf'"(headline|datePublished|dateModified|dateCreated|isAccessibleForFree)"{_COLON}(?:{_STRING}|(true|false)\b)'
)
_NAMED = re.compile(
    rf'"(author|creator|publisher|copyrightHolder)"{_COLON}\[?\s{{0,40}}\{{[^{{}}]{{0,300}}?"name"{_COLON}{_STRING}'
)
_TYPE = re.compile(rf'"@type"{_COLON}\[?\s{{0,40}}{_STRING}')


def read_jsonld(text: str) -> Any:
    """Returns the value of a script, repaired if necessary; a list if it has several values; else None.

    If repair fails, the plain fields of an article object are returned.
    """
    text = text[:MAX_CHARS]
    if _depth(text) > MAX_BRACKETS:
        return None
    best: list[Any] = []
    for repair in (str, _repair, html.unescape):
        values, is_whole = _read_values(repair(text))
        best = max(best, values, key=len)
        if values and is_whole:
            break
    return drop_invisible_in((best[0] if len(best) == 1 else best) or _salvage(text))


def _repair(text: str) -> str:
    """Removes comments and superfluous commas, and doubles invalid backslashes."""
    return _COMMAS.sub("", _BACKSLASH.sub(r"\\\\", _COMMENT.sub("", text)))


def _read_values(text: str) -> tuple[list[Any], bool]:
    """Returns the consecutive objects and lists in a text, and whether all could be parsed."""
    decoder, at = json.JSONDecoder(strict=False), 0
    found: list[Any] = []
    while start := _OPENING.search(text, at):
        try:
            value, at = decoder.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            return found, False
        found.append(value)
    return found, True


def _salvage(text: str) -> dict[str, Any] | None:
    kinds = [kind[1] for kind in _TYPE.finditer(text) if types_of({"@type": kind[1]}) & ARTICLE_TYPES]
    if not kinds:
        return None
    node: dict[str, Any] = {"@type": kinds[0]}
    for field in _FIELD.finditer(text):
        node.setdefault(field[1], _decode(field[2]) if field[3] is None else field[3] == "true")
    for field in _NAMED.finditer(text):
        node.setdefault(field[1], {"name": _decode(field[2])})
    return node


def _decode(string: str) -> str:
    """Decodes the inside of a JSON string; returns it unchanged if an escape is invalid."""
    try:
        return str(json.loads(f'"{string}"', strict=False))
    except ValueError:
        return string


def _depth(text: str) -> int:
    deepest = depth = 0
    for bracket in re.finditer(r"[\[{}\]]", text):
        depth += 1 if bracket[0] in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def find_articles(values: list[Any]) -> list[dict[str, Any]]:
    """Returns the objects of an article type, outermost first, with references to persons resolved."""
    nodes = find_nodes(values)
    named = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and node.get("name")}
    return [_resolve(node, named) for node in nodes if types_of(node) & ARTICLE_TYPES]


def _resolve(node: dict[str, Any], named: dict[str, dict[str, Any]]) -> dict[str, Any]:
    def follow(value: Any) -> Any:
        is_reference = isinstance(value, dict) and not value.get("name")
        return named.get(str(value.get("@id")), value) if is_reference else value

    references = {key: node[key] for key in _REFERRING if key in node}
    return node | {
        key: [follow(part) for part in value] if isinstance(value, list) else follow(value)
        for key, value in references.items()
    }


def find_nodes(values: list[Any]) -> list[dict[str, Any]]:
    """Returns all top-level objects and those linked from them, outermost first."""
    return list(_walk(values))


def types_of(node: dict[str, Any]) -> set[str]:
    """Returns the lower-case type names of an object, without their namespace."""
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
    """Returns the plain string of a value: a string, an object with a name, or a list of these."""
    if isinstance(value, list):
        value = next((part for part in value if part), None)
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("url")
    if not isinstance(value, str):
        return None
    return " ".join(drop_invisible(html.unescape(value[:2_000])).split()) or None


def names_of(value: Any) -> list[str]:
    """Returns the distinct names of the persons or organizations of a value, in order."""
    if isinstance(value, dict) and isinstance(value.get("name"), list):
        value = value["name"]
    found = [text_of(part) for part in (value if isinstance(value, list) else [value])[:20]]
    return list(dict.fromkeys(name for name in found if name))
