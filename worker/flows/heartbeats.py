"""Heartbeats of workers in Redis; a worker without a recent heartbeat is not listed."""

import json
from collections.abc import Iterable
from typing import Any

import redis

from worker.flows import clocks, full_disk
from worker.flows.heartbeat_keys import PREFIX, PROBE, ROLES, TROUBLE, TTL_S, roles_of
from worker.flows.services import Services
from worker.text.amounts import REASON_CHARS, shorten

TROUBLE_S = 90  # how long an error that stops work is shown after it last occurred


def send_heartbeat(services: Services, hostname: str, concurrency: int, queues: Iterable[str]) -> None:
    """Record that a worker is alive and what it consumes; a lost one is harmless, the next follows soon."""
    consumed = sorted(queues)
    about = {"name": hostname, "queues": consumed, "concurrency": concurrency}
    role = next((one for one in consumed if one in ROLES), "")  # read by version 0.1.0
    value = json.dumps({**about, "role": role, "ahead_s": clocks.machine_ahead_s(services)})
    try:
        services.redis.set(PREFIX + hostname, value, ex=TTL_S)
    except redis.RedisError as exc:
        full_disk.note(services, str(exc))


def sign_off(services: Services, hostname: str) -> None:
    """Record that a worker has ended in order, so that it is not listed until its last heartbeat expires."""
    try:
        services.redis.delete(PREFIX + hostname)
    except redis.RedisError:
        return


def workers(services: Services) -> list[dict[str, Any]]:
    """The workers with a heartbeat within the last `TTL_S` seconds, by name. Raises redis.RedisError."""
    names = sorted(services.redis.scan_iter(match=PREFIX + "*", count=500))
    values = services.redis.mget(names) if names else []
    return [json.loads(value) for value in values if value]


def report_trouble(services: Services, error: str) -> None:
    """Report an error that stops this worker; it expires unless it occurs again."""
    full_disk.note(services, error)
    try:
        services.redis.set(TROUBLE, shorten(error, REASON_CHARS), ex=TROUBLE_S)
    except redis.RedisError:
        return


def read_trouble(services: Services) -> str | None:
    """The recent error that stops a worker. Raises redis.RedisError, also if Redis refuses writes."""
    services.redis.set(PROBE, "1", ex=1)
    found = services.redis.get(TROUBLE)
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else None


def machines(services: Services, role: str | None = None) -> set[str]:
    """The machines with a worker of a role, by default of any; empty if the broker does not respond."""
    try:
        alive = [one for one in workers(services) if role is None or role in roles_of(one)]
        return {one["name"].partition("@")[2] for one in alive}
    except redis.RedisError:
        return set()


def capacity(services: Services) -> dict[str, int]:
    """The total concurrency of poll and extract workers; from the settings before the first heartbeat."""
    found = {"poll": 0, "extract": 0}
    try:
        for worker in workers(services):
            for role in roles_of(worker) & found.keys():
                found[role] += int(worker["concurrency"])
    except redis.RedisError:
        pass
    settings = services.settings
    return {
        "poll": found["poll"] or settings.poll_concurrency,
        "extract": found["extract"] or settings.extract_threads,
    }
