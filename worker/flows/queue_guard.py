"""Sets messages aside that no worker can read, and drops those that a dead worker had taken.

The database is the truth: what the messages asked for is queued again when its claims lapse.
"""

import base64
import json
import time
from typing import Any

import redis

from worker.flows.services import Services
from worker.log_flood import Flood, more_of
from worker.logs import get_logger
from worker.queue_keys import KEY_PREFIX, aside_key, note_key

KEPT_S = 86_400  # how long the messages are kept, and `wireroom status` says so
MOST_KEPT = 200  # messages of a queue, the newest: 1.6 MB at most, as a broker may have little memory
MOST_KEPT_BYTES = 8_192  # of each; ours have at most a few kB
# headers that none of our messages has; "redelivered" is that of a message with which a reader failed
UNUSED = ("redelivered", "compression", "group", "shadow", "stamps", "replaced_task_nesting")
LAPSED_S = 600.0  # longer than any task
MOST_DROPPED = 1000  # at a time
PRIORITY = "\x06\x16"  # in kombu's keys of the lists of one queue, before the priority of their messages
UNACKED, UNACKED_INDEX = f"{KEY_PREFIX}unacked", f"{KEY_PREFIX}unacked_index"  # of Celery, see kombu

log = get_logger(__name__)
_flood = Flood()


def is_at_fault(message: bytes) -> bool:
    """Whether an error in reading a message is the fault of the message, not of the machine.

    It is if the message has not the form of ours, or if another reader failed with it before. A machine that
    fails with each message must not empty the queue of a healthy one.
    """
    try:
        found = json.loads(message)
        json.dumps(found, ensure_ascii=False).encode()  # a lone surrogate cannot be written to Redis
        return not _has_our_form(found)
    except (ValueError, RecursionError):
        return True


def _has_our_form(found: Any) -> bool:
    match found:
        case {
            "body": str(body),
            "content-encoding": "utf-8",
            "content-type": "application/json",
            "headers": {
                "task": str(),
                "id": str(),
                "retries": int(),
                "timelimit": [None, None],
                "eta": None,
                "expires": None,
            } as headers,
            "properties": {
                "body_encoding": "base64",
                "delivery_tag": str(),
                "delivery_info": {"exchange": str(), "routing_key": str()},
            },
        }:
            pass
        case _:
            return False
    if any(headers.get(name) for name in UNUSED):
        return False
    match json.loads(base64.b64decode(body, validate=True)):
        case [list(), dict(), dict()]:
            return True
    return False


def set_aside(services: Services, name: str, message: bytes, error: Exception) -> None:
    """Keep a message that was taken from the queue whose key is `name` in a list that expires."""
    queue = name.removeprefix(KEY_PREFIX).partition(PRIORITY)[0]
    key, number = aside_key(queue), 0
    try:
        with services.redis.pipeline() as pipe:
            pipe.rpush(key, message[:MOST_KEPT_BYTES])
            pipe.ltrim(key, -MOST_KEPT, -1)
            pipe.expire(key, KEPT_S)
            pipe.llen(key)
            number = int(pipe.execute()[-1])
        note = {"at": services.clock().isoformat(), "messages": number, "machine": services.machine}
        services.redis.set(note_key(queue), json.dumps(note), ex=KEPT_S)
    except redis.RedisError as exc:
        log.warning("a message that cannot be read is not kept", queue=queue, reason=str(exc))
    if (left_out := _flood.left_out()) is None:
        return
    about = {"queue": queue, "error": f"{type(error).__name__}: {error}"[:300], "kept": key}
    log.error("a message was set aside: it cannot be read", **about, messages=number, **more_of(left_out))


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
