"""Run a service on a steady stream of news for long, and check that nothing grows.

Run as `python -m tests.storms.soak [--minutes N] [--database sqlite|postgresql] [--picture FILE]`. Feeds are
polled every 6 seconds, which is 150 times as often as by default. Articles are kept for a short time only,
and history is made old, so that after a while as much is deleted as is stored. Exit 0 if the service lost no
entry, ended cleanly, and memory, handles, database and lateness rose by at most 5 % after the warm-up.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psutil
from sqlalchemy import create_engine, text

from tests.storms.ageing import age, age_articles, count_entries, count_rows
from tests.storms.growing import BRIEF_ENTRIES, GrowingOrigin, GrowingWorld
from tests.storms.servers import running_broker, running_postgres
from tests.storms.soak_figures import GROWTH, Sample, draw, find_courses, warm_up_s
from tests.storms.victims import Victim
from tests.storms.whole import config_of
from worker.errors import ServiceError
from worker.store.session import Database

SHOWN = 30  # entries of a feed
LOOK_S = 5.0
INTERVAL_S = 6.0
KEEP_H, KEEP_S = 1, 60.0  # of all feeds; in real time entries are kept this long, as they are made old
AGE_S = 60.0  # between two times that history is made old
SETTLED_S = 300.0  # in which the service starts and stores what is shown, and the last entries at the end
PURGED_S = 1200.0  # in which the first entries are purged


@dataclass(slots=True)
class SoakWorld(GrowingWorld):
    """A world whose feeds show their newest entries only."""

    def items(self, site: str, base: str, shown: int) -> list[str]:
        """The newest entries of a site's feed among the first pages."""
        return GrowingWorld.items(self, site, base, shown)[:SHOWN]


@dataclass(slots=True)
class Soaked:
    """What came of a soak: samples, rows of each table, entries, and the service's exit code."""

    samples: list[Sample] = field(default_factory=list)
    warm_rows: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    due: int = 0  # entries shown
    stored: int = 0
    purged: int = 0
    polls: int = 0  # requests for feeds
    code: int = 0

    def faults(self) -> list[str]:
        """What went wrong, empty if nothing did."""
        lost = self.due - self.stored - self.purged
        found = [f"{lost} entries lost" if lost > 0 else f"{-lost} entries stored again"] if lost else []
        found += ["nothing was purged"] if not self.purged and self.samples[-1].at_s > PURGED_S else []
        found += [f"the service ended with exit code {self.code}"] if self.code else []
        return found + [f"{one.name} grew" for one in find_courses(self.samples) if one.is_growing]

    def report(self) -> str:
        """Everything in lines."""
        spent_s = self.samples[-1].at_s
        lines = [f"{self.polls} polls of feeds in {spent_s:.0f} s, {self.due} entries shown, of these"]
        lines += [
            f"{self.stored} stored and {self.purged} purged; from the end of the warm-up, at the end, most:"
        ]
        lines += [str(one) for one in find_courses(self.samples)]
        for name, count in sorted(self.rows.items()):
            before = self.warm_rows.get(name, 0)
            if count > before * (1 + GROWTH) + 10:
                lines.append(f"  table {name}: {before} rows after the warm-up, {count} at the end")
        return "\n".join([*lines, *self.faults()])


def weigh(victim: Victim) -> tuple[float, float]:
    """The memory (PSS) and open handles of all processes of the service."""
    memory = handles = 0.0
    for process in [psutil.Process(victim.process.pid), *victim.family()]:
        with suppress(psutil.Error):
            memory += process.memory_full_info().pss
            handles += process.num_fds()
    return memory, handles


def database_bytes(folder: Path, url: str | None) -> float:
    """The size of the database, with its log if it is a file."""
    if url is None:
        return float(sum(path.stat().st_size for path in (folder / "home").glob("wireroom.db*")))
    engine = create_engine(url)
    with engine.connect() as connection:
        size = float(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    engine.dispose()
    return size


def run(options: argparse.Namespace, folder: Path) -> Soaked:
    """Let the service work, and take samples."""
    seconds, soaked = 60.0 * options.minutes, Soaked()
    first = options.feeds * SHOWN
    world = SoakWorld(round(options.rate * seconds) + first, options.feeds, options.seed)
    with ExitStack() as stack:
        broker, _ = stack.enter_context(running_broker())
        settings = {"BROKER_URL": f"redis+socket://{broker.socket}?virtual_host=0"}
        url = None
        if options.database == "postgresql":
            url = settings["DATABASE_URL"] = stack.enter_context(running_postgres())[0].own_url
        origin = stack.enter_context(GrowingOrigin(world, first))
        config = folder / "feeds.toml"
        text_of = config_of(world, origin, INTERVAL_S)
        config.write_text(
            text_of.replace("[defaults]", f'[defaults]\nkeep = "{KEEP_H}h"', 1), encoding="utf-8"
        )
        victim = Victim(folder / "home", config, **settings)
        database = Database(url or f"sqlite:///{folder / 'home' / 'wireroom.db'}")
        soak = Soak(soaked, victim, origin, database, lambda: database_bytes(folder, url))
        try:
            soak.settle()
            soak.run(options.rate, seconds)
            soak.settle()
            soaked.rows = count_rows(database)
        finally:
            database.close()
            soaked.code = victim.close()
    return soaked


@dataclass
class Soak:
    """A service that works on a stream of news."""

    soaked: Soaked
    victim: Victim
    origin: GrowingOrigin
    database: Database
    size_of: Callable[[], float]
    aged_at: float = 0.0

    def run(self, rate: float, seconds: float) -> None:
        """Publish so many articles a second, take samples, and make history old."""
        started, first, rng = time.monotonic(), self.origin.shown, random.Random(0)
        warm_s = warm_up_s(seconds)
        while (passed_s := time.monotonic() - started) < seconds:
            time.sleep(LOOK_S * rng.uniform(0.8, 1.2))
            self.origin.shown = min(first + round(rate * passed_s), len(self.origin.world.page_of))
            self.soaked.samples.append(self._look(passed_s))
            if passed_s >= self.aged_at + AGE_S:
                self.aged_at = passed_s
                age(self.database)
                age_articles(self.database, timedelta(hours=KEEP_H), KEEP_S)
            if not self.soaked.warm_rows and passed_s > warm_s:
                self.soaked.warm_rows = count_rows(self.database)

    def _look(self, passed_s: float) -> Sample:
        latest = {one.site: one.at for one in self.origin.requests if one.path == "/feed.xml"}
        late_s = max((time.monotonic() - at for at in latest.values()), default=0.0)
        memory, handles = weigh(self.victim)
        return Sample(passed_s, memory, handles, self.size_of(), max(0.0, late_s - INTERVAL_S))

    def settle(self) -> None:
        """Wait until all entries shown are stored, and count them."""
        soaked, end = self.soaked, time.monotonic() + SETTLED_S
        soaked.due = self.origin.shown + BRIEF_ENTRIES
        while time.monotonic() < end:
            with suppress(ServiceError):  # it creates the database
                soaked.stored, soaked.purged = count_entries(self.database)
            if soaked.stored + soaked.purged >= soaked.due:
                break
            time.sleep(1.0)
        soaked.polls = sum(one.path == "/feed.xml" for one in self.origin.requests)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the service and print what grew; returns 0 if nothing did."""
    parser = argparse.ArgumentParser(prog="python -m tests.storms.soak", description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--feeds", type=int, default=20)
    parser.add_argument("--rate", type=float, default=1.0, help="articles a second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--picture", type=Path, help="an SVG file to write")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="wireroom-soak-") as folder:
        soaked = run(options, Path(folder))
    if options.picture:
        options.picture.write_text(draw(soaked.samples), encoding="utf-8")
    print(soaked.report())
    return 1 if soaked.faults() else 0


if __name__ == "__main__":
    sys.exit(main())
