"""Upkeep in bounded turns: set-based at any number of feeds, continued from turn to turn, beside the tick."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from tests.bench.crowd import EXPIRED_EVERY, NOW, fill_crowd
from tests.conftest import Clock
from worker import tasks
from worker.flows import upkeep
from worker.flows.services import Services
from worker.store import pruning, upkeep_turns
from worker.store.models import ArticleRow, Feed, Job, Paragraph, Poll, SketchKey, Story, Tombstone

FEEDS = 300
EXPIRED = FEEDS // EXPIRED_EVERY


@pytest.fixture
def services(services: Services) -> Services:
    services.clock = Clock(NOW)
    return services


class Watch:
    """A monotonic clock on which each look takes a while."""

    def __init__(self, step_s: float = 0.01) -> None:
        self.at_s, self.step_s, self.paused_s = 0.0, step_s, 0.0

    def __call__(self) -> float:
        self.at_s += self.step_s
        return self.at_s

    def pause(self, seconds: float) -> None:
        self.at_s += seconds
        self.paused_s += seconds


@contextmanager
def counting(services: Services) -> Iterator[list[str]]:
    """The statements sent to the database inside the block."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(services.db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(services.db.engine, "before_cursor_execute", note)


def count(services: Services, column: Any, *where: Any) -> int:
    with services.db.read() as connection:
        return connection.scalar(select(func.count()).select_from(column).where(*where)) or 0


def turn(services: Services, watch: Watch, turn_s: float = 1.0) -> dict[str, object]:
    return upkeep.run(services, turn_s=turn_s, monotonic=watch, pause=watch.pause)


def finish(services: Services, turn_s: float, most: int = 500) -> int:
    """Run turns until every pass is complete; returns their number."""
    for number in range(1, most):
        turn(services, Watch(), turn_s)
        with services.db.write() as connection:
            claimed = upkeep_turns.claim_turn(connection, services.clock(), 60)
            assert claimed is not None
            upkeep_turns.end_turn(connection, claimed.lease, claimed.progress)
        if all(one["position"] is None and one["due_at"] for one in claimed.progress["passes"].values()):
            return number
    raise AssertionError("the passes were never complete")


def assert_all_done(services: Services) -> None:
    old = NOW - timedelta(days=95)
    assert count(services, ArticleRow, ArticleRow.fetched_at < old) == 0
    assert count(services, ArticleRow) == count(services, Story) == 2 * FEEDS - EXPIRED
    assert count(services, Tombstone) == EXPIRED
    assert count(services, Poll, Poll.ended_at < old) == 0
    assert count(services, Poll) == FEEDS
    assert count(services, Paragraph) == 0
    assert count(services, SketchKey, SketchKey.seen_at < int(old.timestamp())) == 0
    assert count(services, SketchKey) > 0


def test_short_turns_complete_the_pass_and_do_what_one_long_one_does(services: Services) -> None:
    """Each turn continues where the last one ended, so nothing is left out however short they are."""
    fill_crowd(services, FEEDS)
    assert finish(services, turn_s=0.05) > 3
    assert_all_done(services)


def test_all_of_the_upkeep_at_once_does_not_wait_for_its_turn(services: Services) -> None:
    fill_crowd(services, FEEDS)
    with services.db.write() as connection:
        assert upkeep_turns.claim_turn(connection, services.clock(), 60) is not None
    assert upkeep.run_all(services)["purged"] == EXPIRED
    assert_all_done(services)


def test_with_nothing_to_do_the_number_of_statements_does_not_follow_the_number_of_feeds(
    services: Services,
) -> None:
    fill_crowd(services, FEEDS)
    upkeep.run_all(services)
    with counting(services) as sent:
        turn(services, Watch(step_s=0.001))
    assert len(sent) < 40


def test_a_batch_of_purges_takes_as_many_statements_for_many_articles_of_many_feeds_as_for_few(
    services: Services,
) -> None:
    fill_crowd(services, FEEDS)
    sent_for = {}
    for size in (3, 20):
        with services.db.read() as connection:
            found, _ = pruning.find_expired(connection, pruning.Position(), NOW, FEEDS)
            doomed = pruning.find_doomed(connection, found, size)
        assert len({one.feed for one in doomed}) == size
        with counting(services) as sent:
            assert upkeep._purge_articles(services, doomed, NOW) == size
        sent_for[size] = len(sent)
    assert sent_for[20] <= sent_for[3] + 3


def test_few_statements_are_kept_for_purges_of_any_number_of_feeds(services: Services) -> None:
    """Each takes as much memory as it has feeds."""
    fill_crowd(services, FEEDS)
    with services.db.read() as connection:
        found, _ = pruning.find_expired(connection, pruning.Position(), NOW, FEEDS)
        kept = services.db.engine._compiled_cache
        before = len(kept)
        for count in range(1, 21):
            doomed = pruning.find_doomed(connection, found[:count], 1_000)
            assert {one.feed for one in doomed} == {one.feed for one in found[:count]}
            assert len({one.article for one in doomed}) == len(doomed)
        assert len(kept) <= before + 6


def test_a_turn_ends_with_the_batch_in_which_its_time_is_over(services: Services) -> None:
    """Also when each batch takes long; then the next turn begins with another chore."""
    fill_crowd(services, FEEDS)
    watch = Watch(step_s=0.3)
    first = turn(services, watch)
    assert watch.at_s < 2.0
    second = turn(services, Watch(step_s=0.3))
    assert first["sketches"]
    assert not second["sketches"], "the turn goes on with what had to wait"
    assert sum(map(int, second.values())) > 0 or second["released"] == 0  # type: ignore[arg-type]
    finish(services, turn_s=0.5)
    assert_all_done(services)


def test_batches_become_smaller_when_they_take_long_and_larger_when_they_do_not() -> None:
    assert upkeep._next_size(100, 0.5) == 50
    assert upkeep._next_size(upkeep.SMALLEST, 9.0) == upkeep.SMALLEST
    assert upkeep._next_size(100, 0.1) == 100
    assert upkeep._next_size(100, 0.01) == 200
    assert upkeep._next_size(upkeep.LARGEST, 0.0) == upkeep.LARGEST


def test_the_database_is_left_to_others_between_batches(services: Services) -> None:
    """For as long as the batch took, and with no transaction open: another can write then."""
    fill_crowd(services, FEEDS)
    watch, pauses = Watch(step_s=0.02), list[float]()

    def write_meanwhile(seconds: float) -> None:
        pauses.append(seconds)
        with services.db.write() as connection:
            connection.execute(update(Feed).values(error_streak=len(pauses)))

    upkeep.run(services, monotonic=watch, pause=write_meanwhile)
    assert pauses
    assert pauses[0] >= 0.0199


def test_one_worker_at_a_time_has_the_turn_until_its_lease_ends(services: Services) -> None:
    fill_crowd(services, FEEDS)
    with services.db.write() as connection:
        dead = upkeep_turns.claim_turn(connection, services.clock(), upkeep.LEASE_S)
    assert dead is not None
    assert turn(services, Watch()) == {}
    assert count(services, Tombstone) == 0
    services.clock.advance(upkeep.LEASE_S + 1)  # type: ignore[attr-defined]
    assert turn(services, Watch())["sketches"]
    with services.db.write() as connection:
        assert not upkeep_turns.end_turn(connection, dead.lease, {}), "who lost the turn saves nothing"


def test_a_clock_that_was_set_back_voids_lease_and_waiting_times(services: Services) -> None:
    fill_crowd(services, FEEDS)
    finish(services, turn_s=5.0)
    with services.db.write() as connection:
        assert upkeep_turns.claim_turn(connection, services.clock(), upkeep.LEASE_S) is not None
    services.clock.advance(-3_600)  # type: ignore[attr-defined]
    with counting(services) as sent:
        assert turn(services, Watch()) != {}
    assert any("paragraphs" in statement for statement in sent)


def test_one_article_that_cannot_be_purged_keeps_no_other(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_crowd(services, FEEDS)
    with services.db.read() as connection:
        bad = connection.scalar(select(func.min(ArticleRow.id)))
    purge = pruning.purge_articles

    def broken(connection: Any, doomed: Any, now: Any) -> Any:
        if bad in {one.article for one in doomed}:
            raise ArithmeticError("a fault of ours")
        return purge(connection, doomed, now)

    monkeypatch.setattr(pruning, "purge_articles", broken)
    finish(services, turn_s=5.0)
    assert count(services, Tombstone) == EXPIRED - 1
    assert count(services, ArticleRow, ArticleRow.id == bad) == 1
    monkeypatch.undo()
    services.clock.advance(700)  # type: ignore[attr-defined]
    finish(services, turn_s=5.0)
    assert_all_done(services)


def test_many_articles_of_one_feed_go_in_batches_and_feeds_that_keep_for_ever_keep_all(
    services: Services,
) -> None:
    fill_crowd(services, 4, articles_each=60)
    with services.db.write() as connection:
        connection.execute(update(ArticleRow).values(fetched_at=NOW - timedelta(days=99)))
        config = dict(connection.scalar(select(Feed.config).order_by(Feed.id)) or {})
        connection.execute(
            update(Feed).where(Feed.id == config["id"]).values(config=config | {"keep_s": None})
        )
    finish(services, turn_s=0.05)
    assert (
        count(services, ArticleRow) == count(services, ArticleRow, ArticleRow.feed_id == config["id"]) == 60
    )
    assert count(services, Tombstone) == 180


def test_jobs_that_wait_for_nothing_are_released_and_those_of_open_pages_wait_on(services: Services) -> None:
    fill_crowd(services, FEEDS)
    stranded = NOW - timedelta(days=1)
    with services.db.write() as connection:
        pages = list(connection.scalars(select(Job.article_id).where(Job.kind == "fulltext").limit(10)))
        ended = (Job.article_id.in_(pages), Job.kind == "fulltext")
        connection.execute(update(Job).where(*ended).values(state="done", finished_at=stranded))
    finish(services, turn_s=0.05)
    assert count(services, Job, Job.host == "", Job.next_attempt_at.is_not(None)) == 20
    assert count(services, Job, Job.host == "", Job.next_attempt_at.is_(None)) == FEEDS // 4 * 2 - 20


def test_a_tick_proceeds_while_the_upkeep_works(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control tasks have a thread each; a second upkeep returns at once in place of taking another."""
    seen: list[object] = []

    def in_the_middle(_services: Services) -> dict[str, object]:
        seen.append(tasks.tick())
        seen.append(tasks.upkeep_database())
        return {"purged": 1}

    call: Callable[[], dict[str, object]] = tasks.upkeep_database
    monkeypatch.setattr(tasks, "services", lambda: services)
    monkeypatch.setattr(tasks.upkeep, "run", in_the_middle)
    assert call() == {"purged": 1}
    assert seen[0] == {"polls": 0, "jobs": 0, "matched": 0}
    assert "skipped" in seen[1]  # type: ignore[operator]
