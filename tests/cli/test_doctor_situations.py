"""`wireroom doctor` in the situations that operators meet: lines do not contradict each other."""

import json
import os
import socket
import sqlite3
import time
from contextlib import closing, nullcontext

import pytest
import redis
from click.testing import CliRunner

from tests.support.schema import with_schema
from worker.cli.main import wireroom
from worker.flows.local_service import ADDRESSES_NAME, LOCK_NAME, STARTING_S
from worker.launcher.instance import hold_instance
from worker.settings import read_settings
from worker.store import Database

FEED = '[http]\ncontact = "desk@example.org"\nallow_private = ["127.0.0.0/8"]\n[[feed]]\nid = "a"\n'


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A directory with a config file of one feed on loopback, and no state yet."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("WIREROOM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WIREROOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WIREROOM_CONFIG", str(tmp_path / "feeds.toml"))
    monkeypatch.setenv("WIREROOM_WEB_ADDRESS", "off")
    monkeypatch.setenv("WIREROOM_FLOWER_PORT", str(free_port()))
    configure(tmp_path)
    return tmp_path


def configure(place, more="", port=9):
    (place / "feeds.toml").write_text(f'{FEED}url = "http://127.0.0.1:{port}/f"\n{more}')


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def faults(*arguments):
    """The checks that are not in order, with what was found and the remedy."""
    done = CliRunner().invoke(wireroom, ["doctor", "--json", *(arguments or ["--offline"])])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    found = {row["check"]: (row["found"], row["remedy"]) for row in rows if row["state"] != "ok"}
    assert done.exit_code == (1 if any(row["state"] == "bad" for row in rows) else 0)
    assert all(remedy for _, remedy in found.values())
    return found


def said_of(check):
    done = CliRunner().invoke(wireroom, ["doctor", "--json", "--offline"])
    return [row["found"] for row in map(json.loads, done.stdout.splitlines()) if row["check"] == check]


def test_a_fresh_directory_has_no_fault(place):
    assert faults() == {}
    assert said_of("database") == [f"{place / 'home' / 'wireroom.db'} will be created by `wireroom run`"]
    assert said_of("broker")[0].endswith("is installed, for `wireroom run`")


def test_a_state_directory_that_cannot_be_created_is_one_fault(place, monkeypatch):
    """Nothing is said to be created in it, and the remedy is not to start a database."""
    monkeypatch.setenv("WIREROOM_HOME", "/proc/wireroom")
    assert list(faults()) == ["permissions"]
    assert said_of("database") == []


def test_a_database_file_elsewhere_that_cannot_be_created_has_a_remedy_for_files(place, monkeypatch):
    monkeypatch.setenv("WIREROOM_DATABASE_URL", "sqlite:////proc/wireroom/news.db")
    [(found, remedy)] = faults().values()
    assert found.startswith("WIREROOM_DATABASE_URL: /proc/wireroom cannot be created in /proc")
    assert "own its directory" in remedy


@pytest.mark.parametrize(
    ("change", "found", "remedy"),
    [
        (
            "UPDATE alembic_version SET version_num = '20990101_x'",
            "which this version of wireroom does not know",
            "install the version that upgraded it, or restore a backup from before the upgrade",
        ),
        ("DELETE FROM alembic_version", "(alembic_version is missing or empty)", "restore a backup"),
    ],
)
def test_a_database_of_another_version_has_one_remedy(place, change, found, remedy):
    database = Database(read_settings().database_url)
    with_schema(database)
    database.close()
    (place / "home").chmod(0o700)
    with closing(sqlite3.connect(place / "home" / "wireroom.db")) as connection:
        connection.execute(change)
        connection.commit()
    [(said, cure)] = faults().values()
    assert said.endswith(found)
    assert cure == remedy


def test_the_broker_of_a_running_service_is_asked_and_no_other_is_offered(place):
    with hold_instance(place / "home"):
        (place / "home").chmod(0o700)
        assert faults() == {}
        own = f"that of the running service (pid {os.getpid()})"
        assert said_of("broker") == [f"{own} is starting"]
        long_ago = time.time() - STARTING_S - 60
        os.utime(place / "home" / LOCK_NAME, (long_ago, long_ago))
        [(found, remedy)] = faults().values()
    assert found.startswith(f"{own} does not work: ")
    assert str(place / "home" / "log") in remedy


@pytest.mark.parametrize(
    ("text", "check", "remedy"),
    [
        ('auth = { type = "bearer", token = "env:DOCTOR_NO_SUCH" }', "secrets", "set the variable"),
        (
            'auth = { type = "bearer", token = "file:/proc" }',
            "secrets",
            "write the secret alone into the file",
        ),
        ('intervall = "5m"', "config", "wireroom check"),
        ('tags = ["x"]\n[alerts]\ngroup = "x"', "config", "wireroom check"),
    ],
)
def test_a_fault_of_the_file_is_one_fault(place, text, check, remedy):
    configure(place, text)
    [(name, (_, cure))] = faults().items()
    assert name == check
    assert remedy in cure


def test_a_broker_and_a_database_that_are_away_are_told_with_their_settings(place, monkeypatch):
    monkeypatch.setenv("WIREROOM_BROKER_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("WIREROOM_DATABASE_URL", "postgresql://127.0.0.1:1/none")
    found = faults()
    assert set(found) == {"broker", "database"}
    assert "WIREROOM_BROKER_URL" in found["broker"][1]
    assert "start the database" in found["database"][1]


def test_a_broker_that_wants_a_password_names_its_setting(place, monkeypatch, broker_socket):
    with redis.Redis(unix_socket_path=str(broker_socket)) as broker:
        broker.config_set("requirepass", "secret-1")
        monkeypatch.setenv("WIREROOM_BROKER_URL", f"redis+socket://{broker_socket}?virtual_host=0")
        try:
            [(name, (said, remedy))] = faults().items()
            with_password = f"redis+socket://:secret-1@{broker_socket}?virtual_host=0"
            monkeypatch.setenv("WIREROOM_BROKER_URL", with_password)
            assert faults() == {}
        finally:
            broker.execute_command("AUTH", "secret-1")
            broker.config_set("requirepass", "")
    assert name == "broker"
    assert "it refuses our login" in said
    assert remedy.startswith("set WIREROOM_BROKER_PASSWORD")


def test_a_port_that_is_taken_names_its_setting(place, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("WIREROOM_FLOWER_PORT", str(other.getsockname()[1]))
        [(_, remedy)] = faults().values()
    assert "WIREROOM_FLOWER_PORT" in remedy


@pytest.mark.parametrize("is_running", [False, True])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FLOWER_ADDRESS", "0.0.0.0"),
        ("WEB_ADDRESS", "0.0.0.0:25999"),
        ("METRICS_ADDRESS", "0.0.0.0:25998"),
    ],
)
def test_an_address_beyond_loopback_is_judged_also_while_the_service_runs(
    place, monkeypatch, name, value, is_running
):
    monkeypatch.setenv(f"WIREROOM_{name}", value)
    with hold_instance(place / "home") if is_running else nullcontext():
        if is_running:
            (place / "home").chmod(0o700)
            told = {"web": ["127.0.0.1", 8080], "metrics": None, "flower": ["127.0.0.1", 5555]}
            (place / "home" / ADDRESSES_NAME).write_text(json.dumps(told), encoding="ascii")
        found = [remedy for _, remedy in faults().values()]
    assert found == [f"set the password, or WIREROOM_{name} to loopback"]


def test_a_host_that_refuses_is_no_fault_of_a_name_server_that_was_not_asked(place):
    configure(place, port=free_port())
    [(name, (found, remedy))] = faults("--json").items()
    assert (name, "Connection refused" in found) == ("network", True)
    assert "80" not in remedy
