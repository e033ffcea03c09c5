"""A raw HTTP origin on loopback that sends exactly the bytes of a test, including faults."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pytest

from worker.fetch import Fetcher
from worker.records import FetchRequest


@dataclass
class Asked:
    """One request as received."""

    method: str
    target: bytes
    fields: list[tuple[str, bytes]]

    def field(self, name):
        """Return the value of a field as bytes, None if it was not sent; a duplicate field fails the test."""
        found = [value for key, value in self.fields if key == name.lower()]
        assert len(found) <= 1, f"{name} sent twice"
        return found[0] if found else None


Script = Callable[[Asked], Iterable[bytes]]


@dataclass
class Origin:
    """A listening socket; `pages` maps a raw request target to a script that yields bytes to send."""

    ip: str = "127.0.0.1"
    port: int = 0
    context: ssl.SSLContext | None = None
    pages: dict[bytes, Script] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    sent_bytes: int = 0

    def __post_init__(self):
        family = socket.AF_INET6 if ":" in self.ip else socket.AF_INET
        self.listener = socket.socket(family, socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((self.ip, self.port))
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path="/feed.xml"):
        host = f"[{self.ip}]" if ":" in self.ip else self.ip
        scheme = "https" if self.context else "http"
        return f"{scheme}://{host}:{self.port}{path}"

    def answer(self, script, path=b"/feed.xml"):
        """Respond to a path with bytes, or with what a function of the request yields; returns the URL."""
        self.pages[path] = script if callable(script) else lambda _: [script]
        return self.url(path.decode())

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError), contextlib.closing(connection):
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            asked = read_request(connection)
            if asked is None:
                return
            self.asked.append(asked)
            for part in self.pages.get(asked.target, lambda _: [reply(404)])(asked):
                self.sent_bytes += len(part)  # first, as the client may look at once
                connection.sendall(part)
            connection.close()


def read_request(connection):
    """Read the head of a request; returns None if the client closed the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    first, *lines = data.split(b"\r\n\r\n")[0].split(b"\r\n")
    method, target, _ = first.split(b" ")
    pairs = [line.split(b": ", 1) for line in lines]
    return Asked(method.decode(), target, [(name.decode().lower(), value) for name, value in pairs])


def reply(status=200, body=b"", *fields, length=True):
    """Return the bytes of a response; `fields` are whole header lines."""
    lines = [f"HTTP/1.1 {status} X".encode()]
    lines += [line if isinstance(line, bytes) else line.encode() for line in fields]
    if length and status not in (204, 304):
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@pytest.fixture
def origin() -> Iterator[Origin]:
    """An origin on 127.0.0.1."""
    made = Origin()
    yield made
    made.close()


@pytest.fixture
def new_origin() -> Iterator[Callable[..., Origin]]:
    """A factory of further origins."""
    made: list[Origin] = []

    def make(**options):
        made.append(Origin(**options))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def fetcher() -> Iterator[Fetcher]:
    """One fetcher for all tests, as in a process."""
    made = Fetcher()
    yield made
    made.close()


@pytest.fixture
def get(fetcher):
    """A function that fetches a loopback URL with a short deadline."""

    def fetch(url, **options):
        return fetcher.fetch(
            FetchRequest(url, **{"allow_private": ("127.0.0.0/8", "::1"), "timeout_s": 5.0, **options})
        )

    return fetch


@pytest.fixture
def make_reply():
    """The function that builds responses."""
    return reply
