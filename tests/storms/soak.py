"""Run a service on a steady stream of news for long, and check that nothing grows.

Run as `python -m tests.storms.soak [--minutes N] [--database sqlite|postgresql] [--picture FILE]`. Articles
are kept for a short time only, so that after a while as many are purged as are stored. Exit 0 if no mean of
memory, handles, database and lateness of the last third is more than 5 % above that of the third before it.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import psutil
from sqlalchemy import create_engine, text

from tests.storms.growing import GrowingOrigin, GrowingWorld
from tests.storms.servers import running_broker, running_postgres
from tests.storms.victims import Victim
from tests.storms.whole import config_of

SHOWN = 30  # entries of a feed
LOOK_S = 5.0
GROWTH = 0.05
INTERVAL_S = 6.0
KEEP_S = 60
UNITS = {"memory": ("MB", 1e6), "handles": ("", 1.0), "database": ("MB", 1e6), "late": ("s", 1.0)}
SLACK = {"memory": 5e6, "handles": 8.0, "database": 2e6, "late": 5.0}  # smaller growth is noise
COLORS = {"memory": "#1b6ac9", "handles": "#c2571a", "database": "#2c8a4b", "late": "#8a2c7d"}
WIDTH, HEIGHT, MARGIN = 900, 150, 60


@dataclass(slots=True)
class SoakWorld(GrowingWorld):
    """A world whose feeds show their newest entries only."""

    def items(self, site: str, base: str, shown: int) -> list[str]:
        """The newest entries of a site's feed among the first pages."""
        return GrowingWorld.items(self, site, base, shown)[:SHOWN]


@dataclass(frozen=True, slots=True)
class Sample:
    """What a service needs at one moment: bytes, handles, and seconds that the oldest due feed waits."""

    at_s: float
    memory: float
    handles: float
    database: float
    late: float


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


def find_growth(samples: Sequence[Sample]) -> Iterator[tuple[str, float, float, bool]]:
    """Name, mean of the middle third, mean of the last third, and whether it grew too much."""
    third = len(samples) // 3
    for name in UNITS:
        values = [getattr(sample, name) for sample in samples]
        before, after = fmean(values[third : 2 * third]), fmean(values[2 * third :])
        yield name, before, after, after > before * (1 + GROWTH) + SLACK[name]


def draw(samples: Sequence[Sample]) -> str:
    """The course of all figures as SVG, one strip each."""
    size = f'width="{WIDTH}" height="{HEIGHT * len(UNITS)}" font-family="sans-serif" font-size="13"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {size}>']
    end_s = max(samples[-1].at_s, 1.0)
    for row, (name, (unit, scale)) in enumerate(UNITS.items()):
        values = [getattr(sample, name) / scale for sample in samples]
        top, floor = max(*values, 1e-9), (row + 1) * HEIGHT - 25
        wide, high = (WIDTH - 2 * MARGIN) / end_s, (HEIGHT - 55) / top
        pairs = zip(samples, values, strict=True)
        points = " ".join(
            f"{MARGIN + one.at_s * wide:.1f},{floor - value * high:.1f}" for one, value in pairs
        )
        parts.append(f'<text x="{MARGIN}" y="{row * HEIGHT + 18}">{name}: at most {top:.1f} {unit}</text>')
        parts.append(f'<polyline points="{points}" fill="none" stroke="{COLORS[name]}" stroke-width="2"/>')
        parts.append(f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{floor}" y2="{floor}" stroke="#999"/>')
        parts.append(
            f'<text x="{WIDTH - MARGIN}" y="{floor + 16}" text-anchor="end">{end_s / 60:.0f} min</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def run(options: argparse.Namespace, folder: Path) -> list[Sample]:
    """Let the service work, and take samples."""
    seconds = 60.0 * options.minutes
    world = SoakWorld(round(options.rate * seconds) + options.feeds * SHOWN, options.feeds, options.seed)
    with ExitStack() as stack:
        broker, _ = stack.enter_context(running_broker())
        settings = {"BROKER_URL": f"redis+socket://{broker.socket}?virtual_host=0"}
        url = None
        if options.database == "postgresql":
            url = settings["DATABASE_URL"] = stack.enter_context(running_postgres())[0].own_url
        first = options.feeds * SHOWN
        origin = stack.enter_context(GrowingOrigin(world, first))
        config = folder / "feeds.toml"
        text_of = config_of(world, origin, INTERVAL_S)
        config.write_text(
            text_of.replace("[defaults]", f'[defaults]\nkeep = "{KEEP_S}s"', 1), encoding="utf-8"
        )
        victim = Victim(folder / "home", config, **settings)
        try:
            return list(_samples(victim, origin, options.rate, lambda: database_bytes(folder, url), seconds))
        finally:
            if code := victim.close():
                print(f"the service ended with exit code {code}")


def _samples(
    victim: Victim, origin: GrowingOrigin, rate: float, size_of: Callable[[], float], seconds: float
) -> Iterator[Sample]:
    started, first, rng = time.monotonic(), origin.shown, random.Random(0)
    while (passed_s := time.monotonic() - started) < seconds:
        time.sleep(LOOK_S * rng.uniform(0.8, 1.2))
        origin.shown = first + round(rate * passed_s)
        latest = {one.site: one.at for one in origin.requests if one.path == "/feed.xml"}
        late_s = max((time.monotonic() - at for at in latest.values()), default=0.0)
        memory, handles = weigh(victim)
        yield Sample(passed_s, memory, handles, size_of(), max(0.0, late_s - INTERVAL_S))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the service and print what grew; returns 0 if nothing did."""
    parser = argparse.ArgumentParser(prog="python -m tests.storms.soak", description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--feeds", type=int, default=20)
    parser.add_argument("--rate", type=float, default=2.0, help="articles a second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--picture", type=Path, help="an SVG file to write")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="wireroom-soak-") as folder:
        samples = run(options, Path(folder))
    if options.picture:
        options.picture.write_text(draw(samples), encoding="utf-8")
    grew = False
    for name, before, after, is_too_much in find_growth(samples):
        unit, size = UNITS[name]
        grew |= is_too_much
        print(f"{name:9} {before / size:8.1f} {after / size:8.1f} {unit:3} {'GREW' if is_too_much else 'ok'}")
    return 1 if grew else 0


if __name__ == "__main__":
    sys.exit(main())
