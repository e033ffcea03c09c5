"""Sites that publish while a storm is on, some of it as copies of one another, and that fail as a whole."""

import asyncio
import re
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache

from tests.storms.lag import Lag
from tests.storms.origin import Origin, Page, Reply, Request, World, address_of
from tests.support.generated import Text, make_text

COPY_EVERY = 5  # of so many pages, one has the text of the page before it, which is another site's
FEED = "application/rss+xml"
GUID = re.compile(rb"<guid.*?</guid>")
BROKEN, HANGING = "broken", "hanging"  # feeds that never work
HANG_S = 20.0
BRIEF, BRIEF_ENTRIES = "brief", 10  # a feed whose entries are purged while it shows them


@cache
def _text_of(seed: int, number: int) -> Text:
    return make_text(f"storm {seed} {number}")


@dataclass(slots=True)
class GrowingWorld(World):
    """A world with copies, of whose sites a share is extracted.

    Two more feeds never work, and one shows the same entries all the time, which are not kept for long.
    """

    extracted_share: float = 1.0
    bad: dict[str, str] = field(default_factory=dict, init=False)  # address and name of a feed
    brief: str = field(default="", init=False)  # address
    pages_of: dict[str, list[Page]] = field(init=False)  # by site, in order

    def __post_init__(self) -> None:
        World.__post_init__(self)
        self.bad = {address_of(self.hosts): BROKEN, address_of(self.hosts + 1): HANGING}
        self.brief = address_of(self.hosts + 2)
        self.pages_of = {site: [] for site in self.sites}
        for page in self.page_of.values():
            self.pages_of[page.site].append(page)

    def is_extracted(self, site: str) -> bool:
        """Whether the pages of a site are requested."""
        sites = list(self.sites)
        return site in sites[: round(len(sites) * self.extracted_share)]

    def text_number(self, page: Page) -> int:
        """The number of the page whose text this one has."""
        is_copy = self.hosts > 1 and page.number % COPY_EVERY == COPY_EVERY - 1
        return page.number - 1 if is_copy else page.number

    def items(self, site: str, base: str, shown: int) -> list[str]:
        """The entries of a site's feed among the first pages, newest first."""
        now, found = datetime.now(UTC), []
        for page in self.pages_of[site]:
            if page.number >= shown:
                break
            text = _text_of(self.seed, self.text_number(page))
            at = format_datetime(now - timedelta(minutes=self.text_number(page) % 600))
            found.append(
                f'<item><guid isPermaLink="false">{page.site}-{page.number}</guid><title>{text.title}</title>'
                f"<link>{base}{page.path}</link><pubDate>{at}</pubDate>"
                f"<description>{text.paragraphs[0]}</description></item>"
            )
        return found[::-1]

    def brief_feed(self) -> bytes:
        """The feed whose entries are purged."""
        items = "".join(
            f"<item><title>Short note {number} of the day</title><link>http://{self.brief}/{number}</link></item>"
            for number in range(BRIEF_ENTRIES)
        )
        return f'<rss version="2.0"><channel><title>Brief</title>{items}</channel></rss>'.encode()


class GrowingOrigin(Origin):
    """The world on loopback; `shown` pages are published, and `fault` is how all sites fail now.

    Faults: "hang" (no response), "cut" (the connection ends), "" for none.
    """

    world: GrowingWorld

    def __init__(self, world: GrowingWorld, shown: int) -> None:
        super().__init__(world)
        self.shown, self.fault, self.lag = shown, "", Lag()
        self._feeds = dict[str, tuple[int, bytes, str]]()

    async def _serve(self) -> None:
        tasks = [asyncio.create_task(act()) for act in (self._serve_bad, self.lag.measure)]
        await super()._serve()
        for task in tasks:
            task.cancel()

    async def _serve_bad(self) -> None:
        servers = [
            await asyncio.start_server(self._handle, site, 0) for site in (*self.world.bad, self.world.brief)
        ]
        self.other_ports = {s.sockets[0].getsockname()[0]: s.sockets[0].getsockname()[1] for s in servers}
        try:
            await asyncio.Event().wait()
        finally:
            for server in servers:
                server.close()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        bad = self.world.bad.get(writer.get_extra_info("sockname")[0])
        if bad == HANGING or self.fault == "hang":
            until = time.monotonic() + HANG_S
            with suppress(asyncio.CancelledError):  # at the end
                while time.monotonic() < until and (bad or self.fault == "hang"):
                    await asyncio.sleep(0.2)
            writer.close()
        elif self.fault == "cut":
            writer.transport.abort()
        else:
            await super()._handle(reader, writer)

    def _reply(self, request: Request) -> Reply:
        if request.site in self.world.bad:
            return Reply(500, b"out of order")
        if request.site == self.world.brief:
            return Reply(200, self.world.brief_feed(), FEED)
        if request.path != "/feed.xml":
            return super()._reply(request)
        shown, body, etag = self._feeds.get(request.site, (-1, b"", ""))
        if shown != self.shown:
            items = self.world.items(request.site, self.base(request.site), self.shown)
            title = f"<title>{request.site}</title>"
            body = f'<rss version="2.0"><channel>{title}{"".join(items)}</channel></rss>'.encode()
            etag = f'"{zlib.crc32(b"".join(GUID.findall(body))):x}"'
            self._feeds[request.site] = self.shown, body, etag
        if request.etag == etag:
            return Reply(304, b"", FEED, f"ETag: {etag}\r\n")
        return Reply(200, body, FEED, f"ETag: {etag}\r\n")
