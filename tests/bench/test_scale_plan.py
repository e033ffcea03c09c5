"""What an operator plans by, from counts and costs."""

import re
from collections import Counter

import pytest

from tests.bench.peers.picture import draw
from tests.bench.scale import read_mix, read_options, read_size, simulate
from tests.bench.scale_measure import solve
from tests.bench.scale_plan import Costs, Plan, Table
from tests.bench.scale_real import Real
from tests.bench.scale_run import CHANGED, NOT_MODIFIED, Tally

COSTS = Costs(5.0, 20.0, 30.0, 2.0, 1.0, 20.0, 20.0, 1.0, 3.0, 1.0)
TABLES = {
    "polls": Table(1, 0, 0, 100, 200, 90),
    "jobs": Table(0, 0, 4, 100, 200, 10),
}


def plan_of(polls, new, workers):
    tally = Tally(Counter(polls), new, workers=workers)
    tally.polls_of_hour = Counter(dict.fromkeys(range(24), tally.polls.total() / 24))
    tally.cpu_of_hour = Counter(dict.fromkeys(range(24), 3_600.0 * workers / 2))
    redis = {"base": 1e6, "host": 1_000, "message": 1_000}
    return Plan(1_000, tally, COSTS, TABLES, 24.0, 0.5, 0.7, redis, 32, 2.4)


def test_rows_and_disk_follow_from_polls_and_articles_that_are_not_copies():
    plan = plan_of({NOT_MODIFIED: 86_400, CHANGED: 86_400}, new=10_000, workers=1)
    assert plan.rows_per_day() == {"polls": 172_800, "jobs": 20_000}
    assert plan.disk_gb("sqlite") == pytest.approx((0.01928, 0.01728 * 90 + 0.002 * 10))
    assert plan.requests_per_s() == pytest.approx((2.0, 2.0))


def test_connections_are_those_of_the_formula():
    """8 for each process but beat and flower, 5 for commands and 3 that PostgreSQL reserves."""
    plan = plan_of({CHANGED: 86_400}, new=0, workers=3)
    assert plan.processes() == {"poll": 3, "extract": 1, "control": 2}
    assert plan.connections() == 8 * (3 + 1 + 2 + 1) + 5 + 3


def test_redis_holds_recent_requests_and_full_queues():
    plan = plan_of({CHANGED: 86_400}, new=0, workers=1)
    assert plan.redis_mb() == pytest.approx(1.0 + 2.4 * 0.001 + 64 * 0.001)


def test_the_costs_of_a_poll_and_of_an_entry_are_told_apart():
    """Two runs in which a poll with news takes 30 ms and each of its entries 2 ms."""

    def run(polls, new):
        seconds = (30.0 * polls + 2.0 * new) / 1000
        return Real(60.0, Counter({200: polls}), {"articles": new}, {}, {"poll": seconds + 6.0}, {})

    idle = Real(30.0, Counter(), {"articles": 0}, {}, {"poll": 3.0}, {})
    assert solve(run(60, 1_800), run(240, 480), idle, ["poll"]) == pytest.approx((30.0, 2.0))


def test_a_small_world_is_planned_from_the_command_line():
    options = read_options(["--feeds", "30", "--hours", "2", "--settle", "2"])
    world, plan = simulate(options, options.feeds[0])
    assert world.share == 1.0
    assert plan.polls > 30
    assert plan.rows_per_day()["polls"] == pytest.approx(plan.polls * 12)
    assert "connections to PostgreSQL" in dict(plan.lines())


def test_sizes_and_mixes_are_read():
    assert [read_size(text) for text in ("300", "10k", "1M")] == [300, 10_000, 1_000_000]
    assert read_mix("newsroom=0.25,blog=0.75") == {"newsroom": 0.25, "blog": 0.75}


def test_the_picture_has_a_bar_for_each_program_as_long_as_its_value():
    picture = draw({"304": {"wireroom": 5.0, "reader": 10.0}})
    widths = [float(width) for width in re.findall(r'<rect x="\d+" y="\d+" width="([\d.]+)"', picture)]
    assert len(widths) == 2
    assert widths[1] == pytest.approx(2 * widths[0])
