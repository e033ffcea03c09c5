"""Upkeep in short turns: prune and purge in small batches, each turn continuing where the last one ended.

A turn ends soon after `TURN_S`, however much is left: a batch reads and writes a bounded number of rows, and
its size adapts to how long the previous ones took. After each batch, the turn pauses for as long as the batch
took. At most one worker of all machines has the turn.
"""

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from worker.errors import ConflictError, ServiceError
from worker.flows import joins, queue_guard
from worker.flows.match import DEFAULT_WINDOW_S
from worker.flows.services import Services
from worker.logs import get_logger
from worker.store import config as config_store
from worker.store import dependent_jobs, pruning, push_messages, retried, upkeep_turns
from worker.store import hosts as host_store
from worker.store import sketches as sketch_store
from worker.store import stories as story_store
from worker.store.pruning import AFTER_ALL, Doomed, Position

TURN_S = 1.0
LEASE_S = 60.0  # much longer than a turn: upkeep pauses for this long if a worker dies during its turn
BATCH_S = 0.2  # the longest a batch should take, as others wait for SQLite's write lock
SMALLEST, LARGEST = 20, 1000  # rows of a batch; a smaller one costs nearly as much
FEED_WINDOW = 500  # feeds whose oldest article one statement looks up
PUSHED_S = 7 * 86_400.0  # messages of push that were accepted
UNSENT_S = 30 * 86_400.0  # all others
HISTORY_S = 90 * 86_400.0  # polls and events
SITES_S = 2 * 86_400.0  # robots.txt of sites, and waits that hosts asked for: neither is of use after a day
FURNITURE_S = 60 * 86_400.0  # a paragraph not seen for this long no longer counts as furniture

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """The input of a batch: at most `size` rows, from where the last one ended."""

    services: Services
    now: datetime
    position: Any
    size: int


@dataclass(frozen=True, slots=True)
class Done:
    """The number of changed rows, and the position to continue from; None if the pass is complete."""

    count: int
    position: Any = None


@dataclass(frozen=True, slots=True)
class Chore:
    """One kind of upkeep, done in passes; the next pass begins `every_s` after the end of the last."""

    name: str
    every_s: float
    run: Callable[[Batch], Done]


@dataclass(slots=True)
class _Pass:
    """The progress of a chore's pass, stored between turns; `due_at` is Unix time."""

    position: Any = None
    size: int = 20
    due_at: float = 0.0

    def is_due(self, now: datetime, every_s: float) -> bool:
        """Whether the pass is under way or due; a due time too far ahead was set by another clock."""
        ahead_s = self.due_at - now.timestamp()
        return self.position is not None or not 0.0 < ahead_s <= every_s


@dataclass(slots=True)
class _Turn:
    """A turn: the progress of the chores, and the numbers of changed rows."""

    services: Services
    passes: dict[str, _Pass]
    ends_at: float
    monotonic: Callable[[], float]
    pause: Callable[[float], None]
    first: str = (
        ""  # the chore that this turn begins with; at its end, the one that the next turn begins with
    )
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((c.name for c in CHORES), 0))

    def work(self) -> None:
        """Run a batch of each due chore in rotation, until all passes are complete or the time is up."""
        now = self.services.clock()
        start = next((place for place, chore in enumerate(CHORES) if chore.name == self.first), 0)
        order = (*CHORES[start:], *CHORES[:start])
        left = [chore for chore in order if self.passes[chore.name].is_due(now, chore.every_s)]
        while left:
            for chore in list(left):
                if self.monotonic() >= self.ends_at:
                    self.first = chore.name
                    return
                if not self._do_batch(chore):
                    left.remove(chore)

    def _do_batch(self, chore: Chore) -> bool:
        """Run one batch; whether the chore has more to do in this turn. A failure does not stop others."""
        state, start, now = self.passes[chore.name], self.monotonic(), self.services.clock()
        try:
            done = chore.run(Batch(self.services, now, state.position, state.size))
        except ConflictError:
            return False  # another transaction interfered; the next turn retries
        except ServiceError:
            raise
        except Exception:
            log.exception("upkeep failed, the next turn retries", chore=chore.name)
            state.size = SMALLEST
            return False
        took_s = self.monotonic() - start
        self.counts[chore.name] += done.count
        state.position, state.size = done.position, _next_size(state.size, took_s)
        if done.position is None:
            state.due_at = now.timestamp() + chore.every_s
            return False
        self.pause(max(0.0, min(took_s, self.ends_at - self.monotonic())))
        return True


def run(
    services: Services,
    *,
    turn_s: float = TURN_S,
    monotonic: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> dict[str, object]:
    """Run one turn; returns the rows changed by each chore, empty while another worker has the turn."""
    ends_at = monotonic() + turn_s
    queue_guard.drop_lapsed(services)
    with services.db.write() as connection:
        claimed = upkeep_turns.claim_turn(connection, services.clock(), LEASE_S)
    if claimed is None:
        return {}
    saved = claimed.progress.get("passes", {})
    passes = {chore.name: _Pass(**saved.get(chore.name, {})) for chore in CHORES}
    turn = _Turn(services, passes, ends_at, monotonic, pause, claimed.progress.get("first", ""))
    try:
        turn.work()
    finally:
        progress = {"first": turn.first, "passes": {name: asdict(one) for name, one in passes.items()}}
        with services.db.write() as connection:
            upkeep_turns.end_turn(connection, claimed.lease, progress)
    return dict(turn.counts)


def run_all(services: Services) -> dict[str, object]:
    """Run a whole pass of every chore now, regardless of turns; returns the rows changed by each."""
    passes = {chore.name: _Pass() for chore in CHORES}
    turn = _Turn(services, passes, math.inf, time.monotonic, time.sleep)
    turn.work()
    return dict(turn.counts)


def _next_size(size: int, took_s: float) -> int:
    if took_s > BATCH_S:
        return max(SMALLEST, size // 2)
    return min(LARGEST, size * 2) if took_s < BATCH_S / 4 else size


def _prune_sketches(batch: Batch) -> Done:
    """Delete the sketches of articles outside the window."""
    with batch.services.db.read() as connection:
        config = config_store.read_service(connection)
    window_s = config.window_s if config else DEFAULT_WINDOW_S
    before = int(batch.now.timestamp() - window_s)
    with batch.services.db.write() as connection:
        gone = sketch_store.prune_sketches(connection, before, batch.size)
        joins.keep_findable(connection, story_store.stories_of(connection, gone).values())
    return _done_by_age(len(gone), batch.size)


def _prune_furniture(batch: Batch) -> Done:
    before = int(batch.now.timestamp() - FURNITURE_S)
    with batch.services.db.write() as connection:
        return _done_by_age(pruning.prune_paragraphs(connection, before, batch.size), batch.size)


def _prune_history(batch: Batch) -> Done:
    before = batch.now - timedelta(seconds=HISTORY_S)
    with batch.services.db.write() as connection:
        return _done_by_age(pruning.prune_history(connection, before, batch.size), batch.size)


def _prune_push(batch: Batch) -> Done:
    done, others = (batch.now - timedelta(seconds=keep_s) for keep_s in (PUSHED_S, UNSENT_S))
    with batch.services.db.write() as connection:
        return _done_by_age(push_messages.prune_messages(connection, done, others, batch.size), batch.size)


def _prune_sites(batch: Batch) -> Done:
    before = batch.now - timedelta(seconds=SITES_S)
    with batch.services.db.write() as connection:
        return _done_by_age(host_store.prune_sites(connection, before, batch.size), batch.size)


def _done_by_age(count: int, size: int) -> Done:
    """The result of pruning by age, which needs no position: the oldest rows are gone."""
    return Done(count, True if count >= size else None)


def _release_stranded(batch: Batch) -> Done:
    """Make jobs due that wait for a page job which has ended."""
    with batch.services.db.read() as connection:
        found, after = dependent_jobs.find_stranded(connection, batch.position or 0, batch.size)
    if not found:
        return Done(0, after)
    with batch.services.db.write() as connection:
        return Done(dependent_jobs.release(connection, found, batch.now), after)


def _purge(batch: Batch) -> Done:
    """Delete articles beyond their feed's `keep`; their keys remain, so that they never count as new."""
    services, position = batch.services, Position(*(batch.position or ()))
    with services.db.read() as connection:
        feeds, behind = pruning.find_expired(connection, position, batch.now, FEED_WINDOW)
        feeds = feeds[: pruning.PURGED_AT_ONCE]
        doomed = pruning.find_doomed(connection, feeds, batch.size)
    if len(doomed) == batch.size:
        behind = Position(doomed[-1].feed, doomed[-1].article)
    elif len(feeds) == pruning.PURGED_AT_ONCE:
        behind = Position(feeds[-1].feed, AFTER_ALL)
    after = None if behind is None else [behind.feed, behind.article]
    return Done(_purge_safely(services, doomed, batch.now), after)


def purge_feed(services: Services, feed: str) -> int:
    """Delete all articles of a feed, whatever its `keep`; returns their number."""
    gone = 0
    while True:
        now = services.clock()
        with services.db.read() as connection:
            expired = [pruning.Expired(feed, now + timedelta(days=36_500), 0)]
            doomed = pruning.find_doomed(connection, expired, LARGEST)
        if not doomed:
            return gone
        purged = _purge_safely(services, doomed, now)
        if not purged:
            return gone
        gone += purged


def _purge_safely(services: Services, doomed: list[Doomed], now: datetime) -> int:
    """Purge articles; if that fails, one by one, so that a failing article does not block the others."""
    if not doomed:
        return 0
    try:
        return retried(partial(_purge_articles, services, doomed, now))
    except (ConflictError, ServiceError):
        raise
    except Exception:
        if len(doomed) == 1:
            log.exception("article could not be purged", feed=doomed[0].feed, article=doomed[0].article)
            return 0
    return sum(_purge_safely(services, [one], now) for one in doomed)


def _purge_articles(services: Services, doomed: list[Doomed], now: datetime) -> int:
    with services.db.write() as connection:
        count, stories = pruning.purge_articles(connection, doomed, now)
        joins.repair_stories(connection, stories, now, tells_leads=False)
    return count


CHORES: tuple[Chore, ...] = (
    Chore("sketches", 60.0, _prune_sketches),
    Chore("history", 60.0, _prune_history),
    Chore("push", 60.0, _prune_push),
    Chore("released", 60.0, _release_stranded),
    Chore("purged", 600.0, _purge),
    Chore("furniture", 600.0, _prune_furniture),
    Chore("sites", 600.0, _prune_sites),
)
