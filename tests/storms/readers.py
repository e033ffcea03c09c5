"""Kill programs that read the stream by cursors, and the service that stores it, then compare what they have.

Run as `python -m tests.storms.readers [--seed N] [--kills N] [--database URL]`. A sample newsroom publishes
on loopback meanwhile. Exit 0 if every reader has every article, and read none of them twice but what a kill
had it read again.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.newsroom.__main__ import free_port
from tests.newsroom.room import Newsroom
from tests.newsroom.server import serve
from tests.storms.chaos import find_faults
from tests.storms.reader_reckoning import faults_of_export, faults_of_pages, last_walk, repeats_of
from tests.storms.victims import Victim
from tests.support.isolation import claimed_database

HERE = Path(__file__).parent
GAP_S = (0.5, 2.5)  # between two kills
SERVICE_SHARE = 0.4  # of kills that hit the service, the others a reader
CAUGHT_UP_S = 180.0
TICKS = 3  # of the newsroom, between two kills
STEP_S, CHECK_S = 0.1, 2.0
LISTS = {
    "articles": "/articles.json?since=all&limit=7", "stories": "/stories.json?since=all&copies=1&limit=3",
}  # fmt: skip
EXPORTS = ("follow", "file")
PAGES, ROWS = "pages.jsonl", "rows.jsonl"


class Reader:
    """A program that is killed with all that it started, and started again; it stores rows in `file`."""

    def __init__(self, name: str, folder: Path, env: dict[str, str], file: str, *args: str) -> None:
        self.name, self.folder, self.file, self.kills = name, folder / name, file, 0
        self.folder.mkdir()
        program, *more = args
        # by its file: the package `tests` would forget the service's settings
        self._command = [sys.executable, str(HERE / program), *more, str(self.folder)]
        self._env = env
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with (self.folder / "errors.log").open("ab") as log:
            return subprocess.Popen(self._command, env=self._env, stderr=log, start_new_session=True)

    def close(self) -> None:
        """Kill it."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def kill(self) -> str:
        """Kill and restart it; returns its name."""
        self.close()
        self.kills += 1
        self._process = self._start()
        return f"the reader {self.name}"

    def rows(self) -> list[dict[str, Any]]:
        """The rows that it stored, without one that a kill left incomplete."""
        file = self.folder / self.file
        data = file.read_bytes() if file.exists() else b""
        return [json.loads(line) for line in data[: data.rfind(b"\n") + 1].splitlines()]

    def told(self) -> str:
        """What it did, in words."""
        rows = self.rows()
        if self.file == ROWS:
            return f"{self.kills} kills, {len(rows)} rows of {len({row['id'] for row in rows})} articles"
        return (
            f"{self.kills} kills, {len(rows)} pages in {last_walk(rows)} walks, {repeats_of(rows)} of them "
            "again after a kill"
        )


def start_readers(folder: Path, victim: Victim, port: int) -> list[Reader]:
    """Readers of two lists of the web pages, and of the export in both ways."""
    web = f"http://127.0.0.1:{port}"
    lists = [
        Reader(name, folder, victim.env, PAGES, "page_reader.py", web + path) for name, path in LISTS.items()
    ]
    exports = [Reader(way, folder, victim.env, ROWS, "export_reader.py", way) for way in EXPORTS]
    return [*lists, *exports]


def storm(
    victim: Victim, newsroom: Newsroom, readers: Sequence[Reader], rng: random.Random, kills: int
) -> None:
    """Publish, and kill readers and processes of the service."""
    for number in range(kills):
        next_at = time.monotonic() + rng.uniform(*GAP_S)
        while time.monotonic() < next_at:
            time.sleep(STEP_S)
        newsroom.advance(TICKS)
        family = victim.family()
        hits_service = rng.random() < SERVICE_SHARE and family
        what = victim.kill_one(rng, family) if hits_service else rng.choice(readers).kill()
        print(f"kill {number + 1}/{kills}: {what}", flush=True)


def find_reading_faults(victim: Victim, readers: Sequence[Reader], begun: Mapping[str, int]) -> list[str]:
    """What readers lack or have twice, now that nothing changes; `begun` has the last walk before."""
    told = {row["id"]: row for row in _exported(victim, "articles")}
    living = {row["id"] for row in _exported(victim, "stories") if row["merged_into"] is None}
    wanted = {"articles": set(told), "stories": living}
    found = []
    for reader in readers:
        if reader.name in wanted:
            faults = faults_of_pages(
                reader.rows(), wanted[reader.name], begun[reader.name], is_fixed=reader.name == "articles"
            )
        else:
            faults = faults_of_export(reader.rows(), told)
        found += [f"{reader.name}: {fault}" for fault in faults]
    return found


def find_lost(victim: Victim, newsroom: Newsroom) -> list[str]:
    """What is published and not stored; jobs may still be open, whose results change articles."""
    return [fault for fault in find_faults(victim, newsroom) if "job" not in fault]


def _exported(victim: Victim, kind: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in victim.output("export", kind).splitlines()]


def until_none(find: Callable[[], list[str]]) -> list[str]:
    """The faults that are left when there were none, or some time has passed."""
    end = time.monotonic() + CAUGHT_UP_S
    while (faults := find()) and time.monotonic() < end:
        time.sleep(CHECK_S)
    return faults


def run(folder: Path, database_url: str | None, seed: int, kills: int) -> list[str]:
    """Run the storm; returns the faults, and prints what was read."""
    newsroom, port = Newsroom(datetime.now(UTC), pace=2.0), free_port(5580)
    with serve(newsroom) as server:
        config = folder / "feeds.toml"
        config.write_text(newsroom.feeds_toml(server.base).replace('"5s"', '"2s"'), encoding="utf-8")
        own = {"DATABASE_URL": database_url} if database_url else {}
        victim = Victim(folder / "home", config, WEB_ADDRESS=f"127.0.0.1:{port}", **own)
        readers: list[Reader] = []
        try:
            until_none(lambda: [] if victim.output("export", "events") else ["no database yet"])
            readers += start_readers(folder, victim, port)
            storm(victim, newsroom, readers, random.Random(seed), kills)
            faults = until_none(lambda: find_lost(victim, newsroom))
            begun = {reader.name: last_walk(reader.rows()) for reader in readers if reader.file == PAGES}
            faults += until_none(lambda: find_reading_faults(victim, readers, begun))
        finally:
            for reader in readers:
                reader.close()
            code = victim.close()
    for reader in readers:
        print(f"{reader.name}: {reader.told()}")
    return [*faults, f"the service ended with exit code {code}"] if code else faults


def main(argv: Sequence[str] | None = None) -> int:
    """Run the storm and check the result; returns 0 if there is no fault."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.storms.readers", description="kill readers and the service, then compare"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--database", type=claimed_database, help="an empty one; SQLite if not given")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="wireroom-readers-") as folder:
        faults = run(Path(folder), options.database, options.seed, options.kills)
    for fault in faults:
        print(fault)
    print(f"seed {options.seed}: {options.kills} kills, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
