"""Fill a database with very many articles, stories, jobs and polls, as rows and not by polls."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, Interval, func, literal, select, text

from tests.support.generated import SYLLABLES, make_feed
from worker.flows.services import Services
from worker.records import FeedConfig
from worker.store import feeds as feed_store
from worker.store.models import ArticleRow, Event, Job, Poll, Story, UtcDateTime
from worker.store.search import TABLE, index_articles
from worker.store.sequences import advance_sequences

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
WINDOW = timedelta(days=6.9)
FEEDS = 1_000
VOCABULARY = 20_000
TITLE_WORDS, TEXT_WORDS = 8, 60
BASE, BATCH = 20_000, 5_000
GROUP = 5  # articles, of which the last two are copies of the third
LARGE = 150  # copies of the story of the first article
AGENCIES = (*[None] * 6, "Yonhap", "Reuters", "AFP", "AP")
LANGS = ("en", "en", "en-GB", "de", "ko", "ja")
KOREAN = "정부는 화요일 외곽 섬으로 가는 모든 여객선이 중단됐다고 밝혔다"
RARE = "zwieselfurt"  # a word of the first article
COMMON = "government"  # a word of every second article


def fill_newsroom(services: Services, articles: int) -> None:
    """Store this number of articles with their stories, and as many jobs; half as many polls.

    The first ones are stored row by row; the others are copies of them that the database makes.
    """
    base = min(articles, BASE)
    laps = articles // base
    span = WINDOW / laps
    rng = random.Random(1)
    words = ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(VOCABULARY)]
    weights = list(accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))  # Zipf's law
    with services.db.write() as connection:
        silent = replace(make_feed("silent"), tags=("none",))
        feed_store.sync_feeds(connection, [*(_feed(n) for n in range(FEEDS)), silent], NOW)
    for first in range(1, base + 1, BATCH):
        ids = range(first, min(base + 1, first + BATCH))
        drawn = [_draw(random.Random(story_of(i)), words, weights) for i in ids]  # copies have one text
        with services.db.write() as connection:
            _quicken(connection, is_sqlite=services.db.is_sqlite)
            for table, rows in _rows(ids, base, span, drawn).items():
                connection.execute(table.insert(), rows)
            index_articles(connection, ids, is_new=True)
    for lap in range(1, laps):
        with services.db.write() as connection:
            _quicken(connection, is_sqlite=services.db.is_sqlite)
            copy_rows(connection, base, lap, span * lap)
    with services.db.write() as connection:
        now = "2026-11-24 12:00:00" if services.db.is_sqlite else NOW
        connection.execute(_FEED_STATES, {"at": now})
        advance_sequences(connection)


def _draw(rng: random.Random, words: Sequence[str], weights: Sequence[float]) -> list[str]:
    return rng.choices(words, cum_weights=weights, k=TITLE_WORDS + TEXT_WORDS)


def _feed(number: int) -> FeedConfig:
    return replace(make_feed(f"outlet-{number:04}"), tags=("half",) if number % 2 else ())


def _rows(
    ids: Sequence[int], base: int, span: timedelta, drawn: Sequence[Sequence[str]]
) -> dict[Any, list[dict[str, Any]]]:
    at = {i: NOW - WINDOW + span * (i / base) for i in range(ids[0], ids[-1] + LARGE + 1)}
    return {
        ArticleRow.__table__: [_article(i, at[i], words) for i, words in zip(ids, drawn, strict=True)],
        Story.__table__: [_story(i, base, at) for i in ids if story_of(i) == i],
        Job.__table__: [_job(i, at[i]) for i in ids],
        Poll.__table__: [_poll(i, at[i]) for i in ids if i % 2],
        Event.__table__: [_event(i, at[i]) for i in ids if i % 100 == 1],
    }


_FEED_STATES = text("UPDATE feeds SET status = 'active', last_success_at = :at, last_polled_at = :at")


def _quicken(connection: Connection, *, is_sqlite: bool) -> None:
    quick = "PRAGMA cache_size=-500000" if is_sqlite else "SET LOCAL synchronous_commit = off"
    connection.exec_driver_sql(quick)


def story_of(article: int) -> int:
    """The story of an article: three of five are alone or the first of their story."""
    if article <= LARGE:
        return 1
    place = (article - 1) % GROUP
    return article - (place - 2) if place > 2 else article


def _article(number: int, at: datetime, words: Sequence[str]) -> dict[str, Any]:
    story = story_of(number)
    lang = LANGS[number % len(LANGS)]
    more = [COMMON] if number % 2 else []
    more += [RARE] if number == 1 else []
    more += [KOREAN] if lang == "ko" else []
    name = f"article-{number}"
    return {
        "id": number, "feed_id": f"outlet-{number % FEEDS:04}", "entry_key": name, "guid": name,
        "url": f"https://outlet-{number % FEEDS:04}.example/{number}", "canonical_url": name,
        "title": " ".join(words[:TITLE_WORDS]).capitalize(), "summary": None,
        "text": " ".join([*words[TITLE_WORDS:], *more]), "author": None, "lang": lang, "tags": ["news"],
        "source_name": None, "published_at": at, "published_raw": None, "published_from": None,
        "sources": None, "updated_at": None, "sort_at": at, "content_hash": name, "fetched_at": at,
        "versions": 1, "agency": AGENCIES[number % len(AGENCIES)], "dateline": None, "state": "active",
        "text_letters": 400, "take": 0, "take_kind": "", "is_agency": False, "wants_jobs": True,
        "story_id": story, "role": "lead" if story == number else "copy",
        "similarity": None if story == number else 0.9, "reasons": None, "matched_at": at,
    }  # fmt: skip


def _story(number: int, base: int, at: Mapping[int, datetime]) -> dict[str, Any]:
    copies = LARGE if number == 1 else 3 if (number - 1) % GROUP == 2 else 1
    last = min(base, number + copies - 1)
    return {
        "id": number, "lead_id": number, "copies": last - number + 1, "mark": "", "merged_into": None,
        "first_seen_at": at[number], "last_seen_at": at[last], "merged_at": None,
    }  # fmt: skip


def _job(number: int, at: datetime) -> dict[str, Any]:
    is_dead = number % 10_000 == 0
    return {
        "id": number, "article_id": number, "kind": "fulltext", "extractor_version": "1",
        "host": f"outlet-{number % FEEDS:04}.example", "state": "dead" if is_dead else "done", "attempts": 1,
        "priority": 1, "next_attempt_at": None, "lease": None, "lease_until_at": None,
        "error": "503" if is_dead else None, "created_at": at, "finished_at": at,
    }  # fmt: skip


def _poll(number: int, at: datetime) -> dict[str, Any]:
    return {
        "id": number, "feed_id": f"outlet-{number // 2 % FEEDS:04}", "ended_at": at, "outcome": "updated",
        "http_status": 200, "error": None, "entries": 20, "new": 2, "updated": 0, "wire_bytes": 9_000,
        "fetch_s": 0.2, "parse_s": 0.1, "next_due_at": at, "next_due_reason": "interval 15 min",
        "machine": "bench", "host": f"outlet-{number // 2 % FEEDS:04}.example", "fault": None,
    }  # fmt: skip


def _event(number: int, at: datetime) -> dict[str, Any]:
    return {
        "id": number, "at": at, "kind": "feed.failing", "article_id": None, "job_id": None,
        "feed_id": f"outlet-{number % FEEDS:04}", "message": "3 failures in a row", "is_unsent": False,
    }  # fmt: skip


SHIFTED = {"id", "article_id", "story_id", "lead_id"}  # by the number of rows of a lap


def copy_rows(connection: Connection, base: int, lap: int, later: timedelta) -> None:
    """Copy the first `base` rows of each table under other ids, at a later time."""
    is_sqlite = connection.dialect.name == "sqlite"
    shift = base * lap
    for model in (ArticleRow, Story, Job, Poll, Event):
        table: Any = model.__table__
        columns = [_copied(column, shift, later, is_sqlite=is_sqlite) for column in table.columns]
        source = select(*columns).where(table.c.id <= base)
        connection.execute(table.insert().from_select(list(table.columns), source))
    key = "rowid" if is_sqlite else "article_id"
    copied = f"SELECT {key} + :shift, terms FROM {TABLE} WHERE {key} <= :base"
    connection.execute(text(f"INSERT INTO {TABLE} ({key}, terms) {copied}"), {"shift": shift, "base": base})


def _copied(column: Any, shift: int, later: timedelta, *, is_sqlite: bool) -> Any:
    if column.name in SHIFTED:
        return column + shift
    if column.name == "entry_key":
        return column + f"-{shift}"
    if not isinstance(column.type, UtcDateTime):
        return column
    if is_sqlite:
        return func.strftime("%Y-%m-%d %H:%M:%f000", column, f"{later.total_seconds():+.3f} seconds")
    return column.op("+")(literal(later, Interval()))
