"""Serve the newsroom on loopback: one listener per outlet, correct validators, a request log."""

import errno
import hashlib
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.newsroom.render import render_feed, render_page
from tests.newsroom.room import Newsroom

ROBOTS = b"User-agent: *\nDisallow: /inland-times/members/\n"
PORT_TRIES = 20


@dataclass(frozen=True, slots=True)
class Request:
    """One request as received, and the status of the response."""

    at: float  # seconds of the monotonic clock
    host: str
    path: str
    status: int
    conditional: bool  # it carried a validator
    user_agent: str


class Server:
    """A running newsroom; `base` is the first origin, `requests` the log. A context manager."""

    def __init__(self, newsroom: Newsroom, port: int = 0) -> None:
        self.newsroom, self.requests = newsroom, list[Request]()
        self._listeners = _listen(self, port, len(newsroom.outlets))
        self.port: int = self._listeners[0].server_port
        self.base = f"http://127.0.0.1:{self.port}"
        for number, name in enumerate(newsroom.outlets):
            host = self._listeners[number % len(self._listeners)].server_address[0]
            newsroom.origins[name] = f"http://{host}:{self.port}"
        self._threads = [
            threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
            for listener in self._listeners
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop listening; returns when every listener has ended."""
        for listener in self._listeners:
            listener.shutdown()
            listener.server_close()
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def document(self, path: str) -> tuple[bytes, str, datetime] | None:
        """Return the body, content type and modification time of a path, or None."""
        room = self.newsroom
        if path == "/robots.txt":
            return ROBOTS, "text/plain; charset=utf-8", room.start_at
        with room.lock:
            for outlet in room.outlets.values():
                if path == outlet.feed_path:
                    changed_at = room.changed_at[outlet.id]
                    return *render_feed(outlet, room.latest(outlet.id), room.url, changed_at), changed_at
            for entry in room.entries.get(path.split("/")[1], ()):
                if path == entry.path:
                    return *render_page(entry, room.url(entry)), entry.updated_at
        return None


def serve(newsroom: Newsroom, port: int = 0) -> Server:
    """Start serving in threads, on 127.0.0.1 and, where available, 127.0.0.2 and so on."""
    return Server(newsroom, port)


def _listen(owner: Server, port: int, count: int) -> list[ThreadingHTTPServer]:
    for _ in range(PORT_TRIES):
        listeners = [_Listener(("127.0.0.1", port), owner)]
        try:
            for number in range(2, count + 1):
                listeners.append(_Listener((f"127.0.0.{number}", listeners[0].server_port), owner))
        except OSError as exc:
            if exc.errno == errno.EADDRNOTAVAIL:  # macOS has 127.0.0.1 only
                return listeners
            for listener in listeners:
                listener.server_close()
            if port:
                raise
            continue
        return listeners
    raise OSError("no port is free on every loopback address")


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], owner: Server) -> None:
        self.owner = owner
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Listener
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        self._respond(with_body=True)

    def do_HEAD(self) -> None:
        self._respond(with_body=False)

    def _respond(self, *, with_body: bool) -> None:
        room = self.server.owner.newsroom
        if self.path in {room.outlets[name].feed_path for name in room.broken}:
            self._send(503, {"Content-Type": "text/plain"}, b"under repair\n" if with_body else b"")
            return
        found = self.server.owner.document(self.path.partition("?")[0])
        if found is None:
            self._send(404, {"Content-Type": "text/plain"}, b"no such page\n" if with_body else b"")
            return
        body, kind, changed_at = found
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        validators = {
            "ETag": etag,
            "Last-Modified": format_datetime(changed_at.replace(microsecond=0), usegmt=True),
        }
        if self._is_unchanged(etag, changed_at):
            self._send(304, validators, b"")
        else:
            self._send(200, {**validators, "Content-Type": kind}, body if with_body else b"", len(body))

    def _is_unchanged(self, etag: str, changed_at: datetime) -> bool:
        # RFC 9110 section 13.2.2: If-Modified-Since is ignored if If-None-Match is present
        if tags := self.headers.get("If-None-Match"):
            return tags == "*" or etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except (TypeError, ValueError):
            return False
        return changed_at.replace(microsecond=0) <= since

    def _send(self, status: int, headers: dict[str, str], body: bytes, length: int | None = None) -> None:
        # logged before the response is sent, so that a client that has it finds its request in the log
        conditional = bool(self.headers.get("If-None-Match") or self.headers.get("If-Modified-Since"))
        agent = self.headers.get("User-Agent", "")
        host = self.headers.get("Host", "")
        self.server.owner.requests.append(
            Request(time.monotonic(), host, self.path, status, conditional, agent)
        )
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """The request log is kept by `_send`."""
