"""Break a whole service in many ways while it works, then count what each invariant demands.

Run as `python -m tests.storms.whole [--database sqlite|postgresql] [--articles N] [--feeds N] [--seed N]`,
and with the number of faults of each kind. Sites on loopback publish meanwhile, a broker and a database of
its own are behind proxies. Exit 0 if every invariant holds. Linux only: each site has a loopback address of
its own. Disks are filled by root only, clocks set with a C compiler only.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from tests.storms.ageing import age_articles
from tests.storms.breaking import SLOW
from tests.storms.disks import can_mount, keep_mounts_private
from tests.storms.growing import BRIEF, GrowingOrigin, GrowingWorld
from tests.storms.invariants import RESUME_S, RESUMED, WholeReckoning
from tests.storms.page_reckoning import Kill, Stored, read
from tests.storms.proxy import DELAY_S
from tests.storms.setting import Setting
from tests.storms.upheavals import Upheaver
from tests.storms.victims import Victim
from tests.support.isolation import claimed_directory
from worker.store.session import Database

COUNTS = {
    "kills": 8, "broker-losses": 2, "restarts": 2, "network": 6, "origin": 2, "pauses": 1, "configs": 1,
    "disks": 2, "upgrades": 1, "rolling": 1, "long-pauses": 1, "clocks": 2, "olders": 1,
}  # fmt: skip
FIRST_S = 8.0  # the service has started by then
STARTED_S = 120.0  # on a busy machine
GAP_S = 2.5  # between two faults, on average
LOOK_S = 1.0
KEEP_H, BRIEF_S = 1, 10.0  # of the feed whose entries are purged; in real time they are kept this long
STANDSTILL_S = 300.0  # without any progress, after which the end is not awaited any longer
SECONDS_PER_FEED = 0.1  # of the interval
HEAD = """[defaults]
interval = "{interval}s"
min_interval = "{interval}s"
max_interval = "{interval}s"
adaptive = false
timeout = "8s"

[http]
allow_private = ["127.0.0.0/8"]
"""


@dataclass
class Storm:
    """A service that works on a world, and what happens to it."""

    world: GrowingWorld
    origin: GrowingOrigin
    victim: Victim
    url: str  # by which the database is read
    breaker: Upheaver
    kills: list[Kill] = field(default_factory=list)
    seen: dict[int, str] = field(default_factory=dict)  # articles that were stored at any time, and URLs
    restarts: int = 0  # of a service that ended, as it does when its database is away as it starts
    began_at: float = field(default_factory=time.monotonic)

    def look(self, *, with_results: bool = False) -> Stored:
        """Read the database, and note what is stored."""
        with closing(Database(self.url)) as database:
            age_articles(database, timedelta(hours=KEEP_H), BRIEF_S, feed=BRIEF)
        stored = read(self.url, with_results=with_results)
        self.seen |= dict(stored.articles)
        self.restarts += self.victim.keep_running() and not self._had_no_disk()
        stored.articles = [one for one in stored.articles if urlsplit(one[1]).hostname != self.world.brief]
        return stored

    def _had_no_disk(self) -> bool:
        """Whether the service could not start for lack of space."""
        return bool(self.kills) and self.kills[-1].kind == "disks"

    def lag_s(self, at: float) -> float:
        """How late a request may be received that leaves on time.

        The time of a request is noted in the broker: while its replies are delayed, requests leave later.
        """
        slow = (kill.at <= at <= kill.ends_at + 1.0 for kill in self.kills if kill.what.startswith(SLOW))
        return self.origin.lag.before(at) + (2 * DELAY_S if any(slow) else 0.0)

    def run(self, faults: Sequence[str], rng: random.Random, gap_s: float) -> None:
        """Cause the faults one after the other, while all pages are published in equal parts."""
        time.sleep(FIRST_S)
        first = time.monotonic() + STARTED_S
        while not self.look().articles and time.monotonic() < first:
            time.sleep(LOOK_S)
        for number, name in enumerate(faults, 1):
            self.origin.shown = self.world.pages * number // len(faults)
            kill = self.breaker.cause(name)
            self.kills.append(kill)
            stored = self.look()
            times = f"{kill.at - self.began_at:.0f} to {kill.ends_at - self.began_at:.0f} s"
            print(f"{number}/{len(faults)} {times}: {kill.what}; {len(stored.articles)} articles", flush=True)
            time.sleep(rng.uniform(0.4, 1.6) * gap_s)
        self.origin.shown = self.world.pages

    def wait(self) -> Stored:
        """Wait until all is stored and has ended; failed pages are tried again at once."""
        done, changed_at = (0, 0), time.monotonic()
        while time.monotonic() < changed_at + STANDSTILL_S:
            stored = self.look()
            is_stored = len(stored.articles) >= self.world.pages
            if is_stored and not stored.open_jobs:
                break
            if (len(stored.articles), stored.open_jobs) != done:
                done, changed_at = (len(stored.articles), stored.open_jobs), time.monotonic()
            if is_stored and stored.wait_for_operator:
                ids = [str(row["id"]) for row in self.victim.rows("jobs", "--state", "failed")]
                self.victim.output("jobs", "retry", *ids)
            time.sleep(LOOK_S)
        return self.look(with_results=True)


def config_of(world: GrowingWorld, origin: GrowingOrigin, interval_s: float) -> str:
    """The service's config: every site's feed, the two that never work, and the pacing of hosts."""
    text = HEAD.format(interval=round(interval_s))
    text += f'\n[host."*"]\nconcurrency = {world.concurrency}\ndelay = "{world.delay_s:g}s"\n'
    for number, site in enumerate(world.sites):
        extract = "" if world.is_extracted(site) else 'extract = "off"\n'
        text += (
            f'\n[[feed]]\nid = "site-{number}"\nurl = "{origin.base(site)}/feed.xml"\nlang = "en"\n{extract}'
        )
    for site, name in world.bad.items():
        text += f'\n[[feed]]\nid = "{name}"\nurl = "http://{site}:{origin.other_ports[site]}/feed.xml"\n'
    text += f'\n[[feed]]\nid = "{BRIEF}"\nurl = "http://{world.brief}:{origin.other_ports[world.brief]}/feed.xml"\n'
    text += f'extract = "off"\nkeep = "{KEEP_H}h"\n'
    return text


def plan(counts: Mapping[str, int], rng: random.Random) -> list[str]:
    """The faults in random order."""
    faults = [name for name, count in counts.items() for _ in range(count)]
    rng.shuffle(faults)
    return faults


def possible(options: argparse.Namespace) -> dict[str, int]:
    """The number of faults of each kind, without those that cannot be caused here, which are named."""
    counts = {name: getattr(options, name.replace("-", "_")) for name in COUNTS}
    is_file = options.database == "sqlite"
    lacks = {
        "disks": "" if can_mount() else "only root mounts disks",
        "clocks": "" if shutil.which("cc") else "there is no C compiler",
        "olders": "" if options.older else "no --older was given",
        "broker-losses": "the broker is the service's own" if options.own_broker else "",
        "network": "no server is behind a proxy" if options.own_broker and is_file else "",
    }
    for name, lack in lacks.items():
        if lack and counts[name]:
            print(f"no {name}: {lack}")
            counts[name] = 0
    return counts


def report(found: WholeReckoning, took_s: float) -> None:
    """Print the faults, the figures and the invariants."""
    for fault in found.faults[:40]:
        print(fault)
    for name, number in sorted((found.figures + found.ends).items()):
        print(f"  {number:6} {name}")
    for name, gap_s in sorted(found.shortest_s.items()):
        if name != RESUMED:
            print(f"  {gap_s:6.2f} s minimum between two requests to a host, required {name}")
    seed, kinds = found.world.seed, Counter(kill.kind for kill in found.kills)
    print(f"seed {seed}: {len(found.kills)} faults in {took_s:.0f} s, {len(found.faults)} things broken")
    print("faults: " + ", ".join(f"{count} {kind}" for kind, count in kinds.items()))
    print("\n".join(found.table()))


def storm_over(options: argparse.Namespace, folder: Path, counts: Mapping[str, int]) -> WholeReckoning:
    """Run the storm and return its reckoning."""
    rng = random.Random(options.seed)
    world = GrowingWorld(options.articles, options.feeds, options.seed, extracted_share=options.extracted)
    interval_s = max(8.0, SECONDS_PER_FEED * options.feeds)
    with ExitStack() as stack:
        setting = Setting(options, folder, counts, stack)
        origin = stack.enter_context(GrowingOrigin(world, max(1, world.pages // 10)))
        config = folder / "feeds.toml"
        config.write_text(config_of(world, origin, interval_s), encoding="utf-8")
        started, victim = time.monotonic(), setting.victim(config)
        storm = Storm(world, origin, victim, setting.url, setting.breaker(victim, origin, config, rng))
        try:
            storm.run(plan(counts, rng), rng, options.gap)
            ended_at = time.monotonic()
            stored = storm.wait()
        finally:
            code = victim.close()
        found = WholeReckoning(
            world, [one for one in origin.requests if one.site in world.sites], storm.kills, stored,
            seen=storm.seen,
            lag_s=storm.lag_s, resume_s=options.resume, interval_s=interval_s,
            last_fault_at=max((max(kill.at, kill.ends_at) for kill in storm.kills), default=ended_at),
            began_at=storm.began_at, ended_at=time.monotonic(),
        )  # fmt: skip
        found.figures["starts of a service that had ended"] = storm.restarts
        found.faults_of[0] += storm.breaker.problems
        if storm.restarts and setting.postgres is None:
            found.faults_of[0].append(f"the service ended {storm.restarts} times by itself")
        if code:
            found.faults_of[0].append(f"the service ended with exit code {code}")
        report(found, time.monotonic() - started)
        return found


@contextmanager
def folder_of(kept: Path | None) -> Iterator[Path]:
    """The folder that is kept, or a temporary one."""
    if kept:
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="wireroom-storm-") as folder:
        yield Path(folder)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the storm; returns 0 if every invariant holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.storms.whole", description=__doc__.split("\n")[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    for name, default in (("articles", 400), ("feeds", 20), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--own-broker", action="store_true", help="with the service's own broker")
    parser.add_argument("--pooler", action="store_true", help="with PgBouncer before PostgreSQL")
    parser.add_argument(
        "--extracted", type=float, default=1.0, help="share of feeds whose pages are requested"
    )
    parser.add_argument("--gap", type=float, default=GAP_S, help="mean seconds between two faults")
    parser.add_argument("--resume", type=float, default=RESUME_S, help="seconds within which work goes on")
    for name, default in COUNTS.items():
        parser.add_argument(f"--{name}", type=int, default=default, help="number of these faults")
    parser.add_argument("--older", type=Path, metavar="WIREROOM", help="the command of an older version")
    parser.add_argument(
        "--keep", type=claimed_directory, help="an empty folder for database and logs, which is kept"
    )
    options = parser.parse_args(argv)
    with folder_of(options.keep) as folder:
        found = storm_over(options, folder, possible(options))
    return 1 if found.faults else 0


if __name__ == "__main__":
    keep_mounts_private("tests.storms.whole")
    sys.exit(main())
