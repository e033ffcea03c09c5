"""Sets a queue aside whose workers die again and again soon after they start: a message of it ends them.

The database is the truth: what the messages asked for is queued again when its claims lapse.
"""

import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import redis

from worker.flows.services import Services
from worker.logs import get_logger
from worker.queue_keys import KEY_PREFIX, QUEUES, aside_key, note_key, queue_key

DEATHS = 4  # of workers of one queue and machine, in a row
YOUNG_S = 3.0  # a worker that has run for longer has survived: such a message ends it at once
BEGUN_TTL_S = 600
KEPT_S = 86_400  # how long the messages are kept, and `wireroom status` says so
MOST_KEPT = 10_000  # messages
LAPSED_S = 600.0  # longer than any task
MOST_DROPPED = 1000  # at a time
UNACKED, UNACKED_INDEX = f"{KEY_PREFIX}unacked", f"{KEY_PREFIX}unacked_index"  # of Celery, see kombu

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a worker of a queue, as it is recorded until the worker survives or stops."""

    queue: str
    machine: str
    token: str

    @property
    def key(self) -> str:
        """The key of the runs of this queue and machine that have not survived."""
        return f"{KEY_PREFIX}begun:{self.queue}:{self.machine}"

    @property
    def member(self) -> str:
        """The name of the run in the set of `key`."""
        return f"{os.getpid()}/{self.token}"


def begin(services: Services, queue: str) -> Run | None:
    """Record that a worker is about to read a queue, which is set aside first if its workers keep dying.

    Returns None if the broker does not respond.
    """
    run = Run(queue, services.machine, f"{services.rng.getrandbits(64):016x}")
    try:
        if _count_dead(services.redis, run) >= DEATHS:
            _set_aside(services, queue)
            services.redis.delete(run.key)
        services.redis.sadd(run.key, run.member)
        services.redis.expire(run.key, BEGUN_TTL_S)
    except redis.RedisError as exc:
        log.warning("the queue is not guarded", queue=queue, error=str(exc))
        return None
    return run


def survive(services: Services, run: Run) -> None:
    """Forget all deaths of a queue's workers on this machine: one has run for a while, or stops as asked."""
    with suppress(redis.RedisError):
        services.redis.delete(run.key)


def _count_dead(client: redis.Redis, run: Run) -> int:
    members: Any = client.smembers(run.key)
    pids = [int(member.partition(b"/")[0]) for member in members]
    return sum(pid == os.getpid() or not _is_alive(pid) for pid in pids)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _set_aside(services: Services, queue: str) -> None:
    """Move the messages of a queue, those under way included, to a list that expires."""
    client, key = services.redis, aside_key(queue)
    client.delete(key)
    with suppress(redis.ResponseError):  # the queue is empty
        client.rename(queue_key(queue), key)
    for tag, value in client.hscan_iter(UNACKED):
        if _queue_of(value) in {queue, None}:
            client.rpush(key, value)
            client.hdel(UNACKED, tag)
            client.zrem(UNACKED_INDEX, tag)
    client.ltrim(key, 0, MOST_KEPT - 1)
    number = int(client.llen(key))
    note = {
        "at": services.clock().isoformat(),
        "messages": number,
        "machine": services.machine,
        "deaths": DEATHS,
    }
    client.set(note_key(queue), json.dumps(note), ex=KEPT_S)
    client.expire(key, KEPT_S)
    log.error("queue set aside: its workers died one after the other", queue=queue, messages=number, kept=key)


def drop_lapsed(services: Services) -> int:
    """Drop the messages that workers took long ago and did not acknowledge, as they died; returns how many.

    What they asked for is queued again already. Celery would send them once more, and one of them may have
    ended the worker that read it.
    """
    before = time.time() - LAPSED_S
    try:
        tags = services.redis.zrangebyscore(UNACKED_INDEX, "-inf", before, start=0, num=MOST_DROPPED)
        if tags:
            services.redis.hdel(UNACKED, *tags)
            services.redis.zrem(UNACKED_INDEX, *tags)
    except redis.RedisError:
        return 0
    return len(tags)


def _queue_of(unacked: bytes) -> str | None:
    """The queue of a message under way; None if it cannot be read, which would end a worker."""
    try:
        _message, _exchange, queue = json.loads(unacked)
    except (ValueError, TypeError):
        return None
    return queue if queue in QUEUES else ""
