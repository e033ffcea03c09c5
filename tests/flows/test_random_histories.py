"""Outlets run, correct, withdraw and replace reports at random: each story is one report in the end."""

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import Clock
from tests.support.generated import Text, edit_text, make_article, make_feed, make_text
from worker.flows import intake, match
from worker.flows.services import Services
from worker.records import ParsedFeed
from worker.store import feeds as feed_store
from worker.store import sketches as sketch_store
from worker.store.models import ArticleRow, Story

OUTLETS = "abcd"
REPORTS = 3
SEEDS = (6, 7, 11, 12)  # in the first two, texts of one story are replaced at the same time
KINDS, WEIGHTS = ("", "CORRECTED: ", "WITHDRAWN: "), (3, 1, 1)

Ids = tuple[list[int], list[int]]  # of new and edited articles


@dataclass(frozen=True)
class Entry:
    """What an outlet shows under a key: a report, under a headline with or without a mark."""

    key: str
    report: int
    mark: str

    def text(self, outlet: str, seed: int) -> Text:
        text = make_text(f"{seed} report {self.report}", 4)
        text = edit_text(text, outlet, random.Random(f"{seed}{outlet}{self.report}"))
        paragraphs = text.paragraphs[:-1]
        if self.mark == KINDS[1]:
            paragraphs = tuple(paragraph.replace("1", "7") for paragraph in paragraphs)
        return Text(self.mark + text.title, paragraphs)


def make_rounds(seed: int) -> Iterator[list[tuple[str, list[Entry]]]]:
    """Rounds of polls: of each outlet the entries that are new or edited. Only a plain report is replaced."""
    rng = random.Random(seed)
    shown: dict[str, dict[str, Entry]] = {outlet: {} for outlet in OUTLETS}
    for round_no in range(rng.randint(4, 7)):
        polls = []
        for outlet in rng.sample(OUTLETS, rng.randint(1, 4)):
            before = list(shown[outlet].values())
            drawn = (_next_entry(rng, before, f"{outlet}{round_no}-{n}") for n in range(rng.randint(1, 2)))
            entries = {entry.key: entry for entry in drawn if entry not in before}
            shown[outlet] |= entries
            polls += [(outlet, list(entries.values()))] if entries else []
        yield polls


def _next_entry(rng: random.Random, shown: list[Entry], key: str) -> Entry:
    mark, report = rng.choices(KINDS, WEIGHTS)[0], rng.randrange(REPORTS)
    if not shown or rng.random() < 0.3:
        return Entry(key, report, mark)
    before = rng.choice(shown)
    if before.mark or rng.random() < 0.5:
        return replace(before, mark=mark)
    return replace(before, report=report, mark="")


def store(services: Services, seed: int, outlet: str, entries: list[Entry]) -> Ids:
    now = services.clock()
    articles = tuple(
        replace(make_article(outlet, e.key, e.text(outlet, seed), now), content_hash=f"{e} {now}")
        for e in entries
    )
    found = intake.prepare(services, make_feed(outlet), ParsedFeed(None, "en", articles))
    with services.db.write() as connection:
        new, changed = intake.store(connection, make_feed(outlet), found, now)
    return list(new), list(changed)


def match_poll(services: Services, ids: Ids) -> None:
    for part in ids:
        match.run(services, part)


def in_turn(services: Services, polls: list[Ids]) -> None:
    for ids in polls:
        match_poll(services, ids)


def in_reverse(services: Services, polls: list[Ids]) -> None:
    in_turn(services, polls[::-1])


def at_once(services: Services, polls: list[Ids]) -> None:
    """As workers do; what they leave after conflicts is swept."""
    threads = [threading.Thread(target=match_poll, args=(services, ids)) for ids in polls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    swept(services, polls)


def swept(services: Services, polls: list[Ids]) -> None:
    """As after a kill of all workers."""
    with services.db.read() as connection:
        ids = sketch_store.unmatched(connection, services.clock() + timedelta(days=1), 100)
    match.run(services, ids)


@pytest.mark.parametrize("run", [in_turn, in_reverse, at_once, swept])
@pytest.mark.parametrize("seed", SEEDS)
def test_each_story_is_one_report_in_whatever_order_articles_are_matched(
    services: Services, clock: Clock, seed: int, run: Callable[[Services, list[Ids]], None]
) -> None:
    services.clock = clock
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, [make_feed(outlet) for outlet in OUTLETS], clock())
    reports: dict[str, int] = {}
    for polls in make_rounds(seed):
        clock.advance(600)
        reports |= {entry.key: entry.report for _, entries in polls for entry in entries}
        run(services, [store(services, seed, outlet, entries) for outlet, entries in polls])
    with services.db.read() as connection:
        placed = connection.execute(select(ArticleRow.entry_key, ArticleRow.story_id)).all()
        copies = dict(connection.execute(select(Story.id, Story.copies).where(Story.copies > 0)).all())
    stories: dict[int, set[str]] = {}
    for key, story in placed:
        stories.setdefault(story, set()).add(key)
    wanted = [{key for key, report in reports.items() if report == number} for number in range(REPORTS)]
    assert sorted(map(sorted, stories.values())) == sorted(map(sorted, filter(None, wanted)))
    assert copies == {story: len(keys) for story, keys in stories.items()}
