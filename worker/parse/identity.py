"""Identify entries: a stable key by which an entry is recognized in later documents."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.parse.urls import canonicalize_url
from worker.text.invisible import drop_joiners


@dataclass(frozen=True, slots=True)
class Identifying:
    """The fields of an entry that may identify it."""

    guid: str | None
    canonical_url: str | None
    title: str
    raw_date: str
    text: str
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntryKeys:
    """The key of an entry in its document, and all keys under which it may have been stored.

    The most specific of the possible keys is the first: content, title, URL, guid. `kind` says what the key
    is made of ("guid", "url", "title" or "content"), `shared` which less specific kinds another entry has.
    """

    key: str
    possible: tuple[str, ...]
    kind: str = ""
    shared: tuple[str, ...] = ()


def entry_keys(entries: Sequence[Identifying], site_urls: Sequence[str | None]) -> list[EntryKeys]:
    """Return the keys of each entry: from its guid, else from its URL, else from its title or content.

    The site's own URL identifies no entry. Of different entries that share a guid or a URL the oldest has the
    key of it, the others a more specific one; entries with equal guid, URL and title are one entry listed
    twice and share a key. Every possible key of an entry depends on that entry alone, so that it is found
    again whichever neighbors it is listed with.
    """
    sites = {canonicalize_url(url) for url in site_urls if url} - {None}
    possible = [_possible_keys(entry, sites) for entry in entries]
    order = sorted(range(len(entries)), key=lambda at: _age(entries[at], at))
    owners: dict[str, Identifying] = {}
    found: dict[int, EntryKeys] = {}
    for at in order:
        entry, keys = entries[at], possible[at]
        names = tuple(reversed(keys.values()))
        shared: list[str] = []
        for kind, key in keys.items():  # the least specific first
            owner = owners.setdefault(key, entry)
            if owner is entry or _is_listed_twice(owner, entry):
                found[at] = EntryKeys(key, names, kind, tuple(shared))
                break
            shared.append(kind)
        else:
            found[at] = EntryKeys(names[0], names, shared[-1], tuple(shared))
    return [found[at] for at in range(len(entries))]


def _possible_keys(entry: Identifying, sites: set[str | None]) -> dict[str, str]:
    """Return the keys that may identify an entry by what they are made of, the least specific first."""
    guid, url = entry.guid or "", entry.canonical_url
    keys = {}
    if guid and ("#" in guid or canonicalize_url(guid) not in sites):
        keys["guid"] = _digest("guid", guid)
    if url and url not in sites:
        keys["url"] = _digest("url", guid, url)
    if guid or url:
        keys["title"] = _digest("title", guid, url or "", entry.title, entry.raw_date)
    keys["content"] = _digest("content", guid, entry.title, entry.raw_date, entry.text)
    return keys


def _age(entry: Identifying, at: int) -> tuple[bool, float, int]:
    """Order entries from the oldest to the newest; without dates the last of a document is the oldest."""
    moment = entry.published_at
    return moment is None, moment.timestamp() if moment else 0.0, -at


def _is_listed_twice(one: Identifying, other: Identifying) -> bool:
    return (one.guid, one.canonical_url, one.title) == (other.guid, other.canonical_url, other.title)


def content_hash(title: str | None, text: str | None) -> str:
    """Return the SHA-256 of title and text."""
    return _digest("article", title or "", text or "", length=64)


def _digest(*parts: str, length: int = 32) -> str:
    joined = drop_joiners("\x1f".join(parts)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:length]
