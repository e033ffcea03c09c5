"""Which workers are there: each announces itself in Redis and is forgotten when it falls silent."""

import json
from typing import Any

import redis

from worker.flows import clocks
from worker.flows.services import Services

PREFIX = "wireroom:worker:"
TTL_S = 15
PROBE = "wireroom:probe"
TROUBLE = "wireroom:trouble"
TROUBLE_S = 90  # how long an error that stops work is shown after it was last met
ROLES = ("control", "poll", "extract")


def role_of(hostname: str) -> str:
    """The role that a worker's name begins with: `poll@host` or `poll-2@host` is "poll"."""
    name = hostname.partition("@")[0].partition("-")[0]
    return name if name in ROLES else "other"


def announce(services: Services, hostname: str, concurrency: int) -> None:
    """Say that a worker is alive; lost words do no harm, the next ones follow in seconds."""
    about = {"name": hostname, "role": role_of(hostname), "concurrency": concurrency}
    value = json.dumps({**about, "ahead_s": clocks.machine_ahead_s(services)})
    try:
        services.redis.set(PREFIX + hostname, value, ex=TTL_S)
    except redis.RedisError:
        return


def workers(services: Services) -> list[dict[str, Any]]:
    """The workers that spoke within the last seconds, by name. Raises redis.RedisError."""
    names = sorted(services.redis.scan_iter(match=PREFIX + "*", count=500))
    values = services.redis.mget(names) if names else []
    return [json.loads(value) for value in values if value]


def note_trouble(services: Services, error: str) -> None:
    """Say what keeps this worker from its work; it is forgotten when it is not met again."""
    try:
        services.redis.set(TROUBLE, error[:300], ex=TROUBLE_S)
    except redis.RedisError:
        return


def read_trouble(services: Services) -> str | None:
    """What kept a worker from its work just now. Raises redis.RedisError, also when it takes no writes."""
    services.redis.set(PROBE, "1", ex=1)
    found = services.redis.get(TROUBLE)
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else None


def machines(services: Services, role: str) -> set[str]:
    """The machines with a worker of a role; empty where the broker does not answer."""
    try:
        return {one["name"].partition("@")[2] for one in workers(services) if one["role"] == role}
    except redis.RedisError:
        return set()


def capacity(services: Services) -> dict[str, int]:
    """How many polls and jobs the workers can run side by side; the settings' figures before any spoke."""
    found = {"poll": 0, "extract": 0}
    try:
        for worker in workers(services):
            if worker["role"] in found:
                found[worker["role"]] += int(worker["concurrency"])
    except redis.RedisError:
        pass
    settings = services.settings
    return {
        "poll": found["poll"] or settings.poll_concurrency,
        "extract": found["extract"] or settings.extract_threads,
    }
