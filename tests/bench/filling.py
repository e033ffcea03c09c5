"""Fill a database to a given size through the service's own functions, and measure its size on disk."""

import math
import multiprocessing
import random
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import psutil
from sqlalchemy import text, update

from tests.support.generated import Text, edit_text, make_article, make_feed, make_text
from worker.flows import intake
from worker.flows.intake import Prepared
from worker.flows.services import Services
from worker.records import JobState, ParsedFeed
from worker.settings import read_settings
from worker.store import migrate
from worker.store import sketches as sketch_store
from worker.store.articles import Incoming
from worker.store.models import Job

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
WINDOW = timedelta(days=6.9)  # over which the fetch times of the articles are spread
FEEDS = 400
FEED_TEXTS = 50  # signed, per feed; other articles are variants of them
FILL_BATCH = 20_000  # articles in one transaction
PARAGRAPHS = (2, 8)  # of about 50 words
COPY_EVERY = 5  # one text in this many is a copy
DONE = JobState.DONE.value
INDEX_TABLES = ("sketch_keys", "signatures")


def filled_text(feed: int, number: int) -> Text:
    """Return the text of a feed's article; for a copy, another feed's text."""
    if number % COPY_EVERY == 0:
        feed, number = (feed + 1) % FEEDS, number + 1
    name = f"filled {feed} {number}"
    return make_text(name, random.Random(name).randint(*PARAGRAPHS))


def sign_feed(feed: int, count: int) -> list[Incoming]:
    """Return the signed articles of a feed, as prepared by a poll on an empty database."""
    services, _ = _empty()
    config, rng = make_feed(f"outlet-{feed}"), random.Random(feed)
    articles = []
    for number in range(count):
        edited = edit_text(filled_text(feed, number), config.id, rng)
        articles.append(make_article(config.id, f"filled-{number}", edited, NOW - WINDOW / 2))
    return list(intake.prepare(services, config, ParsedFeed(None, "en", tuple(articles))).new)


@cache
def _empty() -> tuple[Services, tempfile.TemporaryDirectory[str]]:
    """Return services on an empty database, and its temporary folder."""
    folder = tempfile.TemporaryDirectory(prefix="wr-sign-")
    return open_services(f"sqlite:///{folder.name}/empty.db", folder.name), folder


def sign_all(size: int) -> list[list[Incoming]]:
    """Return the signed articles of all feeds for a database of this size, using all cores."""
    count = texts_of_a_feed(size)
    with multiprocessing.get_context("spawn").Pool() as pool:
        return pool.starmap(sign_feed, [(feed, count) for feed in range(FEEDS)], chunksize=8)


def texts_of_a_feed(size: int) -> int:
    """Return the number of signed texts per feed in a database of this size."""
    return min(FEED_TEXTS, math.ceil(size / FEEDS))


def vary(item: Incoming, serial: int, at: datetime) -> Incoming:
    """Return a variant of an article at another time, with random keys."""
    mask = random.Random(serial).getrandbits(62) if serial else 0
    key = f"{item.article.entry_key}-{serial}"
    url = f"{item.article.canonical_url}-{serial}"
    article = replace(
        item.article, entry_key=key, guid=key, url=f"https://{url}", canonical_url=url, sort_at=at
    )
    sketch = replace(
        item.sketch,
        keys=tuple(value ^ mask for value in item.sketch.keys),
        paragraphs=tuple(value ^ mask for value in item.sketch.paragraphs),
        seen_at=int(at.timestamp()),
    )
    return replace(item, article=article, sketch=sketch)


def fill(services: Services, signed: Sequence[Sequence[Incoming]], start: int, end: int) -> None:
    """Store the articles of a range of serial numbers, matched and with finished jobs."""
    for first in range(start, end, FILL_BATCH):
        rows: dict[int, list[Incoming]] = defaultdict(list)
        for serial in range(first, min(end, first + FILL_BATCH)):
            lap, place = divmod(serial, FEEDS * len(signed[0]))
            number, feed = divmod(place, FEEDS)
            at = NOW - WINDOW * (1 - serial / max(end, FILL_BATCH))
            rows[feed].append(vary(signed[feed][number], lap, at))
        with services.db.write() as connection:
            if services.db.is_sqlite:
                connection.exec_driver_sql("PRAGMA cache_size=-2000000")
            else:
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            for feed, items in rows.items():
                config = make_feed(f"outlet-{feed}")
                new, _ = intake.store(connection, config, Prepared(tuple(items), ()), NOW)
                sketch_store.mark_matched(connection, list(new), NOW)
            connection.execute(update(Job).where(Job.state != DONE).values(state=DONE, next_attempt_at=None))


def server_cpu_s(services: Services) -> float | None:
    """Return the CPU seconds of the server process of our connection, or None if it is on another machine."""
    if services.db.is_sqlite:
        return None
    with services.db.read() as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return None
    return times.user + times.system


def sizes_of(services: Services) -> tuple[int, int, int]:
    """Return the number of articles, bytes of the index, and bytes of the database."""
    with services.db.read() as connection:
        count = connection.scalar(text("SELECT count(*) FROM articles")) or 0
        if not services.db.is_sqlite:
            each = text("SELECT pg_total_relation_size(CAST(:name AS regclass))")
            index = sum(int(connection.scalar(each, {"name": name}) or 0) for name in INDEX_TABLES)
            whole = connection.scalar(text("SELECT pg_database_size(current_database())")) or 0
            return count, index, whole
        names = ", ".join(f"'{name}'" for name in INDEX_TABLES)
        index = connection.scalar(
            text(
                "SELECT sum(pgsize) FROM dbstat('main', 1) WHERE name IN "
                f"(SELECT name FROM sqlite_master WHERE tbl_name IN ({names}))"
            )
        )
        pages = connection.scalar(
            text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        )
        return count, index or 0, pages or 0


def settle(services: Services) -> None:
    """Run the maintenance that the database would do by itself in time."""
    with services.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if services.db.is_sqlite:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
        else:
            connection.exec_driver_sql("VACUUM ANALYZE")


def open_services(database_url: str, home: str) -> Services:
    """Return services on a migrated database."""
    services = Services(
        read_settings({"WIREROOM_HOME": home, "WIREROOM_DATABASE_URL": database_url}), clock=now
    )
    migrate(services.db)
    return services


def now() -> datetime:
    """Return the fixed time of the bench."""
    return NOW
