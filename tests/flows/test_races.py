"""Copies that arrive at the same moment in several workers: forced races on both databases."""

import queue
import random
import threading
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from tests.races import forced
from tests.races.plans import plan_round
from tests.races.reckoning import reckon
from tests.support import generated
from worker.flows import intake, joins, match
from worker.flows.services import Services
from worker.records import Article, FeedConfig, ParsedFeed
from worker.store import feeds as feed_store
from worker.store.models import ArticleRow

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
THREADS, PROCESSES = 4, 3
TEASER_ROUND = 19  # its teaser is found to be of either text
ROUNDS = 10  # each kind of race comes once


def make_text(round_no: int, number: int) -> str:
    """A text like no other, the same for every worker."""
    rng = random.Random(f"{round_no}:{number}")
    words = ["".join(rng.choices(generated.SYLLABLES, k=rng.randint(2, 4))) for _ in range(90)]
    return "\n\n".join(" ".join(words[i : i + 30]).capitalize() + "." for i in range(0, 90, 30))


def make_article(source: str, round_no: int, number: int) -> Article:
    text = make_text(round_no, number)
    story = generated.Text(text.split(".")[0][:60], tuple(text.split("\n\n")))
    return generated.make_article(source, f"{round_no}-{number}", story, NOW)


def make_feed(number: int) -> FeedConfig:
    return generated.make_feed(f"outlet-{number}")


def add_feeds(services: Services, count: int) -> None:
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, [make_feed(n) for n in range(count)], NOW)


def assert_all_well(services: Services, counts: Counter[str], error: str) -> None:
    """Each text is one story, no stranger is in it, and leads, counts, links and jobs are right."""
    found = reckon(services)
    assert not error, error
    assert not found.is_wrong, found.text()
    assert found.articles == counts["stored"] - found.purged


def test_threads_that_race_end_in_the_same_stories(services: Services) -> None:
    """The threads of one worker share its engine and, on SQLite, its queue for writing."""
    services.clock = forced.now
    forced.add_feeds(services, THREADS)
    gate, told = threading.Barrier(THREADS), queue.Queue[tuple[Counter[str], str]]()
    threads = [
        threading.Thread(target=forced.race, args=(services, number, ROUNDS, gate, told))
        for number in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    counts, error = forced.gather(told, THREADS, ROUNDS)
    for thread in threads:
        thread.join()
    assert_all_well(services, counts, error)


def test_processes_that_race_end_in_the_same_stories(services: Services) -> None:
    """As on a machine of several workers, or on several machines."""
    forced.add_feeds(services, PROCESSES)
    counts, error = forced.run_processes(services.settings, ROUNDS, PROCESSES)
    assert_all_well(services, counts, error)


@pytest.mark.parametrize("first", [0, 1])
def test_one_that_looks_before_the_other_is_published_is_found_by_it(services: Services, first: int) -> None:
    """Whichever worker looks first, the pair ends in the older article's story."""
    services.clock = forced.now
    add_feeds(services, 2)
    ids = []
    for number in (0, 1):
        feed = make_feed(number)
        parsed = ParsedFeed(None, "en", (make_article(feed.id, 0, 0),))
        found = intake.prepare(services, feed, parsed)
        with services.db.write() as connection:
            ids += intake.store(connection, feed, found, NOW)[0]
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
    services.clock = forced.now
    add_feeds(services, len(order))
    ids = []
    for number in range(len(order)):
        feed = make_feed(number)
        parsed = ParsedFeed(None, "en", (make_article(feed.id, 0, 0),))
        found = intake.prepare(services, feed, parsed)
        with services.db.write() as connection:
            ids += intake.store(connection, feed, found, NOW)[0]
    for number in order:
        match.run(services, [ids[number]])
    with services.db.read() as connection:
        assert len(set(connection.scalars(select(ArticleRow.story_id)))) == 1
        assert Counter(connection.scalars(select(ArticleRow.role)))["lead"] == 1


def test_a_decision_on_a_text_that_became_another_meanwhile_does_not_stand(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An outlet's teaser is found to be a text's; before that is written, its whole shows another text."""
    services.clock = forced.now
    forced.add_feeds(services)
    other, mine = (plan_round(TEASER_ROUND, worker) for worker in (1, 2))
    racer = forced.Racer(services, 1)
    feed, teaser = other.before[0]
    racer.poll(feed, [teaser])
    apply, waiting = joins.apply, [other.raced[0]]

    def apply_late(*args: Any) -> None:
        if waiting:
            feed, whole = waiting.pop()
            racer.poll(feed, [whole])
        apply(*args)

    monkeypatch.setattr(joins, "apply", apply_late)
    feed, copy = mine.raced[0]
    forced.Racer(services, 2).poll(feed, [copy])
    assert not waiting
    found = reckon(services)
    assert not found.faults["strangers joined"], found.text()
