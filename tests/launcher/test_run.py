"""`wireroom run` and `wireroom worker` as real processes: start, death, refusal, stop."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest

from tests.support.isolation import service_environment
from worker.launcher.roles import CONTROL_THREADS, worker_options
from worker.launcher.run import make_children
from worker.settings import read_settings

CONFIG = """
[http]
allow_private = ["127.0.0.0/8"]
[[feed]]
id = "desk"
url = "http://127.0.0.1:9/feed.xml"
"""
MAIN = (sys.executable, "-c", "from worker.cli.main import main; main()")
WORKERS = ("control", "poll", "extract")


class Service:
    """One state directory, and what runs on it."""

    def __init__(self, folder):
        self.home = folder / "home"
        self.config = folder / "feeds.toml"
        self.config.write_text(CONFIG)
        self.output = folder / "run.log"
        own = service_environment(self.home, self.config, EXTRACT_CONCURRENCY="1", LOG_FORMAT="console")
        self.env = {**own, "NO_COLOR": "1"}
        self.processes = []

    def start(self):
        with self.output.open("ab") as output:
            command = [*MAIN, "run", "--no-flower"]
            process = subprocess.Popen(
                command,
                env=self.env,
                stdout=output,
                stderr=output,
                cwd=self.home.parent,
                # as a shell starts what a script runs in the background
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # noqa: PLW1509 - no thread yet
            )
        self.processes.append(process)
        return process

    def command(self, *args):
        return subprocess.run(
            [*MAIN, *args],
            env=self.env,
            cwd=self.home.parent,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def times_ready(self):
        words = [line.split() for line in self.output.read_text().splitlines() if " ready " in line]
        return {name: sum(f"child={name}" in line for line in words) for name in ("broker", "beat", *WORKERS)}

    def all_ready(self, times=1, limit_s=90.0):
        return until(lambda: min(self.times_ready().values()) >= times, limit_s)

    def members(self):
        """Every living process that carries this state directory in its environment or as its directory."""
        mine = set()
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                marked = process.environ().get("WIREROOM_HOME") == str(self.home)
                if (marked or process.cwd() == str(self.home / "broker")) and process.status() != "zombie":
                    mine.add(process.pid)
        return mine

    def close(self):
        for process in self.processes:
            process.kill()
            process.wait()
        for pid in self.members():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def until(condition, limit_s):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def service(tmp_path):
    service = Service(tmp_path)
    yield service
    service.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A service that is ready, for the tests that leave it so and for the one after them that stops it."""
    service = Service(tmp_path_factory.mktemp("running"))
    try:
        service.start()
        assert service.all_ready(), service.output.read_text()
        yield service
    finally:
        service.close()


@pytest.mark.e2e
def test_a_second_service_is_refused_in_one_line_with_the_pid_of_the_first(running):
    [process] = running.processes
    refused = running.command("run", "--no-flower")
    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        f"wireroom: {running.home} is in use by the service with pid {process.pid}"
    ]
    assert process.poll() is None


@pytest.mark.e2e
def test_what_the_service_writes_is_for_its_owner_alone(running):
    written = [path for path in running.home.rglob("*") if path.is_file()]
    assert {"wireroom.db", "poll.log"} <= {path.name for path in written}
    assert [str(path) for path in written if path.stat().st_mode & 0o077] == []


@pytest.mark.e2e
def test_extraction_has_a_lower_priority_than_polls(running):
    """A page may wait, a poll has its time. A worker that is started again keeps its priority."""
    [process] = running.processes
    children = psutil.Process(process.pid).children()
    [extract] = [one for one in children if "extract" in one.cmdline()]
    extract.send_signal(signal.SIGHUP)
    log = running.home / "log" / "extract.log"
    assert until(lambda: log.read_text().count("ready.") == 2, 60), log.read_text()
    nice = {role: one.nice() for role in WORKERS for one in children if role in one.cmdline()}
    assert nice["control"] == nice["poll"] == psutil.Process().nice()
    assert nice["extract"] == max(5, nice["poll"])


@pytest.mark.e2e
def test_a_worker_that_is_told_to_restart_by_sighup_does_so_in_its_process(running):
    """As Celery documents it for every worker; the service sees one process all the time."""
    [process] = running.processes
    [poll] = [one for one in psutil.Process(process.pid).children() if "poll" in one.cmdline()]
    poll.send_signal(signal.SIGHUP)
    log = running.home / "log" / "poll.log"
    assert until(lambda: log.read_text().count("ready.") == 2, 60), log.read_text()
    assert poll.is_running()
    assert running.times_ready()["poll"] == 1


@pytest.mark.e2e
def test_ctrl_c_stops_everything_with_exit_0(running):
    """The next test stops by SIGTERM."""
    [process] = running.processes
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert running.members() == set()


@pytest.mark.e2e
def test_whatever_dies_comes_back_and_nothing_outlives_a_killed_supervisor(service):
    process = service.start()
    assert service.all_ready(), service.output.read_text()
    for pid in service.members() - {process.pid}:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert service.all_ready(times=2), service.output.read_text()
    process.kill()
    process.wait()
    assert until(lambda: not service.members(), 60)
    again = service.start()
    assert service.all_ready(times=3), service.output.read_text()
    again.terminate()
    assert again.wait(60) == 0
    assert service.members() == set()


@pytest.mark.e2e
def test_a_killed_preparation_of_the_database_is_begun_again(service):
    """An out-of-memory killer may choose it; what it had begun is one transaction."""
    service.start()
    killed = []

    def kill_one():
        for process in psutil.Process(service.processes[0].pid).children():
            with contextlib.suppress(psutil.Error):
                if "worker.launcher.prepare" in process.cmdline() and process.pid not in killed:
                    process.kill()
                    killed.append(process.pid)
        return len(killed) == 2

    assert until(kill_one, 60)
    assert service.all_ready(), service.output.read_text()
    assert service.output.read_text().count("preparing the database was killed, starting it again") == 2


@pytest.mark.e2e
def test_commands_say_that_the_service_is_starting_while_it_prepares_its_database(service):
    process = service.start()
    held = []

    def hold():
        for child in psutil.Process(process.pid).children():
            with contextlib.suppress(psutil.Error):
                if "worker.launcher.prepare" in child.cmdline():
                    child.suspend()
                    held.append(child)
        return held

    assert until(hold, 60), service.output.read_text()
    said = {name: service.command(name) for name in ("status", "health", "feeds", "jobs")}
    held[0].resume()
    for name, done in said.items():
        told = done.stdout + done.stderr
        assert f"the service is starting (pid {process.pid}, for " in told, name
        assert "it is preparing the database" in told, name
    assert {name: done.returncode for name, done in said.items()} == {
        "status": 1, "health": 1, "feeds": 2, "jobs": 2
    }  # fmt: skip
    assert service.all_ready(), service.output.read_text()
    assert "preparing the database" not in service.command("status").stdout


def test_without_a_zygote_roles_are_processes_of_their_own(service):
    """Its log cannot be written: the service works as on a system without fork."""
    (service.home / "log" / "zygote.log").mkdir(parents=True)
    service.home.chmod(0o700)
    process = service.start()
    assert service.all_ready(), service.output.read_text()
    assert "not forked, starting a process of its own" in service.output.read_text()
    process.terminate()
    assert process.wait(60) == 0
    assert service.members() == set()


@pytest.mark.e2e
def test_a_bad_config_ends_the_first_start_with_every_problem(service):
    service.config.write_text('[[feed]]\nid = "a"\nurll = "http://a.example/"\n[http]\ncontakt = "x"\n')
    refused = service.command("run", "--no-flower")
    assert refused.returncode == 2
    assert "urll" in refused.stderr
    assert "contakt" in refused.stderr
    assert service.members() == set()


@pytest.mark.e2e
def test_a_config_broken_later_does_not_keep_the_service_down(service):
    """What is in force is in the database, so a restart on a broken file polls on."""
    process = service.start()
    assert until(lambda: " starting " in service.output.read_text(), 90), service.output.read_text()
    process.terminate()
    assert process.wait(60) == 0
    service.config.write_text("[[feed]]\nurll = 1\n")
    process = service.start()
    assert service.all_ready(), service.output.read_text()
    assert "refused" in service.output.read_text()


@pytest.mark.parametrize(("role", "threads"), [("control", CONTROL_THREADS), ("poll", 7), ("extract", 24)])
def test_each_role_has_its_own_queue_and_pool(tmp_path, role, threads):
    settings = read_settings(
        {
            "WIREROOM_HOME": str(tmp_path),
            "WIREROOM_POLL_CONCURRENCY": "7",
            "WIREROOM_EXTRACT_CONCURRENCY": "3",
        }
    )
    options = worker_options(role, settings)
    assert (options["queues"], options["pool_cls"], options["concurrency"]) == ([role], "threads", threads)
    assert options["task_events"]
    assert options["without_gossip"]
    assert options["without_mingle"]


def test_two_workers_of_one_role_on_one_machine_have_different_names(tmp_path):
    settings = read_settings({"WIREROOM_HOME": str(tmp_path)})
    assert worker_options("poll", settings)["hostname"] == f"poll-{os.getpid()}@%h"
    assert worker_options("poll", settings, hostname="mine@%h")["hostname"] == "mine@%h"


def test_the_order_of_stopping_is_beat_workers_monitor_broker(tmp_path):
    settings = read_settings({"WIREROOM_HOME": str(tmp_path)})
    children = make_children(settings, with_flower=True)
    order = [child.name for child in sorted(children, key=lambda child: child.stage)]
    assert order == ["beat", "control", "poll", "extract", "extract-2", "flower", "web", "broker"]


def test_run_starts_an_extract_worker_for_each_process_and_waits_for_all(tmp_path):
    settings = read_settings({"WIREROOM_HOME": str(tmp_path), "WIREROOM_EXTRACT_CONCURRENCY": "3"})
    children = {child.name: child for child in make_children(settings, with_flower=True)}
    names = ["extract", "extract-2", "extract-3"]
    assert [name for name in children if name.startswith("extract")] == names
    assert {children[name].env["WIREROOM_EXTRACT_CONCURRENCY"] for name in names} == {"1"}
    assert children["flower"].after == ("control", "poll", *names)
    nodes = [children[name].argv[-1] for name in names]
    assert nodes == [f"{name}@%h" for name in names]
    assert len({children[name].log for name in names}) == 3


def test_a_role_is_ready_when_it_says_so_and_not_by_the_file_of_an_earlier_one(tmp_path):
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as server:
        free_port = server.getsockname()[1]
    settings = read_settings(
        {"WIREROOM_HOME": str(tmp_path), "WIREROOM_WEB_ADDRESS": f"127.0.0.1:{free_port}"}
    )
    children = {child.name: child for child in make_children(settings, with_flower=False)}
    for name in ("control", "poll", "extract", "extract-2", "web"):
        child, sign = children[name], tmp_path / "run" / f"{name}.ready"
        child.prepare(0)
        assert not child.is_ready()
        assert child.env["WIREROOM_READY_FILE"] == str(sign)
        sign.touch()
        assert child.is_ready()
        child.prepare(1)
        assert not child.is_ready()


def test_the_whole_stop_takes_at_most_fifteen_seconds(tmp_path):
    settings = read_settings({"WIREROOM_HOME": str(tmp_path)})
    longest = {}
    for child in make_children(settings, with_flower=True):
        longest[child.stage] = max(longest.get(child.stage, 0.0), child.grace_s + child.quit_s)
    assert sum(longest.values()) <= 15.0


def test_a_poll_worker_can_be_told_by_its_command_line(tmp_path):
    settings = read_settings({"WIREROOM_HOME": str(tmp_path)})
    names = {child.name: child.argv for child in make_children(settings, with_flower=False)}
    assert "poll" in names["poll"]
    assert "poll" not in names["extract"]
