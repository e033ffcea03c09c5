"""Kill extraction workers of a running service while thousands of pages are fetched, then check the result.

Run as `python -m tests.storms.pages [--pages N] [--hosts N] [--kills N] [--seed N] [--minutes N]`. Sites on
loopback publish once; exit 0 if every article is stored, every job has ended with one result or a reason, and
the request logs respect robots.txt and pacing. Linux only: each site has its own loopback address.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import psutil

from tests.storms.origin import Origin, Request, World
from tests.storms.page_reckoning import Kill, Reckoning, Stored, read, read_only_url
from tests.storms.victims import Victim, command_of
from tests.support.isolation import claimed_directory

STEP_S = 0.5
GAP_S = (2.0, 6.0)  # between two kills
FIRST_KILL_S = 6.0  # the service has started by then
ALL_SHARE, OTHER_SHARE, PARENT_SHARE = 0.12, 0.15, 0.25  # of kills; the rest hit one extraction child
HEAD = """[defaults]
interval = "60s"
min_interval = "60s"
max_interval = "60s"
adaptive = false
timeout = "15s"

[http]
allow_private = ["127.0.0.0/8"]
"""


def config_of(world: World, origin: Origin) -> str:
    """Return the service's config: every site's feed, and the pacing of hosts."""
    pace = f'\n[host."*"]\nconcurrency = {world.concurrency}\ndelay = "{world.delay_s:g}s"\n'
    feeds = (
        f'\n[[feed]]\nid = "site-{number}"\nurl = "{origin.base(site)}/feed.xml"\nlang = "en"\n'
        for number, site in enumerate(world.sites)
    )
    return HEAD + pace + "".join(feeds)


def kill_some(victim: Victim, rng: random.Random) -> Kill:
    """Kill one process, mostly of extraction, or all of them."""
    family = victim.family()
    workers = [process for process in family if "extract" in command_of(process)]
    extracting = [process for process in family if process in workers or process.ppid() in _ids(workers)]
    others = [process for process in family if process not in extracting]
    chance, at = rng.random(), time.monotonic()
    if chance < ALL_SHARE:
        return Kill(at, victim.kill_all(), hits_jobs=True)
    if chance < ALL_SHARE + OTHER_SHARE and others:
        return Kill(at, victim.kill_one(rng, others), hits_jobs=False)
    if not extracting:
        return Kill(at, "nothing, for no process extracts", hits_jobs=False)
    is_parent = chance < ALL_SHARE + OTHER_SHARE + PARENT_SHARE or len(extracting) == len(workers)
    chosen = workers if is_parent else [process for process in extracting if process not in workers]
    return Kill(at, victim.kill_one(rng, chosen), hits_jobs=True)


def _ids(processes: Sequence[psutil.Process]) -> set[int]:
    return {process.pid for process in processes}


def storm(victim: Victim, database: Path, world: World, options: argparse.Namespace) -> list[Kill]:
    """Kill now and then until all is stored and ended, at most so many minutes; gives the kills.

    When nothing is left but pages that wait minutes for their next attempt, they are sent at once.
    """
    rng, kills, started = random.Random(options.seed), list[Kill](), time.monotonic()
    next_at = started + FIRST_KILL_S
    while time.monotonic() < started + 60 * options.minutes:
        time.sleep(STEP_S)
        stored = read(read_only_url(database), with_results=False)
        if len(stored.articles) >= world.pages and stored.jobs and not stored.open_jobs:
            break
        if stored.wait_for_operator and len(stored.articles) >= world.pages:
            ids = [str(row["id"]) for row in victim.rows("jobs", "--state", "failed")]
            print(f"{_progress(stored, started)}; {victim.output('jobs', 'retry', *ids)}", flush=True)
        if len(kills) < options.kills and time.monotonic() >= next_at:
            kills.append(kill_some(victim, rng))
            next_at = time.monotonic() + rng.uniform(*GAP_S)
            print(f"{_progress(stored, started)}; kill {len(kills)}: {kills[-1].what}", flush=True)
    return kills


def _progress(stored: Stored, started: float) -> str:
    ended = len(stored.jobs) - stored.open_jobs
    took = f"{time.monotonic() - started:5.1f} s"
    return f"{took}: {len(stored.articles)} articles, {ended} of {len(stored.jobs)} jobs ended"


def report(found: Reckoning, took_s: float) -> None:
    """Print the figures and the faults."""
    world = found.world
    hits = sum(kill.hits_jobs for kill in found.kills)
    print(
        f"seed {world.seed}: {world.pages} pages of {len(world.sites)} sites in {took_s:.0f} s "
        f"({world.pages / took_s:.1f} pages/s), {len(found.kills)} kills, {hits} of them of extraction"
    )
    for name, number in sorted((found.figures + found.ends).items()):
        print(f"  {number:6} {name}")
    for name, gap_s in sorted(found.shortest_s.items()):
        print(f"  {gap_s:6.2f} s minimum between two requests to a host, required {name}")
    for fault in found.faults:
        print(fault)
    print(f"{len(found.faults)} faults")


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept:
        yield kept
    else:
        with tempfile.TemporaryDirectory(prefix="wireroom-pages-") as folder:
            yield Path(folder)


def _write_log(path: Path, moments: Sequence[Request | Kill]) -> None:
    lines = (json.dumps(asdict(moment)) for moment in sorted(moments, key=lambda moment: moment.at))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the storm and check the result; returns 0 if there is no fault."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.storms.pages",
        description="fetch pages while workers are killed, then check the result",
    )
    for name, default in (("pages", 300), ("hosts", 20), ("kills", 15), ("seed", 1), ("minutes", 12)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument(
        "--keep", type=claimed_directory, help="an empty folder for database and logs, which is kept"
    )
    options = parser.parse_args(argv)
    world = World(options.pages, options.hosts, options.seed)
    with _folder(options.keep) as folder, Origin(world) as origin:
        config, home = folder / "feeds.toml", folder / "home"
        config.write_text(config_of(world, origin), encoding="utf-8")
        started, victim = time.monotonic(), Victim(home, config)
        try:
            kills = storm(victim, home / "wireroom.db", world, options)
            took_s = time.monotonic() - started
        finally:
            code = victim.close()
        _write_log(folder / "requests.jsonl", [*origin.requests, *kills])
        found = Reckoning(world, list(origin.requests), kills, read(read_only_url(home / "wireroom.db")))
    if code:
        found.faults_of[0].append(f"the service ended with exit code {code}")
    report(found, took_s)
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
