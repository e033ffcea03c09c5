"""The control tick: claim due feeds, relay jobs, pick up what a crash left. Any number may run at once."""

import math
import time
from collections.abc import Callable
from datetime import timedelta

import redis
import structlog

from worker.celery_app import app
from worker.flows import clocks, heartbeats, jobs, match, network
from worker.flows.services import Services
from worker.records import Config
from worker.store import config as config_store
from worker.store import feeds as feed_store
from worker.store import job_queue
from worker.store import sketches as sketch_store

# A claim waits in the queue for at most this long before it is void and the feed is claimed anew.
QUEUE_LEASE_S = 12.0
POLLS_AHEAD = 2.0  # claims per worker thread: one running, one waiting
JOBS_AHEAD_PER_S = 1.5  # jobs a worker thread may have waiting for each second between ticks
HOST_BURST = 20  # most that is claimed of one host in a tick, however short its delay
SWEEP_AFTER_S = 20.0
SWEEP_LIMIT = 200
SWEEP_S = 0.3  # after so long the rest is left to the next tick: polls do not wait for it

log = structlog.get_logger(__name__)


def slots_of(service: Config, tick_s: float) -> Callable[[str], int]:
    """How much of a host may be in flight: what its pacing can take until the next tick."""

    def slots(host: str) -> int:
        rule = service.host_rule(host)
        per_tick = tick_s / max(rule.delay_s, tick_s / HOST_BURST)
        return max(1, min(HOST_BURST, math.floor(rule.concurrency * max(1.0, per_tick))))

    return slots


def tick(services: Services) -> dict[str, object]:
    """Send what is due and match what was left unmatched; gives how many of each."""
    clocks.keep(services)
    with services.db.read() as connection:
        config = config_store.read_config(connection)
    if config is None:
        return {"polls": 0, "jobs": 0, "matched": 0}
    capacity = heartbeats.capacity(services)
    polls = jobs = 0
    if _has_room(services, "poll", POLLS_AHEAD * capacity["poll"]):
        polls = _send_polls(services, config.service, capacity["poll"])
    if _has_room(services, "extract", _jobs_ahead(services, capacity["extract"])):
        jobs = _send_jobs(services, config.service, capacity["extract"])
    return {"polls": polls, "jobs": jobs, "matched": _sweep(services)}


def _jobs_ahead(services: Services, threads: int) -> int:
    return math.ceil(threads * max(1.0, JOBS_AHEAD_PER_S * services.settings.tick_s))


def _has_room(services: Services, queue: str, most: float) -> bool:
    """Whether fewer messages wait in a queue than workers can take until the next tick.

    Messages carry no expiry: the machine that takes one would judge it by its own clock. One whose claim has
    run out ends at once, by the database's clock, and while no worker takes any, none is added.
    """
    try:
        return services.redis.llen(queue) < most
    except redis.RedisError:
        return False


def _send_polls(services: Services, service: Config, threads: int) -> int:
    now, tick_s = services.clock(), services.settings.tick_s
    with services.db.read() as connection:
        if feed_store.oldest_due(connection, now) is None:
            return 0
        limit = network.polls_allowed(services, connection, math.ceil(service.global_rate_per_s * tick_s))
    with services.db.write() as connection:
        claims = feed_store.claim_due(
            connection,
            now,
            limit=limit,
            capacity=math.ceil(threads * POLLS_AHEAD),
            lease_s=QUEUE_LEASE_S,
            slots_of=slots_of(service, tick_s),
        )
    for claim in claims:
        kwargs = {"feed": claim.feed, "lease": claim.lease}
        app.send_task("feeds.poll", kwargs=kwargs)
    return len(claims)


def _send_jobs(services: Services, service: Config, threads: int) -> int:
    now, tick_s = services.clock(), services.settings.tick_s
    with services.db.read() as connection:
        free = _jobs_ahead(services, threads) - job_queue.outstanding(connection, now)
        if free <= 0 or not job_queue.has_due(connection, now):
            return 0
    with services.db.write() as connection:
        due = job_queue.queue_due(
            connection,
            now,
            limit=free,
            lease_s=QUEUE_LEASE_S,
            slots_of=slots_of(service, tick_s),
            limits=jobs.limits(service),
        )
    for job in due:
        kwargs = {"job": job.id, "kind": job.kind, "article": job.article}
        app.send_task("articles.extract", kwargs=kwargs)
    return len(due)


def _sweep(services: Services) -> int:
    """Match the articles whose worker died between storing and matching them."""
    before = services.clock() - timedelta(seconds=SWEEP_AFTER_S)
    with services.db.read() as connection:
        left = sketch_store.unmatched(connection, before, SWEEP_LIMIT)
    matched, ends_at = 0, time.monotonic() + SWEEP_S
    while matched < len(left) and time.monotonic() < ends_at:
        part = left[matched : matched + match.BATCH]
        log.info("matching articles that a dead worker left", articles=len(part))
        match.run(services, part)
        matched += len(part)
    return matched
