"""While a service starts, commands say so instead of reporting that nothing is alive."""

import os
import re
import socket
import sqlite3
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner

from tests.store.samples import make_feed, sync
from worker.cli import check
from worker.cli import poll as poll_cli
from worker.cli import reload as reload_cli
from worker.cli.doctor import examine_machine
from worker.cli.status import status
from worker.errors import MissingDatabaseError, NotWorkingError, SchemaError, ServiceError
from worker.flows import heartbeats, reload
from worker.flows.health import check_health
from worker.flows.local_service import (
    LOCK_NAME,
    PREPARING_NAME,
    STARTING_S,
    begin_preparation,
    describe_error,
    end_preparation,
    find_local_service,
)
from worker.flows.status import LATE_S, read_status
from worker.launcher.instance import hold_instance
from worker.store import feeds as feed_store


@pytest.fixture
def desk(services, monkeypatch):
    """An installation without workers."""
    monkeypatch.setattr("worker.flows.services.services", lambda: services)
    services.settings.config.write_text('[http]\ncontact = "ops@example.org"\n')
    services.redis.flushdb()
    services.clock()
    return services


def age(services, seconds):
    at = time.time() - seconds
    os.utime(services.settings.home / LOCK_NAME, (at, at))


def needs(services, **changes):
    found = read_status(replace(services.settings, **changes))["needs"]
    return [re.sub(r"for \d+ (s|min)\b", "for a while", need) for need in found if "config" not in need]


def test_without_a_service_commands_say_how_to_start_it(desk):
    assert find_local_service(desk.settings.home) is None
    assert needs(desk) == [
        "no worker is alive: start `wireroom run`, or `wireroom worker ROLE` on each machine"
    ]
    assert "no service is running" in CliRunner().invoke(reload_cli.reload, []).stderr


def test_without_a_service_its_own_broker_is_not_said_to_fail(desk):
    said = f"no service is running in {desk.settings.home}: start `wireroom run`"
    assert needs(desk, broker_url=None) == [said]
    with pytest.raises(ServiceError, match=re.escape(said)):
        check_health(replace(desk.settings, broker_url=None), None, desk.machine)


def test_status_of_a_service_that_makes_its_database_says_that_it_starts(desk, monkeypatch, tmp_path):
    home = tmp_path / "new"
    monkeypatch.setenv("WIREROOM_HOME", str(home))
    monkeypatch.setenv("WIREROOM_CONFIG", str(desk.settings.config))
    home.mkdir()
    sqlite3.connect(home / "wireroom.db").close()
    assert "the database has no tables yet: start `wireroom run`" in CliRunner().invoke(status).output
    with hold_instance(home):
        begin_preparation(home)
        shown = CliRunner().invoke(status).output
    assert "the service is starting (pid" in shown
    assert "it is preparing the database" in shown
    assert "no tables" not in shown


def test_a_database_is_being_prepared_until_the_service_says_that_it_is_ready(desk):
    """However long that takes: the upgrade of a large one takes longer than workers need to start."""
    away, settings = MissingDatabaseError("/home"), desk.settings
    with hold_instance(settings.home):
        assert describe_error(away, settings) == str(away), "as a command that restores a database"
        begin_preparation(settings.home)
        age(desk, STARTING_S + 60)
        said = f"the service is starting (pid {os.getpid()}, for 3 min): it is preparing the database"
        assert describe_error(away, settings) == said
        assert describe_error(SchemaError("older", may_pass=True), settings) == said
        assert describe_error(SchemaError("newer"), settings) == "newer"
        assert needs(desk) == needs(desk, broker_url=None) == [said.replace("3 min", "a while")]
        with pytest.raises(ServiceError, match=re.escape(said)):
            check_health(replace(settings, broker_url=None), None, desk.machine)
        end_preparation(settings.home)
        assert describe_error(away, settings) == str(away)


def test_a_service_that_was_killed_while_it_prepared_its_database_does_not_do_so_any_longer(desk):
    away, home = MissingDatabaseError("/home"), desk.settings.home
    with hold_instance(home):
        begin_preparation(home)
    assert describe_error(away, desk.settings) == str(away)
    (home / PREPARING_NAME).write_text("1", encoding="ascii")
    with hold_instance(home):
        assert describe_error(away, desk.settings) == str(away)


def test_a_config_that_is_not_loaded_yet_is_no_fault_while_the_database_is_prepared(desk):
    def config_needs():
        return [need for need in read_status(desk.settings)["needs"] if "config" in need]

    assert config_needs() == ["no config was taken over yet: start `wireroom run`"]
    with hold_instance(desk.settings.home):
        begin_preparation(desk.settings.home)
        assert config_needs() == []


def test_a_service_that_starts_is_no_fault_of_workers_or_of_its_broker(desk):
    with hold_instance(desk.settings.home):
        service = find_local_service(desk.settings.home)
        assert service.pid == os.getpid()
        age(desk, 5)
        said = f"the service is starting (pid {os.getpid()}, for a while): no worker has reported yet"
        assert needs(desk) == [said]
        assert needs(desk, broker_url=None) == [said]  # the embedded one, which is not there
        assert needs(desk, broker_url="redis://127.0.0.1:1/0") == [
            "the broker does not respond: is Redis or Valkey running at 127.0.0.1?",
        ]  # of workers nothing is known without it
        for settings in (desk.settings, replace(desk.settings, broker_url=None)):
            with pytest.raises(ServiceError, match="the service is starting"):
                check_health(settings, None, desk.machine)
        told = CliRunner().invoke(reload_cli.reload, []).stderr
        assert "the service is starting" in told
        assert "no control worker has reported yet" in told


def test_a_service_without_workers_is_a_fault_when_it_has_had_time_to_start(desk):
    with hold_instance(desk.settings.home):
        age(desk, STARTING_S + 60)
        said = (
            f"no worker is alive although the service runs (pid {os.getpid()}, for a while): see the logs in "
        )
        assert needs(desk) == [f"{said}{desk.settings.home / 'log'}"]
        assert needs(desk, broker_url=None) == [
            "the broker does not respond: is `wireroom run` (or Redis) running?"
        ]


def test_workers_of_a_service_are_listed_as_soon_as_they_report(desk):
    with hold_instance(desk.settings.home):
        heartbeats.send_heartbeat(desk, "poll@machine-1", 4, ["poll"])
        assert needs(desk) == []


def test_a_role_that_stopped_is_a_fault_while_others_work(desk):
    """`status` and `health` word it alike: with a service of this machine, its logs say more."""
    for role in ("poll", "control"):
        heartbeats.send_heartbeat(desk, f"{role}@{desk.machine}", 4, [role])
    said = "no extract worker is alive: start `wireroom worker extract`, or see its log if it runs"
    assert needs(desk) == [said]
    with pytest.raises(NotWorkingError) as caught:
        check_health(desk.settings, None, desk.machine)
    assert str(caught.value) == said
    with hold_instance(desk.settings.home):
        age(desk, STARTING_S + 60)
        [need] = needs(desk)
        assert need.startswith("no extract worker is alive although the service runs (pid")
        with pytest.raises(NotWorkingError, match="no extract worker is alive although the service runs"):
            check_health(desk.settings, "extract", desk.machine)


def test_a_shell_without_the_secrets_of_a_running_service_is_no_fault_of_it(desk, monkeypatch, tmp_path):
    """`check`, `doctor` and `reload` note it; without a service it is a fault. `poll` sends nothing."""
    desk.settings.config.write_text(
        '[[feed]]\nid = "paid"\nurl = "https://paid.example/feed"\n'
        'auth = { type = "bearer", token = "env:NOT_IN_THIS_SHELL" }\n'
    )
    monkeypatch.chdir(tmp_path)
    for name, value in {"HOME": desk.settings.home, "CONFIG": desk.settings.config}.items():
        monkeypatch.setenv(f"WIREROOM_{name}", str(value))
    assert reload.run(desk)["config"] == "ok"

    def secrets():
        found = [one for one in examine_machine(is_offline=True) if one.check == "secrets"]
        return [(one.state, "has its own environment" in one.remedy) for one in found]

    def noted(findings):
        return [note for note in findings.notes if f"(pid {os.getpid()}) has its own environment" in note]

    checked = check.examine(None)
    assert [problem.feed for problem in checked.problems if problem.key == "auth.token"] == ["paid"]
    assert (noted(checked), secrets()) == ([], [("bad", False)])
    with hold_instance(desk.settings.home):
        checked = check.examine(None)
        assert [problem for problem in checked.problems if problem.key == "auth.token"] == []
        assert "NOT_IN_THIS_SHELL" in noted(checked)[0]
        assert secrets() == [("warning", True)]
        assert "note: " in CliRunner().invoke(reload_cli.reload, []).stderr
    polled = CliRunner().invoke(poll_cli.poll, ["paid"])
    assert 'feed "paid" was not polled: the secret "env:NOT_IN_THIS_SHELL" is not there' in polled.stderr
    with desk.db.read() as connection:
        [(_, state)] = feed_store.read_states(connection, ["paid"])
    assert state.last_polled_at is None


def test_a_broker_that_is_stopped_is_no_service_that_starts(desk, tmp_path, monkeypatch):
    """It accepts connections, which the kernel does for it, and does not respond."""
    monkeypatch.setattr("worker.flows.broker_state.ANSWER_S", 0.2)
    path = tmp_path / "broker.sock"
    settings = replace(desk.settings, broker_url=None)
    monkeypatch.setattr("worker.flows.broker_state.redis_url_of", lambda _: f"unix://{path}")
    with socket.socket(socket.AF_UNIX) as broker, hold_instance(settings.home):
        broker.bind(str(path))
        broker.listen()
        [said] = needs(desk, broker_url=None)
        with pytest.raises(ServiceError) as failed:
            check_health(settings, None, desk.machine)
    assert said.startswith("the broker does not respond")
    assert str(failed.value).startswith("the broker does not respond")


def test_polls_that_wait_for_a_service_that_does_not_run_need_no_more_workers(desk):
    with desk.db.write() as connection:
        sync(connection, make_feed("coast"), now=desk.clock() - timedelta(hours=1))
    assert read_status(desk.settings)["oldest_due_s"] > LATE_S
    assert not [need for need in needs(desk) if "polls are behind" in need]
