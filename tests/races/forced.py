"""Forced races: workers store, match, change and purge copies of the same texts simultaneously.

Run as `python -m tests.races.forced [ROUNDS] [--database-url URL]`. Four processes wait at a barrier before
every round. Exit 0 if at the end each text is one story without unrelated articles, and nothing is left over.
"""

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import event

from tests.races.plans import FEEDS, NOW, RACES_OF_A_ROUND, WORKERS, Part, plan_round
from tests.races.reckoning import reckon
from tests.support.databases import embedded_postgres
from tests.support.generated import make_feed
from tests.support.isolation import claimed_database
from worker.errors import WireroomError
from worker.flows import intake, match, upkeep
from worker.flows.services import Services
from worker.records import Article, ParsedFeed
from worker.settings import Settings, read_settings
from worker.store import feeds as feed_store
from worker.store import migrate

KEEP_S = 30.0  # of the outlets with articles that are purged while others join them
EARLIER = NOW - timedelta(seconds=2 * KEEP_S)
ROUNDS = 1200  # with the texts below about 10,000 races
POLL_SIZES = (1, 3, 12)
WAIT_S = 120.0
MAX_ATTEMPTS = 5
ROUND_S = 10.0  # no round takes longer
BROKEN = "matches aborted by"


class Gate(Protocol):
    """A barrier of threads or of processes."""

    def wait(self, timeout: float | None = None) -> int: ...
    def abort(self) -> None: ...


def _no_wait() -> None:
    """No-op in place of a barrier."""


@dataclass(slots=True)
class Racer:
    """A worker, with counts of its actions and errors."""

    services: Services
    number: int
    counts: Counter[str] = field(default_factory=Counter)
    tracebacks: dict[str, str] = field(default_factory=dict)

    def run(self, rounds: int, gate: Gate) -> None:
        """Run its part of every round."""
        for round_no in range(rounds):
            part = plan_round(round_no, self.number)
            for feed, article in part.before:
                self.poll(feed, [article], EARLIER)
            meet = _once(gate)
            if part.purges:
                meet()
                self._try("upkeep", lambda: upkeep.run_all(self.services))
            for feed, articles in _polls(part, random.Random(f"order {round_no} {self.number}")):
                self.poll(feed, articles, meet=meet)

    def poll(
        self, feed: str, articles: list[Article], now: datetime = NOW, meet: Callable[[], None] = _no_wait
    ) -> None:
        """Prepare entries, wait for the other workers, then store and match them."""
        config = make_feed(feed)
        found = intake.prepare(self.services, config, ParsedFeed(None, "en", tuple(articles)))
        meet()

        def store() -> tuple[list[int], list[int]]:
            with self.services.db.write() as connection:
                new, changed = intake.store(connection, config, found, now)
                return list(new), list(changed)

        new, changed = self._try("store", store)
        self.counts["stored"] += len(new)
        try:
            self._try("match", lambda: match.run(self.services, new))
            self._try("match", lambda: match.run(self.services, changed))
        except Exception as exc:  # noqa: BLE001 - a poll leaves such articles to the sweep as well
            self.counts[f"{BROKEN} {type(exc).__name__}"] += 1
            self.tracebacks.setdefault(type(exc).__name__, traceback.format_exc())

    def _try(self, name: str, action: Callable[[], Any]) -> Any:
        """Retry an action that the database rejected, as lease and sweep would."""
        for attempt in range(MAX_ATTEMPTS):
            try:
                return action()
            except WireroomError:
                self.counts[f"{name} retried"] += 1
                if attempt == MAX_ATTEMPTS - 1:
                    raise
        raise AssertionError


def _once(gate: Gate) -> Callable[[], None]:
    """Return a function that waits at the barrier on its first call."""
    waiting = [gate]

    def meet() -> None:
        if waiting:
            waiting.pop().wait(WAIT_S)

    return meet


def _polls(part: Part, rng: random.Random) -> list[tuple[str, list[Article]]]:
    """Split the entries into polls, in an order specific to the worker."""
    by_feed: dict[str, list[Article]] = {}
    for feed, article in rng.sample(part.raced, len(part.raced)):
        by_feed.setdefault(feed, []).append(article)
    size = rng.choice(POLL_SIZES)
    polls = [
        (feed, articles[start : start + size])
        for feed, articles in by_feed.items()
        for start in range(0, len(articles), size)
    ]
    return rng.sample(polls, len(polls))


def now() -> datetime:
    """Return the fixed time of the races; picklable for child processes."""
    return NOW


def add_feeds(services: Services, workers: int = WORKERS) -> None:
    """Subscribe to the outlets of all workers; articles of the `brief` ones are purged soon."""
    feeds = [make_feed(f"{kind}-{worker}") for kind in FEEDS for worker in range(workers)]
    feeds = [replace(feed, keep_s=KEEP_S) if feed.id.startswith("brief") else feed for feed in feeds]
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, feeds, EARLIER)


def race(services: Services, number: int, rounds: int, gate: Gate, results: Any) -> None:
    """Run one worker's rounds; puts (counts, traceback or "") into the queue at the end."""
    racer = Racer(services, number)
    refusals = Counter[str]()
    event.listen(services.db.engine, "handle_error", lambda context: refusals.update([_name(context)]))
    error = ""
    try:
        racer.run(rounds, gate)
    except Exception:  # noqa: BLE001 - reported by the caller
        gate.abort()
        error = traceback.format_exc()
    results.put((racer.counts + refusals, error or "".join(racer.tracebacks.values())))


def _name(context: Any) -> str:
    """Return the database's name of an error."""
    error = context.original_exception
    return f"refused: {getattr(error, 'sqlstate', None) or error}"


def race_in_process(settings: Settings, number: int, rounds: int, gate: Gate, results: Any) -> None:
    """Run one worker's rounds in its own process."""
    services = Services(settings, clock=now)
    try:
        race(services, number, rounds, gate, results)
    finally:
        services.close()


def run_processes(settings: Settings, rounds: int, workers: int = WORKERS) -> tuple[Counter[str], str]:
    """Return the counts of all workers, and the first traceback."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.races.preloaded"])
    gate, results = context.Barrier(workers), context.Queue()
    args = (rounds, gate, results)
    processes = [
        context.Process(target=race_in_process, args=(settings, number, *args)) for number in range(workers)
    ]
    try:
        for process in processes:
            process.start()
        return gather(results, workers, rounds)
    finally:
        for process in processes:
            process.join(WAIT_S)
            process.kill()


def gather(results: Any, workers: int, rounds: int) -> tuple[Counter[str], str]:
    """Return the sum of the workers' counts, and the first traceback; raises queue.Empty if one hangs."""
    found = [results.get(timeout=WAIT_S + ROUND_S * rounds) for _ in range(workers)]
    errors = sorted((error for _, error in found if error), key=lambda error: "BrokenBarrier" in error)
    return sum((counts for counts, _ in found), Counter()), errors[0] if errors else ""


def race_on(database_url: str, rounds: int) -> bool:
    """Race on an empty database and print the result; returns whether it is correct."""
    with tempfile.TemporaryDirectory(prefix="wr-races-") as folder:
        url = database_url or f"sqlite:///{folder}/races.db"
        settings = read_settings({"WIREROOM_HOME": folder, "WIREROOM_DATABASE_URL": url})
        services = Services(settings, clock=now)
        migrate(services.db)
        add_feeds(services)
        start = time.monotonic()
        counts, error = run_processes(settings, rounds)
        spent_s = time.monotonic() - start
        found = reckon(services)
        services.close()
    races = int(rounds * RACES_OF_A_ROUND)
    print(f"{services.settings.database_url.partition(':')[0]}: {races} races of {WORKERS} processes in "
          f"{spent_s:.0f} s, {races / spent_s:.0f} per second")  # fmt: skip
    for name, number in sorted(counts.items()):
        print(f"  {number:8} {name}")
    found.faults["articles lost or doubled"] = abs(counts["stored"] - found.purged - found.articles)
    print(found.text())
    if error:
        print(error)
    return not error and not found.is_wrong


def main(argv: Sequence[str] | None = None) -> int:
    """Race on SQLite and PostgreSQL, or on the given empty database; returns 1 if a check fails."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.races.forced", description="run forced races, then check the result"
    )
    parser.add_argument("rounds", nargs="?", type=int, default=ROUNDS)
    parser.add_argument(
        "--database-url", type=claimed_database, help="an empty database instead of SQLite and PostgreSQL"
    )
    options = parser.parse_args(argv)
    if options.database_url:
        return 0 if race_on(options.database_url, options.rounds) else 1
    with embedded_postgres() as url:
        done = [race_on("", options.rounds), race_on(url, options.rounds)]
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
