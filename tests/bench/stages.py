"""Measure the cost of each stage on this machine: `python -m tests.bench.stages [ROUNDS]`.

Figures are CPU time of one thread in one run, on documents of the sample newsroom. Compare ratios, not
absolute times: machines and their load differ.
"""

import io
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import httpx

from tests.newsroom import Newsroom, Server, serve
from worker.extract.fulltext import extract_fulltext
from worker.fetch import Fetcher
from worker.flows import intake, match
from worker.flows.services import Services
from worker.parse import read_feed
from worker.records import FeedConfig, FetchRequest, Page, ParsedFeed
from worker.settings import read_settings
from worker.store import feeds as feed_store
from worker.store import migrate

ROUNDS = 12  # rounds of the newsroom's script: about 60 entries each
TICKS_OF_A_ROUND = 40
SHOWN = 30  # entries of a feed document
START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LOOPBACK = ("127.0.0.0/8",)


class Meter:
    """Sums the CPU seconds of this thread by name."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self.units: dict[str, int] = {}

    @contextmanager
    def measure(self, name: str, units: int = 1) -> Iterator[None]:
        start = time.thread_time()
        yield
        self.spent[name] = self.spent.get(name, 0.0) + time.thread_time() - start
        self.units[name] = self.units.get(name, 0) + units

    def each_ms(self, name: str) -> float:
        return self.spent[name] / self.units[name] * 1000

    def show(self, name: str, unit: str, *, beside: str | None = None) -> None:
        line = (
            f"  {name:24} {self.each_ms(name):8.3f} ms/{unit:8} {1000 / self.each_ms(name):9.0f} per second"
        )
        if beside:
            line += f"   {self.each_ms(name) / self.each_ms(beside):5.2f} x {beside}"
        print(line)


def read_documents(server: Server, rounds: int) -> list[tuple[str, str, bytes]]:
    """Return (feed, URL, document) of every outlet at the end of each round."""
    room, found = server.newsroom, []
    for _ in range(rounds):
        room.advance(TICKS_OF_A_ROUND)
        for outlet in room.outlets.values():
            document = server.document(outlet.feed_path)
            assert document is not None
            found.append((outlet.id, room.origins[outlet.id] + outlet.feed_path, document[0]))
    return found


def bench_parse(meter: Meter, documents: list[tuple[str, str, bytes]]) -> list[tuple[str, ParsedFeed]]:
    parsed = []
    for feed, url, body in documents:
        with meter.measure("parse and normalize", SHOWN):
            parsed.append((feed, read_feed(body, url=url, now=START)))
        if not body.startswith(b"{"):
            with meter.measure("feedparser alone", SHOWN):
                feedparser.parse(io.BytesIO(body))
    return parsed


def bench_store(meter: Meter, parsed: list[tuple[str, ParsedFeed]], home: Path) -> tuple[int, int, int]:
    """Store and match everything; returns numbers of articles and copies, and the database size in bytes."""
    services = Services(read_settings({"WIREROOM_HOME": str(home)}))
    migrate(services.db)
    configs = {feed: FeedConfig(id=feed, url=f"http://{feed}.example/feed") for feed, _ in parsed}
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, configs.values(), START)
    articles = copies = 0
    for feed, document in parsed:
        start = time.thread_time()
        found = intake.prepare(services, configs[feed], document)
        units = max(1, len(found.new))
        meter.spent["sketch"] = meter.spent.get("sketch", 0.0) + time.thread_time() - start
        meter.units["sketch"] = meter.units.get("sketch", 0) + units
        with meter.measure("store", units), services.db.write() as connection:
            ids, _ = intake.store(connection, configs[feed], found, START)
        with meter.measure("match", units):
            copies += match.run(services, ids)
        articles += len(ids)
    services.close()
    return articles, copies, (home / "wireroom.db").stat().st_size


def bench_requests(meter: Meter, name: str, urls: list[str], get: Callable[[str], Any]) -> None:
    for url in urls:
        with meter.measure(name):
            get(url)


def bench_fetch(meter: Meter, server: Server, urls: list[str]) -> None:
    fetcher = Fetcher()
    with httpx.Client() as plain:
        bench_requests(meter, "httpx, guards off", urls, plain.get)
    bench_requests(meter, "fetch", urls, lambda url: fetcher.fetch(FetchRequest(url, allow_private=LOOPBACK)))
    fetcher.close()


def bench_extract(meter: Meter, server: Server) -> None:
    room = server.newsroom
    for entries in room.entries.values():
        for entry in entries[:20]:
            document = server.document(entry.path)
            assert document is not None
            page = Page(document[0], room.url(entry), document[1])
            with meter.measure("extract full text"):
                extract_fulltext(page, now=START)


def main() -> int:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    meter = Meter()
    with tempfile.TemporaryDirectory(prefix="wr-bench-") as folder, serve(Newsroom(START)) as server:
        documents = read_documents(server, rounds)
        parsed = bench_parse(meter, documents)
        articles, copies, size = bench_store(meter, parsed, Path(folder))
        bench_fetch(meter, server, [url for _, url, _ in documents] * 3)
        bench_extract(meter, server)
    print(f"{len(documents)} documents, {articles} articles, {copies} of them joined to a story")
    meter.show("fetch", "request", beside="httpx, guards off")
    meter.show("parse and normalize", "entry", beside="feedparser alone")
    for name in ("sketch", "store", "match"):
        meter.show(name, "article")
    meter.show("extract full text", "page")
    print(f"  database                 {size / articles:8.0f} bytes/article")
    return 0


if __name__ == "__main__":
    sys.exit(main())
