"""A queue whose messages end its workers is set aside, and what dead workers had taken does not come back."""

import json
import time

import pytest

from worker.flows import queue_guard
from worker.flows.broker_state import describe_set_aside
from worker.flows.queue_guard import DEATHS, UNACKED, UNACKED_INDEX
from worker.flows.services import Services
from worker.flows.status import read_status
from worker.queue_keys import aside_key, queue_key


@pytest.fixture
def guarded(services: Services) -> Services:
    services.redis.flushdb()
    services.redis.rpush(queue_key("poll"), "poison", "good")
    return services


def take(services: Services, tag: str, queue: str, *, seconds_ago: float = 0.0, value: str | None = None):
    """A message that a worker has taken, as Celery records it."""
    services.redis.hset(UNACKED, tag, value or json.dumps([{"body": tag}, "", queue]))
    services.redis.zadd(UNACKED_INDEX, {tag: time.time() - seconds_ago})


def needs(services: Services) -> list[str]:
    return [need for need in read_status(services.settings)["needs"] if "set aside" in need]


def test_a_queue_is_set_aside_when_its_workers_died_in_a_row(guarded: Services) -> None:
    for tag, queue in (("a", "poll"), ("b", "extract")):
        take(guarded, tag, queue)
    take(guarded, "c", "poll", value="no JSON")
    for _ in range(DEATHS):
        assert guarded.redis.llen(queue_key("poll")) == 2
        queue_guard.begin(guarded, "poll")
    assert needs(guarded) == []
    queue_guard.begin(guarded, "poll")
    assert guarded.redis.llen(queue_key("poll")) == 0
    assert sorted(guarded.redis.hkeys(UNACKED)) == [b"b"], "that of another queue stays"
    assert guarded.redis.lrange(aside_key("poll"), 0, 1) == [b"poison", b"good"]
    assert guarded.redis.llen(aside_key("poll")) == 4
    [need] = needs(guarded)
    assert need.startswith("the queue poll was set aside at ")
    assert "nothing is lost" in need
    assert "(4)" in need


def test_deaths_of_other_queues_and_before_a_survivor_do_not_count(guarded: Services) -> None:
    for queue in ("poll", "extract", "control"):
        for _ in range(DEATHS - 1):
            run = queue_guard.begin(guarded, queue)
    queue_guard.begin(guarded, "poll")
    run = queue_guard.begin(guarded, "control")
    assert run is not None
    queue_guard.survive(guarded, run)
    for _ in range(DEATHS):
        queue_guard.begin(guarded, "control")
    assert guarded.redis.llen(queue_key("poll")) == 2
    assert needs(guarded) == []


def test_workers_that_live_are_not_taken_for_dead(guarded: Services, monkeypatch) -> None:
    """Many may start at the same time."""
    monkeypatch.setattr(queue_guard.os, "getpid", lambda: 1)  # of a process that lives
    for _ in range(DEATHS):
        queue_guard.begin(guarded, "poll")
    monkeypatch.undo()
    queue_guard.begin(guarded, "poll")
    assert guarded.redis.llen(queue_key("poll")) == 2


def test_what_a_dead_worker_had_taken_is_dropped_not_sent_again(guarded: Services) -> None:
    take(guarded, "old", "poll", seconds_ago=queue_guard.LAPSED_S + 1)
    take(guarded, "new", "poll", seconds_ago=5)
    assert queue_guard.drop_lapsed(guarded) == 1
    assert guarded.redis.hkeys(UNACKED) == [b"new"]
    assert guarded.redis.zrange(UNACKED_INDEX, 0, -1) == [b"new"]


@pytest.mark.parametrize(
    "note", [None, b"", b"[]", b"x", b'{"at": 1}', b'{"at": "2026-11-30T08:00:00+00:00"}']
)
def test_a_note_of_another_program_is_no_need(note: bytes | None) -> None:
    assert describe_set_aside("poll", note) is None
