"""What was read lately: a response with the bytes of the last one is not read again, as nothing in it is new.

Many servers send no validators, or answer 200 to a request with valid ones. Of another response, only those
items are read that the last one did not have.
"""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import replace
from datetime import datetime

from worker.config import reading_rules
from worker.records import FeedConfig, Fetched, ParsedFeed, ReadItems

MOST = 10_000  # feeds of a process, about half a kilobyte each
MOST_BYTES = 16 * 2**20  # of their items, 32 bytes each
RULES_BYTES = 16  # with which a digest begins: of all but the document's bytes


def document_digest(feed: FeedConfig, response: Fetched) -> bytes:
    """Return hashes of what decides how a document is read: URL, type and the feed's rules; its bytes."""
    rules = repr((response.url, response.headers.get("content-type"), *reading_rules(feed)))
    by_rules = hashlib.blake2b(rules.encode("utf-8", "surrogatepass"), digest_size=RULES_BYTES)
    return by_rules.digest() + hashlib.blake2b(response.body).digest()


class ReadDocuments:
    """The last document of each feed, without its entries, as this process read and stored it; thread-safe.

    It stands for the next document only if that has the same digest, and its items for items of that only if
    that is read by the same rules. The feed's last success must still be the one with which it was stored, or
    the last of those that found the document not modified: no other worker has polled the feed since, and it
    was not added anew. What is stored of the feed stays as it is until then, or is purged for good.
    """

    def __init__(self, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, tuple[bytes, datetime, ParsedFeed]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, feed: str, digest: bytes, last_success_at: datetime | None) -> ParsedFeed | None:
        """Return the document, without articles and warnings, or None if it must be read."""
        with self._lock:
            kept = self._kept.get(feed)
        return kept[2] if kept and kept[:2] == (digest, last_success_at) else None

    def find_items(self, feed: str, digest: bytes, last_success_at: datetime | None) -> ReadItems | None:
        """Return the items of the last document if one with this digest is read by the same rules."""
        with self._lock:
            kept = self._kept.get(feed)
        is_alike = kept and (kept[0][:RULES_BYTES], kept[1]) == (digest[:RULES_BYTES], last_success_at)
        return kept[2].items if kept and is_alike else None

    def hold(self, feed: str, before: datetime | None, success_at: datetime) -> None:
        """Keep the document beyond a poll that found it not modified since the success at `before`."""
        with self._lock:
            kept = self._kept.get(feed)
            if kept and kept[1] == before:
                self._kept[feed] = (kept[0], success_at, kept[2])
                self._kept.move_to_end(feed)

    def keep(self, feed: str, digest: bytes, success_at: datetime, parsed: ParsedFeed) -> None:
        """Keep a document whose entries were all stored by the poll that succeeded at `success_at`."""
        known = replace(parsed, articles=(), warnings=(), explanation=None)
        with self._lock:
            self._drop(feed)
            self._kept[feed] = (digest, success_at, known)
            self._bytes += _size(known)
            while len(self._kept) > self._most or self._bytes > self._most_bytes:
                self._drop(next(iter(self._kept)))

    def _drop(self, feed: str) -> None:
        if (kept := self._kept.pop(feed, None)) is not None:
            self._bytes -= _size(kept[2])


def _size(known: ParsedFeed) -> int:
    return len(known.items.records) if known.items else 0
