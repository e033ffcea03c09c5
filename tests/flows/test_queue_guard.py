"""A message that cannot be read is set aside alone; what dead workers had taken does not come back."""

import json
import time

import pytest
import redis
from structlog.testing import CapturingLogger

from tests.support.forged import RAW, forged_messages, good_message
from worker.flows import queue_guard
from worker.flows.broker_state import describe_set_aside
from worker.flows.queue_guard import MOST_KEPT, MOST_KEPT_BYTES, UNACKED, UNACKED_INDEX
from worker.flows.services import Services
from worker.flows.status import read_status
from worker.log_flood import EVERY_S, FIRST, Flood
from worker.queue_keys import aside_key, queue_key

ERROR = ValueError("not a message of ours")


@pytest.fixture
def guarded(services: Services) -> Services:
    services.redis.flushdb()
    return services


def needs(services: Services) -> list[str]:
    return [need for need in read_status(services.settings)["needs"] if "set aside" in need]


def redelivered(message: dict) -> dict:
    """As Celery marks a message that goes back to its queue."""
    return message | {"headers": message["headers"] | {"redelivered": True}}


def test_a_message_set_aside_is_kept_and_named(guarded: Services) -> None:
    queue_guard.set_aside(guarded, queue_key("poll"), b"poison", ERROR)
    [need] = needs(guarded)
    assert need.startswith("1 message of the queue poll could not be read and was set aside at ")
    queue_guard.set_aside(guarded, queue_key("poll") + "\x06\x163", b"with a priority", ERROR)
    assert guarded.redis.lrange(aside_key("poll"), 0, -1) == [b"poison", b"with a priority"]
    [need] = needs(guarded)
    assert need.startswith("2 messages of the queue poll could not be read")
    assert "nothing is lost" in need
    assert aside_key("poll") in need


def test_what_is_kept_is_bounded(guarded: Services) -> None:
    for number in range(MOST_KEPT + 5):
        queue_guard.set_aside(guarded, queue_key("extract"), b"%d" % number, ERROR)
    queue_guard.set_aside(guarded, queue_key("extract"), b"x" * 10 * MOST_KEPT_BYTES, ERROR)
    kept = guarded.redis.lrange(aside_key("extract"), 0, -1)
    assert len(kept) == MOST_KEPT
    assert len(kept[-1]) == MOST_KEPT_BYTES
    for _ in range(MOST_KEPT):
        queue_guard.set_aside(guarded, queue_key("extract"), b"x" * 10 * MOST_KEPT_BYTES, ERROR)
    assert guarded.redis.memory_usage(aside_key("extract"), samples=0) < 4_000_000
    assert 0 < guarded.redis.ttl(aside_key("extract")) <= queue_guard.KEPT_S


def test_a_flood_is_a_few_lines_and_then_one_a_minute_with_the_number(guarded, monkeypatch) -> None:
    at_s = [1000.0]
    monkeypatch.setattr("worker.log_flood.time.monotonic", lambda: at_s[0])
    monkeypatch.setattr(queue_guard, "_flood", Flood())
    log = CapturingLogger()
    monkeypatch.setattr(queue_guard, "log", log)

    def left_out(messages: int) -> list[int | None]:
        log.calls.clear()
        for _ in range(messages):
            queue_guard.set_aside(guarded, queue_key("poll"), b"poison", ERROR)
        assert {(call.method_name, call.args) for call in log.calls} == {
            ("error", ("a message was set aside: it cannot be read",))
        }
        return [call.kwargs.get("left_out_before") for call in log.calls]

    assert left_out(500) == [None] * FIRST
    at_s[0] += EVERY_S
    assert left_out(500) == [500 - FIRST]
    at_s[0] += EVERY_S
    assert left_out(1) == [499]
    at_s[0] += EVERY_S
    assert len(left_out(2)) == 2, "the flood is over"
    assert guarded.redis.llen(aside_key("poll")) == MOST_KEPT


def test_a_broker_that_is_gone_is_no_further_error(guarded: Services, monkeypatch) -> None:
    gone = redis.Redis(port=9, host="127.0.0.1")
    monkeypatch.setattr(Services, "redis", gone)
    queue_guard.set_aside(guarded, queue_key("poll"), b"poison", ERROR)
    with pytest.raises(redis.ConnectionError):
        gone.ping()


def test_a_message_of_ours_is_at_fault_only_if_a_reader_failed_with_it_before() -> None:
    """A machine that fails with each message does not empty the queue of the others."""
    good = good_message()
    assert not queue_guard.is_at_fault(json.dumps(good).encode())
    assert queue_guard.is_at_fault(json.dumps(redelivered(good)).encode())


def test_what_celery_sends_has_the_form_that_is_expected(guarded: Services) -> None:
    from worker.celery_app import make_app

    app = make_app(guarded.settings)
    for name, args in (
        ("feeds.poll", ("desk", "lease")),
        ("articles.extract", (1, "fulltext", 2)),
        ("control.tick", ()),
    ):
        app.send_task(name, args=args)
    sent = [guarded.redis.rpop(queue_key(queue)) for queue in ("poll", "extract", "control")]
    assert [queue_guard.is_at_fault(message) for message in sent] == [False] * 3


@pytest.mark.parametrize("raw", RAW)
def test_what_is_no_message_is_at_fault(raw: bytes) -> None:
    assert queue_guard.is_at_fault(raw)


@pytest.mark.parametrize("name", ["headers.task", "headers.id", "headers.timelimit", "body", "properties"])
def test_a_message_without_what_celery_reads_is_at_fault(name: str) -> None:
    assert queue_guard.is_at_fault(dict(forged_messages())[f"{name} missing"])


@pytest.mark.parametrize("name", ["eta", "expires", "compression", "timelimit", "retries"])
def test_a_message_with_a_header_that_ours_have_not_is_at_fault(name: str) -> None:
    assert queue_guard.is_at_fault(dict(forged_messages())[f"headers.{name} = 'x'"])


def take(services: Services, tag: str, queue: str, *, seconds_ago: float = 0.0) -> None:
    """A message that a worker has taken, as Celery records it."""
    services.redis.hset(UNACKED, tag, json.dumps([{"body": tag}, "", queue]))
    services.redis.zadd(UNACKED_INDEX, {tag: time.time() - seconds_ago})


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
