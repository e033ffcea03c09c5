"""A process that serves generated article pages on loopback, each feed on a host of its own."""

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection

from tests.newsroom.model import Entry, Outlet
from tests.newsroom.render import render_page
from tests.support.generated import Text, make_text

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


@contextmanager
def serve_pages(feeds: int, each: int) -> Iterator[int]:
    """The port at which a process serves all pages of so many feeds, until the end of the block."""
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
    pages = {path_of(feed, n): _page(feed, n) for feed in range(feeds) for n in range(each)}
    asyncio.run(_serve(pages, [host_of(feed) for feed in range(feeds)], parent))


def _page(feed: int, number: int) -> bytes:
    text = text_of(feed, number)
    outlet = Outlet(f"outlet-{feed}", f"Outlet {feed}", "en", "rss", full=True)
    entry = Entry(
        outlet, text.title, "lead", number, text.title, "Ada Moss", list(text.paragraphs), PUBLISHED_AT,
        PUBLISHED_AT,
    )  # fmt: skip
    return render_page(entry, f"http://{host_of(feed)}{path_of(feed, number)}")[0]


async def _serve(pages: dict[str, bytes], hosts: list[str], parent: Connection) -> None:
    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _read_head(reader):
            page = pages.get(head.split(b" ")[1].decode())
            status, body = (b"200 OK", page) if page else (b"404 Not Found", b"no such page")
            kind = b"text/html; charset=utf-8" if page else b"text/plain"
            writer.write(
                b"HTTP/1.1 %b\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b"
                % (status, kind, len(body), body)
            )
        writer.close()

    first = await asyncio.start_server(respond, hosts[0], 0)
    port = first.sockets[0].getsockname()[1]
    if hosts[1:]:
        await asyncio.start_server(respond, hosts[1:], port)
    parent.send(port)
    await asyncio.Event().wait()


async def _read_head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""
