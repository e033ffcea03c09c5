"""Messages that no program of ours sends end no worker, nor is a queue lost with its broker."""

import json
import time

import pytest
import redis

from tests.launcher.test_run import WORKERS, Service, until
from tests.storms.servers import running_broker
from tests.support.forged import forged_messages
from worker.queue_keys import KEY_PREFIX, aside_key, note_key, queue_key
from worker.settings import socket_path_of

pytestmark = pytest.mark.timeout(300)
QUEUES = ("poll", "extract", "control")


@pytest.fixture
def service(tmp_path):
    service = Service(tmp_path)
    yield service
    service.close()


def client_of(service):
    return redis.Redis(unix_socket_path=str(socket_path_of(service.home)))


def is_healthy(service):
    return all(service.command("health", role).returncode == 0 for role in WORKERS)


def test_no_forged_message_ends_a_worker(service):
    """Another program's messages do not meet it at all: its queue of the same name is another key."""
    service.start()
    assert service.all_ready()
    forged = [raw for _name, raw in forged_messages()]
    with client_of(service) as client:
        client.rpush("poll", *forged)
        for queue in QUEUES:
            client.lpush(queue_key(queue), *forged)
        for queue in QUEUES:
            assert until(lambda queue=queue: client.llen(queue_key(queue)) == 0, 120), queue
            assert client.llen(aside_key(queue)) > 100
        assert client.llen("poll") == len(forged)
    assert until(lambda: is_healthy(service), 60)
    assert set(service.times_ready().values()) == {1}, service.output.read_text()
    needs = json.loads(service.command("status", "--json").stdout)["needs"]
    for queue in QUEUES:
        assert any(f" messages of the queue {queue} could not be read" in need for need in needs)


def test_a_message_to_all_workers_that_cannot_be_read_ends_none(service):
    service.start()
    assert service.all_ready()
    with client_of(service) as client:
        for _name, raw in forged_messages():
            assert until(lambda raw=raw: client.publish(f"{KEY_PREFIX}/0.celery.pidbox", raw) > 0, 20)
    assert until(lambda: is_healthy(service), 60)
    assert set(service.times_ready().values()) == {1}, service.output.read_text()


def test_a_broker_lost_ten_times_within_seconds_sets_nothing_aside(service):
    with running_broker() as (broker, _proxy):
        service.env["WIREROOM_BROKER_URL"] = f"redis+socket://{broker.socket}?virtual_host=0"
        service.start()
        assert until(lambda: is_healthy(service), 120), service.output.read_text()
        for _ in range(10):
            broker.lose(with_data=False, away_s=0.2)
            time.sleep(0.5)
        assert until(lambda: is_healthy(service), 120)
        with redis.Redis(unix_socket_path=str(broker.socket)) as client:
            assert client.exists(*map(note_key, QUEUES)) == 0
