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
def desk(services: Services) -> Services:
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
def counting(desk: Services) -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(desk.db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(desk.db.engine, "before_cursor_execute", note)


def count(desk: Services, column: Any, *where: Any) -> int:
    with desk.db.read() as connection:
        return connection.scalar(select(func.count()).select_from(column).where(*where)) or 0


def turn(desk: Services, watch: Watch, turn_s: float = 1.0) -> dict[str, object]:
    return upkeep.run(desk, turn_s=turn_s, monotonic=watch, pause=watch.pause)


def finish(desk: Services, turn_s: float, most: int = 500) -> int:
    """Turns until every pass is complete; gives how many it took."""
    for number in range(1, most):
        turn(desk, Watch(), turn_s)
        with desk.db.write() as connection:
            claimed = upkeep_turns.claim_turn(connection, desk.clock(), 60)
            assert claimed is not None
            upkeep_turns.end_turn(connection, claimed.lease, claimed.progress)
        if all(one["position"] is None and one["due_at"] for one in claimed.progress["passes"].values()):
            return number
    raise AssertionError("the passes were never complete")


def assert_all_done(desk: Services) -> None:
    old = NOW - timedelta(days=95)
    assert count(desk, ArticleRow, ArticleRow.fetched_at < old) == 0
    assert count(desk, ArticleRow) == count(desk, Story) == 2 * FEEDS - EXPIRED
    assert count(desk, Tombstone) == EXPIRED
    assert count(desk, Poll, Poll.ended_at < old) == 0
    assert count(desk, Poll) == FEEDS
    assert count(desk, Paragraph) == 0
    assert count(desk, SketchKey, SketchKey.seen_at < int(old.timestamp())) == 0
    assert count(desk, SketchKey) > 0


def test_short_turns_complete_the_pass_and_do_what_one_long_one_does(desk: Services) -> None:
    """Each turn continues where the last one ended, so nothing is left out however short they are."""
    fill_crowd(desk, FEEDS)
    assert finish(desk, turn_s=0.05) > 3
    assert_all_done(desk)


def test_all_of_the_upkeep_at_once_does_not_wait_for_its_turn(desk: Services) -> None:
    fill_crowd(desk, FEEDS)
    with desk.db.write() as connection:
        assert upkeep_turns.claim_turn(connection, desk.clock(), 60) is not None
    assert upkeep.run_all(desk)["purged"] == EXPIRED
    assert_all_done(desk)


def test_with_nothing_to_do_the_number_of_statements_does_not_follow_the_number_of_feeds(
    desk: Services,
) -> None:
    fill_crowd(desk, FEEDS)
    upkeep.run_all(desk)
    with counting(desk) as sent:
        turn(desk, Watch(step_s=0.001))
    assert len(sent) < 40


def test_a_batch_of_purges_takes_as_many_statements_for_many_articles_of_many_feeds_as_for_few(
    desk: Services,
) -> None:
    fill_crowd(desk, FEEDS)
    sent_for = {}
    for size in (3, 20):
        with desk.db.read() as connection:
            found, _ = pruning.find_expired(connection, pruning.Position(), NOW, FEEDS)
            doomed = pruning.find_doomed(connection, found, size)
        assert len({one.feed for one in doomed}) == size
        with counting(desk) as sent:
            assert upkeep._purge_articles(desk, doomed, NOW) == size
        sent_for[size] = len(sent)
    assert sent_for[20] <= sent_for[3] + 3


def test_a_turn_ends_with_the_batch_in_which_its_time_is_over(desk: Services) -> None:
    """Also when each batch takes long; then the next turn begins with another chore."""
    fill_crowd(desk, FEEDS)
    watch = Watch(step_s=0.3)
    first = turn(desk, watch)
    assert watch.at_s < 2.0
    second = turn(desk, Watch(step_s=0.3))
    assert first["sketches"]
    assert not second["sketches"], "the turn goes on with what had to wait"
    assert sum(map(int, second.values())) > 0 or second["released"] == 0  # type: ignore[arg-type]
    finish(desk, turn_s=0.5)
    assert_all_done(desk)


def test_batches_become_smaller_when_they_take_long_and_larger_when_they_do_not() -> None:
    assert upkeep._next_size(100, 0.5) == 50
    assert upkeep._next_size(upkeep.SMALLEST, 9.0) == upkeep.SMALLEST
    assert upkeep._next_size(100, 0.1) == 100
    assert upkeep._next_size(100, 0.01) == 200
    assert upkeep._next_size(upkeep.LARGEST, 0.0) == upkeep.LARGEST


def test_the_database_is_left_to_others_between_batches(desk: Services) -> None:
    """For as long as the batch took, and with no transaction open: another can write then."""
    fill_crowd(desk, FEEDS)
    watch, pauses = Watch(step_s=0.02), list[float]()

    def write_meanwhile(seconds: float) -> None:
        pauses.append(seconds)
        with desk.db.write() as connection:
            connection.execute(update(Feed).values(error_streak=len(pauses)))

    upkeep.run(desk, monotonic=watch, pause=write_meanwhile)
    assert pauses
    assert pauses[0] >= 0.0199


def test_one_worker_at_a_time_has_the_turn_until_its_lease_ends(desk: Services) -> None:
    fill_crowd(desk, FEEDS)
    with desk.db.write() as connection:
        dead = upkeep_turns.claim_turn(connection, desk.clock(), upkeep.LEASE_S)
    assert dead is not None
    assert turn(desk, Watch()) == {}
    assert count(desk, Tombstone) == 0
    desk.clock.advance(upkeep.LEASE_S + 1)  # type: ignore[attr-defined]
    assert turn(desk, Watch())["sketches"]
    with desk.db.write() as connection:
        assert not upkeep_turns.end_turn(connection, dead.lease, {}), "who lost the turn saves nothing"


def test_a_clock_that_was_set_back_voids_lease_and_waiting_times(desk: Services) -> None:
    fill_crowd(desk, FEEDS)
    finish(desk, turn_s=5.0)
    with desk.db.write() as connection:
        assert upkeep_turns.claim_turn(connection, desk.clock(), upkeep.LEASE_S) is not None
    desk.clock.advance(-3_600)  # type: ignore[attr-defined]
    with counting(desk) as sent:
        assert turn(desk, Watch()) != {}
    assert any("paragraphs" in statement for statement in sent)


def test_one_article_that_cannot_be_purged_keeps_no_other(
    desk: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_crowd(desk, FEEDS)
    with desk.db.read() as connection:
        bad = connection.scalar(select(func.min(ArticleRow.id)))
    purge = pruning.purge_articles

    def broken(connection: Any, doomed: Any, now: Any) -> Any:
        if bad in {one.article for one in doomed}:
            raise ArithmeticError("a fault of ours")
        return purge(connection, doomed, now)

    monkeypatch.setattr(pruning, "purge_articles", broken)
    finish(desk, turn_s=5.0)
    assert count(desk, Tombstone) == EXPIRED - 1
    assert count(desk, ArticleRow, ArticleRow.id == bad) == 1
    monkeypatch.undo()
    desk.clock.advance(700)  # type: ignore[attr-defined]
    finish(desk, turn_s=5.0)
    assert_all_done(desk)


def test_many_articles_of_one_feed_go_in_batches_and_feeds_that_keep_for_ever_keep_all(
    desk: Services,
) -> None:
    fill_crowd(desk, 4, articles_each=60)
    with desk.db.write() as connection:
        connection.execute(update(ArticleRow).values(fetched_at=NOW - timedelta(days=99)))
        config = dict(connection.scalar(select(Feed.config).order_by(Feed.id)) or {})
        connection.execute(
            update(Feed).where(Feed.id == config["id"]).values(config=config | {"keep_s": None})
        )
    finish(desk, turn_s=0.05)
    assert count(desk, ArticleRow) == count(desk, ArticleRow, ArticleRow.feed_id == config["id"]) == 60
    assert count(desk, Tombstone) == 180


def test_jobs_that_wait_for_nothing_are_released_and_those_of_open_pages_wait_on(desk: Services) -> None:
    fill_crowd(desk, FEEDS)
    stranded = NOW - timedelta(days=1)
    with desk.db.write() as connection:
        pages = list(connection.scalars(select(Job.article_id).where(Job.kind == "fulltext").limit(10)))
        ended = (Job.article_id.in_(pages), Job.kind == "fulltext")
        connection.execute(update(Job).where(*ended).values(state="done", finished_at=stranded))
    finish(desk, turn_s=0.05)
    assert count(desk, Job, Job.host == "", Job.next_attempt_at.is_not(None)) == 20
    assert count(desk, Job, Job.host == "", Job.next_attempt_at.is_(None)) == FEEDS // 4 * 2 - 20


def test_a_tick_proceeds_while_the_upkeep_works(desk: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control tasks have a thread each; a second upkeep returns at once in place of taking another."""
    seen: list[object] = []

    def in_the_middle(_services: Services) -> dict[str, object]:
        seen.append(tasks.tick())
        seen.append(tasks.upkeep_database())
        return {"purged": 1}

    call: Callable[[], dict[str, object]] = tasks.upkeep_database
    monkeypatch.setattr(tasks, "services", lambda: desk)
    monkeypatch.setattr(tasks.upkeep, "run", in_the_middle)
    assert call() == {"purged": 1}
    assert seen[0] == {"polls": 0, "jobs": 0, "matched": 0}
    assert "skipped" in seen[1]  # type: ignore[operator]
