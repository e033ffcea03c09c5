"""One bounded, guarded, conditional GET and the redirects that it leads through."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import certifi
import httpx

from worker.errors import FetchError, PermanentFetchError
from worker.fetch.fetch_state import FetchState
from worker.fetch.transport import HOP, WIRE, GuardedTransport
from worker.fetch.url import Target
from worker.records import Fetched, FetchRequest, NotModified

FEED_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
PAGE_ACCEPT = "text/html, application/xhtml+xml, text/plain;q=0.8, */*;q=0.1"
MAX_REDIRECTS = 10
REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})


def _ignore(_: str) -> None:
    """Nothing has to be asked of anybody before a further host is."""


class Fetcher:
    """Gets documents over one long-lived client; thread-safe; to be closed at the end.

    Waits on a connection when `max_connections` are in use. `context` replaces the public certificate
    authorities (certifi); verification cannot be turned off here.
    """

    def __init__(self, max_connections: int = 64, context: ssl.SSLContext | None = None) -> None:
        if context is None:
            context = ssl.create_default_context(cafile=certifi.where())
        context.set_alpn_protocols(["http/1.1"])
        self._client = httpx.Client(transport=GuardedTransport(context, max_connections), trust_env=False)

    def close(self) -> None:
        """Close the client; fetches under way end in an error or by their deadline."""
        self._client.close()

    def fetch(
        self,
        request: FetchRequest,
        enter: Callable[[str], None] = _ignore,
        follow: Callable[[str], None] = _ignore,
    ) -> Fetched | NotModified:
        """The document, or that it is unchanged; exactly one GET a hop.

        `enter` is called with the name of each further host before it is asked, then `follow` with the URL
        of each redirect; both may raise what they like.

        Raises TransientFetchError, PermanentFetchError (also for a wrong certificate: no byte of HTTP is
        sent then) and BlockedAddress, each with the URL, status, headers and redirects known by then.
        """
        try:
            trip = FetchState(request)
        except FetchError as exc:
            exc.url = request.url
            raise
        try:
            return self._follow(trip, enter, follow)
        except FetchError as exc:
            raise trip.annotate(exc)  # noqa: B904 - the same error, completed
        except (OSError, httpx.InvalidURL) as exc:
            raise trip.annotate(trip.translate(exc)) from exc

    def _follow(
        self, trip: FetchState, enter: Callable[[str], None], follow: Callable[[str], None]
    ) -> Fetched | NotModified:
        entered = {trip.target.host}
        for _ in range(MAX_REDIRECTS + 1):
            if trip.target.host not in entered:
                trip.hop()  # an address that may not be asked is no reason to wait for it
                enter(trip.target.host)
                entered.add(trip.target.host)
            if trip.redirects:
                follow(trip.target.url)
            with self._ask(trip) as response:
                if response.status_code not in REDIRECT_STATUSES:
                    return trip.conclude(response)
            trip.move(response.status_code)
        raise PermanentFetchError(f"more than {MAX_REDIRECTS} redirects, the last to {trip.target.netloc}")

    @contextmanager
    def _ask(self, trip: FetchState) -> Iterator[httpx.Response]:
        request = httpx.Request(
            "GET", _origin_url(trip.target), headers=trip.headers_to_send(), extensions={HOP: trip.hop()}
        )
        response = self._client.send(request, stream=True, auth=None, follow_redirects=False)
        try:
            trip.receive(response)
            yield response
        finally:
            trip.wire_bytes += response.extensions[WIRE].received_bytes
            response.close()


def _origin_url(target: Target) -> httpx.URL:
    """What httpx is told; path and query go past it, for it would rewrite them."""
    return httpx.URL(f"{target.scheme}://{target.netloc}/")
