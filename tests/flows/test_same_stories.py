"""The service and `wireroom cluster` build the same stories from the same stream."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zlib import crc32

import pytest
from sqlalchemy import select

from tests.quality.rows import SHARED, Row, read_rows
from tests.quality.streams import make_stream
from tests.support.generated import edit_text, make_text
from worker.flows import intake, match
from worker.flows.cluster import run
from worker.flows.services import Services
from worker.records import Article, EventKind, FeedConfig, ParsedFeed
from worker.store import feeds as feed_store
from worker.store.models import ArticleRow, Event

GROUP = 30  # polls
REAL = ("real/real_full", "real/real_short", "second/full_multi", "second/short", "real_reuters_dev")
SAMPLE = 24  # rows of each
START, STEP = datetime(2031, 5, 6, 9, tzinfo=UTC), timedelta(minutes=10)
OUTLETS = 14  # that print one text: more than copies of a story that can be found by their keys


def view_of(row: Row) -> str:
    """Every second outlet shows summaries only."""
    return "short" if crc32(row.source.encode()) % 2 else "full"


def make_rows() -> list[Row]:
    """Rows of the simulator (takes, repeats, digests, templates), joined excerpts, a text in many outlets.

    And a rolling report that holds one outlet's short version of a text whole.
    """
    rows = make_stream(23, days=2, half="a", scale=0.4)
    start = rows[0].at
    rows += [row for number in range(3) for row in excerpts(number, start + timedelta(hours=11 * number + 1))]
    rows += in_many_outlets(start + timedelta(hours=5))
    rows += rolling(start + timedelta(hours=7))
    return sorted(rows, key=lambda row: row.at)


def excerpts(number: int, at: datetime) -> list[Row]:
    """Two pairs of copies that have no paragraph in common, then a text with the paragraphs of both."""
    text = make_text(f"whole {number}", 8)
    parts = [text.part(0, 4), text.part(0, 4), text.part(4, 8), text.part(4, 8), text]
    return [
        Row(
            f"part-{number}-{place}", at + timedelta(minutes=9 * place), f"outlet {place} of {number}",
            part.title, "\n\n".join(part.paragraphs), "", lang="en",
        )
        for place, part in enumerate(parts)
    ]  # fmt: skip


def in_many_outlets(at: datetime) -> list[Row]:
    rng = random.Random(5)
    texts = [edit_text(make_text("far and wide"), f"paper {n}", rng) for n in range(OUTLETS)]
    return [
        Row(
            f"wide-{n}", at + timedelta(minutes=7 * n), f"paper {n}", text.title,
            "\n\n".join(text.paragraphs), "", text.paragraphs[0], "en",
        )
        for n, text in enumerate(texts)
    ]  # fmt: skip


def rolling(at: datetime) -> list[Row]:
    """Four full copies of a text, a short one, and a report that holds the short one beside other texts."""
    text, other = make_text("rolled", 9), make_text("rolls on", 5)
    short, report = text.part(6, 9), (*other.paragraphs[:3], *text.paragraphs[6:9], *other.paragraphs[3:])
    texts = [*[text] * 4, replace(short, title=text.title), replace(other, paragraphs=report)]
    return [
        Row(
            f"rolling-{n}", at + timedelta(minutes=8 * n), f"roller {n}", part.title,
            "\n\n".join(part.paragraphs), "\n\n".join(part.paragraphs), lang="en",
        )
        for n, part in enumerate(texts)
    ]  # fmt: skip


def as_article(row: Row) -> Article:
    document = row.document(view_of(row))
    return Article(
        entry_key=row.id, guid=row.id, url=f"https://news.example/{row.id}",
        canonical_url=f"news.example/{row.id}", title=document.title, summary=None, text=document.text,
        author=None, lang=document.lang, tags=(), published_at=row.at, updated_at=None, sort_at=row.at,
        content_hash=row.id,
    )  # fmt: skip


def store_row(services: Services, feed: FeedConfig, row: Row) -> int:
    """Store a row as the only entry of a poll."""
    services.clock = lambda: row.at
    found = intake.prepare(services, feed, ParsedFeed(None, None, (as_article(row),)))
    with services.db.write() as connection:
        [article], _ = intake.store(connection, feed, found, row.at)
    return article


def service_stories(services: Services, rows: Sequence[Row]) -> dict[str, tuple[str, str]]:
    """(first document of the story, role) by document; every second group of polls is matched together."""
    feeds = {row.source: FeedConfig(id=row.source, url="https://news.example/feed") for row in rows}
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, feeds.values(), rows[0].at)
    ids: dict[int, str] = {}
    for start in range(0, len(rows), GROUP):
        stored = []
        for row in rows[start : start + GROUP]:
            stored.append(store_row(services, feeds[row.source], row))
            ids[stored[-1]] = row.id
            if start // GROUP % 2 == 0:
                match.run(services, [stored.pop()])
        match.run(services, stored)
    columns = (ArticleRow.id, ArticleRow.story_id, ArticleRow.role)
    with services.db.read() as connection:
        return {ids[i]: (ids[story], role) for i, story, role in connection.execute(select(*columns))}


def cluster_stories(rows: Sequence[Row]) -> dict[str, tuple[str, str]]:
    """(story, role) by document."""
    placed = run((row.document(view_of(row)), row.at) for row in rows)
    return {str(place.id): (str(place.story), place.role.value) for place in placed}


def test_a_stream_gets_the_same_stories_and_roles(services: Services) -> None:
    """Also where several polls are stored before the first of them is matched."""
    rows = make_rows()
    expected = cluster_stories(rows)
    assert service_stories(services, rows) == expected
    assert len(rows) > 200
    assert len({story for story, _ in expected.values()}) < 0.7 * len(rows)
    assert {role for _, role in expected.values()} == {"lead", "copy", "excerpt", "update"}
    with services.db.read() as connection:
        assert connection.scalar(select(Event.id).where(Event.kind == EventKind.STORY_MERGED)) is not None


def sample_real() -> list[Row]:
    """The first rows of real and other authors' streams that are of stories with copies, minutes apart."""
    rows = []
    for name in REAL:
        known = read_rows(SHARED / f"{name}.jsonl.gz")
        copies = Counter(row.story for row in known)
        chosen = [row for row in known if copies[row.story] > 1][:SAMPLE]
        rows += [
            replace(row, id=f"{name}-{row.id}", at=START + n * STEP, source=f"{name}-{row.source}")
            for n, row in enumerate(chosen)
        ]
    return sorted(rows, key=lambda row: row.at)


@pytest.mark.skipif(not (SHARED / "real").is_dir(), reason=f"no labeled streams in {SHARED}")
def test_samples_of_real_streams_get_the_same_stories_and_roles(services: Services) -> None:
    """In full and short views, by outlet."""
    rows = sample_real()
    expected = cluster_stories(rows)
    assert service_stories(services, rows) == expected
    assert {view_of(row) for row in rows} == {"full", "short"}
    assert len({story for story, _ in expected.values()}) < 0.8 * len(rows)
