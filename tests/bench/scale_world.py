"""Feeds, their hosts and what they publish, for the simulator of scale: a whole small world, or a sample."""

import random
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.bench.schedule import KINDS
from worker.records import FeedConfig

# of all feeds; what a list of news feeds has, rather than what a newsroom would choose
MIX = {"newsroom": 0.20, "regional": 0.15, "ticker": 0.05, "blog": 0.35, "weekly": 0.15, "dead": 0.10}


@dataclass(frozen=True, slots=True)
class Stream:
    """A feed and when its entries appear: seconds from the start, negative for those of before."""

    feed: FeedConfig
    host: str
    times: Sequence[float]
    weight: float = 1.0  # the number of feeds that it represents
    is_failing: bool = False  # responds 500
    has_validators: bool = True  # else it never responds 304


@dataclass(frozen=True, slots=True)
class Habits:
    """What the feeds of a world are like."""

    mix: Mapping[str, float]
    interval_s: float = 900.0
    host_tail: float = 1.5  # of hosts, 1 in k**host_tail has k feeds or more
    largest_host: int = 300
    failing: float = 0.03
    no_validators: float = 0.15


@dataclass(frozen=True, slots=True)
class World:
    """The streams that are simulated, and the hosts and feeds that they represent."""

    streams: tuple[Stream, ...]
    feeds: int
    hosts: int

    @property
    def share(self) -> float:
        """The part of all feeds that is simulated."""
        return len(self.streams) / self.feeds


def draw_hosts(feeds: int, habits: Habits, rng: random.Random) -> list[int]:
    """The number of feeds of each host, the largest first; they add up to `feeds`."""
    sizes, left = [], feeds
    while left > 0:
        size = int(min(left, habits.largest_host, rng.paretovariate(habits.host_tail)))
        sizes.append(size)
        left -= size
    return sorted(sizes, reverse=True)


def make_world(feeds: int, sample: int, habits: Habits, span_s: float, seed: int) -> World:
    """A world of this number of feeds, of which about `sample` and the largest host are simulated.

    That host represents itself; hosts drawn at random represent the rest.
    """
    rng = random.Random(f"world {feeds} {seed}")
    largest, *others = sizes = draw_hosts(feeds, habits, rng)
    rng.shuffle(others)
    chosen, count = [largest], 0
    for size in others:
        if count >= sample:
            break
        chosen.append(size)
        count += size
    weight = (feeds - largest) / max(1, count)
    streams = [
        make_stream(
            f"f{number}-{place}",
            f"h{number}",
            habits,
            span_s=span_s,
            rng=rng,
            weight=weight if number else 1.0,
        )
        for number, size in enumerate(chosen)
        for place in range(size)
    ]
    return World(tuple(streams), feeds, len(sizes))


def make_stream(
    name: str, host: str, habits: Habits, *, span_s: float, rng: random.Random, weight: float
) -> Stream:
    """One feed of a kind drawn by the mix."""
    kind = rng.choices(list(habits.mix), list(habits.mix.values()))[0]
    feed = FeedConfig(id=name, url=f"https://{host}/{name}", interval_s=habits.interval_s)
    times = array("d", KINDS[kind](rng, span_s))
    return Stream(
        feed, host, times, weight, rng.random() < habits.failing, rng.random() >= habits.no_validators
    )
