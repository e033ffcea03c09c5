"""Records of a fetch: the request and its response."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from worker.redaction import display_url


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """A document to fetch; `headers` and `authorization` are sent to the URL's own origin only.

    The validators, `etag` and `last_modified`, are sent to `validated_url` only (None: to `url`), whether the
    request begins there or a redirect leads there.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    validated_url: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    authorization: str | None = None
    accept: str = "*/*"
    timeout_s: float = 30.0
    max_bytes: int = 10 * 1024 * 1024
    allow_private: tuple[str, ...] = ()
    contact: str = ""
    configured_url: str | None = None  # only its origin receives secrets; None: `url`
    ports: tuple[int, ...] | None = None  # besides 80 and 443; None: the configured URL's

    def __repr__(self) -> str:
        """Omits secrets, for logs and tracebacks."""
        return f"FetchRequest(url={display_url(self.url)!r})"


@dataclass(frozen=True, slots=True)
class Redirect:
    """A redirect that was followed: its status and its target."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """A complete 2xx response, decoded. Header names are lower case."""

    url: str  # final
    status: int
    headers: Mapping[str, str]
    body: bytes
    redirects: tuple[Redirect, ...] = ()
    elapsed_s: float = 0.0
    wire_bytes: int = 0


@dataclass(frozen=True, slots=True)
class NotModified:
    """A 304 response: a success without a document. Header names are lower case."""

    url: str
    headers: Mapping[str, str]
    redirects: tuple[Redirect, ...] = ()
    elapsed_s: float = 0.0
    wire_bytes: int = 0
    status: int = 304


class NetworkFault(StrEnum):
    """Why no server responded: a fault of the host or of our own network."""

    NAME = "name"  # the host name was not resolved
    ROUTE = "route"  # no route, interface down, not permitted, no socket left
    TIMEOUT = "timeout"
    REFUSED = "refused"
    RESET = "reset"
