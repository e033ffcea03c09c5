"""The simulator of scale: by the rules of the service, and as the service itself polls."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.bench.scale_check import make_check_world
from tests.bench.scale_run import CHANGED, NOT_MODIFIED, Conditions, Simulation
from tests.bench.scale_world import MIX, Habits, Stream, World, draw_hosts, make_world
from tests.bench.schedule import HOUR_S
from tests.bench.stream_origin import StreamOrigin
from worker.flows import poll
from worker.flows.dispatch import slots_of
from worker.records import Config, FeedConfig, HostRule
from worker.store import claims as claim_store
from worker.store import config as config_store
from worker.store import feeds as feed_store

FREE = HostRule(concurrency=20, delay_s=0.0)
FEEDS, SPAN_S, TICK_S = 10, 240.0, 1.0


def world_of(count, *, interval_s=900.0, hosts=None, **more):
    """Feeds that publish nothing new and are polled at a fixed interval."""
    feeds = [
        FeedConfig(id=f"f{n}", url="", interval_s=interval_s, min_interval_s=1.0, adaptive=False)
        for n in range(count)
    ]
    streams = [Stream(feed, f"h{n % (hosts or count)}", (-60.0,), **more) for n, feed in enumerate(feeds)]
    return World(tuple(streams), count, hosts or count)


def simulate(world, rule=FREE, span_s=24 * HOUR_S, **more):
    config = Config(feeds=(), hosts=(rule,), global_rate_per_s=1000.0)
    conditions = Conditions(config, settle_s=HOUR_S, **more)
    return Simulation(world, conditions, lambda _kind, _new: 10.0).run(span_s)


def test_a_feed_is_polled_once_an_interval_and_its_jitter():
    """A fixed interval of 15 minutes with up to a tenth of jitter: 87 to 96 polls a day, all of them 304."""
    tally = simulate(world_of(10))
    assert set(tally.polls) == {NOT_MODIFIED}
    assert 87 * 10 <= tally.polls.total() <= 96 * 10


def test_a_host_gets_no_more_requests_than_its_delay_allows():
    """40 feeds on one host are due 4 times a second; with a delay of 2 seconds they wait for one another."""
    tally = simulate(world_of(40, interval_s=10.0, hosts=1), HostRule(delay_s=2.0), HOUR_S)
    assert HOUR_S / 2 * 0.9 <= max(tally.of_host.values()) <= HOUR_S / 2 + 1
    assert tally.late_at(0.5) > 30.0


def test_failing_feeds_are_backed_off():
    assert simulate(world_of(10, is_failing=True)).polls.total() < 10 * 10


def test_without_validators_there_is_no_304():
    assert NOT_MODIFIED not in simulate(world_of(3, has_validators=False), span_s=HOUR_S).polls


def test_polls_are_late_when_the_workers_cannot_take_them():
    """Workers are planned by the hours before the measured time, so that the queue does not grow."""
    tally = simulate(world_of(12, interval_s=10.0), span_s=HOUR_S, threads=1)
    assert tally.workers == 2  # 1.1 polls a second, of which a worker with one thread is sent one
    assert tally.late_at(0.99) < 4.0


def test_a_sample_represents_all_feeds_and_the_largest_host_itself():
    habits = Habits(MIX)
    world = make_world(20_000, 300, habits, HOUR_S, 1)
    assert sum(stream.weight for stream in world.streams) == pytest.approx(20_000)
    whole = [stream for stream in world.streams if stream.weight == 1.0]
    assert len(whole) == draw_hosts(20_000, habits, random.Random("world 20000 1"))[0]
    assert len({stream.host for stream in whole}) == 1


def poll_really(services, clock, world):
    """Poll the world by the service's own claims and polls on a clock that is moved; returns its origin."""
    config = Config(feeds=(), hosts=(FREE,), allow_private=("127.0.0.0/8",), global_rate_per_s=1000.0)
    with StreamOrigin(world.streams, lambda: clock().timestamp()) as origin:
        feeds = [
            replace(stream.feed, url=f"http://{stream.host}:{origin.port}/{number}")
            for number, stream in enumerate(world.streams)
        ]
        with services.db.write() as connection:
            feed_store.sync_feeds(connection, feeds, clock())
            config_store.save_config(
                connection, loaded_at=clock(), service=config_store.service_to_json(config)
            )
        origin.begin()
        while clock().timestamp() < origin.started_at + SPAN_S:
            with services.db.write() as connection:
                claims = claim_store.claim_due(
                    connection, clock(), limit=100, lease_s=60.0, slots_of=slots_of(config, TICK_S)
                )
            for claim in claims:
                poll.run(services, claim.feed, claim.lease)
            clock.at += timedelta(seconds=TICK_S)
        return origin


def test_the_simulation_polls_as_the_service_does(services, clock):
    """Requests, 304s and new entries differ by a tenth at most: only the jitter is drawn otherwise."""
    services.clock, services.rng = clock, random.Random(1)
    world = make_check_world(FEEDS, SPAN_S)
    origin = poll_really(services, clock, world)
    config = Config(feeds=(), hosts=(FREE,), global_rate_per_s=1000.0)
    conditions = Conditions(config, TICK_S, response_s=0.0, settle_s=0.0)
    tally = Simulation(world, conditions, lambda _kind, _new: 0.0).run(SPAN_S)
    not_modified = sum(one.status == 304 for one in origin.asked)
    with services.db.read() as connection:
        stored = len(connection.exec_driver_sql("SELECT id FROM articles").all())
    assert tally.polls[CHANGED] > FEEDS
    assert len(origin.asked) == pytest.approx(tally.polls.total(), rel=0.1)
    assert not_modified == pytest.approx(tally.polls[NOT_MODIFIED], rel=0.1)
    assert stored == pytest.approx(tally.new, rel=0.1)
