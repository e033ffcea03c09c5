"""Records of a fetch: the request and its response."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from worker.redaction import display_url


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One document to get; `headers` and `authorization` go to the URL's own origin only."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    authorization: str | None = None
    accept: str = "*/*"
    timeout_s: float = 30.0
    max_bytes: int = 10 * 1024 * 1024
    allow_private: tuple[str, ...] = ()
    contact: str = ""
    configured_url: str | None = None  # whose origin alone gets the secrets; None: `url` (not adopted)
    ports: tuple[int, ...] | None = None  # besides 80 and 443; None: the configured URL's (pages: the feed's)

    def __repr__(self) -> str:
        """Secrets stay out of logs and tracebacks."""
        return f"FetchRequest(url={display_url(self.url)!r})"


@dataclass(frozen=True, slots=True)
class Redirect:
    """One hop that was followed: the status that sent us and where to."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """A complete 200/226 answer, decoded. Header names are lower case."""

    url: str  # final
    status: int
    headers: Mapping[str, str]
    body: bytes
    redirects: tuple[Redirect, ...] = ()
    elapsed_s: float = 0.0
    wire_bytes: int = 0


@dataclass(frozen=True, slots=True)
class NotModified:
    """A 304: a success without a document. Header names are lower case."""

    url: str
    headers: Mapping[str, str]
    redirects: tuple[Redirect, ...] = ()
    elapsed_s: float = 0.0
    wire_bytes: int = 0
    status: int = 304


class NetworkFault(StrEnum):
    """Why no server responded at all: the host's fault, or that of our own network."""

    NAME = "name"  # the host name was not resolved
    ROUTE = "route"  # no way to the address: no route, interface down, not permitted, no socket left
    TIMEOUT = "timeout"
    REFUSED = "refused"
    RESET = "reset"
