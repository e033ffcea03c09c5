"""What `wireroom status` and `wireroom health` read from the broker: live workers, and whether it works."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from worker.flows.heartbeat_keys import LACKS, PREFIX, PROBE, TROUBLE
from worker.flows.redis_link import LinkError, RedisLink, RefusedError, scan_keys
from worker.queue_keys import QUEUES, aside_key, note_key
from worker.settings import Settings, redis_url_of

ANSWER_S = 5


@dataclass(frozen=True, slots=True)
class BrokerState:
    """The heartbeats of the live workers by name, the recent error that stops one, and the broker's time."""

    workers: tuple[dict[str, Any], ...]
    trouble: str
    lacks: tuple[str, ...]  # what is not sent, as a secret is missing
    set_aside: dict[str, bytes | None]  # a note for each queue of which messages were set aside
    time_s: float  # Unix time


def read_broker_state(settings: Settings) -> BrokerState:
    """The state of the broker. Raises LinkError, also RefusedError if it takes no writes."""
    url = redis_url_of(settings)
    if url.startswith("rediss:"):
        return _read_by_library(url)
    with RedisLink(url, ANSWER_S) as link:
        return _read(link.ask)


def _read(ask: Callable[..., Any]) -> BrokerState:
    ask("SET", PROBE, "1", "EX", "1")
    trouble = ask("GET", TROUBLE) or b""
    notes = ask("MGET", *map(note_key, QUEUES))
    names = scan_keys(ask, f"{PREFIX}*")
    values = ask("MGET", *names) if names else []
    workers = tuple(worker for worker in map(_heartbeat, values) if worker)
    machines = sorted({worker["name"].partition("@")[2] for worker in workers})
    lacks = ask("MGET", *(LACKS + machine for machine in machines)) if machines else []
    seconds, microseconds = ask("TIME")
    return BrokerState(
        workers=workers,
        lacks=tuple(dict.fromkeys(one for value in lacks for one in _sentences(value))),
        trouble=trouble.decode("utf-8", "replace"),
        set_aside=dict(zip(QUEUES, notes, strict=True)),
        time_s=int(seconds) + int(microseconds) / 1e6,
    )


def _heartbeat(value: bytes | None) -> dict[str, Any] | None:
    """A worker's heartbeat, or None if the key has expired or another program wrote it."""
    try:
        found = json.loads(value or b"null")
    except ValueError:
        return None
    return found if isinstance(found, dict) and "name" in found else None


def _sentences(value: bytes | None) -> list[str]:
    """What a machine reported that it lacks."""
    try:
        found = json.loads(value or b"[]")
    except ValueError:
        return []
    return [str(one) for one in found] if isinstance(found, list) else []


def _read_by_library(url: str) -> BrokerState:
    """The same by TLS, with the options that the client of Redis has for it. Raises LinkError."""
    from redis import Redis, RedisError, ResponseError  # noqa: PLC0415 - takes longer to import than the check
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.retry import Retry  # noqa: PLC0415

    try:
        once = Retry(NoBackoff(), 0)  # its own retries would take longer than a health check may
        with Redis.from_url(
            url, socket_timeout=ANSWER_S, socket_connect_timeout=ANSWER_S, retry=once
        ) as client:
            return _read(client.execute_command)
    except ResponseError as exc:
        raise RefusedError(str(exc)) from exc
    except (RedisError, OSError, ValueError) as exc:  # also a file of certificates that cannot be read
        raise LinkError(str(exc)) from exc


def describe_set_aside(queue: str, note: bytes | None) -> str | None:
    """The sentence for `wireroom status`, or None if no message of the queue was set aside."""
    try:
        found = json.loads(note or b"null")
        at = datetime.fromisoformat(found["at"])
        number, machine = int(found["messages"]), str(found["machine"])
    except (ValueError, TypeError, KeyError):
        return None
    when = f"{at:%Y-%m-%d %H:%MZ} on {machine}"
    if number == 1:
        what, kept = f"1 message of the queue {queue} could not be read and was set aside at {when}", "It is"
    else:
        what = (
            f"{number} messages of the queue {queue} could not be read and were set aside, the last at {when}"
        )
        kept = "They are"
    where = f"{kept} kept for a day in Redis under {aside_key(queue)}"
    return f"{what}; nothing is lost, the work is queued again. {where}"
