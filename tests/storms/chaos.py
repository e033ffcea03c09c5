"""Kill random processes of a running service and check that nothing was lost or duplicated.

Run as `python -m tests.storms.chaos [--seed N] [--kills N]`. A sample newsroom publishes on loopback
meanwhile. Exit 0 if, some time after the last kill, every published entry is stored once and every job has
ended.
"""

import argparse
import collections
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.newsroom.room import Newsroom
from tests.newsroom.server import serve
from tests.storms.victims import Victim

STEP_S = 0.5
CHECK_S = 2.0  # between two looks at the result, which take a second of CPU time
GAP_S = (1.5, 5.0)  # between two kills
CAUGHT_UP_S = 60.0
OPEN_STATES = {"pending", "queued", "running", "failed"}
TREE_SHARE = 0.2  # of kills that include the supervisor


def find_faults(victim: Victim, newsroom: Newsroom) -> list[str]:
    """Return the differences between published and stored entries; empty if nothing is lost or duplicated."""
    stored = collections.Counter(
        (row["feed"], row["guid"]) for row in victim.rows("articles", "--since", "3650d")
    )
    due = {(entry["feed"], entry["guid"]) for entry in newsroom.truth()}
    jobs = collections.Counter(
        (str(row["state"]), row.get("reason")) for row in victim.rows("jobs") if row["state"] in OPEN_STATES
    )
    faults = [f"lost: {feed} {guid}" for feed, guid in sorted(due - set(stored))]
    faults += [f"stored {number} times: {key}" for key, number in stored.items() if number > 1]
    faults += [f"{number} jobs still {state}: {note}" for (state, note), number in jobs.items()]
    return faults


def storm(victim: Victim, newsroom: Newsroom, rng: random.Random, kills: int) -> None:
    """Alternate publications and kills."""
    for number in range(kills):
        next_at = time.monotonic() + rng.uniform(*GAP_S)
        while time.monotonic() < next_at:
            time.sleep(STEP_S)
        newsroom.advance()
        print(f"kill {number + 1}/{kills}: {_kill(victim, rng)}", flush=True)


def _kill(victim: Victim, rng: random.Random) -> str:
    family = victim.family()
    if rng.random() < TREE_SHARE or not family:
        return victim.kill_all()
    return victim.kill_one(rng, family)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the storm and check the result; returns 0 if there is no fault."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.storms.chaos", description="kill random processes, then check the result"
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
                time.sleep(CHECK_S)
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
