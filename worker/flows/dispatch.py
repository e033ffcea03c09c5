"""The control tick: claim due feeds, enqueue jobs, match leftovers of a crash. Concurrent ticks are safe."""

import math
import time
from collections.abc import Callable
from datetime import timedelta

import redis

from worker.celery_app import app
from worker.flows import clocks, due_notices, full_disk, heartbeats, jobs, match, network, pace
from worker.flows.services import Services
from worker.logs import get_logger
from worker.queue_keys import queue_key
from worker.records import Config
from worker.store import claims as claim_store
from worker.store import config as config_store
from worker.store import job_queue
from worker.store import rereads as reread_store
from worker.store import sketches as sketch_store

# A claim that is queued for longer is void, and the feed is claimed again.
QUEUE_LEASE_S = 12.0
POLLS_AHEAD = 2.0  # claims per worker thread: one running, one waiting
HOST_BURST = 20  # the maximum number of claims per host and tick, however short its delay
SWEEP_AFTER_S = 20.0
SWEEP_LIMIT = 200
REREAD_LIMIT = 200  # in one tick
SWEEP_S = 0.3  # after this the rest is left to the next tick, so that polls do not wait

log = get_logger(__name__)


def slots_of(config: Config, tick_s: float) -> Callable[[str], int]:
    """How many requests to a host may be in flight: what its pacing allows until the next tick."""

    def slots(host: str) -> int:
        rule = config.host_rule(host)
        per_tick = tick_s / max(rule.delay_s, tick_s / HOST_BURST)
        return max(1, min(HOST_BURST, math.floor(rule.concurrency * max(1.0, per_tick))))

    return slots


def tick(services: Services) -> dict[str, object]:
    """Enqueue due polls and jobs and match leftover articles; returns the number of each."""
    clocks.keep(services)
    full_disk.tell(services)
    with services.db.read() as connection:
        config = config_store.read_service(connection)
    if config is None:
        return {"polls": 0, "jobs": 0, "matched": 0}
    _start_rereads(services)
    capacity = heartbeats.capacity(services)
    polls = jobs = 0
    if _waiting(services, "poll") < POLLS_AHEAD * capacity["poll"]:
        polls = _send_polls(services, config, capacity["poll"])
    if threads := capacity["extract"]:
        jobs = _send_jobs(services, config, threads)
    due_notices.tell(services)
    return {"polls": polls, "jobs": jobs, "matched": _sweep(services)}


def _waiting(services: Services, queue: str) -> float:
    """The number of messages that wait in a queue; infinite if the broker does not respond.

    Messages have no expiry, because each machine would evaluate it by its own clock. So a limit on a queue
    counts them: while no worker consumes any, none is added, even when their claims have lapsed.
    """
    try:
        return float(services.redis.llen(queue_key(queue)))
    except redis.RedisError:
        return math.inf


def _send_polls(services: Services, config: Config, threads: int) -> int:
    now, tick_s = services.clock(), services.settings.tick_s
    with services.db.read() as connection:
        if claim_store.oldest_due(connection, now) is None:
            return 0
        limit = network.polls_allowed(services, connection, math.ceil(config.global_rate_per_s * tick_s))
    with services.db.write() as connection:
        claims = claim_store.claim_due(
            connection,
            now,
            limit=limit,
            capacity=math.ceil(threads * POLLS_AHEAD),
            lease_s=QUEUE_LEASE_S,
            slots_of=slots_of(config, tick_s),
        )
    for claim in claims:
        kwargs = {"feed": claim.feed, "lease": claim.lease}
        app.send_task("feeds.poll", kwargs=kwargs)
    return len(claims)


def _send_jobs(services: Services, config: Config, threads: int) -> int:
    now, tick_s = services.clock(), services.settings.tick_s
    lease_s = max(QUEUE_LEASE_S, pace.LEASE_TICKS * tick_s)
    allowed = services.job_pace.allow(
        pace.read_ended(services), time.monotonic(), threads=threads, tick_s=tick_s, lease_s=lease_s
    )
    with services.db.read() as connection:
        if not job_queue.has_due(connection, now):
            return 0
        outstanding = job_queue.outstanding(connection, now)
    room = allowed - max(outstanding, _waiting(services, "extract"))
    if room <= 0:
        return 0
    with services.db.write() as connection:
        due = job_queue.queue_due(
            connection,
            now,
            limit=int(room),
            lease_s=lease_s,
            slots_of=slots_of(config, tick_s),
            limits=jobs.kind_limits(config),
            page_kinds=jobs.page_kinds(),
        )
    for job in due:
        kwargs = {"job": job.id, "kind": job.kind, "article": job.article}
        app.send_task("articles.extract", kwargs=kwargs)
    return len(due)


def _start_rereads(services: Services) -> None:
    """Make the jobs due whose pages are to be read again."""
    with services.db.read() as connection:
        if not reread_store.has_due(connection, services.clock()):
            return
    with services.db.write() as connection:
        started = reread_store.start(connection, services.clock(), REREAD_LIMIT)
    log.info("pages of edited articles are read again", pages=started)


def _sweep(services: Services) -> int:
    """Match articles left by a dead worker or to be compared again; returns how many."""
    before = services.clock() - timedelta(seconds=SWEEP_AFTER_S)
    with services.db.read() as connection:
        left = sketch_store.unmatched(connection, before, SWEEP_LIMIT)
    matched, ends_at = 0, time.monotonic() + SWEEP_S
    while matched < len(left) and time.monotonic() < ends_at:
        part = left[matched : matched + match.BATCH]
        log.info("matching articles that were left unmatched", articles=len(part))
        match.run(services, part)
        matched += len(part)
    return matched
