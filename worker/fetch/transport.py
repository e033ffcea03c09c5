"""An httpx transport for one guarded HTTP/1.1 exchange on a connection of its own.

httpcore gives each socket operation its own time and hides the bytes that follow a body, so neither a total
deadline nor a too small Content-Length can be had from it; h11, which it stands on, gives both.
"""

import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import h11
import httpx

from worker.errors import PermanentFetchError, TransientFetchError
from worker.fetch.sockets import Deadline, Wire, open_socket, start_tls
from worker.fetch.url import Target
from worker.records import NetworkFault
from worker.redaction import redact

MAX_HEAD_BYTES = 100 * 1024
# Each costs some 20 µs of a processor that all threads share; a server that flushes by the line stays below.
MAX_PIECES = 100_000
MAX_INTERIM_ANSWERS = 20  # 1xx, before the real one
HOP = "wireroom.hop"  # the request extension that holds a Hop
WIRE = "wireroom.wire"  # the response extension that holds its Wire
FIELDS = "wireroom.fields"  # the response extension that holds the header fields as bytes


@dataclass(frozen=True, slots=True)
class Hop:
    """What the transport must know of one request beyond httpx's own."""

    target: Target
    deadline: Deadline
    allow_private: tuple[str, ...]
    max_wire_bytes: int


class GuardedTransport(httpx.BaseTransport):
    """Connects to checked addresses only; at most `max_connections` at a time; thread-safe."""

    def __init__(self, context: ssl.SSLContext, max_connections: int) -> None:
        self._context = context
        self._slots = threading.BoundedSemaphore(max_connections)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer with its body still to come; raises FetchError, TimeoutError, OSError."""
        hop: Hop = request.extensions[HOP]
        if not self._slots.acquire(timeout=hop.deadline.remaining_s()):
            raise TransientFetchError("all connections of this worker are busy")
        try:
            exchange = Exchange(self._connect(hop), hop, self._slots.release)
        except BaseException:
            self._slots.release()
            raise
        try:
            head = exchange.ask(request.headers.raw, hop.target.path)
        except BaseException:
            exchange.close()
            raise
        # httpx acts on fields by itself (cookies, redirects, codings), so they go past it.
        extensions = {WIRE: exchange.wire, FIELDS: list(head.headers)}
        return httpx.Response(head.status_code, stream=exchange, extensions=extensions)

    def _connect(self, hop: Hop) -> Wire:
        target = hop.target
        connected = open_socket(target.host, target.port, hop.deadline, hop.allow_private)
        if target.scheme == "https":
            connected = start_tls(connected, target.host, self._context, hop.deadline)
        return Wire(connected, hop.deadline)


class Exchange(httpx.SyncByteStream):
    """One request and its answer; iterating gives the body's bytes as they came, still encoded."""

    def __init__(self, wire: Wire, hop: Hop, on_close: Callable[[], None]) -> None:
        self.wire = wire
        self._hop = hop
        self._where = hop.target.netloc
        self._on_close = on_close
        self._is_open = True
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD_BYTES)
        self._is_sized = False

    def ask(self, headers: list[tuple[bytes, bytes]], path: bytes) -> h11.Response:
        """Send the request and give the head of the answer."""
        try:
            request = h11.Request(method="GET", target=path, headers=headers)
            data = (self._http.send(request) or b"") + (self._http.send(h11.EndOfMessage()) or b"")
        except h11.LocalProtocolError:
            # h11 quotes the field, a login perhaps, and so would a traceback
            raise PermanentFetchError(f"a header for {self._where} cannot be sent: it is malformed") from None
        self.wire.send(data)
        for _ in range(MAX_INTERIM_ANSWERS):
            event = self._next_event("no valid HTTP answer")
            if isinstance(event, h11.Response):
                names = {name for name, _ in event.headers}
                self._is_sized = b"content-length" in names and b"transfer-encoding" not in names
                return event
        raise TransientFetchError(f"{self._where} sends interim answers only")

    def __iter__(self) -> Iterator[bytes]:
        """Pieces of the body; raises TransientFetchError when it is cut or longer than it said."""
        pieces = 0
        while isinstance(event := self._next_event("incomplete answer"), h11.Data):
            yield bytes(event.data)
            pieces += 1
            if pieces > MAX_PIECES:
                raise PermanentFetchError(f"answer from {self._where} is in more than {MAX_PIECES:,} chunks")
        # White space after the body is a common slip of scripts and loses nothing.
        if self._is_sized and (self._http.trailing_data[0] or self.wire.receive_waiting()).strip():
            raise TransientFetchError(f"incomplete answer from {self._where}: longer than its Content-Length")

    def close(self) -> None:
        """Close the connection and free its slot; safe to call twice."""
        if self._is_open:
            self._is_open = False
            self.wire.close()
            self._on_close()

    def _next_event(self, trouble: str) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                self._http.receive_data(self._receive())
        except h11.RemoteProtocolError as exc:
            raise TransientFetchError(f"{trouble} from {self._where}: {redact(str(exc))[:120]}") from exc
        return event

    def _receive(self) -> bytes:
        data = self.wire.receive()
        if not data and self._http.their_state is h11.SEND_RESPONSE:
            message = f"{self._where} closed the connection without an answer"
            raise TransientFetchError(message, fault=NetworkFault.RESET)
        if self.wire.received_bytes > self._hop.max_wire_bytes:
            raise PermanentFetchError(f"answer from {self._where} is far larger on the wire than its limit")
        return data
