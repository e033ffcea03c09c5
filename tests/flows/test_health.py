"""`wireroom health`: exit 0 while the service works, whatever its feeds do; otherwise the reason."""

import json
import socket
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from tests.support.receivers import hook_receiver
from tests.support.schema import newer_program
from worker.cli.health import health
from worker.errors import NotWorkingError, SchemaError, ServiceError
from worker.flows import clocks, heartbeats
from worker.flows.broker_state import read_broker_state
from worker.flows.health import check_health
from worker.flows.redis_link import LinkError, RedisLink, scan_keys
from worker.store import events as event_store
from worker.store.models import ClockState

MACHINE = "news-1"
ROLES = ("control", "poll", "extract")


@pytest.fixture
def working(services):
    """An installation whose tick ran just now, with a live worker of each role."""
    clocks.keep(services)
    for role in ROLES:
        heartbeats.send_heartbeat(services, f"{role}@{MACHINE}", 2, [role])
    return services


def fault_of(settings, role=None, machine=MACHINE):
    """The sentence, without the command's prefix; empty if the service works."""
    try:
        check_health(settings, role, machine)
    except ServiceError as exc:
        said = str(exc)
        assert "\n" not in said
        return said
    return ""


def tick_ago(services, seconds):
    with services.db.write() as connection:
        connection.execute(update(ClockState).values(at=services.clock() - timedelta(seconds=seconds)))


def test_it_works_whatever_the_feeds_do(working):
    with working.db.write() as connection:
        event_store.add_events(connection, working.clock(), [("feed.dead", "x is dead")])
    assert fault_of(working.settings) == ""
    for role in ROLES:
        assert fault_of(working.settings, role) == ""


def test_a_tick_that_stopped_is_a_fault_of_the_service_and_of_the_control_role(working):
    tick_ago(working, 600)
    for role in (None, "control"):
        assert fault_of(working.settings, role).startswith(
            "the last tick was 10 min ago, so no feed is polled"
        )
    assert fault_of(working.settings, "poll") == ""


def test_a_tick_is_late_by_its_own_interval(working):
    tick_ago(working, 600)
    assert fault_of(replace(working.settings, tick_s=300.0)) == ""


def test_a_service_that_was_never_started_says_so(services):
    for role in ROLES:
        heartbeats.send_heartbeat(services, f"{role}@{MACHINE}", 2, [role])
    assert "start `wireroom run`" in fault_of(services.settings)


def test_a_clock_that_was_set_back_does_not_hide_a_stopped_tick(working):
    tick_ago(working, -3600)
    assert "the last tick was 1 h ago" in fault_of(working.settings)


@pytest.mark.parametrize(
    ("url", "place"),
    [("redis://:pw@127.0.0.1:1/0", "127.0.0.1"), ("redis+socket:///nowhere/b.sock", "its socket")],
)
def test_a_broker_that_is_away_is_named(working, url, place):
    found = fault_of(replace(working.settings, broker_url=url))
    assert found == f"the broker does not respond: is Redis or Valkey running at {place}?"


def test_a_broker_that_takes_no_writes_is_named_with_its_cause(working):
    working.redis.replicaof("127.0.0.1", 1)  # a replica is read-only
    try:
        found = fault_of(working.settings)
    finally:
        working.redis.replicaof("NO", "ONE")
    assert found.startswith("the broker does not work: it is read-only: READONLY")


def test_a_broker_that_refuses_the_password_is_named_with_its_cause(working, broker_socket):
    url = f"redis+socket://:wrong@{broker_socket}?virtual_host=0"
    assert "AUTH" in fault_of(replace(working.settings, broker_url=url))


def test_a_database_that_is_away_is_named(working):
    is_file = working.db.is_sqlite
    url = "sqlite:////nowhere/news.db" if is_file else "postgresql+psycopg://u:secret@127.0.0.1:1/news"
    found = fault_of(replace(working.settings, database_url=url))
    expected = "the state directory /nowhere has no database" if is_file else "the database does not respond"
    assert found.startswith(expected)
    assert "secret" not in found


def test_a_file_that_is_not_a_database_is_named(working, tmp_path):
    (tmp_path / "bad.db").write_text("this is a text and not a database " * 100)
    found = fault_of(replace(working.settings, database_url=f"sqlite:///{tmp_path / 'bad.db'}"))
    assert found == "the database does not respond: file is not a database"


def test_a_schema_of_another_version_is_named(working, tmp_path):
    with newer_program(tmp_path / "next"), pytest.raises(SchemaError, match="older than this program"):
        check_health(working.settings, None, MACHINE)
    with working.db.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '20990101_unknown'")
    assert fault_of(working.settings).startswith("the database is newer than this program")


def test_a_role_without_a_live_worker_is_named(working):
    working.redis.delete(f"{heartbeats.PREFIX}poll@{MACHINE}")
    assert fault_of(working.settings).startswith("no poll worker is alive: start `wireroom worker poll`")
    assert fault_of(working.settings, "extract") == ""
    working.redis.flushdb()
    assert fault_of(working.settings).startswith("no worker is alive: start `wireroom run`, or")


def test_a_worker_on_another_machine_does_not_count_for_the_role_on_this_one(working):
    heartbeats.send_heartbeat(working, "poll-77@news-2", 2, ["poll"])
    assert fault_of(working.settings, "poll", "news-2") == ""
    assert "no extract worker is alive on news-2" in fault_of(working.settings, "extract", "news-2")


def test_workers_that_cannot_work_are_a_fault(working):
    heartbeats.report_trouble(working, "the database does not respond: disk I/O error")
    assert fault_of(working.settings).startswith("workers cannot work: its disk has errors")


# ---- the command ---------------------------------------------------------------------------------
@pytest.fixture
def call(working, monkeypatch):
    def run(*args, **more):
        settings = working.settings
        for name in ("home", "config", "database_url", "broker_url"):
            monkeypatch.setenv(f"WIREROOM_{name.upper()}", str(getattr(settings, name)))
        for name, value in more.items():
            monkeypatch.setenv(f"WIREROOM_{name}", value)
        monkeypatch.setattr(socket, "gethostname", lambda: MACHINE)
        done = CliRunner().invoke(health, args)
        return done.exit_code, done.output

    return run


def test_the_command_exits_0_or_1_with_one_line(call, working):
    assert call() == (0, "ok\n")
    assert call("extract") == (0, "ok\n")
    tick_ago(working, 600)
    code, output = call()
    assert (code, output.count("\n")) == (1, 1)
    assert output.startswith("wireroom: the last tick was 10 min ago")


def test_invalid_settings_exit_with_1_as_health_checks_expect(call):
    code, output = call(TICK="5")
    assert code == 1
    assert "WIREROOM_TICK" in output


def test_flower_is_healthy_while_it_responds(call):
    with hook_receiver() as server:
        port = str(server.port)
        assert call("flower", FLOWER_PORT=port) == (0, "ok\n")
    code, output = call("flower", FLOWER_PORT=port)
    assert code == 1
    assert f"Flower does not respond on http://127.0.0.1:{port}" in output


def test_only_faults_that_a_restart_may_help_are_faults_of_the_processes(working):
    """A watchdog restarts the service for these, and not while the database or a broker elsewhere is down."""
    away = replace(working.settings, broker_url="redis+socket:///nowhere/b.sock?virtual_host=0")
    with pytest.raises(ServiceError) as caught:
        check_health(away, None, MACHINE)
    assert not isinstance(caught.value, NotWorkingError)
    with pytest.raises(NotWorkingError):  # the broker of the service's own
        check_health(replace(away, broker_url=None), None, MACHINE)
    with pytest.raises(NotWorkingError):
        check_health(working.settings, "poll", "another machine")
    tick_ago(working, 600)
    with pytest.raises(NotWorkingError):
        check_health(working.settings, "control", MACHINE)
    gone = replace(working.settings, database_url="sqlite:////nowhere/a.db")
    with pytest.raises(ServiceError) as caught:
        check_health(gone, None, MACHINE)
    assert not isinstance(caught.value, NotWorkingError)


# ---- the connection to Redis ---------------------------------------------------------------------
def test_the_link_reads_every_kind_of_reply(broker_socket, services):
    services.redis.flushdb()
    services.redis.mset({f"wireroom:worker:{n}": "x" for n in range(3000)})
    with RedisLink(f"unix://{broker_socket}?db=0", 5) as link:
        assert link.ask("PING") == b"PONG"
        assert link.ask("GET", "nothing") is None
        assert link.ask("INCR", "count") == b"1"
        assert link.ask("SET", "text", "a\r\nb\u20ac") == b"OK"
        assert link.ask("GET", "text").decode() == "a\r\nb\u20ac"
        assert scan_keys(link.ask, "none:*") == []
        assert len(scan_keys(link.ask, "wireroom:worker:*")) == 3000
        with pytest.raises(LinkError, match="wrong number of arguments"):
            link.ask("GET")
    with RedisLink(f"unix://{broker_socket}?db=3", 5) as other:
        assert other.ask("GET", "text") is None
    services.redis.flushdb()


@pytest.mark.parametrize("node", ["extract-2@{}", "boss@{}", "poll-2@{}"])
def test_the_role_of_a_worker_is_what_it_consumes_and_not_its_name(working, node):
    working.redis.delete(f"{heartbeats.PREFIX}control@{MACHINE}")
    assert "no control worker is alive" in fault_of(working.settings)
    heartbeats.send_heartbeat(working, node.format(MACHINE), 9, ["control"])
    for role in (None, "control"):
        assert fault_of(working.settings, role) == ""
    working.redis.delete(heartbeats.PREFIX + node.format(MACHINE))


def test_workers_of_version_0_1_0_and_of_this_one_read_each_others_heartbeats(working):
    [row] = [one for one in heartbeats.workers(working) if one["name"] == f"poll@{MACHINE}"]
    assert row["role"] == "poll"
    earlier = {"name": "extract-3@old", "role": "extract", "concurrency": 5, "ahead_s": 0}
    working.redis.set(f"{heartbeats.PREFIX}extract-3@old", json.dumps(earlier))
    assert heartbeats.machines(working, "extract") == {MACHINE, "old"}
    assert heartbeats.capacity(working) == {"poll": 2, "extract": 7}
    working.redis.delete(f"{heartbeats.PREFIX}extract-3@old")


def test_a_worker_of_several_queues_has_each_of_their_roles(working):
    for role in ROLES:
        working.redis.delete(f"{heartbeats.PREFIX}{role}@{MACHINE}")
    heartbeats.send_heartbeat(working, f"all@{MACHINE}", 9, [*ROLES, "mine"])
    for role in (None, *ROLES):
        assert fault_of(working.settings, role) == ""
    assert heartbeats.capacity(working) == {"poll": 9, "extract": 9}
    working.redis.delete(f"{heartbeats.PREFIX}all@{MACHINE}")


@pytest.mark.parametrize("value", ["", "no JSON", "[1]", '{"role": "poll"}'])
def test_a_key_of_another_program_is_not_a_worker(working, value):
    working.redis.set("wireroom:worker:other", value)
    assert fault_of(working.settings) == ""
    names = [worker["name"] for worker in read_broker_state(working.settings).workers]
    assert sorted(names) == sorted(f"{role}@{MACHINE}" for role in ROLES)
    working.redis.delete("wireroom:worker:other")


@pytest.mark.parametrize("reply", [
    b"", b"+PO", b"$5\r\nab", b"$x\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"*1\r\n" * 20_000,
    b"$99999999999999999999\r\n"])  # fmt: skip
def test_a_server_that_does_not_speak_redis_is_an_error(reply):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            connection, _ = server.accept()
            with connection:
                connection.recv(100)
                connection.sendall(reply)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        port = server.getsockname()[1]
        with pytest.raises(LinkError), RedisLink(f"redis://127.0.0.1:{port}/0", 5) as link:
            assert link.ask("PING") == b"PONG"
        thread.join(5)


def test_options_of_the_database_url_hold(working):
    """An option such as the search path is not replaced, so that the same tables are checked."""
    if working.db.is_sqlite:
        pytest.skip("options of PostgreSQL")
    url = working.settings.database_url
    mark = "&" if "?" in url else "?"
    nowhere = f"{url}{mark}options=-csearch_path%3Dpg_catalog"
    assert "pg_am" in fault_of(replace(working.settings, database_url=nowhere))


def test_a_broker_that_hangs_is_asked_once(working, monkeypatch):
    """A client that tries again by itself would take longer than the check may."""
    monkeypatch.setattr("worker.flows.health.ANSWER_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        frozen.listen(8)
        for scheme in ("redis", "rediss"):
            url = f"{scheme}://127.0.0.1:{frozen.getsockname()[1]}/0"
            assert "does not respond" in fault_of(replace(working.settings, broker_url=url))
        frozen.settimeout(0.1)
        calls = 0
        with suppress(TimeoutError):
            while True:
                frozen.accept()[0].close()
                calls += 1
    assert calls == 2
