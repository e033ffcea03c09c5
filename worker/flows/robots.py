"""robots.txt for article pages, kept in SQL so that all workers of all machines ask a site once a day."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from worker.errors import PermanentFetchError
from worker.fetch import Fetcher
from worker.fetch.robots import CACHE_S, RobotsCache, RobotsVerdict
from worker.records import Config, Fetched, FetchRequest, NotModified
from worker.store import Database
from worker.store import hosts as host_store

TIMEOUT_S = 10.0
MEMORY_S = 3600.0  # a worker asks SQL so often; together with the age that SQL allows it is a day


class RobotsGate:
    """Asks whether a page may be fetched."""

    def __init__(self, db: Database, fetcher: Fetcher, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._db = db
        self._fetcher = fetcher
        self._cache = RobotsCache(self._fetch, time.monotonic, MEMORY_S)
        self._asked = threading.local()

    def check(
        self,
        url: str,
        service: Config,
        ports: tuple[int, ...] = (),
        start: Callable[[], None] = lambda: None,
    ) -> tuple[RobotsVerdict, bool]:
        """The verdict of the site's robots.txt, and whether the site was asked for it just now.

        `start` is called before it is asked. Raises BlockedAddress for a site that is not public.
        """
        self._asked.just_now, self._asked.start = False, start
        verdict = self._cache.check(
            url,
            timeout_s=TIMEOUT_S,
            allow_private=service.allow_private,
            contact=service.contact,
            ports=ports,
        )
        return verdict, self._asked.just_now

    def _fetch(self, request: FetchRequest) -> Fetched | NotModified:
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(request.url))
        now = self._clock()
        since = now - timedelta(seconds=CACHE_S - MEMORY_S)
        with self._db.read() as connection:
            stored = host_store.read_robots(connection, origin, since)
        if stored is not None:
            return _replay(request.url, *stored)
        self._asked.just_now = True  # the cache calls in the asking thread
        self._asked.start()
        try:
            answer = self._fetcher.fetch(request)
        except PermanentFetchError as exc:
            if (
                exc.status is not None and not 300 <= exc.status < 400
            ):  # what a redirect comes to is not known
                self._keep(origin, exc.status, b"", now)
            raise
        if isinstance(answer, Fetched):
            self._keep(origin, answer.status, answer.body, now)
        return answer

    def _keep(self, origin: str, status: int, body: bytes, now: datetime) -> None:
        with self._db.write() as connection:
            host_store.save_robots(connection, origin, status, body, now)


def _replay(url: str, status: int, body: bytes) -> Fetched:
    if status == 200:
        return Fetched(url=url, status=status, headers={"content-type": "text/plain"}, body=body)
    raise PermanentFetchError(f"{status} for robots.txt", url=url, status=status)
