"""Measure what polls and articles cost a real service: `python -m tests.bench.scale_measure`.

Each kind of poll is measured alone: 304, 200 with the same document, 200 with one new entry, and the first
poll, whose entries are all new. The CPU time is that of all processes of the service, by role; with
`--database postgresql`, the server is a role of its own. The figures are the defaults of `tests.bench.scale`.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Protocol

from tests.bench.scale_real import Real, measure
from tests.bench.scale_world import Stream
from tests.bench.schedule import SHOWN
from tests.support.databases import embedded_postgres
from worker.records import Config, FeedConfig, HostRule

CONFIG = Config(feeds=(), hosts=(HostRule(concurrency=4, delay_s=0.0),), global_rate_per_s=1000.0)
INTERVAL_S = 10.0
MEASURED_S = 60.0
ONCE_S = 3_600.0


class Run(Protocol):
    """Runs a service on streams for a while."""

    def __call__(self, streams: list[Stream], seconds: float, *, after_first: bool) -> Real: ...


def even_world(
    feeds: int, interval_s: float, times: Sequence[float], *, has_validators: bool = True
) -> list[Stream]:
    """Feeds on a host each, which are polled at a fixed interval and publish at these times."""
    old = [-60.0 * number for number in range(SHOWN, 0, -1)]
    streams = []
    for number in range(feeds):
        feed = FeedConfig(
            id=f"f{number}", url="", interval_s=interval_s, min_interval_s=interval_s,
            max_interval_s=interval_s, adaptive=False,
        )  # fmt: skip
        host = f"127.0.{1 + number // 250}.{1 + number % 250}"
        streams.append(Stream(feed, host, [*old, *times], has_validators=has_validators))
    return streams


def cpu_ms(real: Real, idle: Real, roles: Sequence[str]) -> float:
    """CPU milliseconds beyond those of an idle service."""
    share = real.seconds / idle.seconds
    return 1000 * sum(real.cpu_s.get(role, 0.0) - share * idle.cpu_s.get(role, 0.0) for role in roles)


def show(name: str, real: Real, idle: Real) -> None:
    """One line: what was done, and CPU milliseconds of a poll by role."""
    polls = sum(real.requests.values())
    by_role = "  ".join(f"{role} {cpu_ms(real, idle, [role]) / polls:.2f}" for role in sorted(real.cpu_s))
    new = real.rows["articles"] / polls
    print(f"{name:10} {polls:5} polls, {new:5.1f} new each; ms of a poll: {by_role}", flush=True)


def solve(cold: Real, growing: Real, idle: Real, roles: Sequence[str]) -> tuple[float, float]:
    """Milliseconds of a poll with new entries, and of each entry, from two runs with few and with many."""
    rows = [(sum(real.requests.values()), real.rows["articles"]) for real in (cold, growing)]
    (polls, new), (polls2, new2) = rows
    spent, spent2 = cpu_ms(cold, idle, roles), cpu_ms(growing, idle, roles)
    entry_ms = (spent - spent2 * polls / polls2) / (new - new2 * polls / polls2)
    return (spent2 - new2 * entry_ms) / polls2, entry_ms


def run_all(feeds: int, run: Run) -> None:
    """Measure each kind of poll, and print."""
    idle = run(even_world(1, ONCE_S, ()), 30.0, after_first=True)
    print("idle", {role: round(1000 * s / idle.seconds, 2) for role, s in idle.cpu_s.items()}, "ms a second")
    print("memory MB", {role: round(mb) for role, mb in idle.memory_mb.items()}, flush=True)
    show("304", run(even_world(feeds, INTERVAL_S, ()), MEASURED_S, after_first=True), idle)
    same = even_world(feeds, INTERVAL_S, (), has_validators=False)
    show("same", run(same, MEASURED_S, after_first=True), idle)
    times = [INTERVAL_S * number for number in range(60)]
    growing = run(even_world(feeds, INTERVAL_S, times), MEASURED_S, after_first=True)
    show("growing", growing, idle)
    cold = run(even_world(feeds, ONCE_S, ()), 0.0, after_first=False)
    show("cold", cold, idle)
    for role in sorted(cold.cpu_s):
        poll_ms, entry_ms = solve(cold, growing, idle, [role])
        print(f"  {role:10} {poll_ms:6.2f} ms a poll with new entries, {entry_ms:6.3f} ms an entry")
    print("memory MB after cold", {role: round(mb) for role, mb in cold.memory_mb.items()})
    for name, count in sorted(cold.rows.items()):
        if count:
            size = cold.table_bytes.get(name, 0) / count
            print(f"  {name:18} {count:7} rows, {size:8.0f} bytes a row")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure on the given database."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale_measure", description=__doc__)
    parser.add_argument("--feeds", type=int, default=60)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args(argv)

    def run(streams: list[Stream], seconds: float, *, after_first: bool) -> Real:
        with ExitStack() as stack:
            settings = {}
            if options.database == "postgresql":
                settings["DATABASE_URL"] = stack.enter_context(embedded_postgres())
            return measure(streams, CONFIG, seconds, after_first=after_first, **settings)

    run_all(options.feeds, run)
    return 0


if __name__ == "__main__":
    sys.exit(main())
