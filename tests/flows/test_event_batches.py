"""A worker's task events are sent in batches, and the last one without waiting for another."""

import time
from types import SimpleNamespace

import pytest
from celery.bootsteps import RUN
from kombu import Connection
from kombu.asynchronous import Hub

from worker import celery_app


class Consumer:
    """The part of Celery's consumer that a dispatcher calls: its loop, and a flush at the next turn."""

    def __init__(self):
        self.hub = Hub()
        self.blueprint = SimpleNamespace(state=RUN)
        self.dispatcher = None

    def on_send_event_buffered(self):
        self.hub.call_soon(self.dispatcher.flush)

    def turn(self, seconds):
        """Run the loop for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.hub.run_once()


@pytest.fixture
def consumer(monkeypatch):
    made = Consumer()
    with Connection("memory://") as connection:
        made.dispatcher = celery_app.app.events.Dispatcher(
            connection, buffer_group=["task"], on_send_buffered=made.on_send_event_buffered
        )
        sent = []
        monkeypatch.setattr(
            made.dispatcher, "_publish", lambda events, *_args, **_options: sent.append(list(events))
        )
        made.sent = sent
        yield made


def names(sent):
    return [[event["uuid"] for event in batch] for batch in sent]


def test_events_are_sent_in_order_and_at_most_once_in_a_quarter_of_a_second(consumer):
    began, wanted = time.monotonic(), [str(number) for number in range(20)]
    for number in wanted:
        consumer.dispatcher.send("task-started", uuid=number)
        consumer.turn(0.001)
    consumer.turn(2 * celery_app.EVENTS_S)
    assert [name for batch in names(consumer.sent) for name in batch] == wanted
    assert len(consumer.sent) <= 1 + (time.monotonic() - began) / celery_app.EVENTS_S


def test_a_full_buffer_is_sent_at_once(consumer):
    consumer.dispatcher.send("task-started", uuid="first")
    consumer.turn(0.01)
    for number in range(consumer.dispatcher.buffer_limit):
        consumer.dispatcher.send("task-started", uuid=str(number))
    assert [len(batch) for batch in consumer.sent] == [1, consumer.dispatcher.buffer_limit]


def test_the_end_of_a_task_names_it_for_a_monitor_that_came_late(consumer):
    known = {"name": "feeds.poll", "args": "()", "kwargs": "{'feed': 'desk'}"}
    for number in range(celery_app.MAX_RECEIVED + 5):
        consumer.dispatcher.send("task-received", uuid=str(number), **known, eta=None)
    last = str(celery_app.MAX_RECEIVED + 4)
    for uuid in (last, "0", "never received"):  # the first of so many is forgotten
        consumer.dispatcher.send("task-failed", uuid=uuid, exception="404")
    consumer.turn(2 * celery_app.EVENTS_S)
    ends = {
        event["uuid"]: {name: event[name] for name in known if name in event}
        for batch in consumer.sent
        for event in batch
        if event["type"] == "task-failed"
    }
    assert ends == {last: known, "0": {}, "never received": {}}


@pytest.fixture
def send_task(consumer):
    """Sends the events of one task from its start to its end, and returns what was sent: type and fields."""

    def send(name, end, **fields):
        dispatcher = consumer.dispatcher
        dispatcher.send("task-received", uuid="1", name=name, args="()", kwargs="{'feed': 'desk'}")
        dispatcher.send("task-started", uuid="1")
        dispatcher.send(end, uuid="1", **fields)
        consumer.turn(2 * celery_app.EVENTS_S)
        return {event["type"]: event for batch in consumer.sent for event in batch}

    return send


@pytest.mark.parametrize("name", ["control.tick", "control.reload", "control.upkeep"])
def test_of_housekeeping_only_failures_are_sent_and_they_are_named(send_task, name):
    assert send_task(name, "task-succeeded", result="{}") == {}
    sent = send_task(name, "task-failed", exception="KeyError('x')", traceback="Traceback …")
    assert list(sent) == ["task-failed"]
    assert sent["task-failed"]["name"] == name
    assert sent["task-failed"]["received"] > 0
    assert sent["task-failed"]["traceback"] == "Traceback …"


@pytest.mark.parametrize("name", ["feeds.poll", "articles.extract", "push.send"])
def test_all_events_of_other_tasks_are_sent(send_task, name):
    assert list(send_task(name, "task-succeeded", result="{}")) == [
        "task-received", "task-started", "task-succeeded"
    ]  # fmt: skip


def test_an_expected_failure_has_no_traceback(send_task):
    sent = send_task("feeds.poll", "task-failed", exception="FetchError: 404 from h", traceback="Traceback …")
    assert sent["task-failed"]["exception"] == "FetchError: 404 from h"
    assert sent["task-failed"]["traceback"] is None


def test_the_clock_sends_no_event_of_what_it_sends():
    from worker.beat import SteadyScheduler

    app = celery_app.make_app(celery_app.read_settings({}))
    assert app.conf.task_send_sent_event is True
    SteadyScheduler(app=app)
    assert app.conf.task_send_sent_event is False
