"""Fill a database with very many feeds, directly in the tables, to measure upkeep and tick."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Table

from worker.config import feed_to_json
from worker.flows.services import Services
from worker.records import FeedConfig
from worker.store.models import ArticleRow, Feed, Job, Paragraph, Poll, SignatureRow, SketchKey, Story

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
KEEP_S = 90 * 86_400.0
RECENT, OLD = NOW - timedelta(days=1), NOW - timedelta(days=100)
FEEDS_OF_A_HOST = 10
DUE_SHARE = 0.5  # of the feeds
EXPIRED_EVERY = 10  # one feed in this many has an article older than its `keep`
SKETCHED_EVERY = 5  # one article in this many has a sketch, half of them outside the window
JOBS_EVERY = 4  # one feed in this many has a page to fetch and two dependent jobs
KEYS = 24
PART = 5_000  # feeds in one transaction


def feed_of(number: int) -> FeedConfig:
    """Return the feed with this number."""
    url = f"https://host-{number // FEEDS_OF_A_HOST}.example/{number}.xml"
    return FeedConfig(id=f"feed-{number:07}", url=url, keep_s=KEEP_S)


def fill_crowd(services: Services, feeds: int, articles_each: int = 2) -> None:
    """Write feeds, half of them due, with articles, stories, sketches, polls, paragraphs and waiting jobs."""
    for start in range(0, feeds, PART):
        numbers = range(start, min(feeds, start + PART))
        with services.db.write() as connection:
            for table, rows in _rows(numbers, articles_each):
                connection.execute(table.insert(), rows)


def _rows(numbers: range, articles_each: int) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    rng = random.Random(numbers.start)
    yield Feed.__table__, [_feed_row(number, rng) for number in numbers]  # type: ignore[misc]
    articles = [_article_row(n, n * articles_each + i + 1, i) for n in numbers for i in range(articles_each)]
    yield ArticleRow.__table__, articles  # type: ignore[misc]
    yield Story.__table__, [_story_row(row["id"], row["fetched_at"]) for row in articles]  # type: ignore[misc]
    sketched = [row["id"] for row in articles if row["id"] % SKETCHED_EVERY == 0]
    keys = {article: [rng.getrandbits(62) for _ in range(KEYS)] for article in sketched}
    seen = {article: int((RECENT if article % 2 else OLD).timestamp()) for article in sketched}
    yield (
        SketchKey.__table__,
        [  # type: ignore[misc]
            {"key": key, "article_id": article, "seen_at": seen[article]}
            for article in keys
            for key in keys[article]
        ],
    )
    yield SignatureRow.__table__, [  # type: ignore[misc]
        {"article_id": article, "source": "x", "keys": np.array(keys[article], dtype="<i8").tobytes(),
         "data": b"s" * 200, "seen_at": seen[article]}
        for article in keys
    ]  # fmt: skip
    yield (
        Poll.__table__,
        [  # type: ignore[misc]
            {"feed_id": feed_of(n).id, "ended_at": at, "outcome": "not_modified"}
            for n in numbers
            for at in (OLD, RECENT)
        ],
    )
    yield (
        Paragraph.__table__,
        [  # type: ignore[misc]
            {"source": feed_of(n).id, "key": n, "articles": 1, "seen_at": int(OLD.timestamp())}
            for n in numbers
        ],
    )
    with_jobs = [n for n in numbers if n % JOBS_EVERY == 0]
    yield Job.__table__, [job for n in with_jobs for job in _job_rows(n, n * articles_each + articles_each)]  # type: ignore[misc]


def _feed_row(number: int, rng: random.Random) -> dict[str, Any]:
    feed, wait_s = feed_of(number), rng.uniform(0.0, 900.0)
    due_at = NOW + timedelta(seconds=-wait_s if rng.random() < DUE_SHARE else wait_s)
    return {
        "id": feed.id, "config": feed_to_json(feed), "fingerprint": "x", "enabled": True, "added_at": OLD,
        "host": f"host-{number // FEEDS_OF_A_HOST}.example", "status": "active", "interval_s": 900.0,
        "next_due_at": due_at, "next_due_reason": "interval 15 min", "due_by": "interval",
        "last_polled_at": RECENT,
    }  # fmt: skip


def _article_row(number: int, article: int, place: int) -> dict[str, Any]:
    at = OLD if place == 0 and number % EXPIRED_EVERY == 0 else RECENT
    return {
        "id": article, "feed_id": feed_of(number).id, "entry_key": f"entry-{article}", "tags": [],
        "title": f"Title {article}", "text": "Text. " * 100, "sort_at": at, "content_hash": f"hash {article}",
        "fetched_at": at, "story_id": article, "role": "lead", "matched_at": at, "wants_jobs": True,
        "url": f"https://host-{number // FEEDS_OF_A_HOST}.example/a/{article}",
    }  # fmt: skip


def _story_row(article: int, at: datetime) -> dict[str, Any]:
    return {"id": article, "lead_id": article, "copies": 1, "first_seen_at": at, "last_seen_at": at}


def _job_rows(number: int, article: int) -> list[dict[str, Any]]:
    common = {"article_id": article, "extractor_version": "1", "state": "pending", "created_at": RECENT}
    page = {"kind": "fulltext", "host": f"host-{number}.example", "next_attempt_at": NOW + timedelta(hours=1)}
    waits = {"host": "", "next_attempt_at": None}
    return [common | page, *(common | waits | {"kind": kind} for kind in ("credit", "facts"))]
