"""Read well-formed feeds of common elements, RSS and Atom, without feedparser's handlers.

They take ten times as long, for what such feeds do not need. A document is read here only if they would give
exactly the same. With any other element, attribute, namespace or structure it is in doubt, and theirs.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError, iterparse

from feedparser.api import StrictFeedParser

from worker.parse.bounds import MAX_ELEMENT_CHARACTERS, MAX_NAME_CHARACTERS, join_base
from worker.parse.direct_entry import (
    BASE,
    LANG,
    TEXT_ATTRIBUTES,
    TEXT_TYPES,
    DoubtError,
    Entry,
    check_attributes,
    check_names,
    fix_coding,
    is_page,
    read_lang,
    read_link,
    read_text,
    read_url,
    unescape_query,
)
from worker.parse.marks import Marks
from worker.parse.nesting import FULL_TEXTS
from worker.parse.newest import MAX_ENTRIES
from worker.parse.recorder import MAX_NESTED
from worker.parse.xml_repair import without_doctype
from worker.parse.xmlread import MAX_NAMESPACE_CHARACTERS, XmlOutcome, plain_uri

ATOM = "http://www.w3.org/2005/Atom"
VERSIONS = {"0.91": "rss091u", "0.92": "rss092", "2.0": "rss20"}
KNOWN = {uri.lower(): prefix for uri, prefix in StrictFeedParser.namespaces.items() if uri}
SPELLINGS = {plain_uri(uri) for uri in KNOWN}
# feedparser has handlers of elements with these prefixes, or values are read under names that begin so
HANDLED = {prefix.lower() for prefix in KNOWN.values()} - {"", "thr"} | {"title", "summary", "turbo"}
MAX_CHILDREN = 64  # of an entry; more of some kinds are not read
# children of a feed that are not read, by prefix and by name
UNREAD_PREFIXES = {"slash", "wfw", "thr"}
UNREAD = {
    "description", "pubDate", "lastBuildDate", "generator", "copyright", "managingEditor", "webMaster",
    "docs", "category", "cloud", "subtitle", "published", "updated", "icon", "logo", "rights", "image",
    "author", "atom:updated", "dc:date", "dc:creator", "sy:updateBase", "feedburner:info", "",
}  # fmt: skip
PARTS = {
    "image": {"title", "url", "link", "width", "height", "description"},
    "author": {"name", "uri", "email"},
}  # which these may have; others have no children
HINTS = {"ttl", "sy:updatePeriod", "sy:updateFrequency"}


@dataclass(slots=True)
class Reading:
    """What the recorder has after reading such a document."""

    root: str
    version: str
    declared: dict[str, str]
    feeddata: dict[str, Any] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    marks: list[Marks] = field(default_factory=list)
    lang_from: str = ""
    skip_hours: tuple[str, ...] = ()
    skip_days: tuple[str, ...] = ()
    lost: int = 0
    is_cut: bool = False
    is_even: bool = True


def read_directly(text: str, url: str) -> XmlOutcome | None:
    """Return the outcome of reading an XML document, or None if it is in doubt.

    In doubt is also a document with a document type, and so with entities other than XML's own, and one with
    more elements or text than are read of one entry.
    """
    if len(text) > MAX_ELEMENT_CHARACTERS or text.count("<") > MAX_NESTED or "<!D" in text or "<!d" in text:
        return None
    try:
        root, declared = _parse(without_doctype(text))
        return XmlOutcome(_FeedReader(root, declared, url).read(root), [], is_complete=True)
    except (DoubtError, ParseError, UnicodeEncodeError):
        return None


def _parse(text: str) -> tuple[Element, dict[str, str]]:
    """Return the root element and all declared namespaces.

    Raises DoubtError if a prefix has two, an entry declares one, or an inner element one without a prefix.
    """
    declared: dict[str, str] = {}
    root: Element | None = None
    is_declaring = False
    for event, found in iterparse(io.BytesIO(text.encode()), ("start-ns", "start")):  # noqa: S314 - no entities
        if event == "start" and root is None:
            root, is_declaring = found, False
        elif event == "start":
            if is_declaring:
                check_names(found)
            is_declaring = False
        else:
            prefix, uri = found
            is_odd = len(uri) > MAX_NAMESPACE_CHARACTERS or (root is not None and not prefix)
            if is_odd or declared.setdefault(prefix, uri) != uri:
                raise DoubtError
            is_declaring = True
    if root is None:
        raise DoubtError
    return root, declared


class _Names(dict[str, str]):
    """The names of elements with the usual prefix; empty ones of unknown vocabularies.

    Raises DoubtError if a prefix is not the usual one of its vocabulary, or is that of another one.
    """

    def __init__(self, declared: Mapping[str, str], *, is_atom: bool) -> None:
        super().__init__()
        self._is_atom = is_atom
        if declared.get("") != (ATOM if is_atom else None):
            raise DoubtError
        for prefix, uri in declared.items():
            known = KNOWN.get(uri.lower())
            is_usual = uri == ATOM if known == "" else known == prefix
            is_other = plain_uri(uri) not in SPELLINGS and "backend.userland.com" not in uri.lower()
            if not is_usual and (known is not None or not is_other or prefix.lower() in HANDLED):
                raise DoubtError

    def __missing__(self, tag: str) -> str:
        uri, _, local = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
        known = KNOWN.get(uri.lower())
        prefix = "atom" if uri == ATOM and not self._is_atom else known or ""
        name = f"{prefix}:{local}" if prefix else local
        if local.lower() in FULL_TEXTS and name != "content:encoded":
            raise DoubtError
        self[tag] = "" if uri and known is None else name
        return self[tag]


class _FeedReader:
    def __init__(self, root: Element, declared: dict[str, str], url: str) -> None:
        self._is_atom = root.tag == f"{{{ATOM}}}feed"
        version = "atom10" if self._is_atom else VERSIONS.get(root.get("version", ""))
        if version is None or not (self._is_atom or root.tag == "rss"):
            raise DoubtError
        check_attributes(root, (LANG, BASE) if self._is_atom else (LANG, BASE, "version"))
        self._reading = Reading("feed" if self._is_atom else "rss", version, declared)
        self._names = _Names(declared, is_atom=self._is_atom)
        self._url = join_base(url, base) if (base := root.get(BASE)) else url
        self._lang = read_lang(root, None)
        self._seen: set[str] = set()

    def read(self, root: Element) -> Reading:
        """Read the document; raises DoubtError."""
        if self._lang:
            self._reading.feeddata["language"] = self._lang
        if not self._is_atom and [child.tag for child in root] != ["channel"]:
            raise DoubtError
        parent, entry = (root, "entry") if self._is_atom else (root[0], "item")
        if not self._is_atom:
            check_attributes(parent)
        names = [self._names[child.tag] for child in parent]
        count = names.count(entry)
        first = names.index(entry) if count else 0
        if not 0 < count <= MAX_ENTRIES or set(names[first : first + count]) != {entry}:
            raise DoubtError  # without any, or with others between them
        for child, name in zip(parent, names, strict=True):
            if name == entry:
                self._read_entry(child, name)
            else:
                self._read_child(child, name)
        return self._reading

    def _read_entry(self, element: Element, name: str) -> None:
        check_attributes(element)
        if len(element) > MAX_CHILDREN:
            raise DoubtError
        marks = Marks(name, base=self._url, is_closed=True)
        entry = Entry(marks, self._names, self._lang, self._is_atom)
        for child in element:
            entry.read(child, self._names[child.tag])
        self._reading.entries.append(entry.values)
        self._reading.marks.append(marks)

    def _read_child(self, element: Element, name: str) -> None:
        """Read an element of the feed itself."""
        feed = self._reading.feeddata
        if name == "atom:link" or (name == "link" and self._is_atom):
            if is_page(link := read_link(element, self._url)):
                feed["link"] = link["href"]
        elif name in {"title", "link", "id", "language", *HINTS}:
            if name in self._seen:
                raise DoubtError
            self._seen.add(name)
            self._read_value(element, name)
        else:
            _skip(element, name, self._names)

    def _read_value(self, element: Element, name: str) -> None:
        feed = self._reading.feeddata
        if name == "title":
            if element.get("type", "text").lower() not in TEXT_TYPES:
                raise DoubtError
            allowed = TEXT_ATTRIBUTES if self._is_atom else ()
            feed["title"] = fix_coding(read_text(element, allowed, MAX_ELEMENT_CHARACTERS))
        elif name == "link":
            feed["link"] = unescape_query(read_url(read_text(element), self._url))
        elif name == "id":  # which feedparser takes for a link
            feed.setdefault("link", read_url(read_text(element), self._url))
        elif name == "language":
            feed["language"] = fix_coding(read_text(element, (), MAX_NAME_CHARACTERS))
            self._reading.lang_from = "channel/language"
        else:
            feed[name.replace(":", "_").lower()] = fix_coding(read_text(element))


def _skip(element: Element, name: str, names: Mapping[str, str]) -> None:
    """Raise DoubtError unless a child of the feed, and what it contains, is known to be of no use."""
    if name not in UNREAD and name.partition(":")[0] not in UNREAD_PREFIXES:
        raise DoubtError
    for inner in element.iter():
        check_names(inner)
    if any(names[part.tag] not in PARTS.get(name, ()) or len(part) for part in element):
        raise DoubtError
