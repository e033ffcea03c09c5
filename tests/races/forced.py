"""Forced races: workers that store, match, change and purge copies of the same texts at the same moment.

Run as `python -m tests.races.forced [ROUNDS] [--database-url URL]`. Four processes meet at a barrier before
every round. Exit 0 when at the end each text is one story, no stranger is in it, and nothing was left behind.
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

KEEP_S = 30.0  # of the outlets whose articles are purged while others join them
EARLIER = NOW - timedelta(seconds=2 * KEEP_S)
ROUNDS = 1200  # with the texts below about 10,000 races
POLL_SIZES = (1, 3, 12)
WAIT_S = 120.0
MAX_ATTEMPTS = 5
ROUND_S = 10.0  # no round takes longer
BROKEN = "matches broken off by"


class Gate(Protocol):
    """A barrier of threads or of processes."""

    def wait(self, timeout: float | None = None) -> int: ...
    def abort(self) -> None: ...


def _go_on() -> None:
    """Waits for nobody."""


@dataclass(slots=True)
class Racer:
    """A worker, with counts of what it did and what went wrong."""

    services: Services
    number: int
    counts: Counter[str] = field(default_factory=Counter)
    tracebacks: dict[str, str] = field(default_factory=dict)

    def run(self, rounds: int, gate: Gate) -> None:
        """Race the others through these rounds."""
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
        self, feed: str, articles: list[Article], now: datetime = NOW, meet: Callable[[], None] = _go_on
    ) -> None:
        """Store entries and match them, having met the others when all is prepared."""
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
        except Exception as exc:  # noqa: BLE001 - a poll leaves such articles to the sweep, too
            self.counts[f"{BROKEN} {type(exc).__name__}"] += 1
            self.tracebacks.setdefault(type(exc).__name__, traceback.format_exc())

    def _try(self, name: str, action: Callable[[], Any]) -> Any:
        """Do it again, as lease and sweep would, when the database refused."""
        for attempt in range(MAX_ATTEMPTS):
            try:
                return action()
            except WireroomError:
                self.counts[f"{name} done again"] += 1
                if attempt == MAX_ATTEMPTS - 1:
                    raise
        raise AssertionError


def _once(gate: Gate) -> Callable[[], None]:
    """Waits for the others, the first time it is called."""
    waiting = [gate]

    def meet() -> None:
        if waiting:
            waiting.pop().wait(WAIT_S)

    return meet


def _polls(part: Part, rng: random.Random) -> list[tuple[str, list[Article]]]:
    """The entries in an order of the worker's own, some at a time."""
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
    """The races' clock, which a child process can be given."""
    return NOW


def add_feeds(services: Services, workers: int = WORKERS) -> None:
    """Subscribe to the outlets of all workers; what the brief ones publish is purged soon."""
    feeds = [make_feed(f"{kind}-{worker}") for kind in FEEDS for worker in range(workers)]
    feeds = [replace(feed, keep_s=KEEP_S) if feed.id.startswith("brief") else feed for feed in feeds]
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, feeds, EARLIER)


def race(services: Services, number: int, rounds: int, gate: Gate, told: Any) -> None:
    """One worker's rounds; puts (counts, traceback or "") into a queue at the end."""
    racer = Racer(services, number)
    refusals = Counter[str]()
    event.listen(services.db.engine, "handle_error", lambda context: refusals.update([_name(context)]))
    error = ""
    try:
        racer.run(rounds, gate)
    except Exception:  # noqa: BLE001 - the caller shows it
        gate.abort()
        error = traceback.format_exc()
    told.put((racer.counts + refusals, error or "".join(racer.tracebacks.values())))


def _name(context: Any) -> str:
    """The database's name for an error."""
    error = context.original_exception
    return f"refused: {getattr(error, 'sqlstate', None) or error}"


def race_in_process(settings: Settings, number: int, rounds: int, gate: Gate, told: Any) -> None:
    """One worker's rounds in a process of its own."""
    services = Services(settings, clock=now)
    try:
        race(services, number, rounds, gate, told)
    finally:
        services.close()


def run_processes(settings: Settings, rounds: int, workers: int = WORKERS) -> tuple[Counter[str], str]:
    """What all workers did together, and the first traceback."""
    context = multiprocessing.get_context("spawn")
    gate, told = context.Barrier(workers), context.Queue()
    args = (rounds, gate, told)
    processes = [
        context.Process(target=race_in_process, args=(settings, number, *args)) for number in range(workers)
    ]
    try:
        for process in processes:
            process.start()
        return gather(told, workers, rounds)
    finally:
        for process in processes:
            process.join(WAIT_S)
            process.kill()


def gather(told: Any, workers: int, rounds: int) -> tuple[Counter[str], str]:
    """The sum of what the workers tell, and the first traceback. Raises queue.Empty when one hangs."""
    found = [told.get(timeout=WAIT_S + ROUND_S * rounds) for _ in range(workers)]
    errors = sorted((error for _, error in found if error), key=lambda error: "BrokenBarrier" in error)
    return sum((counts for counts, _ in found), Counter()), errors[0] if errors else ""


def race_on(database_url: str, rounds: int) -> bool:
    """Race on an empty database and print the reckoning; whether all is well."""
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
          f"{spent_s:.0f} s, {races / spent_s:.0f} a second")  # fmt: skip
    for name, number in sorted(counts.items()):
        print(f"  {number:8} {name}")
    found.faults["articles lost or doubled"] = abs(counts["stored"] - found.purged - found.articles)
    print(found.text())
    if error:
        print(error)
    return not error and not found.is_wrong


def main(argv: Sequence[str] | None = None) -> int:
    """Race on SQLite and on PostgreSQL, or on the given empty database; 1 when something is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.races.forced", description="forced races, then a reckoning"
    )
    parser.add_argument("rounds", nargs="?", type=int, default=ROUNDS)
    parser.add_argument(
        "--database-url", type=claimed_database, help="an empty database, in place of SQLite and PostgreSQL"
    )
    options = parser.parse_args(argv)
    if options.database_url:
        return 0 if race_on(options.database_url, options.rounds) else 1
    with embedded_postgres() as url:
        done = [race_on("", options.rounds), race_on(url, options.rounds)]
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
