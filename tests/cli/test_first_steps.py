"""`wireroom init` and `wireroom doctor`: from nothing to a service, and what to mend on the way."""

import ctypes
import json
import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import nullcontext

import pytest
from click.testing import CliRunner

from tests.support.schema import with_schema
from worker.cli.doctor_packages import NEEDED_BY
from worker.cli.init import read_sample
from worker.cli.main import wireroom
from worker.config import load_config
from worker.flows.local_service import write_addresses
from worker.launcher.flower import flower_url
from worker.launcher.instance import hold_instance
from worker.processes import PR_SET_CHILD_SUBREAPER
from worker.settings import read_settings
from worker.store import Database


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty directory with the settings of an installation in it."""
    monkeypatch.setenv("WIREROOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WIREROOM_CONFIG", str(tmp_path / "config" / "feeds.toml"))
    monkeypatch.setenv("WIREROOM_FLOWER_PORT", "5999")
    monkeypatch.setenv("WIREROOM_WEB_ADDRESS", "5998")
    return tmp_path


def run(*arguments):
    done = CliRunner().invoke(wireroom, arguments)
    return done.exit_code, done.output


def checks(*arguments):
    """The findings of `doctor`, by check."""
    done = CliRunner().invoke(wireroom, ["doctor", "--offline", "--json", *arguments])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == (1 if any(row["state"] == "bad" for row in rows) else 0)
    assert all(row["remedy"] for row in rows if row["state"] != "ok")
    return {row["check"]: row for row in rows}


def test_init_writes_the_sample_and_says_what_is_next(place):
    code, said = run("init", "--contact", "https://desk.example/about")
    assert code == 0
    path = place / "config" / "feeds.toml"
    assert load_config(path).contact == "https://desk.example/about"
    assert path.read_text().count("\n#") > 50
    assert "wireroom doctor" in said
    assert "wireroom run" in said
    assert "WIREROOM_CONFIG" not in said


def test_init_never_overwrites(place):
    (place / "mine.toml").write_text("# mine\n")
    code, said = run("init", str(place / "mine.toml"))
    assert code == 2
    assert "exists and was not changed" in said
    assert (place / "mine.toml").read_text() == "# mine\n"


def test_init_elsewhere_says_how_to_use_the_file(place):
    _, said = run("init", str(place / "other.toml"))
    assert f"WIREROOM_CONFIG={place / 'other.toml'}" in said
    assert (place / "other.toml").read_text() == read_sample()


@pytest.mark.parametrize("contact", ["desk", "a b@c.example", 'x"@y.example\n[http]'])
def test_init_refuses_what_is_no_contact(place, contact):
    assert run("init", "--contact", contact)[0] == 2


def test_doctor_before_anything_is_there(place):
    found = checks()
    assert found["config"]["remedy"] == "`wireroom init` writes one"
    assert found["python"]["state"] == found["database"]["state"] == found["broker"]["state"] == "ok"
    assert "will be created" in found["database"]["found"]
    assert not (place / "home").exists()


def test_doctor_of_a_good_installation(place):
    run("init", "--contact", "desk@example.org")
    settings = read_settings()
    settings.home.mkdir(mode=0o700)
    database = Database(settings.database_url)
    with_schema(database)
    database.close()
    with hold_instance(settings.home):
        found = checks()
    assert {row["state"] for row in found.values()} == {"ok"}
    assert found["contact"]["found"] == "desk@example.org"
    assert "the service runs" in found["ports"]["found"]


def test_doctor_names_each_fault_with_its_remedy(place, monkeypatch):
    config = place / "config" / "feeds.toml"
    config.parent.mkdir()
    config.write_text(
        '[[feed]]\nid = "a"\nurl = "https://a.example/f"\n'
        'auth = { type = "bearer", token = "env:NOT_THERE" }\n'
    )
    home = place / "home"
    home.mkdir(mode=0o755)
    with sqlite3.connect(home / "wireroom.db") as connection:
        connection.execute("CREATE TABLE others (id)")
    monkeypatch.setenv("WIREROOM_BROKER_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("WIREROOM_FLOWER_ADDRESS", "0.0.0.0")
    monkeypatch.setenv("WIREROOM_TIK", "5s")
    found = checks()
    assert "NOT_THERE" in found["secrets"]["found"]
    assert "chmod 700" in found["permissions"]["remedy"]
    assert "another program" in found["migrations"]["found"]
    assert "does not respond" in found["broker"]["found"]
    assert "password" in found["ports"]["found"]
    assert "did you mean WIREROOM_TICK?" in found["settings"]["found"]
    assert found["contact"]["state"] == "warning"


def test_doctor_with_invalid_settings_says_which(place, monkeypatch):
    monkeypatch.setenv("WIREROOM_TICK", "5")
    found = checks()
    assert "WIREROOM_TICK" in found["settings"]["found"]
    assert found["config"]["remedy"] == "`wireroom init` writes one"
    assert found["ports"]["state"] == found["database"]["state"] == "ok"


def test_doctor_omits_only_what_needs_the_invalid_setting(place, monkeypatch):
    monkeypatch.setenv("WIREROOM_DATABASE_URL", "mysql://db.example/wire")
    monkeypatch.setenv("WIREROOM_FLOWER_PORT", "0")
    monkeypatch.setenv("WIREROOM_WEB_ADDRESS", "0.0.0.0:5998")
    found = checks()
    assert "database" not in found
    assert found["broker"]["state"] == "ok"
    assert "web pages are not served" in found["ports"]["found"]


def test_doctor_looks_where_the_running_service_listens(place, monkeypatch):
    """Which has another environment than this shell, and perhaps the option for another port."""
    with socket.create_server(("127.0.0.1", 0)) as usual, socket.create_server(("127.0.0.1", 0)) as own:
        monkeypatch.setenv("WIREROOM_FLOWER_PORT", str(own.getsockname()[1]))
        running = read_settings()
        with hold_instance(place / "home"):
            write_addresses(running)
            monkeypatch.setenv("WIREROOM_FLOWER_PORT", str(usual.getsockname()[1]))
            monkeypatch.setenv("WIREROOM_METRICS_ADDRESS", "127.0.0.1:1")  # which it does not serve
            found = checks()["ports"]
            said = f"the service runs with pid {os.getpid()}; its monitor is {flower_url(running)}"
            assert (found["state"], found["found"]) == ("ok", said)
            write_addresses(running, with_flower=False)
            assert checks()["ports"]["found"].endswith("; without a monitor")
        assert checks()["ports"]["state"] == "bad"  # by this shell's own settings once none runs


@pytest.mark.parametrize("is_running", [False, True])
def test_doctor_tells_of_each_port_that_another_program_has(place, monkeypatch, is_running):
    """Also while the service runs: what it listens on itself is in order."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)  # this process may have run a service before
    other = """import os, socket, sys
if os.fork():  # what is left is no child of this process
    os._exit(0)
with socket.create_server(("127.0.0.1", 0)) as server:
    print(server.getsockname()[1], flush=True)
    sys.stdin.read()
"""
    with (
        subprocess.Popen(
            [sys.executable, "-c", other], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as theirs,
        socket.create_server(("127.0.0.1", 0)) as own,
        hold_instance(place / "home") if is_running else nullcontext(),
    ):
        taken, mine = int(theirs.stdout.readline()), own.getsockname()[1]
        theirs.wait(30)  # what it left is then a child of this process no more
        monkeypatch.setenv("WIREROOM_METRICS_ADDRESS", f"127.0.0.1:{mine}")
        found = checks()["ports"]
        assert found["state"] == ("ok" if is_running else "bad")
        monkeypatch.setenv("WIREROOM_METRICS_ADDRESS", f"127.0.0.1:{taken}")
        found = checks()["ports"]
        theirs.stdin.close()
    assert found["found"] == f"127.0.0.1:{taken} is in use by another program: it is needed for the metrics"
    assert "WIREROOM_METRICS_ADDRESS" in found["remedy"]


def test_doctor_names_a_package_that_is_missing(place, monkeypatch):
    monkeypatch.setitem(NEEDED_BY, "extraction", "tests.support.broken_import")
    found = checks()["packages"]
    assert found["found"].startswith("extraction cannot start: ModuleNotFoundError")
    assert "pip install no_such_package_here`" in found["remedy"]


def test_doctor_tells_of_a_name_server_that_knows_no_host(place, monkeypatch):
    monkeypatch.setattr("worker.cli.doctor_network.DEFAULT", (("nothing.invalid", 443),))
    code, said = run("doctor")
    assert code == 1
    assert "no address for nothing.invalid" in said
    assert "resolv.conf" in said


def test_doctor_blames_no_name_server_for_names_under_localhost(place, monkeypatch):
    """No resolver asks one for them; whether it knows them itself is different from system to system."""
    honest = socket.getaddrinfo

    def resolve(host, *args, **more):
        if str(host).endswith(".localhost"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return honest(host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    config = place / "config" / "feeds.toml"
    config.parent.mkdir()
    local = '[[feed]]\nid = "a"\nurl = "http://wire.localhost:8080/f"\n'
    config.write_text(local)

    def found_online():
        done = CliRunner().invoke(wireroom, ["doctor", "--json"])
        return {row["check"]: row for row in map(json.loads, done.stdout.splitlines())}

    found = found_online()
    assert "name server" not in found
    assert found["network"]["state"] == "bad"
    assert found["network"]["found"].startswith("no address for wire.localhost: ")
    assert "not looked up at a name server" in found["network"]["found"]
    assert "/etc/hosts: 127.0.0.1 wire.localhost" in found["network"]["remedy"]
    config.write_text(f'{local}[[feed]]\nid = "b"\nurl = "http://nothing.invalid/f"\n')
    assert found_online()["name server"]["found"] == "no address for nothing.invalid"


def test_doctor_connects_to_the_hosts_of_the_config(place):
    """One that refuses is told; so is one at an address that is not allowed."""
    config = place / "config" / "feeds.toml"
    config.parent.mkdir()
    config.write_text('[[feed]]\nid = "a"\nurl = "http://127.0.0.1:9/f"\n')
    assert "is loopback" in run("doctor")[1]
    config.write_text(
        '[http]\nallow_private = ["127.0.0.0/8"]\n[[feed]]\nid = "a"\nurl = "http://127.0.0.1:9/f"\n'
    )
    assert "no connection to port 9" in run("doctor")[1]


def test_run_without_a_config_names_init_and_writes_nothing(place):
    assert run("run")[0] != 0
    assert not (place / "home").exists()
    done = CliRunner().invoke(wireroom, ["check"])
    assert "`wireroom init` writes one" in done.output
