"""Compare the simulator of scale with a real service at a size that fits one machine."""

import math
import random
from collections.abc import Mapping

from tests.bench.scale_plan import Costs, Table
from tests.bench.scale_real import Real, measure
from tests.bench.scale_run import NOT_MODIFIED, Conditions, Simulation, Tally
from tests.bench.scale_world import Stream, World
from tests.bench.schedule import SHOWN
from worker.records import Config, FeedConfig, HostRule

PER_HOST = 3
INTERVALS_S = (15.0, 30.0, 180.0)  # shortest, configured, longest
GAPS_S = (30.0, 900.0)  # between two entries of a feed, on average
FAILING, NO_VALIDATORS = 0.03, 0.15
CONFIG = Config(feeds=(), hosts=(HostRule(concurrency=2, delay_s=0.5),), global_rate_per_s=100.0)
TICK_S = 1.0  # of the service that `measure` starts
LIMIT = 0.2
ROWS_LEAST = 200  # of a table that is compared


def make_check_world(feeds: int, span_s: float, seed: int = 1) -> World:
    """Feeds on loopback addresses that publish at random, each at a rate of its own."""
    rng = random.Random(f"check {seed}")
    low_s, wanted_s, high_s = INTERVALS_S
    streams = []
    for number in range(feeds):
        gap_s = math.exp(rng.uniform(*(math.log(gap) for gap in GAPS_S)))
        at, times = -SHOWN * gap_s, list[float]()
        while (at := at + rng.expovariate(1 / gap_s)) < span_s:
            times.append(at)
        feed = FeedConfig(
            id=f"f{number}", url="", interval_s=wanted_s, min_interval_s=low_s, max_interval_s=high_s
        )
        host = number // PER_HOST
        streams.append(
            Stream(
                feed, f"127.0.{1 + host // 250}.{1 + host % 250}", times,
                is_failing=rng.random() < FAILING, has_validators=rng.random() >= NO_VALIDATORS,
            )
        )  # fmt: skip
    return World(tuple(streams), feeds, -(-feeds // PER_HOST))


def check(costs: Costs, tables: Mapping[str, Table], feeds: int, seconds: float) -> int:
    """Simulate and run the same world; prints both, and returns 1 if they differ by more than LIMIT."""
    world = make_check_world(feeds, seconds + 60.0)
    conditions = Conditions(CONFIG, TICK_S, response_s=0.01, settle_s=0.0)
    tally = Simulation(world, conditions, costs.poll_ms).run(seconds)
    real = measure(world.streams, CONFIG, seconds)
    print(
        f"{feeds} feeds of {world.hosts} hosts for {real.seconds:.0f} s    simulated       real  difference"
    )
    worst = 0.0
    for name, simulated, measured in compare(tally, costs, tables, real):
        difference = measured / simulated - 1.0 if simulated else 0.0
        worst = max(worst, abs(difference))
        print(f"  {name:30} {simulated:12.1f} {measured:12.1f} {difference:10.0%}")
    print(f"largest difference {worst:.0%}, allowed {LIMIT:.0%}")
    return 1 if worst > LIMIT else 0


def compare(
    tally: Tally, costs: Costs, tables: Mapping[str, Table], real: Real
) -> list[tuple[str, float, float]]:
    """What is compared: name, simulated and real."""
    polls = tally.polls.total()
    poll_ms = sum(costs.poll_ms(kind, 0) * count for kind, count in tally.polls.items())
    cpu_ms = poll_ms + tally.new * costs.entry + polls * costs.other_poll + real.seconds * costs.idle
    found = [
        ("requests", polls, float(real.requests.total())),
        ("requests that end with 304", tally.polls[NOT_MODIFIED], float(real.requests[304])),
        ("CPU seconds of the service", cpu_ms / 1000, sum(real.cpu_s.values())),
    ]
    for name, table in tables.items():
        rows = table.rows(polls, tally.new, 0.0)
        if rows >= ROWS_LEAST and real.rows.get(name):
            found.append((f"rows in {name}", rows, float(real.rows[name])))
    return found
