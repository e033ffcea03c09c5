"""Set the clocks of a running installation an hour forward and back, and measure how long polling stops.

Run as `python -m tests.storms.clocks [--only PART] [--watch SECONDS]`. Each part (database, redis, beat,
control, poll) has its own wall clock (`wall_clock.c`), which is set while it runs; `service` is a whole
service on one machine with SQLite. Exit 0 if no feed waits longer than a minute, none is polled too early,
and `status` names the clock. Skipped without a C compiler.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.storms.wall_clocks import Clocks, build_library
from tests.support.databases import embedded_postgres
from worker.flows import reload
from worker.flows.services import Services
from worker.launcher.broker import find_server
from worker.launcher.roles import role_command
from worker.settings import read_settings
from worker.store import migrate

HOUR_S = 3600
INTERVAL_S = 4.0
EARLY_S = 0.7 * INTERVAL_S  # a shorter interval between two polls of a feed is too early
MOST_S = 60.0  # between two polls of a feed after a step
WATCH_S = 25.0
START_S = 300.0
FEEDS = 4
ROLES = ("control", "beat", "poll")
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Desk</title>
<item><guid>a</guid><title>Harbor reopens</title><link>http://127.0.0.1/a</link></item></channel></rss>"""


class Origin:
    """Serves one small feed under any path, and records the time of each request."""

    def __init__(self) -> None:
        self.asked: dict[str, list[float]] = {f"/{number}": [] for number in range(1, FEEDS + 1)}
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path in asked:
                    asked[self.path].append(time.monotonic())
                self.send_response(200)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", str(len(FEED)))
                self.end_headers()
                self.wfile.write(FEED)

            def log_message(self, *_args: object) -> None:
                pass

        self._servers = [ThreadingHTTPServer(("127.0.0.1", 0), Handler)]
        port = self._servers[0].server_port
        self._servers += [ThreadingHTTPServer((f"127.0.0.{n}", port), Handler) for n in range(2, FEEDS + 1)]
        self.urls = [f"http://127.0.0.{n}:{port}/{n}" for n in range(1, FEEDS + 1)]
        for server in self._servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def config(self) -> str:
        """Return a config file with all feeds."""
        wait = f'"{INTERVAL_S}s"'
        lines = [
            "[defaults]",
            f"interval = {wait}",
            f"min_interval = {wait}",
            "adaptive = false",
            'extract = "off"',
            "[http]",
            'allow_private = ["127.0.0.0/8"]',
            '[host."*"]',
            'delay = "1s"',
        ]
        for number, url in enumerate(self.urls):
            lines += ["[[feed]]", f'id = "feed-{number}"', f'url = "{url}"']
        return "\n".join(lines) + "\n"

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()


@dataclass(frozen=True, slots=True)
class Seen:
    """The effect of a clock step: the longest and shortest time between two polls of a feed."""

    what: str
    longest_s: float
    shortest_s: float
    needs: list[str]

    def faults(self, named: str) -> list[str]:
        """Return the faults; `named` is the name of the clock in `status`."""
        found = []
        if self.longest_s > MOST_S:
            found.append(f"{self.what}: a feed waited {self.longest_s:.0f} s")
        if self.shortest_s < EARLY_S:
            found.append(f"{self.what}: a feed was polled again after {self.shortest_s:.1f} s")
        if named and not any("clock of" in need and named in need for need in self.needs):
            found.append(f"{self.what}: status does not name the clock: {self.needs}")
        return found


@dataclass
class Installation:
    """Processes that poll an origin, and the environment to query their status."""

    origin: Origin
    clocks: Clocks
    env: Mapping[str, str]
    folder: Path
    stack: ExitStack = field(default_factory=ExitStack)

    def start(self, part: str, argv: Sequence[str]) -> None:
        """Start a part with its own clock; it runs until `close`."""
        log = self.stack.enter_context((self.folder / f"{part}.log").open("ab"))
        env = {**self.env, **self.clocks.env(part)}
        process = subprocess.Popen(argv, env=env, stdout=log, stderr=log, cwd=self.folder)
        self.stack.callback(_end, process)

    def status(self) -> list[str]:
        """Return the needs that `wireroom status` reports, run with the true time."""
        command = (str(Path(sys.executable).with_name("wireroom")), "status", "--json")
        done = subprocess.run(command, env=dict(self.env), capture_output=True, text=True, check=False)
        return list(json.loads(done.stdout)["needs"])

    def wait_ready(self) -> None:
        """Wait until every feed was polled twice; raises TimeoutError."""
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            if all(len(at) > 1 for at in self.origin.asked.values()):
                return
            time.sleep(0.2)
        raise TimeoutError(f"no polls: see {self.folder}")

    def step(self, part: str, ahead_s: int, watch_s: float) -> Seen:
        """Set a clock and watch the polls for `watch_s`, or up to the limit while a feed is not polled."""
        set_at = time.monotonic()
        self.clocks.set(part, ahead_s)
        while (spent_s := time.monotonic() - set_at) < MOST_S + 5:
            if spent_s > watch_s and all(at[-1] > set_at + 8 for at in self.origin.asked.values()):
                break
            time.sleep(0.2)
        gaps = [gap for at in self.origin.asked.values() for gap in _gaps(at, set_at)]
        return Seen(f"{part} at {ahead_s:+d} s", max(gaps), min(gaps), self.status())

    def close(self) -> None:
        """End all processes."""
        self.stack.close()


def _gaps(at: Sequence[float], since: float) -> Iterator[float]:
    """Yield the intervals between polls that end after `since`, including a current long one."""
    ends = [*at, time.monotonic()]
    pairs = [(a, b) for a, b in pairwise(ends) if b > since]
    yield from (b - a for a, b in pairs[:-1])
    if pairs and (last := pairs[-1][1] - pairs[-1][0]) > INTERVAL_S:
        yield last


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _environment(folder: Path, **wireroom: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("WIREROOM_")}
    return {
        **kept,
        "WIREROOM_HOME": str(folder / "home"),
        "WIREROOM_CONFIG": str(folder / "feeds.toml"),
        "WIREROOM_TICK": "1s",
        "WIREROOM_POLL_CONCURRENCY": "4",
        **wireroom,
    }


@contextmanager
def parts_with_clocks(folder: Path, library: str, origin: Origin) -> Iterator[Installation]:
    """Run PostgreSQL, Redis, control, beat and poll, each with its own clock."""
    clocks = Clocks(folder, library)
    socket = folder / "redis.sock"
    with ExitStack() as stack:
        before = dict(os.environ)
        os.environ.update(clocks.env("database"))
        try:
            url = stack.enter_context(embedded_postgres())
        finally:
            os.environ.clear()
            os.environ.update(before)
        env = _environment(
            folder, WIREROOM_DATABASE_URL=url, WIREROOM_BROKER_URL=f"redis+socket://{socket}?virtual_host=0"
        )
        services = Services(read_settings(env))
        migrate(services.db)
        reload.run(services)
        services.close()
        made = Installation(origin, clocks, env, folder)
        stack.callback(made.close)
        made.start("redis", [find_server(), "--port", "0", "--unixsocket", str(socket), "--save", ""])
        for role in ROLES:
            made.start(role, role_command(role, *(("--no-beat",) if role == "control" else ())))
        yield made


@contextmanager
def service_with_clock(folder: Path, library: str, origin: Origin) -> Iterator[Installation]:
    """Run `wireroom run` on SQLite with one clock."""
    made = Installation(origin, Clocks(folder, library), _environment(folder), folder)
    made.start("service", (str(Path(sys.executable).with_name("wireroom")), "run", "--no-flower"))
    try:
        yield made
    finally:
        made.close()


def run_steps(made: Installation, parts: Mapping[str, str], watch_s: float) -> list[str]:
    """Set each part's clock an hour back, to normal, an hour forward, to normal; returns the faults."""
    made.wait_ready()
    faults = []
    for part, named in parts.items():
        for ahead_s in (-HOUR_S, 0, HOUR_S, 0):
            seen = made.step(part, ahead_s, watch_s)
            print(
                f"{seen.what}: polls {seen.shortest_s:.1f} to {seen.longest_s:.1f} s apart; {seen.needs}",
                flush=True,
            )
            faults += seen.faults(named if ahead_s else "")
    return faults


def _run_in(
    folder: Path, library: str, make: Callable[..., Any], parts: Mapping[str, str], watch_s: float
) -> list[str]:
    origin = Origin()
    (folder / "feeds.toml").write_text(origin.config(), encoding="utf-8")
    try:
        with make(folder, library, origin) as made:
            return run_steps(made, parts, watch_s)
    finally:
        origin.close()


def main(argv: Sequence[str] | None = None) -> int:
    """Run all steps; returns 1 if there is a fault."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.storms.clocks", description="set the clocks of a running installation"
    )
    parser.add_argument("--only", help="one part: database, redis, beat, control, poll or service")
    parser.add_argument("--watch", type=float, default=WATCH_S, help="seconds after each step")
    options = parser.parse_args(argv)
    host = os.uname().nodename
    parts = {"database": "the database", "redis": "Redis", "poll": host, "beat": "", "control": host}
    faults: list[str] = []
    for make, named in ((parts_with_clocks, parts), (service_with_clock, {"service": "this machine"})):
        chosen = {part: name for part, name in named.items() if options.only in {None, part}}
        if chosen:
            with tempfile.TemporaryDirectory(prefix="wr-clocks-") as folder:
                Path(folder).chmod(0o755)
                library = build_library(Path(folder))
                if library is None:
                    print("skipped: no C compiler found")
                    return 0
                faults += _run_in(Path(folder), library, make, chosen, options.watch)
    print("\n".join(faults) or f"no feed waited longer than {MOST_S:.0f} s, none was polled too early")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
