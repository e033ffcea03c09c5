"""Sites asked on an operator's behalf, one request after another: robots.txt first, and no host too soon."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from worker.errors import PermanentFetchError
from worker.fetch import Fetcher
from worker.fetch.robots import RobotsCache
from worker.records import Config, Fetched, FetchRequest, NotModified

TIMEOUT_S = 15.0
DELAY_MAX_S = 10.0  # of a robots.txt's Crawl-delay, for the sake of whoever waits at the terminal


@dataclass
class PoliteClient:
    """Asks for documents with the guarded client, by the config's rules; `requests` counts what was sent."""

    fetcher: Fetcher
    service: Config
    sleep: Callable[[float], None] = time.sleep
    requests: int = 0
    asked: set[str] = field(default_factory=set)
    crawl_delay_s: float = 0.0

    def __post_init__(self) -> None:
        """One look at each site's robots.txt, counted and paced as every other request."""
        self._robots = RobotsCache(self._send, time.monotonic)

    def get(self, url: str, accept: str) -> Fetched:
        """A document, if robots.txt lets us. Raises FetchError."""
        self._go_to(url)
        request = FetchRequest(
            url,
            accept=accept,
            timeout_s=TIMEOUT_S,
            allow_private=self.service.allow_private,
            contact=self.service.contact,
        )
        answer = self._send(request, self._go_to)
        if not isinstance(answer, Fetched):
            raise PermanentFetchError("the server sent no document", url=url)
        return answer

    def _go_to(self, url: str) -> None:
        verdict = self._robots.check(
            url, timeout_s=TIMEOUT_S, allow_private=self.service.allow_private, contact=self.service.contact
        )
        if not verdict.allowed:
            raise PermanentFetchError(verdict.reason, url=url)
        self.crawl_delay_s = min(verdict.crawl_delay_s or 0.0, DELAY_MAX_S)

    def _send(
        self, request: FetchRequest, follow: Callable[[str], None] = lambda _: None
    ) -> Fetched | NotModified:
        """One request, no sooner after the last to its host than the config's delay."""
        host = (urlsplit(request.url).hostname or "").lower()
        if host in self.asked:
            self.sleep(max(self.service.host_rule(host).delay_s, self.crawl_delay_s))
        self.asked.add(host)
        self.requests += 1
        return self.fetcher.fetch(request, follow=follow)
