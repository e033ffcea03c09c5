"""Copies that arrive at the same moment in several workers: forced races on both databases."""

import multiprocessing
import random
import threading
import traceback
from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from worker.flows import incoming, match
from worker.flows.services import Services
from worker.records import Article, FeedConfig, ParsedFeed
from worker.settings import Settings
from worker.store import feeds as feed_store
from worker.store.models import ArticleRow, Job, Story

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
THREADS, PROCESSES = 4, 3
ROUNDS = 30
TEXTS = 3  # in each round; every worker stores all of them, each beginning with another
WAIT_S = 60.0
SYLLABLES = (
    "ba",
    "de",
    "fi",
    "go",
    "hu",
    "ka",
    "le",
    "mi",
    "no",
    "pu",
    "ra",
    "se",
    "ti",
    "vo",
    "wu",
    "za",
    "flo",
)


def make_text(round_no: int, number: int) -> str:
    """A text like no other, the same for every worker."""
    rng = random.Random(f"{round_no}:{number}")
    words = ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(90)]
    return "\n\n".join(" ".join(words[i : i + 30]).capitalize() + "." for i in range(0, 90, 30))


def make_article(source: str, round_no: int, number: int) -> Article:
    text = make_text(round_no, number)
    key = f"{round_no}-{number}"
    return Article(
        entry_key=key, guid=key, url=f"https://{source}.example/{key}",
        canonical_url=f"{source}.example/{key}",
        title=text.split(".")[0][:60], summary=None, text=text, content_html=None, author=None, lang="en",
        tags=(), published_at=NOW, updated_at=None, sort_at=NOW, content_hash=f"{source} {key}",
    )  # fmt: skip


def make_feed(number: int) -> FeedConfig:
    return FeedConfig(id=f"outlet-{number}", url=f"https://outlet-{number}.example/feed.xml")


def race(services: Services, number: int, gate: Any, errors: Any) -> None:
    """Store the same texts as every other worker, at the same moments, and match them."""
    feed = make_feed(number)
    try:
        for round_no in range(ROUNDS):
            order = [(number + n) % TEXTS for n in range(TEXTS)]
            parsed = ParsedFeed(None, "en", tuple(make_article(feed.id, round_no, n) for n in order))
            found = incoming.prepare(services, feed, parsed)
            gate.wait(WAIT_S)
            with services.db.write() as connection:
                ids, _ = incoming.store(connection, feed, found, services.clock())
            match.run(services, ids)
    except Exception:  # noqa: BLE001 - the test shows it
        errors.append(traceback.format_exc())
        gate.abort()


def now() -> datetime:
    """The races' clock, which a child process can be given."""
    return NOW


def race_in_process(settings: Settings, number: int, gate: Any, errors: Any) -> None:
    services = Services(settings, clock=now)
    try:
        race(services, number, gate, errors)
    finally:
        services.close()


def add_feeds(services: Services, count: int) -> None:
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, [make_feed(n) for n in range(count)], NOW)


def assert_all_joined(services: Services, workers: int) -> None:
    """One living story a text with a copy of each worker, one lead each, one job row for each lead."""
    with services.db.read() as connection:
        articles = connection.execute(select(ArticleRow.__table__)).all()
        stories = {row.id: row for row in connection.execute(select(Story.__table__))}
        jobs = Counter(connection.scalars(select(Job.article_id)))
        unmatched = connection.scalar(select(func.count()).where(ArticleRow.matched_at.is_(None)))
    assert len(articles) == workers * ROUNDS * TEXTS
    assert unmatched == 0
    by_text, by_story = defaultdict(set), defaultdict(list)
    for row in articles:
        by_text[row.entry_key].add(row.story_id)
        by_story[row.story_id].append(row)
    assert not {key: ids for key, ids in by_text.items() if len(ids) > 1}, "copies in several stories"
    assert len(by_story) == ROUNDS * TEXTS, "strangers in one story"
    for story, rows in by_story.items():
        leads = [row.id for row in rows if row.role == "lead"]
        assert leads == [stories[story].lead_id]
        assert stories[story].copies == workers
        assert stories[story].merged_into is None
        assert jobs[leads[0]] == 1
    assert set(jobs.values()) == {1}
    living = {story for story, row in stories.items() if row.merged_into is None}
    assert living == set(by_story)


def test_threads_that_store_copies_at_the_same_moment_end_in_one_story(services: Services) -> None:
    services.clock = now
    add_feeds(services, THREADS)
    gate, errors = threading.Barrier(THREADS), list[str]()
    threads = [
        threading.Thread(target=race, args=(services, number, gate, errors)) for number in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * WAIT_S)
    assert not any(thread.is_alive() for thread in threads), "deadlock"
    assert not errors, errors[0]
    assert_all_joined(services, THREADS)


def test_processes_that_store_copies_at_the_same_moment_end_in_one_story(services: Services) -> None:
    add_feeds(services, PROCESSES)
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager:
        gate, errors = manager.Barrier(PROCESSES), manager.list()
        processes = [
            context.Process(target=race_in_process, args=(services.settings, number, gate, errors))
            for number in range(PROCESSES)
        ]
        try:
            for process in processes:
                process.start()
            for process in processes:
                process.join(2 * WAIT_S)
            assert [process.exitcode for process in processes] == [0] * PROCESSES, "deadlock or crash"
        finally:
            for process in processes:
                process.kill()
        found = list(errors)
    assert not found, found[0]
    assert_all_joined(services, PROCESSES)


@pytest.mark.parametrize("first", [0, 1])
def test_one_that_looks_before_the_other_is_published_is_found_by_it(services: Services, first: int) -> None:
    """Whichever worker looks first, the pair ends in the older article's story."""
    services.clock = now
    add_feeds(services, 2)
    ids = []
    for number in (0, 1):
        feed = make_feed(number)
        parsed = ParsedFeed(None, "en", (make_article(feed.id, 0, 0),))
        found = incoming.prepare(services, feed, parsed)
        with services.db.write() as connection:
            ids += incoming.store(connection, feed, found, NOW)[0]
    match.run(services, [ids[first]])
    match.run(services, [ids[1 - first]])
    with services.db.read() as connection:
        assert set(connection.scalars(select(ArticleRow.story_id))) == {ids[0]}
        roles = Counter(connection.scalars(select(ArticleRow.role)))
    assert roles["lead"] == 1


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (1, 0, 3, 2, 4), (3, 4, 0, 2, 1)])
def test_several_copies_published_together_become_one_story(
    services: Services, order: tuple[int, ...]
) -> None:
    """In whatever order they look: two that choose each other do not stay apart from the others."""
    services.clock = now
    add_feeds(services, len(order))
    ids = []
    for number in range(len(order)):
        feed = make_feed(number)
        parsed = ParsedFeed(None, "en", (make_article(feed.id, 0, 0),))
        found = incoming.prepare(services, feed, parsed)
        with services.db.write() as connection:
            ids += incoming.store(connection, feed, found, NOW)[0]
    for number in order:
        match.run(services, [ids[number]])
    with services.db.read() as connection:
        assert len(set(connection.scalars(select(ArticleRow.story_id)))) == 1
        assert Counter(connection.scalars(select(ArticleRow.role)))["lead"] == 1
