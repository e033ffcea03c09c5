"""Reads and writes lists of feeds: OPML 1.0, 1.1 and 2.0 as other readers export it, and plain URLs."""

import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from worker.config import values
from worker.errors import ParseError
from worker.text.charset import decode

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 50
MAX_TAG_CHARS = 60
_URL_NAMES = ("xmlurl", "url")  # written in any case: xmlUrl, xmlURL, XMLURL
_LINE = re.compile(r"(\S+)(?:\s+(.*))?")
_HOST = re.compile(
    r"(?:[^\s/@]+@)?(?:[\w-]+(?:\.[\w-]+)+|localhost|\[[0-9a-f:.]+\])(?::\d+)?(?:[/?]|$)", re.IGNORECASE
)
_REFERENCE = re.compile(rb"&(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)?")
_XML_NAMES = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_END = (b"</opml>", b"</OPML>", b"-->", b"?>")  # comments may follow the root element
_NO_TAG = re.compile(r"[\s,/]+")


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """A feed of a list: its address and title as written, and tags made of its folders and categories."""

    url: str
    title: str = ""
    tags: tuple[str, ...] = ()
    lang: str | None = None
    enabled: bool = True  # an outline with isComment="true" (OPML 2.0), or in one, is not


@dataclass(frozen=True, slots=True)
class FeedList:
    """The feeds of a list, without repetition, and for each entry without a feed why it was skipped."""

    feeds: tuple[ListedFeed, ...]
    skipped: tuple[str, ...]
    cut_at: int | None = None  # the line in which an OPML document ends before its end
    damage: str | None = None  # what else is not well-formed first, so that something may be missing


def read_feed_list(data: bytes) -> FeedList:
    """Returns the feeds of an OPML document or of a text with one URL a line, in order.

    Lines that begin with "#" are comments. Raises ParseError if the data is neither.
    """
    if len(data) > MAX_BYTES:
        raise ParseError(f"the list is larger than {MAX_BYTES} bytes")
    text = decode(data, "").text.lstrip("\ufeff \t\r\n")
    root, cut_at, damage = _parse_opml(data) if text.startswith("<") else (None, None, None)
    entries = list(_read_lines(text) if root is None else _read_opml(root))
    feeds = [entry for entry in entries if isinstance(entry, ListedFeed)]
    skipped = tuple(entry for entry in entries if isinstance(entry, str))
    if skipped and not feeds and not text.startswith("<"):
        raise ParseError(f"neither OPML nor a list of URLs: {skipped[0]}")
    same: dict[str, list[ListedFeed]] = {}
    for feed in feeds:
        same.setdefault(feed.url, []).append(feed)
    return FeedList(tuple(map(_merge, same.values())), skipped, cut_at, damage)


def _merge(same: Sequence[ListedFeed]) -> ListedFeed:
    """One feed of all entries with its URL: it has the tags of all, and is enabled if one of them is."""
    return ListedFeed(
        same[0].url,
        next((feed.title for feed in same if feed.title), ""),
        tuple(dict.fromkeys(tag for feed in same for tag in feed.tags)),
        next((feed.lang for feed in same if feed.lang), None),
        enabled=any(feed.enabled for feed in same),
    )


def _parse_opml(data: bytes) -> tuple[Any, int | None, str | None]:
    """The root element, the line in which the document ends early, and its first other fault."""
    if b"\0" not in data:  # not UTF-16 or UTF-32
        data = _REFERENCE.sub(_repair_reference, data)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as exc:
        raise ParseError(f"not an OPML document: {exc}") from exc
    if root is None or _name(root) != "opml":
        raise ParseError(
            f"not an OPML document: its root element is <{_name(root) if root is not None else ''}>"
        )
    faults = list(parser.error_log)
    cut_at = faults[-1].line if faults and not data.rstrip().endswith(_END) else None
    damage = next((f"line {one.line}: {one.message.strip()}" for one in faults if one.line != cut_at), None)
    return root, cut_at, damage


def _repair_reference(found: re.Match[bytes]) -> bytes:
    """A reference as XML has it: a bare & is escaped, and a name of HTML is written as its character."""
    name = found[1]
    if name is None:
        return b"&amp;"
    if name.startswith(b"#") or name in _XML_NAMES:
        return found[0]
    character = html.unescape(found[0].decode("ascii"))
    return f"&#{ord(character)};".encode() if len(character) == 1 else b"&amp;" + name + b";"


def _read_opml(root: Any) -> Iterator[ListedFeed | str]:
    stack: list[tuple[Any, tuple[str, ...], bool]] = [
        (element, (), True) for element in reversed(root) if _name(element) == "body"
    ]
    while stack:
        element, folders, enabled = stack.pop()
        facts = {key.lower(): value.strip() for key, value in element.attrib.items()}
        title = facts.get("title") or facts.get("text") or ""
        url = next((facts[name] for name in _URL_NAMES if facts.get(name)), "")
        if url and "xmlurl" not in facts and facts.get("type", "").lower() not in {"rss", "atom", "feed"}:
            url = ""  # a bookmark
        inner, enabled = folders, enabled and facts.get("iscomment", "").lower() != "true"
        children = [child for child in reversed(element) if _name(child) == "outline"]
        if url:
            own = re.split(r"[,/]", facts.get("category", ""))
            tags, lang = _to_tags([*folders, *own]), _to_lang(facts.get("language"))
            yield ListedFeed(url, title, tags, lang, enabled=enabled)
        elif _name(element) == "outline" and not children:
            yield f"{title or 'an outline without a title'}: no xmlUrl, and no feeds in it"
        elif _name(element) == "outline" and title and len(folders) < MAX_DEPTH:
            inner = (*folders, title)
        stack += [(child, inner, enabled) for child in children]


def _name(element: Any) -> str:
    # not by QName, which refuses names that the recovering parser lets through, such as "a:"
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _read_lines(text: str) -> Iterator[ListedFeed | str]:
    lines = [line.strip() for line in text.splitlines()]
    for number, line in enumerate(lines, 1):
        if not line or line.startswith(("#", ";", "//")):
            continue
        found = _LINE.fullmatch(line)
        if not found or "://" not in found[1]:
            is_host = found and _HOST.match(found[1])
            wrong = f"https://{found[1]}" if found and is_host else f'"{line[:60]}"'
            why = f"https:// is missing: write {wrong}" if is_host else f"{wrong} is not a URL"
            yield f"line {number}: {why}"
            continue
        yield ListedFeed(found[1], (found[2] or "").lstrip("# "))


def _to_tags(names: Iterable[str]) -> tuple[str, ...]:
    tags = (_NO_TAG.sub("-", name.strip()).strip("-").lower()[:MAX_TAG_CHARS] for name in names)
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _to_lang(tag: str | None) -> str | None:
    try:
        return values.language(tag) if tag else None
    except values.BadValueError:
        return None


def to_latin(title: str) -> str:
    """Returns a title without accents, for ids that can be read."""
    plain = unicodedata.normalize("NFKD", title)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def to_toml(name: str, feed: ListedFeed) -> str:
    """Returns the `[[feed]]` table of a feed; JSON strings are valid TOML basic strings."""
    lines = [] if not feed.title else [f"# {' '.join(feed.title.split())[:100]}"]
    lines += ["[[feed]]", f"id = {_quote(name)}", f"url = {_quote(feed.url)}"]
    if feed.tags:
        lines.append(f"tags = [{', '.join(map(_quote, feed.tags))}]")
    if feed.lang:
        lines.append(f"lang = {_quote(feed.lang)}")
    if not feed.enabled:
        lines.append("enabled = false")
    return "\n".join([*lines, ""])


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def to_opml(feeds: Iterable[ListedFeed]) -> str:
    """Returns an OPML 2.0 document with a folder for the first tag of each feed; all tags are categories.

    A disabled feed has `isComment="true"`, as OPML 2.0 marks what is commented out.
    """
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "wireroom feeds"
    body = etree.SubElement(root, "body")
    folders: dict[str, Any] = {}
    for feed in feeds:
        parent = body
        if feed.tags:
            tag = feed.tags[0]
            if tag not in folders:
                folders[tag] = etree.SubElement(body, "outline", text=tag, title=tag)
            parent = folders[tag]
        outline = etree.SubElement(
            parent, "outline", type="rss", text=feed.title, title=feed.title, xmlUrl=feed.url
        )
        if feed.tags:
            outline.set("category", ",".join(feed.tags))
        if not feed.enabled:
            outline.set("isComment", "true")
        if feed.lang:
            outline.set("language", feed.lang)
    return etree.tostring(root, encoding="unicode", pretty_print=True)
