"""One bounded, guarded, conditional GET, following redirects."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace

import certifi
import httpx

from worker.errors import FetchError, PermanentFetchError
from worker.fetch.fetch_state import FetchState
from worker.fetch.transport import HOP, SOCKET, GuardedTransport
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
    """No-op callback."""


def _at_once(_: str) -> AbstractContextManager[None]:
    """No-op callback."""
    return nullcontext()


class Fetcher:
    """Fetches documents over one long-lived client; thread-safe; must be closed.

    Waits for a free connection when `max_connections` are in use. `context` replaces the public certificate
    authorities (certifi); verification cannot be disabled.
    """

    def __init__(self, max_connections: int = 64, context: ssl.SSLContext | None = None) -> None:
        if context is None:
            context = ssl.create_default_context(cafile=certifi.where())
        context.set_alpn_protocols(["http/1.1"])
        self._client = httpx.Client(transport=GuardedTransport(context, max_connections), trust_env=False)

    def close(self) -> None:
        """Close the client; fetches in progress fail or end at their deadline."""
        self._client.close()

    def fetch(
        self,
        request: FetchRequest,
        enter: Callable[[str], None] = _ignore,
        follow: Callable[[str], None] = _ignore,
        sending: Callable[[str], AbstractContextManager[None]] = _at_once,
    ) -> Fetched | NotModified:
        """Return the document, or NotModified; sends exactly one GET per hop.

        On a redirect, `enter` is called with the name of each new host before it is contacted, then `follow`
        with the redirect's URL. Each request is sent inside `sending(host)`, once its connection is open. Any
        exception that they raise ends the fetch.

        Raises TransientFetchError, PermanentFetchError (also for an invalid certificate: no HTTP is sent
        then) and BlockedAddress, each with the URL, status, headers and redirects known so far.
        """
        with _state_of(request) as state:
            return self._follow(state, enter, follow, sending)

    def check(self, request: FetchRequest) -> None:
        """Raise BlockedAddress or PermanentFetchError if the URL or its port is not allowed."""
        with _state_of(request) as state:
            state.hop()

    def post(self, request: FetchRequest, body: bytes) -> tuple[int, dict[str, str]]:
        """Send one POST; returns the status and the header fields of the response, whose body is not read.

        No redirect is followed. Raises as `fetch` does, but not for a status.
        """
        with _state_of(request) as state, self._send(state, _at_once, "POST", body) as response:
            return response.status_code, state.headers

    def _follow(
        self,
        state: FetchState,
        enter: Callable[[str], None],
        follow: Callable[[str], None],
        sending: Callable[[str], AbstractContextManager[None]],
    ) -> Fetched | NotModified:
        entered = {state.target.host}
        for _ in range(MAX_REDIRECTS + 1):
            if state.redirects:
                state.hop()  # check the port first: do not wait for a host, or ask it for robots.txt, in vain
            with state.deadline.suspended():
                if state.target.host not in entered:
                    enter(state.target.host)
                    entered.add(state.target.host)
                if state.redirects:
                    follow(state.target.url)
            with self._send(state, sending) as response:
                if response.status_code not in REDIRECT_STATUSES:
                    return state.conclude(response)
            state.move(response.status_code)
        raise PermanentFetchError(f"more than {MAX_REDIRECTS} redirects, the last to {state.target.netloc}")

    @contextmanager
    def _send(
        self,
        state: FetchState,
        sending: Callable[[str], AbstractContextManager[None]],
        method: str = "GET",
        body: bytes | None = None,
    ) -> Iterator[httpx.Response]:
        request = httpx.Request(
            method,
            _origin_url(state.target),
            headers=state.headers_to_send(),
            content=body,
            extensions={HOP: replace(state.hop(), sending=sending)},
        )
        response = self._client.send(request, stream=True, auth=None, follow_redirects=False)
        try:
            state.receive(response)
            yield response
        finally:
            state.wire_bytes += response.extensions[SOCKET].received_bytes
            response.close()


@contextmanager
def _state_of(request: FetchRequest) -> Iterator[FetchState]:
    """The state of a fetch; errors in the block are completed with it."""
    try:
        state = FetchState(request)
    except FetchError as exc:
        exc.url = request.url
        raise
    try:
        yield state
    except FetchError as exc:
        raise state.annotate(exc)  # noqa: B904 - the same error, completed
    except (OSError, httpx.InvalidURL) as exc:
        raise state.annotate(state.translate(exc)) from exc


def _origin_url(target: Target) -> httpx.URL:
    """Return the origin for httpx; path and query bypass it because it would normalize them."""
    return httpx.URL(f"{target.scheme}://{target.netloc}/")
