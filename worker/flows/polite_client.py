"""A client for commands run by an operator: sequential requests, robots.txt first, with the host's delay."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from worker.errors import FetchError, PermanentFetchError
from worker.fetch import Fetcher
from worker.fetch.robots import RobotsCache, robots_request
from worker.records import Config, Fetched, FetchRequest, NotModified
from worker.sandbox import SandboxPool

TIMEOUT_S = 15.0
DELAY_MAX_S = 10.0  # of a robots.txt's Crawl-delay, since an operator waits at the terminal


@dataclass
class PoliteClient:
    """Fetches documents with the guarded client under the config's rules; `requests` counts what was sent.

    A large robots.txt is read in a child of `sandbox`.
    """

    fetcher: Fetcher
    config: Config
    sandbox: SandboxPool
    sleep: Callable[[float], None] = time.sleep
    requests: int = 0
    requested: set[str] = field(default_factory=set)
    crawl_delay_s: float = 0.0
    _robots: RobotsCache = field(init=False)

    def __post_init__(self) -> None:
        self._robots = RobotsCache(time.monotonic, lambda: self.sandbox)

    def get(self, url: str, accept: str, ports: tuple[int, ...] | None = None) -> Fetched:
        """The document, if robots.txt allows it. Raises FetchError.

        Allowed are the ports 80, 443 and `ports`, or that of the URL if it was given by the operator.
        """
        request = FetchRequest(
            url,
            accept=accept,
            timeout_s=TIMEOUT_S,
            allow_private=self.config.allow_private,
            contact=self.config.contact,
            ports=ports,
        )
        self.fetcher.check(request)
        self._go_to(url)
        response = self._send(request, self._go_to)
        if not isinstance(response, Fetched):
            raise PermanentFetchError("the server sent no document", url=url)
        return response

    def _go_to(self, url: str) -> None:
        """Check robots.txt, fetched once per site.

        Raises PermanentFetchError if the URL is disallowed; its cause is the error of the request, if any.
        """
        verdict, cause = self._robots.look_up(url), None
        if verdict is None:
            response = self._request_robots(url)
            cause = response if isinstance(response, FetchError) else None
            verdict = self._robots.put(url, response)
        if not verdict.allowed:
            raise PermanentFetchError(verdict.reason, url=url) from cause
        self.crawl_delay_s = min(verdict.crawl_delay_s or 0.0, DELAY_MAX_S)

    def _request_robots(self, url: str) -> Fetched | NotModified | FetchError:
        config = self.config
        request = robots_request(
            url, timeout_s=TIMEOUT_S, allow_private=config.allow_private, contact=config.contact
        )
        try:
            return self._send(request)
        except FetchError as exc:
            return exc

    def _send(
        self, request: FetchRequest, follow: Callable[[str], None] = lambda _: None
    ) -> Fetched | NotModified:
        """Send one request, at least the config's delay after the last one to its host."""
        host = (urlsplit(request.url).hostname or "").lower()
        if host in self.requested:
            self.sleep(max(self.config.host_rule(host).delay_s, self.crawl_delay_s))
        self.requested.add(host)
        self.requests += 1
        return self.fetcher.fetch(request, follow=follow)
