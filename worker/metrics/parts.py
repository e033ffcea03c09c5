"""What is read for the metrics, in parts: each by a few grouped queries, some more expensive than others."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from prometheus_client import Metric
from sqlalchemy import Connection

from worker.flows import heartbeats
from worker.flows.heartbeat_keys import ROLES, roles_of
from worker.flows.services import Services
from worker.metrics import families
from worker.metrics.families import FETCH_BUCKETS, PARSE_BUCKETS, gauge, gauges
from worker.metrics.tail import Count, Tail
from worker.queue_keys import queue_key
from worker.store import claims as claim_store
from worker.store import clock_state, figures
from worker.store import config as config_store
from worker.store import network as network_store
from worker.store.models import Event, ExtractionRow, Poll

Read = Callable[[float], list[Metric]]  # of a monotonic time


def database_parts(services: Services) -> dict[str, Read]:
    """The parts that are read from the database. They raise ServiceError."""
    count_polls: Count = partial(
        figures.count_polls, fetch_buckets=FETCH_BUCKETS, parse_buckets=PARSE_BUCKETS
    )
    tails = {
        "polls": (Tail(Poll, count_polls), families.poll_metrics),
        "events": (Tail(Event, figures.count_events), families.event_metrics),
        "extractions": (Tail(ExtractionRow, figures.count_extractions), families.extraction_metrics),
    }

    def follow(tail: Tail, make: Callable[[figures.Counts], Iterator[Metric]], now_s: float) -> list[Metric]:
        with services.db.read() as connection:
            return list(make(tail.read(connection, now_s)))

    def look(read: Callable[[Connection, datetime], Iterator[Metric]], _now_s: float) -> list[Metric]:
        now = services.clock()
        with services.db.read() as connection:
            return list(read(connection, now))

    gauges_of = {"due": _due, "feeds": _feeds, "jobs": _jobs, "stock": _stock, "service": _service}
    followed = {name: partial(follow, tail, make) for name, (tail, make) in tails.items()}
    return {**followed, **{name: partial(look, read) for name, read in gauges_of.items()}}


def _due(connection: Connection, now: datetime) -> Iterator[Metric]:
    oldest = claim_store.oldest_due(connection, now, with_queued=True)
    waits_s = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
    yield gauge("oldest_due_feed_seconds", "How long the oldest due feed has waited.", waits_s)
    yield gauge("feeds_due", "Feeds that are due and not claimed.", claim_store.count_due(connection, now))
    waiting = figures.count_waiting_hosts(connection, now)
    yield gauge("hosts_waiting", "Hosts that asked to wait.", waiting)
    away = len(network_store.read_outages(connection, now))
    yield gauge("network_outages", "Machines without a network.", away)


def _feeds(connection: Connection, _now: datetime) -> Iterator[Metric]:
    states, quiet = figures.count_feeds(connection)
    yield gauges("feeds", "Feeds by state.", "state", states)
    yield gauge("feeds_quiet", "Feeds that respond but have fallen silent.", quiet)


def _jobs(connection: Connection, now: datetime) -> Iterator[Metric]:
    oldest = figures.oldest_due_job(connection, now)
    waits_s = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
    yield from families.job_metrics(figures.count_open_jobs(connection), waits_s)


def _stock(connection: Connection, _now: datetime) -> Iterator[Metric]:
    articles, stories = figures.count_stock(connection)
    yield gauge("articles", "Stored articles.", articles)
    yield gauge("stories", "Stories.", stories)
    yield gauge("copies", "Stored articles beyond the first of their story.", max(0, articles - stories))


def _service(connection: Connection, _now: datetime) -> Iterator[Metric]:
    config, mark = config_store.read_config(connection), clock_state.read_mark(connection)
    is_good = config is not None and config.state == config_store.OK
    about = "Whether every config file as last read is in force: 1, or 0."
    yield gauge("config_last_reload_successful", about, float(is_good))
    if config and config.loaded_at:
        about = "When the config in force was loaded."
        loaded_at = config.loaded_at.timestamp()
        yield gauge("config_last_reload_success_timestamp_seconds", about, loaded_at)
    if mark:
        yield gauge("last_tick_timestamp_seconds", "When the last tick began.", mark.at.timestamp())


def read_broker(services: Services, _now_s: float) -> list[Metric]:
    """The part that is read from the broker: queues and workers. Raises redis.RedisError."""
    lengths = {role: float(services.redis.llen(queue_key(role))) for role in ROLES}
    alive, slots = dict.fromkeys(ROLES, 0.0), dict.fromkeys(ROLES, 0.0)
    for worker in heartbeats.workers(services):
        for role in roles_of(worker):
            alive[role] += 1
            slots[role] += worker["concurrency"]
    trouble = float(heartbeats.read_trouble(services) is not None)
    return [
        gauges("queue_length", "Messages that wait in a queue of the broker.", "queue", lengths),
        gauges("workers", "Live workers by role.", "role", alive),
        gauges("worker_slots", "Tasks that the live workers can run at once, by role.", "role", slots),
        gauge("workers_in_trouble", "Whether an error stopped a worker in the last minutes.", trouble),
    ]
