"""Forced races: workers that store, match, change and purge copies of the same texts at the same moment.

Run as `python -m tests.races [ROUNDS] [--database-url URL]`. Four processes meet at a barrier before every
round. Exit 0 when at the end each text is one story, no stranger is in it, and nothing was left behind.
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
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import Any, Protocol

from sqlalchemy import event

from tests.databases import embedded_postgres
from tests.generated import Text, edit_text, make_article, make_feed, make_text, teaser_of, with_opening
from tests.reckoning import reckon
from worker.dedupe import Candidate, Signature, decide_match, make_signature
from worker.errors import WireroomError
from worker.flows import incoming, match, upkeep
from worker.flows.services import Services
from worker.records import Article, Document, ParsedFeed
from worker.settings import Settings, read_settings
from worker.store import feeds as feed_store
from worker.store import migrate

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
KEEP_S = 30.0  # of the outlets whose articles are purged while others join them
EARLIER = NOW - timedelta(seconds=2 * KEEP_S)
WORKERS = 4
ROUNDS = 1130  # with the texts below about 10,000 races
TEXTS = 8  # copied by all workers in every round
POLL_SIZES = (1, 3, 12)
WAIT_S = 120.0
MAX_ATTEMPTS = 5
ROUND_S = 10.0  # no round takes longer
BROKEN = "matches broken off by"
FEEDS = ("outlet", "early", "brief")  # of each worker


class Gate(Protocol):
    """A barrier of threads or of processes."""

    def wait(self, timeout: float | None = None) -> int: ...
    def abort(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Part:
    """What one worker does in a round: first in peace, then at the same moment as the others."""

    before: tuple[tuple[str, Article], ...] = ()  # (feed, entry)
    purges: bool = False
    raced: tuple[tuple[str, Article], ...] = ()


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
                self._poll(feed, [article], EARLIER, lambda: None)
            meet = _once(gate)
            if part.purges:
                meet()
                self._try("upkeep", lambda: upkeep.run(self.services))
            for feed, articles in _polls(part, random.Random(f"order {round_no} {self.number}")):
                self._poll(feed, articles, NOW, meet)

    def _poll(self, feed: str, articles: list[Article], now: datetime, meet: Callable[[], None]) -> None:
        config = make_feed(feed)
        found = incoming.prepare(self.services, config, ParsedFeed(None, "en", tuple(articles)))
        meet()

        def store() -> tuple[list[int], list[int]]:
            with self.services.db.write() as connection:
                new, changed = incoming.store(connection, config, found, now)
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


# ---- what happens in a round -------------------------------------------------------------------------
def plan_round(round_no: int, worker: int) -> Part:
    """The part of a worker: each entry's key names the text whose story it must end in."""
    outlet, part = f"outlet-{worker}", Part()
    if round_no % 2:
        part = KINDS[round_no // 2 % len(KINDS)](round_no, worker)
    copies = [_entry(outlet, f"copy-{round_no}-{n}") for n in range(TEXTS)]
    stranger = _entry(outlet, f"alone-{round_no}-{worker}")
    return replace(part, raced=(*part.raced, *copies, stranger))


def _entry(feed: str, name: str, text: Text | None = None) -> tuple[str, Article]:
    rng = random.Random(f"{feed} {name}")
    text = edit_text(text or make_text(name), feed, rng)
    return feed, make_article(feed, name, text, NOW - timedelta(minutes=rng.randrange(40)))


def _teaser(feed: str, name: str, text: Text) -> tuple[str, Article]:
    return feed, make_article(feed, name, teaser_of(text), NOW)


def _merge(round_no: int, worker: int) -> Part:
    """Two stories of parts of a text exist; two whole texts and two more parts arrive at once."""
    name = f"merge-{round_no}"
    text = make_text(name, 8)
    half = text.part(0, 4) if worker % 2 == 0 else text.part(4, 8)
    before = (_entry(f"early-{worker}", name, half),) if worker < 2 else ()
    return Part(before, raced=(_entry(f"outlet-{worker}", name, text if worker in {0, 3} else half),))


def _purge(round_no: int, worker: int) -> Part:
    """Copies are purged by two upkeeps while more copies arrive."""
    name = f"purge-{round_no}"
    before = (_entry(f"brief-{worker}", name),) if worker < 3 else ()
    return Part(before, worker < 2, (_entry(f"outlet-{worker}", name),))


def _crowd(round_no: int, worker: int) -> Part:
    """More copies than are kept findable for one story."""
    name = f"crowd-{round_no}"
    return Part(raced=tuple(_entry(f"{kind}-{worker}", name) for kind in FEEDS))


def _fuller(round_no: int, worker: int) -> Part:
    """All show a teaser of a text, then at once the text."""
    name, outlet = f"fuller-{round_no}", f"outlet-{worker}"
    return Part((_teaser(outlet, name, make_text(name)),), raced=(_entry(outlet, name),))


def _split(round_no: int, worker: int) -> Part:
    """Two texts begin alike; two outlets show but that, then the whole, when copies of the whole arrive."""
    texts = _alike(round_no)
    name, outlet = f"split-{round_no}-{'xy'[worker % 2]}", f"outlet-{worker}"
    before = (_teaser(outlet, name, texts[0]),) if worker < 2 else ()
    return Part(before, raced=(_entry(outlet, name, texts[worker % 2]),))


@lru_cache(maxsize=WORKERS)
def _alike(round_no: int) -> tuple[Text, Text]:
    """Two texts with one beginning that the verifier, once it sees the whole, holds apart."""
    for variant in count():
        first = make_text(f"split-{round_no}-{variant}")
        second = with_opening(make_text(f"split-{round_no}-{variant} other"), first)
        sketches = [
            [_sketch(edit_text(text, outlet, random.Random(f"{outlet} {variant}"))) for outlet in ("a", "b")]
            for text in (first, second)
        ]
        if not any(decide_match(x, [Candidate(0, 0, y, "")]) for x in sketches[0] for y in sketches[1]):
            return first, second
    raise AssertionError


def _sketch(text: Text) -> Signature:
    body = "\n\n".join(text.paragraphs[:-1])
    return make_signature(Document(id="", title=text.title, text=body, published_at=NOW), frozenset())


KINDS = (_merge, _purge, _crowd, _fuller, _split)  # in turns in every other round, beside plain copies
RACES_OF_A_ROUND = TEXTS + 0.5


# ---- all of it -----------------------------------------------------------------------------------------
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
        prog="python -m tests.races", description="forced races, then a reckoning"
    )
    parser.add_argument("rounds", nargs="?", type=int, default=ROUNDS)
    parser.add_argument("--database-url", help="an empty database, in place of SQLite and PostgreSQL")
    options = parser.parse_args(argv)
    if options.database_url:
        return 0 if race_on(options.database_url, options.rounds) else 1
    with embedded_postgres() as url:
        done = [race_on("", options.rounds), race_on(url, options.rounds)]
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
