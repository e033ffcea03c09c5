"""Identify entries: a stable key by which an entry is recognized in later documents."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from worker.parse.urls import canonicalize_url


@dataclass(frozen=True, slots=True)
class Identifying:
    """The fields of an entry that may identify it."""

    guid: str | None
    canonical_url: str | None
    title: str
    raw_date: str
    text: str


def entry_keys(entries: Sequence[Identifying], site_urls: Sequence[str | None]) -> list[str]:
    """Return a key for each entry: from its guid if unique, else from its URL, else from its content.

    A guid that different entries share, or that is the site's own URL, does not identify an entry. Entries
    with equal guid, URL and title are one entry listed twice and share a key.
    """
    sites = {canonicalize_url(url) for url in site_urls if url} - {None}
    by_guid: dict[str, set[tuple[str | None, str]]] = {}
    for entry in entries:
        if entry.guid:
            by_guid.setdefault(entry.guid, set()).add((entry.canonical_url, entry.title))
    is_good = [_is_good_guid(entry.guid, by_guid, sites) for entry in entries]
    urls = Counter(
        url
        for url, _ in {
            (e.canonical_url, e.title) for e, good in zip(entries, is_good, strict=True) if not good
        }
    )
    return [_key(e, good, urls, sites) for e, good in zip(entries, is_good, strict=True)]


def _is_good_guid(
    guid: str | None, by_guid: dict[str, set[tuple[str | None, str]]], sites: set[str | None]
) -> bool:
    if not guid or len(by_guid[guid]) > 1:
        return False
    return canonicalize_url(guid) not in sites or canonicalize_url(guid) is None


def _key(entry: Identifying, is_good: bool, urls: Counter[str | None], sites: set[str | None]) -> str:
    if is_good:
        return _digest("guid", entry.guid or "")
    url = entry.canonical_url
    if url and urls[url] == 1 and url not in sites:
        return _digest("url", entry.guid or "", url)
    return _digest("content", entry.guid or "", entry.title, entry.raw_date, entry.text)


def content_hash(title: str | None, text: str | None) -> str:
    """Return the SHA-256 of title and text."""
    return _digest("article", title or "", text or "", length=64)


def _digest(*parts: str, length: int = 32) -> str:
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:length]
