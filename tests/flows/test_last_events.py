"""A worker sends the events of its last tasks before it ends, those of a lost connection on the next."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest
from kombu import Connection

from worker import celery_app

WORKER = """
import time
from worker.celery_app import make_app
from worker.settings import read_settings
app = make_app(read_settings())
app.conf.include = ()
@app.task(name="articles.nap")
def nap(seconds):
    time.sleep(seconds)
options = ["-P", "threads", "-c", "4", "-Q", "extract", "-E", "--without-gossip", "--without-mingle"]
app.worker_main(["worker", *options])
"""
TASKS = 4


@pytest.fixture
def app(settings):
    made = celery_app.make_app(settings)
    yield made
    made.close()


def receive(app, seen, ready, ended):
    """Note the kinds of all events until `ended`."""
    with app.connection_for_read() as connection:
        receiver = app.events.Receiver(connection, handlers={"*": lambda event: seen.append(event["type"])})
        with receiver.consumer_context(wakeup=False) as (own, _channel, _consumers):
            ready.set()
            while not ended.is_set():
                with suppress(TimeoutError):
                    own.drain_events(timeout=0.2)


def until(condition, limit_s):
    end = time.monotonic() + limit_s
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_events_of_tasks_that_end_while_their_worker_stops_are_sent(app, settings, tmp_path):
    seen, ready, ended = [], threading.Event(), threading.Event()
    receiver = threading.Thread(target=receive, args=(app, seen, ready, ended), daemon=True)
    receiver.start()
    assert ready.wait(20)
    env = {
        **os.environ,
        "WIREROOM_HOME": str(settings.home),
        "WIREROOM_BROKER_URL": settings.broker_url,
        "WIREROOM_CONFIG": str(settings.config),
    }
    with (tmp_path / "worker.log").open("wb") as log:
        worker = subprocess.Popen([sys.executable, "-c", WORKER], env=env, stdout=log, stderr=log)
        try:
            for number in range(TASKS):
                app.send_task("articles.nap", args=(3.0 if number == 0 else 3.15,))
            assert until(lambda: seen.count("task-started") == TASKS, 60), (
                tmp_path / "worker.log"
            ).read_text()
            assert until(lambda: "task-succeeded" in seen, 60)  # a batch was just sent
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(60) == 0
            assert until(lambda: seen.count("task-succeeded") == TASKS, 5), (
                tmp_path / "worker.log"
            ).read_text()
        finally:
            worker.kill()
            worker.wait()
            ended.set()
            receiver.join(10)  # kombu's poll was seen to wait without end on a busy machine


def test_what_waited_when_the_connection_was_lost_is_sent_first_on_the_next_one(monkeypatch):
    sent = []
    with Connection("memory://") as connection:
        make = lambda: celery_app.app.events.Dispatcher(connection, buffer_group=["task"])  # noqa: E731
        lost, following = make(), make()
        for number in range(3):
            lost.send("task-started", uuid=str(number))
        lost.disable()
        monkeypatch.setattr(
            following, "_publish", lambda events, *_args, **_options: sent.append(list(events))
        )
        following.extend_buffer(lost)
        following.send("task-started", uuid="3")
        following.flush()
    assert [event["uuid"] for batch in sent for event in batch] == ["0", "1", "2", "3"]


def test_the_end_of_a_task_names_it_also_after_the_connection_was_lost(monkeypatch):
    """Celery gives the requests of tasks under way to the dispatcher of the next connection."""
    sent = []
    task = {"name": "feeds.poll", "args": "()", "kwargs": "{'feed': 'harbour'}"}
    with Connection("memory://") as connection:
        make = lambda: celery_app.app.events.Dispatcher(connection, buffer_group=["task"])  # noqa: E731
        lost, following = make(), make()
        lost.send("task-received", uuid="1", **task)
        lost.disable()
        monkeypatch.setattr(following, "_publish", lambda events, *_args, **_options: sent.extend(events))
        following.extend_buffer(lost)
        following.send("task-succeeded", uuid="1", result="{}")
        following.flush()
    [end] = [event for event in sent if event["type"] == "task-succeeded"]
    assert end.items() >= task.items()
