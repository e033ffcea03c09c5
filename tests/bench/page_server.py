"""A process that serves generated feeds and their pages on loopback, each feed on a host of its own.

A request for TURN_PATH changes every feed: it then shows ADDED new entries and as many of the oldest no more.
"""

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection

from tests.newsroom.model import Entry, Outlet
from tests.newsroom.render import render_feed, render_page
from tests.support.generated import Text, make_text

ADDED = 3  # entries
TURN_PATH = "/turn"
PARAGRAPHS = (4, 9)  # of about 50 words
PUBLISHED_AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def host_of(feed: int) -> str:
    """The loopback address of a feed's host."""
    return f"127.0.{1 + feed // 250}.{1 + feed % 250}"


def text_of(feed: int, number: int) -> Text:
    """The text of an article."""
    return make_text(
        f"page {feed} {number}", PARAGRAPHS[0] + (feed + number) % (PARAGRAPHS[1] - PARAGRAPHS[0])
    )


def path_of(feed: int, number: int) -> str:
    """The path of an article's page."""
    return f"/{feed}/{number}.html"


def feed_path_of(feed: int) -> str:
    """The path of a feed's document."""
    return f"/{feed}/feed.xml"


@contextmanager
def serve_pages(feeds: int, each: int) -> Iterator[int]:
    """The port at which a process serves so many feeds and all their pages, until the end of the block."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(
        target=_run, args=(feeds, each, theirs), daemon=True
    )
    server.start()
    theirs.close()  # so that `recv` ends if the server does
    try:
        yield ours.recv()
    finally:
        server.terminate()
        server.join()


def _run(feeds: int, each: int, parent: Connection) -> None:
    found: dict[str, bytes] = {}
    changed: dict[str, bytes] = {TURN_PATH: b""}
    for feed in range(feeds):
        entries = [_entry(feed, number) for number in range(each + ADDED)]
        for number, entry in enumerate(entries):
            url = f"http://{host_of(feed)}{path_of(feed, number)}"
            found[path_of(feed, number)] = render_page(entry, url)[0]
        url_of = partial(_url_of, feed)
        older, newer, outlet = entries[ADDED:], entries[:each], entries[0].outlet
        found[feed_path_of(feed)] = render_feed(outlet, older, url_of, PUBLISHED_AT)[0]
        changed_at = PUBLISHED_AT + timedelta(minutes=20)
        changed[feed_path_of(feed)] = render_feed(outlet, newer, url_of, changed_at)[0]
    asyncio.run(_serve(found, changed, [host_of(feed) for feed in range(feeds)], parent))


def _url_of(feed: int, entry: Entry) -> str:
    return f"http://{host_of(feed)}{path_of(feed, entry.number)}"


def _entry(feed: int, number: int) -> Entry:
    text = text_of(feed, number)
    outlet = Outlet(f"outlet-{feed}", f"Outlet {feed}", "en", "rss", full=bool(feed % 2))
    at = PUBLISHED_AT - timedelta(minutes=number)
    return Entry(outlet, text.title, "lead", number, text.title, "Ada Moss", list(text.paragraphs), at, at)


async def _serve(
    found: dict[str, bytes], changed: dict[str, bytes], hosts: list[str], parent: Connection
) -> None:
    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _read_head(reader):
            if _path_of(head) == TURN_PATH:
                found.update(changed)
            writer.write(_response(found, head))
        writer.close()

    first = await asyncio.start_server(respond, hosts[0], 0)
    port = first.sockets[0].getsockname()[1]
    if hosts[1:]:
        await asyncio.start_server(respond, hosts[1:], port)
    parent.send(port)
    await asyncio.Event().wait()


def _path_of(head: bytes) -> str:
    return head.split(b" ")[1].decode()


def _response(found: dict[str, bytes], head: bytes) -> bytes:
    path = _path_of(head)
    body = found.get(path)
    if body is None:
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    etag = b'"2"' if TURN_PATH in found else b'"1"'
    if b"if-none-match: " + etag in head.lower():
        return b"HTTP/1.1 304 Not Modified\r\nETag: %b\r\n\r\n" % etag
    kind = b"application/rss+xml" if path.endswith(".xml") else b"text/html"
    fields = b"Content-Type: %b; charset=utf-8\r\nETag: %b\r\nContent-Length: %d" % (kind, etag, len(body))
    return b"HTTP/1.1 200 OK\r\n%b\r\n\r\n%b" % (fields, body)


async def _read_head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""
