"""Simulate very many feeds: `python -m tests.bench.scale [--feeds 1k,100k,1m] [--hours 24]`.

Generated feeds are polled on a virtual clock by the service's own rules: adaptive intervals, jitter,
back-off, claims in turns of hosts, their delay and concurrency. What a poll and an article cost is measured
beforehand, see `tests.bench.scale_measure`. All assumptions are options and are
printed. Of more than `--sample` feeds a sample of hosts is simulated and scaled up. `--check` compares the
simulation with a real service on loopback.
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.scale_check import check
from tests.bench.scale_plan import Costs, Plan, Table
from tests.bench.scale_run import Conditions, Simulation
from tests.bench.scale_world import MIX, Habits, World, make_world
from tests.bench.schedule import HOUR_S
from worker.records import Config, HostRule

COSTS = Path(__file__).with_name("scale_costs.json")
USUAL, RULE = Habits(MIX), HostRule()
RATE_LEAST = 50.0  # of all requests a second, as by default


def read_size(text: str) -> int:
    """The number that `100k` or `1m` means; an argparse type."""
    units = {"k": 1_000, "m": 1_000_000}
    scale = units.get(text[-1].lower(), 1)
    return int(text[:-1] if scale > 1 else text) * scale


def read_mix(text: str) -> dict[str, float]:
    """The shares of kinds in `newsroom=0.2,blog=0.8`; an argparse type."""
    return {kind: float(share) for kind, share in (part.split("=") for part in text.split(","))}


def simulate(options: argparse.Namespace, feeds: int) -> tuple[World, Plan]:
    """Simulate this number of feeds."""
    known = json.loads(options.costs.read_text(encoding="utf-8"))
    costs = Costs(**known["costs"])
    habits = Habits(
        options.mix, options.interval, options.host_tail, options.largest_host, options.failing,
        options.no_validators,
    )  # fmt: skip
    rate = options.global_rate or max(RATE_LEAST, math.ceil(2 * feeds / habits.interval_s))
    rule = HostRule(concurrency=options.concurrency, delay_s=options.delay)
    conditions = Conditions(
        Config(feeds=(), hosts=(rule,), global_rate_per_s=rate), options.tick, options.threads,
        options.response, options.load, options.settle * HOUR_S,
    )  # fmt: skip
    span_s = options.hours * HOUR_S
    world = make_world(feeds, options.sample, habits, conditions.settle_s + span_s, options.seed)
    tally = Simulation(world, conditions, costs.poll_ms, options.seed).run(span_s)
    tables = {name: Table(**row) for name, row in known["tables"].items()}
    plan = Plan(
        feeds, tally, costs, tables, options.hours, options.copies, options.load, known["redis"],
        options.threads, options.response + options.delay,
    )  # fmt: skip
    return world, plan


def show(options: argparse.Namespace, feeds: int) -> None:
    """Simulate and print."""
    began_s = time.process_time()
    world, plan = simulate(options, feeds)
    part = "all" if world.share == 1.0 else f"a sample of {len(world.streams):,}, scaled up"
    print(f"\n{feeds:,} feeds of {world.hosts:,} hosts; simulated: {part}")
    for name, value in plan.lines():
        print(f"  {name:38} {value}")
    print(f"  {'(CPU time of the simulation)':38} {time.process_time() - began_s:.0f} s", flush=True)


def show_assumptions(options: argparse.Namespace) -> None:
    """Print all options and costs."""
    known = json.loads(options.costs.read_text(encoding="utf-8"))
    given = ", ".join(f"{name} {value}" for name, value in vars(options).items() if name != "costs")
    print(f"assumed: {given}")
    print("costs in ms: " + ", ".join(f"{name} {value}" for name, value in known["costs"].items()))
    print(f"bytes in Redis: {known['redis']}")


def read_options(argv: Sequence[str] | None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale", description=__doc__)
    add = parser.add_argument
    add("--feeds", type=lambda text: [read_size(part) for part in text.split(",")], default="1k,100k,1m")
    add("--hours", type=float, default=24.0, help="measured")
    add("--settle", type=float, default=24.0, help="hours before, in which the schedule learns")
    add("--sample", type=read_size, default=1_000, help="feeds that are simulated at most")
    add("--mix", type=read_mix, default=MIX, help="share of each kind, as newsroom=0.3,blog=0.7")
    add("--interval", type=float, default=900.0, help="seconds, of the config")
    add("--host-tail", type=float, default=USUAL.host_tail, help="1 in k**x hosts has k feeds or more")
    add("--largest-host", type=int, default=USUAL.largest_host, help="feeds")
    add("--failing", type=float, default=USUAL.failing, help="share of feeds that respond 500")
    add("--no-validators", type=float, default=USUAL.no_validators, help="share without 304")
    add("--copies", type=float, default=0.3, help="share of articles that are copies, without jobs")
    add("--delay", type=float, default=RULE.delay_s, help="seconds, of each host")
    add("--concurrency", type=int, default=RULE.concurrency, help="connections to each host")
    add("--global-rate", type=float, help="requests a second; by default twice the configured intervals")
    add("--tick", type=float, default=2.0, help="seconds")
    add("--threads", type=int, default=32, help="of a poll worker")
    add("--response", type=float, default=0.4, help="seconds until a response")
    add("--load", type=float, default=0.7, help="of each worker in the busiest hour")
    add("--costs", type=Path, default=COSTS, help="a file with measured costs")
    add("--seed", type=int, default=1)
    add("--check", type=int, nargs="?", const=300, metavar="FEEDS", help="compare with a real service")
    add("--minutes", type=float, default=5.0, help="of the check")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Simulate each size, or check; returns 1 if the check finds a difference above its limit."""
    options = read_options(argv)
    show_assumptions(options)
    if options.check:
        known = json.loads(options.costs.read_text(encoding="utf-8"))
        tables = {name: Table(**row) for name, row in known["tables"].items()}
        return check(Costs(**known["costs"]), tables, options.check, options.minutes * 60)
    for feeds in options.feeds:
        show(options, feeds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
