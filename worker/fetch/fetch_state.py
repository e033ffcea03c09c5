"""State of one fetch across redirects, and the interpretation of each response."""

import base64
import re
import time
from importlib.metadata import version

import httpx

from worker.errors import BlockedAddress, FetchError, PermanentFetchError, TransientFetchError
from worker.fetch.bot_protection import PROTECTION_STATUSES, is_bot_protection
from worker.fetch.content_coding import ACCEPT_ENCODING
from worker.fetch.guard import ALLOW, check_port
from worker.fetch.response import START_BYTES, describe_os_error, join_headers, read_body, read_start
from worker.fetch.sockets import Deadline
from worker.fetch.transport import FIELDS, SOCKET, Hop
from worker.fetch.url import named_ports, parse_target, resolve_redirect
from worker.records import Fetched, FetchRequest, NetworkFault, NotModified, Redirect
from worker.redaction import display_url

PRODUCT = f"wireroom/{version('wireroom')}"
# Statuses under which a document is expected. 226 responds to A-IM (RFC 3229), which is never sent; a server
# that uses it anyway sent the whole document. Other 2xx responses are documents if they have a body.
DOCUMENT_STATUSES = frozenset({200, 203, 226})
EMPTY_STATUSES = frozenset({204, 205})  # RFC 9110 sections 15.3.5 and 15.3.6
RANGE = re.compile(r"bytes\s+(\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.IGNORECASE)
TRANSIENT_STATUSES = frozenset({408, 425, 429})  # RFC 9110 section 15.5.9, RFC 8470, RFC 6585
# Allowance for framing and coding overhead.
WIRE_SLACK_BYTES = 256 * 1024
# Fields that the fetcher sets itself; configured fields with these names are not sent.
RESERVED_HEADERS = frozenset({
    "accept-encoding", "connection", "content-length", "cookie", "expect", "host", "if-match",
    "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "keep-alive",
    "proxy-authorization", "range", "referer", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
})  # fmt: skip


def user_agent(contact: str) -> str:
    """Return `wireroom/VERSION (+contact)`, the User-Agent of every request (RFC 9110 section 10.1.5)."""
    clean = "".join(c for c in contact if c.isascii() and c.isprintable() and c not in "()\\").strip()
    return f"{PRODUCT} (+{clean})" if clean else f"{PRODUCT} (feed reader)"


class FetchState:
    """State of one fetch across redirects: current target, redirects followed, fields it may send.

    The constructor raises FetchError if a URL is unusable.
    """

    def __init__(self, request: FetchRequest) -> None:
        self.request = request
        self.target = parse_target(request.url)
        home = parse_target(request.configured_url or request.url)
        self.started = time.monotonic()
        self.deadline = Deadline(request.timeout_s)
        self.redirects: list[Redirect] = []
        self._redirected_by = ""  # the URL whose redirect was followed last
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.wire_bytes = 0
        self._is_home = self.target.origin == home.origin  # and no redirect has led elsewhere
        self._authorization = request.authorization or _basic_authorization(home.userinfo)
        self._ports = named_ports(home, request.ports)
        self._seen = {self.target.url}
        validated = request.validated_url
        self._validated_url = parse_target(validated).url if validated else self.target.url

    def hop(self) -> Hop:
        """Return the options of the next request; raises BlockedAddress if its port is not allowed."""
        check_port(self.target.host, self.target.port, self._ports, self.request.allow_private)
        self.status, self.headers = None, {}
        limit = 2 * self.request.max_bytes + WIRE_SLACK_BYTES
        return Hop(self.target, self.deadline, self.request.allow_private, limit)

    def headers_to_send(self) -> list[tuple[bytes, bytes]]:
        """Return the fields of the next request.

        Credentials are included only for the configured origin, and never after a redirect to another one.
        """
        request = self.request
        own = {
            "Host": self.target.netloc,
            "User-Agent": user_agent(request.contact),
            "Accept": request.accept,
            "Accept-Encoding": ACCEPT_ENCODING,
            "Connection": "close",
        }
        if request.etag and self._is_validated():
            own["If-None-Match"] = request.etag
        if request.last_modified and self._is_validated():
            own["If-Modified-Since"] = request.last_modified
        fields = {name.lower(): (name, value) for name, value in own.items()}
        if self._is_home:
            fields |= _configured_fields(request.headers, self._authorization)
        return [(name.encode("latin-1", "replace"), _encode_value(value)) for name, value in fields.values()]

    def _is_validated(self) -> bool:
        """Whether the validators are those of the target: a date of another document says nothing of it."""
        return self.target.url == self._validated_url

    def receive(self, response: httpx.Response) -> None:
        """Record the status and header fields of a response."""
        self.status = response.status_code
        self.headers = join_headers(response.extensions[FIELDS])

    def move(self, status: int) -> None:
        """Move to the redirect target; raises FetchError for a redirect loop or an unusable target."""
        origin, self._redirected_by = self.target.origin, self.target.url
        self.target = resolve_redirect(self.target, _read_location(self.headers.get("location", "")))
        self.redirects.append(Redirect(status, self.target.url))
        self._is_home = self._is_home and self.target.origin == origin
        if self.target.url in self._seen:
            raise PermanentFetchError(f"redirect loop at {self.target.netloc}")
        self._seen.add(self.target.url)

    def conclude(self, response: httpx.Response) -> Fetched | NotModified:
        """Return the result of a final response; raises FetchError if it carries no document."""
        status, where = response.status_code, self.target.netloc
        if status == 304:
            if not (self._is_validated() and (self.request.etag or self.request.last_modified)):
                raise TransientFetchError(f"304 from {where} to an unconditional request")
            return NotModified(
                self.target.url,
                self.headers,
                tuple(self.redirects),
                self._elapsed_s(),
                self._received(response),
            )
        if not 200 <= status < 300 or status in EMPTY_STATUSES:
            start = read_start(response, self.headers) if status in PROTECTION_STATUSES else b""
            raise self._refusal(status, start)
        body = read_body(response, self.headers, self.request.max_bytes, where)
        is_page = is_bot_protection(status, self.headers, body[:START_BYTES])
        if status not in DOCUMENT_STATUSES and (is_page or not body.strip()):
            raise self._refusal(status, body[:START_BYTES])
        if status == 206 and _is_part(self.headers.get("content-range", "")):
            raise TransientFetchError(f"incomplete response from {where}: 206 with a part of the document")
        return Fetched(
            self.target.url,
            status,
            self.headers,
            body,
            tuple(self.redirects),
            self._elapsed_s(),
            self._received(response),
        )

    def translate(self, exc: Exception) -> FetchError:
        """Translate a library or system error into a FetchError."""
        where = self.target.netloc
        if isinstance(exc, httpx.InvalidURL):
            return PermanentFetchError(f"{where} is not a usable host")
        if isinstance(exc, TimeoutError):
            outcome = "no response" if self.status is None else "incomplete response"
            message = f"{outcome} within {self.deadline.budget_s:g} s from {where}"
            return TransientFetchError(message, fault=NetworkFault.TIMEOUT)
        return describe_os_error(exc, where)

    def annotate(self, exc: FetchError) -> FetchError:
        """Add the URL, status, header fields and redirects of the fetch to an error.

        Who may redirect chose the address that is not allowed: the error does not propose to allow it.
        """
        if isinstance(exc, BlockedAddress) and self._redirected_by:
            why, url = str(exc).removesuffix(ALLOW), display_url(self._redirected_by)
            exc.args = (f"a redirect from {url} led there: {why}; check whether that URL is still right",)
        exc.url = self.target.url
        exc.status = self.status
        exc.headers = self.headers
        exc.redirects = tuple((hop.status, hop.url) for hop in self.redirects)
        if self.redirects or self.status is not None:
            exc.fault = ""  # a server responded
        return exc

    def _refusal(self, status: int, start: bytes) -> FetchError:
        where = self.target.netloc
        note = ": blocked by bot protection" if is_bot_protection(status, self.headers, start) else ""
        is_transient = status >= 500 or status in TRANSIENT_STATUSES
        error = TransientFetchError if is_transient else PermanentFetchError
        return error(f"{status} from {where}{note}")

    def _received(self, response: httpx.Response) -> int:
        return self.wire_bytes + int(response.extensions[SOCKET].received_bytes)

    def _elapsed_s(self) -> float:
        return time.monotonic() - self.started


def _is_part(content_range: str) -> bool:
    """Whether a Content-Range shows that bytes of the document are missing (RFC 9110 section 14.4)."""
    found = RANGE.match(content_range.strip())
    if not found:
        return False
    return found[1] != "0" or (found[3] != "*" and int(found[2]) + 1 < int(found[3]))


def _configured_fields(
    headers: tuple[tuple[str, str], ...], authorization: str | None
) -> dict[str, tuple[str, str]]:
    fields = {name.lower(): (name, value) for name, value in headers if name.lower() not in RESERVED_HEADERS}
    return fields | {"authorization": ("Authorization", authorization)} if authorization else fields


def _basic_authorization(userinfo: str) -> str | None:
    return f"Basic {base64.b64encode(userinfo.encode()).decode()}" if userinfo else None


def _encode_value(value: str) -> bytes:
    """Encode a field value; Latin-1, as fields are read, so that validators are sent back unchanged."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace")


def _read_location(value: str) -> str:
    """Decode a Location; raw UTF-8 in it violates RFC 9110 but is common."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return value
