"""Generated sites for storms, one loopback address each: feed, robots.txt, pages and a request log."""

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property
from typing import Self

from tests.support.generated import make_text

CLOSED = b"User-agent: *\nDisallow: /\n"
MEMBERS = b"User-agent: *\nDisallow: /members/\n"


@dataclass(frozen=True, slots=True)
class Rule:
    """A site's robots.txt rules; `response_s` is the response time of robots.txt."""

    robots: bytes | None = MEMBERS  # None: 404
    crawl_delay_s: float = 0.0
    response_s: float = 0.0

    def allows(self, path: str) -> bool:
        """Whether a page may be requested."""
        return self.robots is None or not (self.robots == CLOSED or path.startswith("/members/"))


def _slow_down(delay_s: float, agent: str = "*") -> Rule:
    text = f"User-agent: {agent}\nCrawl-delay: {delay_s:g}\nDisallow: /members/\n"
    others = "" if agent == "*" else "\nUser-agent: *\nCrawl-delay: 60\nDisallow: /\n"
    return Rule((text + others).encode(), delay_s)


# Assigned in turn; the fifth responds so slowly that a second worker would send a request too.
RULES = (
    Rule(), _slow_down(1.0), Rule(None), _slow_down(2.0, "wireroom"), Rule(response_s=1.5), Rule(),
    _slow_down(3.0), Rule(), Rule(response_s=0.3), Rule(CLOSED),
)  # fmt: skip
# Kinds of pages, in percent; after "once" the next request gets the page.
SHARES = {
    "good": 72, "members": 7, "missing": 3, "gone": 3, "broken once": 3, "busy once": 2, "cut once": 2,
    "slow": 3, "pdf": 2, "huge": 1, "shell": 2,
}  # fmt: skip
ONCE = frozenset({"broken once", "busy once", "cut once"})
RETRY_AFTER_S = 3
SLOW_S = 3.0
HUGE_BYTES = 11 * 1024 * 1024  # above the largest page accepted
PIECE_BYTES = 256 * 1024
DRIPS = 10
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 40
SHELL = b"<!doctype html><html><head><title>News</title></head><body><div id=root></div></body></html>"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Page:
    """One article's page."""

    site: str
    number: int
    kind: str

    @property
    def path(self) -> str:
        """Its path on the site."""
        return f"/{'members' if self.kind == 'members' else 'news'}/{self.number}.html"


@dataclass(slots=True)
class Request:
    """One request as received by the origin; times in seconds of the monotonic clock."""

    site: str
    path: str
    at: float
    status: int = 0
    ended_at: float = float("inf")
    etag: str = ""  # that the client has


@dataclass(frozen=True, slots=True)
class Reply:
    """A response; `is_cut` truncates it halfway, `takes_s` is its duration."""

    status: int
    body: bytes
    kind: str = HTML
    fields: str = ""
    takes_s: float = 0.0
    is_cut: bool = False


def address_of(number: int) -> str:
    """The loopback address of a site."""
    return f"127.0.{number // 250}.{number % 250 + 1}"


@dataclass(slots=True)
class World:
    """The sites with their rules and pages; deterministic."""

    pages: int
    hosts: int
    seed: int
    delay_s: float = 0.5  # between two requests to a site, unless its robots.txt requires more
    concurrency: int = 2
    sites: dict[str, Rule] = field(init=False)
    page_of: dict[tuple[str, str], Page] = field(init=False)

    def __post_init__(self) -> None:
        self.sites = {address_of(n): RULES[n % len(RULES)] for n in range(self.hosts)}
        names, rng = list(self.sites), random.Random(self.seed)
        kinds = rng.choices(list(SHARES), list(SHARES.values()), k=self.pages)
        all_pages = [Page(names[n % self.hosts], n, kind) for n, kind in enumerate(kinds)]
        self.page_of = {(page.site, page.path): page for page in all_pages}

    def is_extracted(self, site: str) -> bool:
        """Whether the pages of a site are requested."""
        return site in self.sites

    def is_open(self, page: Page) -> bool:
        """Whether robots.txt allows a page."""
        return self.sites[page.site].allows(page.path)

    def text_number(self, page: Page) -> int:
        """The number of the page whose text this one has."""
        return page.number

    def marker(self, page: Page) -> str:
        """Return a phrase that occurs on this page only."""
        return f"docket {self.seed}-{page.number} of the harbour office"

    def feed(self, site: str, base: str) -> bytes:
        """Return the site's feed: the headline and opening of each of its pages."""
        now, items = datetime.now(UTC), []
        for page in (page for page in self.page_of.values() if page.site == site):
            text = make_text(f"storm {self.seed} {page.number}")
            at = format_datetime(now - timedelta(minutes=page.number % 600))
            items.append(
                f"<item><title>{text.title}</title><link>{base}{page.path}</link><pubDate>{at}</pubDate>"
                f"<description>{text.paragraphs[0]}</description></item>"
            )
        return f'<rss version="2.0"><channel><title>{site}</title>{"".join(items)}</channel></rss>'.encode()

    def html(self, page: Page) -> bytes:
        """Return a page with its article, navigation and footer."""
        text = make_text(f"storm {self.seed} {self.text_number(page)}")
        story = "".join(f"<p>{paragraph}</p>\n" for paragraph in text.paragraphs)
        return (
            f'<!doctype html><html lang="en"><head><title>{text.title}</title></head><body><nav><a href="/">'
            f"Home</a> <a href='/about'>About us</a></nav><main><article><h1>{text.title}</h1>{story}"
            f"<p>The papers are kept as {self.marker(page)}, where all may read them on working days.</p>"
            "</article></main><footer><p>All rights reserved.</p></footer></body></html>"
        ).encode()


class Origin:
    """The world on loopback; `requests` is the log. A context manager."""

    def __init__(self, world: World) -> None:
        self.world, self.requests = world, list[Request]()
        self.ports: dict[str, int] = {}
        self._counts = Counter[tuple[str, str]]()
        self._ready, self._thread = threading.Event(), threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(10) or len(self.ports) < len(self.world.sites):
            raise OSError(f"cannot listen on 127.0.0.1 to 127.0.0.{len(self.world.sites)}")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def base(self, site: str) -> str:
        """Return the base URL of a site."""
        return f"http://{site}:{self.ports[site]}"

    @cached_property
    def feeds(self) -> dict[str, bytes]:
        """The feed of each site."""
        return {site: self.world.feed(site, self.base(site)) for site in self.world.sites}

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        servers = [await asyncio.start_server(self._handle, site, 0) for site in self.world.sites]
        self.ports = dict(
            zip(self.world.sites, (s.sockets[0].getsockname()[1] for s in servers), strict=True)
        )
        self._ready.set()
        await self._stop.wait()
        for server in servers:
            server.close()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = Request(writer.get_extra_info("sockname")[0], "", time.monotonic())
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            request.path = head.split(b" ", 2)[1].decode("latin-1")
            request.etag = _field(head, b"if-none-match")
            self.requests.append(request)
            reply = self._reply(request)
            request.status = reply.status
            await _send(writer, reply)
        except (OSError, asyncio.IncompleteReadError):
            pass  # a client that was killed
        finally:
            request.ended_at = time.monotonic()
            writer.close()

    def _reply(self, request: Request) -> Reply:
        key = (request.site, request.path)
        self._counts[key] += 1
        if request.path == "/feed.xml":
            return Reply(200, self.feeds[request.site], "application/rss+xml")
        if request.path == "/robots.txt":
            rule = self.world.sites[request.site]
            gone = Reply(404, b"no such file")
            return (
                gone
                if rule.robots is None
                else Reply(200, rule.robots, "text/plain", takes_s=rule.response_s)
            )
        page = self.world.page_of.get(key)
        if page is None:
            return Reply(404, b"no such page")
        kind = "good" if page.kind in ONCE and self._counts[key] > 1 else page.kind
        return _page_reply(kind, self.world.html(page))


def _field(head: bytes, name: bytes) -> str:
    """The value of a header field, empty without it."""
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip().decode("latin-1")
    return ""


def _page_reply(kind: str, whole: bytes) -> Reply:
    replies = {
        "missing": Reply(404, b"no such page"),
        "gone": Reply(410, b"taken away"),
        "broken once": Reply(500, b"out of order"),
        "busy once": Reply(503, b"later", fields=f"Retry-After: {RETRY_AFTER_S}\r\n"),
        "cut once": Reply(200, whole, is_cut=True),
        "slow": Reply(200, whole, takes_s=SLOW_S),
        "pdf": Reply(200, PDF, "application/pdf"),
        "huge": Reply(200, whole + b" " * (HUGE_BYTES - len(whole))),
        "shell": Reply(200, SHELL),
    }
    return replies.get(kind, Reply(200, whole))


async def _send(writer: asyncio.StreamWriter, reply: Reply) -> None:
    head = f"HTTP/1.1 {reply.status} -\r\nContent-Type: {reply.kind}\r\n{reply.fields}"
    writer.write(f"{head}Content-Length: {len(reply.body)}\r\nConnection: close\r\n\r\n".encode())
    body = reply.body[: len(reply.body) // 2] if reply.is_cut else reply.body
    for piece in _pieces(body, -(-len(body) // DRIPS) if reply.takes_s else PIECE_BYTES):
        await asyncio.sleep(reply.takes_s / DRIPS)
        writer.write(piece)
        await writer.drain()


def _pieces(body: bytes, size: int) -> Sequence[bytes]:
    return [body[start : start + size] for start in range(0, len(body), size)]
