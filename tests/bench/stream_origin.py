"""Feeds on loopback that publish as the streams of a world say, from the moment they are started."""

import asyncio
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from typing import Self

from tests.bench.scale_world import Stream
from tests.bench.schedule import SHOWN
from tests.support.generated import make_text

KIND = b"Content-Type: application/rss+xml\r\n"
FIELD = b"if-none-match:"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the feed's place in the world, seconds since the start, status."""

    index: int
    at_s: float
    status: int


@cache
def _item(index: int, number: int, host: str, at: float) -> str:
    text = make_text(f"stream {index} {number}")
    paragraphs = "".join(f"&lt;p&gt;{each}&lt;/p&gt;" for each in text.paragraphs)
    return (
        f"<item><title>{text.title}</title><link>http://{host}/{index}/{number}</link>"
        f"<guid>http://{host}/{index}/{number}</guid><description>{paragraphs}</description>"
        f"<pubDate>{format_datetime(datetime.fromtimestamp(at, UTC))}</pubDate></item>"
    )


class StreamOrigin:
    """Serves `/N`, the feed of the stream with this number; a context manager. `now` returns Unix time."""

    def __init__(self, streams: Sequence[Stream], now: Callable[[], float] = time.time) -> None:
        self.streams, self.now = streams, now
        self.asked: list[Asked] = []
        self.port = 0
        self.started_at = self.now()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(10):
            raise OSError("cannot listen on the loopback addresses of the hosts")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def begin(self) -> None:
        """Let time zero of the streams be now."""
        self.started_at = self.now()
        self.asked.clear()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        first, *others = dict.fromkeys(stream.host for stream in self.streams)
        servers = [await asyncio.start_server(self._respond, first, 0)]
        self.port = servers[0].sockets[0].getsockname()[1]
        if others:
            servers.append(await asyncio.start_server(self._respond, others, self.port))
        self._ready.set()
        await self._stop.wait()
        for server in servers:
            server.close()

    async def _respond(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(self._reply(head))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _reply(self, head: bytes) -> bytes:
        at_s = self.now() - self.started_at
        index = int(head.split(b" ", 2)[1][1:])
        stream = self.streams[index]
        have = bisect_right(stream.times, at_s)
        etag = b'"%d"' % have
        fields = KIND + (b"ETag: %b\r\n" % etag if stream.has_validators else b"")
        status, body = 200, b""
        if stream.is_failing:
            status = 500
        elif stream.has_validators and etag in _value(head):
            status = 304
        else:
            body = self._document(index, have)
        self.asked.append(Asked(index, at_s, status))
        length = b"" if status == 304 else b"Content-Length: %d\r\n" % len(body)
        return b"HTTP/1.1 %d -\r\n%b%b\r\n%b" % (status, fields, length, body)

    def _document(self, index: int, have: int) -> bytes:
        stream = self.streams[index]
        items = [
            _item(index, number, stream.host, self.started_at + stream.times[number])
            for number in range(max(0, have - SHOWN), have)
        ]
        title = f"<title>Stream {index}</title>"
        return f'<rss version="2.0"><channel>{title}{"".join(items[::-1])}</channel></rss>'.encode()


def _value(head: bytes) -> bytes:
    lines = (line for line in head.lower().split(b"\r\n") if line.startswith(FIELD))
    return next(lines, b"")
