"""Kills processes of a running service at random and proves that nothing was lost or doubled.

Run as `python -m tests.chaos [--seed N] [--kills N]`. A sample newsroom publishes on loopback meanwhile.
Exit 0 when, some time after the last kill, every published entry is stored once and every job has ended.
"""

import argparse
import collections
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil

from tests.newsroom.room import Newsroom
from tests.newsroom.server import serve

STEP_S = 0.5
GAP_S = (1.5, 5.0)  # between two kills
CAUGHT_UP_S = 60.0
OPEN_STATES = {"pending", "queued", "running", "failed"}
TREE_SHARE = 0.2  # of the kills that take the supervisor with them


class Victim:
    """A running `wireroom run` that is killed and started again."""

    def __init__(self, home: Path, config: Path) -> None:
        self.command = [str(Path(sys.executable).with_name("wireroom"))]
        self.env = {**os.environ, "WIREROOM_HOME": str(home), "WIREROOM_CONFIG": str(config)}
        self.env["WIREROOM_TICK"] = "1s"
        self.log = (home.parent / "run.log").open("ab")
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        """Start the service in the background."""
        return subprocess.Popen(
            [*self.command, "run", "--no-flower"], env=self.env, stdout=self.log, stderr=self.log
        )

    def kill_one(self, rng: random.Random) -> str:
        """Kill one process of the service, or all of them; gives what was killed."""
        root = psutil.Process(self.process.pid)
        children = root.children(recursive=True)
        if rng.random() < TREE_SHARE or not children:
            for process in (root, *children):
                process.suspend()
            for process in (root, *children):
                process.kill()
            self.process.wait()
            self.process = self.start()
            return f"all {1 + len(children)} processes"
        chosen = rng.choice(sorted(children, key=lambda process: process.pid))
        try:
            words = " ".join(chosen.cmdline()[-4:])
            chosen.kill()
        except psutil.NoSuchProcess:
            words = "was gone already"
        return f"{chosen.pid} {words[:70]}"

    def rows(self, *args: str) -> list[dict[str, object]]:
        """What a command prints with `--json`."""
        done = subprocess.run(
            [*self.command, *args, "--json"], env=self.env, capture_output=True, text=True, check=False
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    def close(self) -> int:
        """Stop the service as an operator would; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=30)
        self.log.close()
        return code


def find_faults(victim: Victim, newsroom: Newsroom) -> list[str]:
    """What differs between what was published and what is stored; empty when nothing was lost or doubled."""
    stored = collections.Counter(
        (row["feed"], row["guid"]) for row in victim.rows("articles", "--since", "3650d")
    )
    due = {(entry["feed"], entry["guid"]) for entry in newsroom.truth()}
    jobs = collections.Counter(str(row["state"]) for row in victim.rows("jobs"))
    faults = [f"lost: {feed} {guid}" for feed, guid in sorted(due - set(stored))]
    faults += [f"stored {number} times: {key}" for key, number in stored.items() if number > 1]
    faults += [f"{number} jobs still {state}" for state, number in jobs.items() if state in OPEN_STATES]
    return faults


def storm(victim: Victim, newsroom: Newsroom, rng: random.Random, kills: int) -> None:
    """Publish and kill, by turns."""
    for number in range(kills):
        next_at = time.monotonic() + rng.uniform(*GAP_S)
        while time.monotonic() < next_at:
            time.sleep(STEP_S)
        newsroom.advance()
        print(f"kill {number + 1}/{kills}: {victim.kill_one(rng)}", flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the storm and the reckoning; 0 when nothing is amiss."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos", description="random kills, then a reckoning"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=15)
    options = parser.parse_args(argv)
    newsroom = Newsroom(datetime.now(UTC), pace=2.0)
    with tempfile.TemporaryDirectory(prefix="wireroom-chaos-") as folder, serve(newsroom) as server:
        config = Path(folder, "feeds.toml")
        config.write_text(newsroom.feeds_toml(server.base), encoding="utf-8")
        victim = Victim(Path(folder, "home"), config)
        try:
            storm(victim, newsroom, random.Random(options.seed), options.kills)
            end = time.monotonic() + CAUGHT_UP_S
            while (faults := find_faults(victim, newsroom)) and time.monotonic() < end:
                time.sleep(STEP_S)
        finally:
            code = victim.close()
    if code:
        faults.append(f"the service ended with exit code {code}")
    for fault in faults:
        print(fault)
    print(f"seed {options.seed}: {len(newsroom.truth())} entries published, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
