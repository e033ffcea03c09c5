"""Read one entry of a well-formed feed as feedparser's handlers and the recorder do, without them."""

import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from worker.parse.bounds import MAX_ELEMENT_CHARACTERS as MAX_TEXT
from worker.parse.bounds import MAX_NAME_CHARACTERS, MAX_VALUE_CHARACTERS, split_author
from worker.parse.marks import Marks, Summary
from worker.parse.raw import RawDate, Sourced
from worker.parse.text import drop_cdata
from worker.parse.urls import resolve_link
from worker.parse.xmlread import STRUCTURE

BASE = "{http://www.w3.org/XML/1998/namespace}base"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LANG_TAG = re.compile(r"[A-Za-z0-9_-]{2,35}")
LINK_ATTRIBUTES = ("href", "rel", "type", "hreflang", "title", "length")
TEXT_ATTRIBUTES = ("type", BASE, LANG)
TAG_ATTRIBUTES = ("term", "scheme", "label", "domain")
TEXT_TYPES = {"text": "text/plain", "text/plain": "text/plain", "html": "text/html", "text/html": "text/html"}
PAGE_TYPES = {"text/html", "application/xhtml+xml", "html", "xhtml"}
# children that no field is read from, by prefix and by name; the name is empty if the vocabulary is unknown
UNREAD_PREFIXES = {"slash", "wfw", "thr"}
UNREAD = {"", "comments", "media:thumbnail", "media:credit", "media:copyright", "media:community"}
REPEATED = {"category", "enclosure", "dc:creator", "media:title", "media:description", "media:group"}
REPEATED |= {"link", "atom:link", "media:content", *UNREAD}
ATOM_ONLY = {"summary", "content"}  # in RSS, feedparser looks at the text for its type
KINDS = {"pubDate": "pubDate", "published": "published", "dc:date": "dc:date", "updated": "updated"}
REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
WINDOWS_1252 = {
    number: character
    for number in range(128, 160)
    if (character := bytes([number]).decode("cp1252", "ignore"))
}


class DoubtError(Exception):
    """The document has something that is left to feedparser."""


@dataclass(slots=True)
class Entry:
    """An entry being read: `values` are those of feedparser, `marks` those of the recorder.

    `names` gives the name of an element with the usual prefix, or an empty one if its vocabulary is unknown.
    """

    marks: Marks
    names: Mapping[str, str]
    lang: str | None
    is_atom: bool
    values: dict[str, Any] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def read(self, element: Element, name: str) -> None:
        """Read a child of the entry; raises DoubtError."""
        if (name in self.seen and name not in REPEATED) or (name in ATOM_ONLY and not self.is_atom):
            raise DoubtError
        self.seen.add(name)
        reader = READERS.get(name)
        if reader:
            reader(self, element, name)
        else:
            _skip(element, name)


def check_attributes(element: Element, allowed: Collection[str] = ()) -> None:
    """Raise DoubtError if an element has other attributes, or a long value."""
    for name, value in element.attrib.items():
        if name not in allowed or len(value) > MAX_VALUE_CHARACTERS:
            raise DoubtError


def check_names(element: Element) -> None:
    """Raise DoubtError if an element, or an attribute of it, is named like a part of a feed."""
    for name in (element.tag, *element.attrib):
        if name.rpartition("}")[2].lower() in STRUCTURE:
            raise DoubtError


def read_text(element: Element, allowed: Collection[str] = (), most: int = MAX_VALUE_CHARACTERS) -> str:
    """Return the text of an element; raises DoubtError if it has children, other attributes or is longer."""
    text = (element.text or "").strip()
    if len(element) or len(text) > most:
        raise DoubtError
    check_attributes(element, allowed)
    return text


def read_lang(element: Element, outer: str | None) -> str | None:
    """Return the language in force in an element."""
    lang = element.get(LANG)
    if lang is not None and not LANG_TAG.fullmatch(lang):
        raise DoubtError
    return lang.replace("_", "-") if lang else outer


def fix_coding(text: str) -> str:
    """Return a text that was coded in UTF-8 and read as Latin-1 as it was meant; others in Windows-1252."""
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode()
    return text.translate(WINDOWS_1252)


def read_url(text: str, base: str) -> str:
    """Return the absolute URL in the text of an element."""
    return fix_coding(resolve_link(base, text)) if text else ""


def read_link(element: Element, base: str) -> dict[str, str]:
    """Return the attributes of an Atom link."""
    read_text(element, LINK_ATTRIBUTES)
    if "href" not in element.attrib:
        raise DoubtError
    link = dict(element.attrib)
    link["href"] = resolve_link(base, link["href"])
    link["rel"] = link.get("rel", "alternate").lower()
    link["type"] = link.get("type", "text/html").lower()
    return link


def is_page(link: Mapping[str, str]) -> bool:
    """Whether a link leads to the page that its entry or feed is of."""
    return link["rel"] == "alternate" and link["type"] in PAGE_TYPES


def unescape_query(url: str) -> str:
    """Return a URL without the semicolon of `&b;`, which is a part of its query."""
    return REFERENCE.sub(r"&\1", url)


def _skip(element: Element, name: str) -> None:
    """Raise DoubtError unless an element, and what it contains, is known to be of no use."""
    if name not in UNREAD and name.partition(":")[0] not in UNREAD_PREFIXES:
        raise DoubtError
    for inner in element.iter():
        check_names(inner)


# ---- guid and links
def _guid(entry: Entry, element: Element, name: str) -> None:
    value = read_text(element, ("isPermaLink",) if name == "guid" else ())
    if entry.marks.guid:
        raise DoubtError
    entry.marks.guid = Sourced(value, name)
    if element.get("isPermaLink", "true").strip().lower() in {"true", "1", ""}:
        entry.marks.permalink = drop_cdata(value).strip()
        entry.values.setdefault("link", read_url(value, entry.marks.base))


def _link(entry: Entry, element: Element, name: str) -> None:
    links = entry.values.setdefault("links", [])
    if entry.is_atom or name == "atom:link":
        links.append(read_link(element, entry.marks.base) | {"origin": f"{name}@href"})
        if is_page(links[-1]):
            entry.values["link"] = links[-1]["href"]
    elif any(link["rel"] == "alternate" for link in links):
        raise DoubtError
    else:
        url = unescape_query(read_url(read_text(element), entry.marks.base).replace("&amp;", "&"))
        links.append({"rel": "alternate", "type": "text/html", "origin": name, "href": url})
        entry.values["link"] = url


def _enclosure(entry: Entry, element: Element, _name: str) -> None:
    read_text(element, ("url", "length", "type"))
    entry.values.setdefault("links", []).append({"rel": "enclosure", "href": element.get("url")})


def _original_link(entry: Entry, element: Element, _name: str) -> None:
    entry.values["feedburner_origlink"] = fix_coding(read_text(element))


# ---- texts
def _typed(entry: Entry, element: Element, default: str) -> dict[str, Any]:
    """Return the media type, the language and the text of an element; that of RSS declares no type."""
    kind = TEXT_TYPES.get(element.get("type", default).lower())
    if kind is None:
        raise DoubtError
    text = read_text(element, TEXT_ATTRIBUTES if entry.is_atom else (), MAX_TEXT)
    return {"type": kind, "language": read_lang(element, entry.lang), "value": fix_coding(text)}


def _title(entry: Entry, element: Element, name: str) -> None:
    detail = entry.values["title_detail"] = _typed(entry, element, "text")
    entry.values["title"] = detail["value"]
    entry.marks.origins["title"] = name


def _summary(entry: Entry, element: Element, name: str) -> None:
    if "summary_detail" in entry.values:
        raise DoubtError
    detail = _typed(entry, element, "html" if name == "description" else "text")
    entry.values["summary_detail"] = detail
    if detail["value"]:
        entry.marks.summaries.append(Summary(detail["value"], detail["type"], name))


def _content(entry: Entry, element: Element, name: str) -> None:
    if "content" in entry.values:
        raise DoubtError
    detail = _typed(entry, element, "text" if name == "content" else "html")
    entry.values["content"] = [detail | {"origin": name}]


def _media(entry: Entry, element: Element, name: str) -> None:
    check_names(element)
    for child in element:
        inner = entry.names[child.tag]
        if inner in {"media:group", name}:
            raise DoubtError
        if inner.startswith("media:"):
            entry.read(child, inner)
        else:
            _skip(child, "")


def _media_text(entry: Entry, element: Element, name: str) -> None:
    check_names(element)
    value = read_text(element, element.attrib, MAX_TEXT)
    if value and name == "media:title":
        entry.marks.media_title = entry.marks.media_title or Sourced(value, name)
    elif value:
        entry.marks.media_text = entry.marks.media_text or Sourced(value, name)


# ---- dates, authors, tags, source
def _date(entry: Entry, element: Element, name: str) -> None:
    if value := fix_coding(read_text(element)):
        entry.marks.dates.append(RawDate(KINDS[name.removeprefix("atom:")], value, name))


def _author(entry: Entry, element: Element, name: str) -> None:
    if len(element):
        _person(entry, element, name)
        return
    text = read_text(element, (), MAX_NAME_CHARACTERS)
    if name == "dc:creator" and text:
        entry.marks.creators.append(Sourced(split_author(text)[0] or text, name))
    text = entry.values["author"] = fix_coding(text)
    found = dict(zip(("name", "email"), split_author(text), strict=True)) if text else {}
    entry.values.setdefault("authors", []).append({key: value for key, value in found.items() if value})
    entry.marks.authors_from.append(name)


def _person(entry: Entry, element: Element, name: str) -> None:
    """Read the only author of an entry, by its elements."""
    check_attributes(element)
    parts = {entry.names[part.tag]: read_text(part, (), MAX_NAME_CHARACTERS) for part in element}
    between = (element.text, *(part.tail for part in element))
    is_other = "authors" in entry.values or not parts.keys() <= {"name", "email", "uri"}
    if is_other or len(parts) < len(element) or "".join(filter(None, between)).strip():
        raise DoubtError
    found = {key: parts[key] for key in ("name", "email") if parts.get(key)}
    words = [found["name"], f"({found['email']})"] if len(found) > 1 else found.values()
    entry.values |= {"author": " ".join(words), "authors": [found]}
    entry.marks.authors_from.append(f"{name}/name" if "name" in parts else name)


def _category(entry: Entry, element: Element, name: str) -> None:
    """Read a category; its text is the term of the one before if that has none."""
    value = fix_coding(read_text(element, TAG_ATTRIBUTES, MAX_NAME_CHARACTERS))
    if any(len(given) > MAX_NAME_CHARACTERS for given in element.attrib.values()):
        raise DoubtError
    term, label = element.get("term"), element.get("label")
    scheme = element.get("scheme", element.get("domain"))
    tags = entry.values.setdefault("tags", [])
    _add_tag(entry, (term, scheme, label), name + ("@term" if term else "@label" if label else ""))
    if value and tags and not tags[-1]["term"]:
        tags[-1]["term"] = value
    elif value:
        _add_tag(entry, (value, None, None), name)


def _add_tag(entry: Entry, values: tuple[str | None, ...], source: str) -> None:
    tag = dict(zip(("term", "scheme", "label"), values, strict=True))
    if any(values) and tag not in entry.values["tags"]:
        entry.values["tags"].append(tag)
        entry.marks.tags_from.append(source)


def _source(entry: Entry, element: Element, name: str) -> None:
    entry.values["source"] = {"title": fix_coding(read_text(element, ("url",)))}
    entry.marks.origins["source_name"] = name


READERS: dict[str, Callable[[Entry, Element, str], None]] = {
    "guid": _guid, "id": _guid, "link": _link, "atom:link": _link, "enclosure": _enclosure,
    "feedburner:origLink": _original_link, "title": _title, "description": _summary, "summary": _summary,
    "content": _content, "content:encoded": _content, "media:group": _media, "media:content": _media,
    "media:title": _media_text, "media:description": _media_text, "author": _author, "dc:creator": _author,
    "category": _category, "source": _source, **dict.fromkeys((*KINDS, "atom:updated"), _date),
}  # fmt: skip
