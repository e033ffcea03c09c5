"""Senders of push that are killed with SIGKILL: each message arrives, again only with the same id."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from tests.support.receivers import hook_receiver
from worker.flows import push_send
from worker.records import Config, PushRule
from worker.store import config as config_store
from worker.store import push_messages, push_receivers
from worker.store.models import PushReceiver

STORIES, EACH, KILLS = 8, 6, 5
SENDER = """
import time
from datetime import UTC, datetime
from worker.flows import push_send
from worker.flows.services import Services
from worker.settings import read_settings
from worker.store import push_receivers
services = Services(read_settings(), clock=lambda: datetime.now(UTC))
while True:
    with services.db.write() as connection:
        claimed = push_receivers.claim(connection, ["cms"], services.clock(), 90.0)
    for name, lease in claimed.items():
        push_send.run(services, name, lease)
    time.sleep(0.01)
"""


@pytest.fixture
def start_sender(settings):
    """Start a sender as a process of its own; all are killed at the end."""
    own = {
        "WIREROOM_HOME": str(settings.home), "WIREROOM_DATABASE_URL": settings.database_url,
        "WIREROOM_ENV_FILE": "",
    }  # fmt: skip
    started = []

    def start():
        started.append(subprocess.Popen([sys.executable, "-P", "-c", SENDER], env={**os.environ, **own}))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait(30)


def fill(services):
    now = datetime.now(UTC)
    config = Config(feeds=(), push=(PushRule("cms", "env:PUSH_URL"),), allow_private=("127.0.0.0/8",))
    rows = [
        {"receiver": "cms", "message": f"msg_{story}_{number}", "kind": "story.grew", "story_id": story,
         "article_id": None, "title": None, "body": f'{{"story": {story}, "number": {number}}}'}
        for number in range(EACH)
        for story in range(STORIES)
    ]  # fmt: skip
    with services.db.write() as connection:
        config_store.save_config(connection, loaded_at=now, service=config_store.service_to_json(config))
        push_receivers.put_receivers(connection, {"cms": ("story.grew",)})
        push_messages.add_messages(connection, rows, now)


def wait_for(condition, seconds=90.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.002)


def end_leases(services):
    """As if the lease of the killed sender had passed."""
    with services.db.write() as connection:
        connection.execute(update(PushReceiver).values(lease=None, lease_until_at=None))


def test_a_killed_sender_loses_nothing_and_repeats_with_the_same_id(services, start_sender, monkeypatch):
    rng = random.Random(15)
    with hook_receiver() as hook:
        monkeypatch.setenv("PUSH_URL", hook.url())
        fill(services)
        for _ in range(KILLS):
            sender, seen = start_sender(), len(hook.posted)
            wait_for(lambda seen=seen: len(hook.posted) >= min(seen + rng.randint(1, 8), STORIES * EACH))
            os.kill(sender.pid, signal.SIGKILL)
            assert sender.wait(30) == -signal.SIGKILL
            end_leases(services)
        start_sender()
        wait_for(lambda: not unfinished(services))
        arrived = [(one.fields["webhook-id"], one.body) for one in hook.posted]
    assert len({name for name, _ in arrived}) == STORIES * EACH, "none is missing"
    assert len(set(arrived)) == STORIES * EACH, "a repetition has the same id and body"
    most = KILLS * push_send.AT_ONCE
    assert len(arrived) - STORIES * EACH <= most, "only what was under way is repeated"
    for story in range(STORIES):
        numbers = [int(name.rpartition("_")[2]) for name, _ in arrived if name.startswith(f"msg_{story}_")]
        assert numbers == sorted(numbers)


def unfinished(services):
    with services.db.read() as connection:
        return [row for row in push_messages.list_messages(connection) if row["state"] != "done"]
