"""Messages that end a worker of Celery: the queue is set aside, and work goes on."""

import json

import pytest
import redis

from tests.launcher.test_run import Service, until
from worker.queue_keys import aside_key, queue_key
from worker.settings import socket_path_of

pytestmark = pytest.mark.timeout(300)
POISON = ("[]", json.dumps({"body": None}), json.dumps({"body": "x", "headers": "x", "properties": {}}))


@pytest.fixture
def service(tmp_path):
    service = Service(tmp_path)
    yield service
    service.close()


def test_poison_ends_a_worker_a_few_times_only(service):
    """Another program's messages do not meet it at all: its queue of the same name is another key."""
    service.start()
    assert service.all_ready()
    with redis.Redis(unix_socket_path=str(socket_path_of(service.home))) as client:
        client.rpush("poll", *POISON)
        client.lpush(queue_key("poll"), *POISON * 3)
        assert until(lambda: client.exists(aside_key("poll")), 120)
        assert until(lambda: client.llen(queue_key("poll")) == 0, 60)
        assert client.llen("poll") == len(POISON)
    needs = json.loads(service.command("status", "--json").stdout)["needs"]
    assert any(need.startswith("the queue poll was set aside") for need in needs)
    assert until(lambda: service.command("health", "poll").returncode == 0, 60)
