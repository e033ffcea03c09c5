"""A few commands to Redis without its client library, whose import takes longer than a health check may.

Speaks RESP2, the Redis serialization protocol, over TCP or a unix socket; TLS needs the library.
"""

import socket
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

PORT = 6379


class LinkError(Exception):
    """The server does not respond, or it does not speak the protocol; the text says why."""


class RefusedError(LinkError):
    """The server refused a command, in its own words."""


class SilentError(LinkError):
    """The server accepts connections and does not respond: it is stopped or overloaded, not absent."""


def scan_keys(ask: Callable[..., Any], pattern: str) -> list[str]:
    """All keys that match a pattern; `ask` sends a command."""
    found: set[str] = set()
    cursor = "0"
    while True:
        next_cursor, part = ask("SCAN", cursor, "MATCH", pattern, "COUNT", "1000")
        found.update(key.decode("utf-8", "replace") for key in part)
        cursor = str(int(next_cursor))
        if cursor == "0":
            return sorted(found)


class RedisLink:
    """A connection to the server of a `redis://` or `unix://` URL, for a `with` block. Raises LinkError."""

    def __init__(self, url: str, timeout_s: float) -> None:
        parts = urlsplit(url)
        self._is_socket = parts.scheme == "unix"
        self._path = unquote(parts.path)
        self._address = (parts.hostname or "localhost", parts.port or PORT)
        self._db = parse_qs(parts.query).get("db", ["0"])[0] if self._is_socket else self._path.strip("/")
        login = (parts.username, parts.password) if parts.password else ()
        self._login = [unquote(text) for text in login if text]
        self._timeout_s = timeout_s

    def __enter__(self) -> Self:
        try:
            self._socket = self._connect()
        except OSError as exc:
            raise LinkError(exc.strerror or str(exc)) from exc
        self._replies = self._socket.makefile("rb")
        try:
            if self._login:
                self.ask("AUTH", *self._login)
            if self._db not in {"", "0"}:
                self.ask("SELECT", self._db)
        except LinkError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exc: object) -> None:
        self._replies.close()
        self._socket.close()

    def ask(self, *words: str) -> Any:
        """The reply to a command: bytes, a list of replies, or None. Raises LinkError, also RefusedError."""
        parts = [word.encode() for word in words]
        message = b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        try:
            self._socket.sendall(message)
            return self._read()
        except TimeoutError as exc:
            raise SilentError(str(exc)) from exc
        except (OSError, ValueError, OverflowError, RecursionError) as exc:  # replies of another server, too
            raise LinkError(str(exc)) from exc

    def _connect(self) -> socket.socket:
        if not self._is_socket:
            return socket.create_connection(self._address, self._timeout_s)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(self._timeout_s)
        try:
            connection.connect(self._path)
        except OSError:
            connection.close()
            raise
        return connection

    def _read(self) -> Any:
        line = self._replies.readline()
        if not line.endswith(b"\r\n"):
            raise LinkError("the server closed the connection")
        kind, text = line[:1], line[1:-2]
        if kind == b"-":
            raise RefusedError(text.decode("utf-8", "replace"))
        if kind == b"$":
            return None if text == b"-1" else self._read_bytes(int(text))
        if kind == b"*":
            return [self._read() for _ in range(int(text))]
        if kind not in b"+:":
            raise LinkError("the server does not speak the protocol of Redis")
        return text

    def _read_bytes(self, size: int) -> bytes:
        value = self._replies.read(size + 2)
        if len(value) < size + 2:
            raise LinkError("the server closed the connection")
        return value[:-2]
