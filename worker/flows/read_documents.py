"""What was read lately: a response with the bytes of the last one is not read again, as nothing in it is new.

Many servers send no validators, or answer 200 to a request with valid ones.
"""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import replace
from datetime import datetime

from worker.config import reading_rules
from worker.records import FeedConfig, Fetched, ParsedFeed

MOST = 10_000  # feeds of a process, about half a kilobyte each


def document_digest(feed: FeedConfig, response: Fetched) -> bytes:
    """Return a hash of what decides how a document is read: its bytes, URL and type, and the feed's rules."""
    context = (response.url, response.headers.get("content-type"), *reading_rules(feed))
    digest = hashlib.blake2b(response.body)
    digest.update(repr(context).encode("utf-8", "surrogatepass"))
    digest.update(len(response.body).to_bytes(8))  # where the body ends
    return digest.digest()


class ReadDocuments:
    """The last document of each feed, without its entries, as this process read and stored it; thread-safe.

    It stands for the next document only if that has the same digest, and if the feed's last success is still
    the one with which it was stored: no other worker has polled the feed since, and it was not added anew.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[bytes, datetime, ParsedFeed]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, feed: str, digest: bytes, last_success_at: datetime | None) -> ParsedFeed | None:
        """Return the document, without articles and warnings, or None if it must be read."""
        with self._lock:
            kept = self._kept.get(feed)
        return kept[2] if kept and kept[:2] == (digest, last_success_at) else None

    def keep(self, feed: str, digest: bytes, success_at: datetime, parsed: ParsedFeed) -> None:
        """Keep a document whose entries were all stored by the poll that succeeded at `success_at`."""
        known = replace(parsed, articles=(), warnings=(), explanation=None)
        with self._lock:
            self._kept[feed] = (digest, success_at, known)
            self._kept.move_to_end(feed)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
