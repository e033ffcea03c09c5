"""robots.txt for article pages, kept in SQL so that all workers request it once a day per site."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from worker.errors import FetchError, PermanentFetchError
from worker.fetch.robots import CACHE_S, RobotsCache, RobotsVerdict, robots_url
from worker.fetch.robots_rules import PARSE_LIMIT_BYTES
from worker.records import Fetched, NotModified
from worker.sandbox import SandboxPool
from worker.store import Database
from worker.store import hosts as host_store

MEMORY_S = 3600.0  # how long a process keeps a robots.txt; with the age allowed in SQL it is a day


class RobotsStore:
    """The known robots.txt of sites: looked up here, and put here by the flow that fetched one."""

    def __init__(
        self, db: Database, clock: Callable[[], datetime], sandbox: Callable[[], SandboxPool]
    ) -> None:
        self._clock = clock
        self._db = db
        self._cache = RobotsCache(time.monotonic, sandbox, MEMORY_S)

    def locked(self, url: str) -> AbstractContextManager[None]:
        """As `RobotsCache.locked`: threads that need the same robots.txt share one request."""
        return self._cache.locked(url)

    def look_up(self, url: str) -> RobotsVerdict | None:
        """The verdict on a URL; None if its robots.txt has to be fetched first.

        Raises BlockedAddress or PermanentFetchError if it is not an http(s) URL.
        """
        if (verdict := self._cache.look_up(url)) is not None:
            return verdict
        since = self._clock() - timedelta(seconds=CACHE_S - MEMORY_S)
        with self._db.read() as connection:
            stored = host_store.read_robots(connection, _origin(url), since)
        return None if stored is None else self._cache.put(url, _as_response(url, *stored))

    def put(self, url: str, response: Fetched | NotModified | FetchError) -> RobotsVerdict:
        """Keep the response to the request for robots.txt; returns the verdict on the URL."""
        if isinstance(response, Fetched):
            self._save(url, response.status, response.body[:PARSE_LIMIT_BYTES])
        elif isinstance(response, PermanentFetchError) and 400 <= (response.status or 0) < 500:
            self._save(url, response.status or 0, b"")
        return self._cache.put(url, response)

    def _save(self, url: str, status: int, body: bytes) -> None:
        with self._db.write() as connection:
            host_store.save_robots(connection, _origin(url), status, body, self._clock())


def _origin(url: str) -> str:
    return robots_url(url).removesuffix("/robots.txt")


def _as_response(url: str, status: int, body: bytes) -> Fetched | PermanentFetchError:
    if status == 200:
        return Fetched(url=url, status=status, headers={"content-type": "text/plain"}, body=body)
    return PermanentFetchError(f"{status} for robots.txt", url=url, status=status)
