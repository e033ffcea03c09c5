"""Readiness, status, reloads and watchdog as a service manager sees them: sd_notify(3) on a real socket."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import time
from contextlib import contextmanager

import psutil
import pytest

from tests.launcher.test_run import MAIN, Service, until
from tests.support.schema import with_schema
from worker.errors import NotWorkingError, ServiceError
from worker.launcher.dashboard import summarize
from worker.launcher.liveness import Reporter
from worker.launcher.service_manager import STATUS_CHARS, ServiceManager
from worker.store import Database

WATCHDOG_S = 4.0  # the service checks itself four times as often
MANY_S = 120.0


class Manager:
    """A service manager's socket, and what arrived there."""

    def __init__(self, name):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(f"\0{name[1:]}" if name.startswith("@") else name)
        self.socket.setblocking(False)
        self.name, self.messages = name, []

    def read(self):
        """All messages so far, each as a dictionary."""
        while True:
            try:
                message = self.socket.recv(65_536).decode()
            except BlockingIOError:
                return self.messages
            self.messages.append(dict(line.split("=", 1) for line in message.splitlines()))

    def has(self, key, value=None):
        return any(key in message and value in (None, message[key]) for message in self.read())

    def count(self, key):
        return sum(key in message for message in self.read())

    def statuses(self):
        return [message["STATUS"] for message in self.read() if "STATUS" in message]

    def env(self, watchdog_s=WATCHDOG_S):
        return {"NOTIFY_SOCKET": self.name, "WATCHDOG_USEC": str(int(watchdog_s * 1e6))}


@contextmanager
def manager_at(name):
    manager = Manager(name)
    try:
        yield manager
    finally:
        manager.socket.close()


@pytest.fixture(params=["path", "abstract"])
def manager(request, tmp_path):
    name = str(tmp_path / "notify") if request.param == "path" else f"@wireroom-{secrets.token_hex(8)}"
    with manager_at(name) as made:
        yield made


# ---- the messages --------------------------------------------------------------------------------
def test_a_message_has_a_line_for_each_field(manager):
    ServiceManager.take(manager.env()).send(READY=1, STATUS="good – all of it")
    assert manager.read() == [{"READY": "1", "STATUS": "good – all of it"}]


def test_the_variables_are_taken_from_the_environment_of_child_processes(manager):
    env = {**manager.env(), "WATCHDOG_PID": str(os.getpid()), "PATH": "/bin"}
    assert ServiceManager.take(env).watchdog_s == WATCHDOG_S
    assert env == {"PATH": "/bin"}


@pytest.mark.parametrize("extra", [{"WATCHDOG_PID": "1"}, {"WATCHDOG_USEC": ""}, {"WATCHDOG_USEC": "0"}])
def test_a_watchdog_for_another_process_is_not_this_ones(manager, extra):
    found = ServiceManager.take({**manager.env(), **extra})
    assert (found.is_there, found.watchdog_s) == (True, None)


@pytest.mark.parametrize("name", ["", "relative/path", "vsock:2:1234"])
def test_without_a_socket_nothing_is_sent(name):
    found = ServiceManager.take({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "1000000"})
    assert (found.is_there, found.watchdog_s) == (False, None)
    found.send(READY=1)


def test_a_manager_that_has_gone_is_no_error(tmp_path):
    ServiceManager(str(tmp_path / "gone")).send(READY=1)


def test_a_status_is_one_line_and_is_sent_when_it_changes(manager):
    own = ServiceManager.take(manager.env())
    for text in ("one\nREADY=1", "one READY=1", "x" * 1000):
        own.show_status(text)
    assert manager.read() == [{"STATUS": "one READY=1"}, {"STATUS": "x" * STATUS_CHARS}]


def test_a_reload_begins_with_the_time_and_ends_with_readiness_whatever_happens(manager):
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    with pytest.raises(ValueError, match="bad"), ServiceManager.take(manager.env()).reloading():
        raise ValueError("bad")
    began, ended = manager.read()
    assert began.keys() == {"RELOADING", "MONOTONIC_USEC"}
    assert before <= int(began["MONOTONIC_USEC"]) <= time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    assert ended == {"READY": "1"}


# ---- liveness ------------------------------------------------------------------------------------
class Children:
    """Stands for a supervisor."""

    def __init__(self, **states):
        self.all = states

    def states(self):
        return self.all


def reporting(manager, children, check, summary=""):
    """A reporter whose loop runs until something is true."""
    reporter = Reporter(ServiceManager.take(manager.env(0.04)), children, ["poll"], check)

    def loop(condition):
        def step():
            reporter.report(summary)
            return condition()

        return until(step, 30)

    return reporter, loop


def test_a_service_is_ready_when_all_that_is_needed_is_up(manager):
    children = Children(poll="starting", flower="down")
    reporter, loop = reporting(manager, children, lambda: None)
    assert loop(lambda: manager.has("STATUS", "starting: poll"))
    assert not manager.has("READY")
    children.all["poll"] = "up"
    assert loop(lambda: manager.count("WATCHDOG") > 2)
    assert manager.count("READY") == 1
    reporter.stop()
    assert manager.has("STOPPING", "1")


def test_there_is_no_ping_without_a_check_that_ended_well(manager):
    """Not from a loop alone, nor from checks alone."""
    faults = [NotWorkingError("no poll worker is alive")]

    def check():
        if faults:
            raise faults[0]

    reporter, loop = reporting(manager, Children(poll="up"), check, summary="5 feeds")
    assert loop(lambda: manager.has("STATUS", "no poll worker is alive"))
    assert manager.count("WATCHDOG") == 0
    faults.clear()
    assert loop(lambda: manager.count("WATCHDOG") > 1)
    assert manager.statuses()[-1] == "5 feeds"
    pings = manager.count("WATCHDOG")
    time.sleep(0.2)  # the checks go on, the loop does not
    assert manager.count("WATCHDOG") == pings
    reporter.stop()


def test_a_check_that_hangs_stops_the_pings(manager, monkeypatch):
    checks = []

    def check():
        checks.append(1)
        if len(checks) > 2:
            time.sleep(3600)

    reporter, loop = reporting(manager, Children(poll="up"), check)
    assert loop(lambda: len(checks) > 2)
    reporter.report()
    pings = manager.count("WATCHDOG")
    for _ in range(20):
        reporter.report()
    assert 0 < manager.count("WATCHDOG") == pings
    reporter.stop()


@pytest.mark.parametrize("fault", [ServiceError("the database does not respond"), RuntimeError("a mistake")])
def test_what_a_restart_cannot_help_is_shown_and_stops_no_ping(manager, fault):
    def check():
        raise fault

    reporter, loop = reporting(manager, Children(poll="up"), check)
    assert loop(lambda: manager.count("WATCHDOG") > 1)
    assert str(fault) in manager.statuses()[-1]
    reporter.stop()


def test_a_status_names_figures_and_what_needs_attention():
    status = {"feeds": {"active": 3, "failing": 1, "dead": 0}, "articles": 12, "needs": ["a", "b"]}
    assert summarize(status) == (
        "working; feeds: 3 active, 1 failing; articles: 12; 2 in need of attention: wireroom status"
    )
    assert summarize(None) == ""


# ---- real processes ------------------------------------------------------------------------------
@pytest.fixture
def service(tmp_path):
    service = Service(tmp_path)
    yield service
    service.close()


def child_of(process, role):
    """The child that runs a role; None while there is none."""
    with contextlib.suppress(psutil.Error):
        for one in psutil.Process(process.pid).children():
            if one.status() != psutil.STATUS_ZOMBIE and role in one.cmdline():
                return one
    return None


@pytest.mark.e2e
def test_a_service_reports_readiness_pings_reloads_and_its_stop_and_no_ping_while_a_role_hangs(
    service, tmp_path
):
    with manager_at(str(tmp_path / "notify")) as manager:
        service.env |= manager.env()
        process = service.start()
        del service.env["WATCHDOG_USEC"]
        assert until(lambda: manager.has("READY", "1"), MANY_S), service.output.read_text()
        assert min(service.times_ready().values()) == 1  # everything was up by then
        assert manager.statuses()[0] == "preparing the database"
        assert any(status.startswith("starting: ") for status in manager.statuses())
        assert until(lambda: manager.count("WATCHDOG") > 2, MANY_S), manager.messages

        service.command("reload")
        assert [int(one["MONOTONIC_USEC"]) > 0 for one in manager.read() if "RELOADING" in one] == [True]
        assert manager.count("READY") == 2

        extract = child_of(process, "extract")
        extract.send_signal(signal.SIGSTOP)
        assert until(lambda: "no extract worker" in manager.statuses()[-1], MANY_S)
        pings = manager.count("WATCHDOG")
        time.sleep(WATCHDOG_S)
        assert manager.count("WATCHDOG") == pings
        extract.send_signal(signal.SIGCONT)
        assert until(lambda: manager.count("WATCHDOG") > pings, MANY_S), manager.messages
        process.terminate()
        assert process.wait(60) == 0
        assert manager.has("STOPPING", "1")
    assert service.members() == set()


@pytest.mark.e2e
def test_a_role_of_its_own_reports_the_same(service, broker_socket, tmp_path):
    """The worker is a child of the process that reports, which ends it first."""
    with_schema(Database(service.env["WIREROOM_DATABASE_URL"])).close()
    with manager_at(f"@wireroom-{secrets.token_hex(8)}") as manager:
        env = {
            **service.env,
            **manager.env(),
            "WIREROOM_BROKER_URL": f"redis+socket://{broker_socket}?virtual_host=7",
        }
        with service.output.open("ab") as output:
            process = subprocess.Popen([*MAIN, "worker", "extract"], env=env, stdout=output, stderr=output)
        service.processes.append(process)
        assert until(lambda: manager.count("WATCHDOG") > 1, MANY_S), service.output.read_text()
        assert manager.count("READY") == 1
        role = child_of(process, "extract")
        assert "NOTIFY_SOCKET" not in role.environ()
        role.kill()
        assert until(lambda: child_of(process, "extract") not in (None, role), MANY_S)
        process.terminate()
        assert process.wait(60) == 0
        assert manager.has("STOPPING", "1")


@pytest.mark.parametrize("usec", ["", "0", "-1", "x", "²", "٣", "18446744073709551615", "9" * 5000])
def test_a_watchdog_time_that_is_none_is_ignored(usec):
    manager = ServiceManager.take({"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": usec})
    assert manager.is_there
    assert manager.watchdog_s is None
