"""An httpx transport that sends each guarded HTTP/1.1 request on its own connection.

httpcore has a timeout per socket operation and hides bytes that follow a body, so it can neither enforce a
total deadline nor detect a Content-Length that is too small; h11, which it is built on, allows both.
"""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import h11
import httpx

from worker.errors import PermanentFetchError, TransientFetchError
from worker.fetch.head import HeadFilter
from worker.fetch.sockets import Deadline, DeadlineSocket, open_socket, start_tls
from worker.fetch.url import Target
from worker.records import NetworkFault
from worker.redaction import redact

MAX_HEAD_BYTES = 100 * 1024
# Each costs about 20 µs of CPU time shared by all threads; a server that flushes every line stays below.
MAX_PIECES = 100_000
MAX_INTERIM_RESPONSES = 20  # 1xx, before the final one
HOP = "wireroom.hop"  # the request extension that holds a Hop
SOCKET = "wireroom.socket"  # the response extension that holds its DeadlineSocket
FIELDS = "wireroom.fields"  # the response extension that holds the header fields as bytes


@dataclass(frozen=True, slots=True)
class Hop:
    """Options of one request that httpx does not carry."""

    target: Target
    deadline: Deadline
    allow_private: tuple[str, ...]
    max_received_bytes: int
    sending: Callable[[str], AbstractContextManager[None]] = lambda _: nullcontext()  # given the host


class GuardedTransport(httpx.BaseTransport):
    """Connects only to allowed addresses, at most `max_connections` at a time; thread-safe."""

    def __init__(self, context: ssl.SSLContext, max_connections: int) -> None:
        self._context = context
        self._slots = threading.BoundedSemaphore(max_connections)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response with its body still unread; raises FetchError, TimeoutError, OSError."""
        hop: Hop = request.extensions[HOP]
        if not self._slots.acquire(timeout=hop.deadline.remaining_s()):
            raise TransientFetchError("all connections of this worker are busy")
        try:
            exchange = Exchange(self._connect(hop), hop, self._slots.release)
        except BaseException:
            self._slots.release()
            raise
        try:
            head = exchange.send_request(request, hop.target.path)
        except BaseException:
            exchange.close()
            raise
        # httpx interprets fields by itself (cookies, redirects, codings), so they bypass it.
        extensions = {SOCKET: exchange.socket, FIELDS: list(head.headers)}
        return httpx.Response(head.status_code, stream=exchange, extensions=extensions)

    def _connect(self, hop: Hop) -> DeadlineSocket:
        target = hop.target
        connected = open_socket(target.host, target.port, hop.deadline, hop.allow_private)
        if target.scheme == "https":
            connected = start_tls(connected, target.host, self._context, hop.deadline)
        return DeadlineSocket(connected, hop.deadline)


class Exchange(httpx.SyncByteStream):
    """One request and its response; iterating yields the body as received, still encoded."""

    def __init__(self, socket: DeadlineSocket, hop: Hop, on_close: Callable[[], None]) -> None:
        self.socket = socket
        self._hop = hop
        self._where = hop.target.netloc
        self._on_close = on_close
        self._is_open = True
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD_BYTES)
        self._head = HeadFilter(MAX_HEAD_BYTES)
        self._is_sized = False

    def send_request(self, sent: httpx.Request, path: bytes) -> h11.Response:
        """Send the request and return the head of the response."""
        body = sent.read()
        events: list[h11.Event] = [h11.Data(data=body)] if body else []
        try:
            request = h11.Request(method=sent.method, target=path, headers=sent.headers.raw)
            data = b"".join(self._http.send(event) or b"" for event in (request, *events, h11.EndOfMessage()))
        except h11.LocalProtocolError:
            # h11 quotes the field, which may hold credentials, and so would a traceback
            raise PermanentFetchError(f"a header for {self._where} cannot be sent: it is malformed") from None
        with self._hop.sending(self._hop.target.host):
            self.socket.send(data)
        for _ in range(MAX_INTERIM_RESPONSES):
            event = self._next_event("no valid HTTP response")
            if isinstance(event, h11.Response):
                names = {name for name, _ in event.headers}
                self._is_sized = b"content-length" in names and b"transfer-encoding" not in names
                return event
        raise TransientFetchError(f"{self._where} sends only interim responses")

    def __iter__(self) -> Iterator[bytes]:
        """Yield the body; raises TransientFetchError if it is truncated or longer than declared."""
        pieces = 0
        while isinstance(event := self._next_event("incomplete response"), h11.Data):
            yield bytes(event.data)
            pieces += 1
            if pieces > MAX_PIECES:
                raise PermanentFetchError(
                    f"response from {self._where} is in more than {MAX_PIECES:,} chunks"
                )
        # White space after the body is a common mistake of scripts and harmless.
        if self._is_sized and (self._http.trailing_data[0] or self.socket.receive_pending()).strip():
            raise TransientFetchError(
                f"incomplete response from {self._where}: longer than its Content-Length"
            )

    def close(self) -> None:
        """Close the connection and free its slot; safe to call twice."""
        if self._is_open:
            self._is_open = False
            self.socket.close()
            self._on_close()

    def _next_event(self, problem: str) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                self._http.receive_data(self._receive())
        except h11.RemoteProtocolError as exc:
            raise TransientFetchError(f"{problem} from {self._where}: {redact(str(exc))[:120]}") from exc
        return event

    def _receive(self) -> bytes:
        """Return the next bytes, without malformed lines of the head; empty at the end of the stream."""
        while True:
            received = self.socket.receive()
            if not received and self._http.their_state is h11.SEND_RESPONSE:
                message = f"{self._where} closed the connection without a response"
                raise TransientFetchError(message, fault=NetworkFault.RESET)
            if self.socket.received_bytes > self._hop.max_received_bytes:
                raise PermanentFetchError(
                    f"response from {self._where} is far larger before decoding than its limit"
                )
            data = self._head.feed(received)
            if data or not received:
                return data
