"""The zygote: roles are forked from it, belong to the service and do not depend on it afterwards."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from tests.launcher.test_supervisor import Notes, is_alive, until
from worker.launcher.child import Child
from worker.launcher.roles import role_command
from worker.launcher.supervisor import Supervisor
from worker.launcher.zygote import ForkedRole, Zygote

NOT_FORKED = "not forked, starting a process of its own"
SERVICE = """
import os, sys, time, unittest.mock
from pathlib import Path
from worker.launcher.child import Child
from worker.launcher.zygote import Zygote
zygote = Zygote(os.environ, unittest.mock.Mock(), output=Path(sys.argv[1]), reply_s=120)
argv = (sys.executable, "-P", "-m", "worker.launcher.roles", "beat")
role = zygote.start(Child("beat", argv, log=Path(sys.argv[1])), os.environ)
print(zygote.pid, role.pid, flush=True)
print(role.wait(), flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    """An installation without a database, for which its roles wait."""
    return {**os.environ, "WIREROOM_HOME": str(tmp_path_factory.mktemp("home"))}


@pytest.fixture
def notes():
    return Notes()


@pytest.fixture(scope="module")
def shared_zygote(env, tmp_path_factory):
    """One that has imported everything, which takes seconds of CPU time."""
    folder = tmp_path_factory.mktemp("zygote")
    with closing(Zygote(env, Notes(), output=folder / "zygote.log", reply_s=120)) as made:
        made.open()
        assert made._wait_for_imports(role(folder))
        yield made


@pytest.fixture
def zygote(shared_zygote, notes):
    """The zygote of all tests that leave it running, or make it start again; it tells this test's notes."""
    shared_zygote._log = notes
    return shared_zygote


@pytest.fixture
def own_zygote(env, notes, tmp_path):
    with closing(Zygote(env, notes, output=tmp_path / "zygote.log", reply_s=120)) as made:
        yield made


def role(tmp_path, name="beat", **fields):
    return Child(name, role_command("beat"), log=tmp_path / f"{name}.log", **fields)


def end(process):
    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
    process.wait()


def test_a_forked_role_is_a_child_of_the_service_in_a_session_of_its_own(zygote, env, tmp_path):
    child = role(tmp_path, env={"WIREROOM_MARK": "one"})
    process = zygote.start(child, env)
    try:
        found = psutil.Process(process.pid)
        assert found.ppid() == os.getpid()
        assert process.pid not in (zygote.pid, os.getpid())
        assert os.getsid(process.pid) == process.pid
        assert [word for word in found.cmdline() if word] == list(child.argv)
        assert process.poll() is None
        assert until(lambda: "waiting for the database" in child.log.read_text())
        assert Path(f"/proc/{process.pid}/fd/0").readlink() == Path(os.devnull)
    finally:
        end(process)
    assert process.poll() == -signal.SIGKILL


def test_the_zygote_has_one_thread_and_no_connection_when_it_forks(zygote, env, tmp_path):
    first = zygote.start(role(tmp_path), env)
    try:
        found = psutil.Process(zygote.pid)
        assert found.num_threads() == 1
        assert found.net_connections("inet") == []
    finally:
        end(first)


def test_a_signal_reaches_the_role_until_it_has_ended(zygote, env, tmp_path):
    process = zygote.start(role(tmp_path), env)
    assert until(lambda: "waiting for the database" in (tmp_path / "beat.log").read_text())
    process.send_signal(signal.SIGTERM)
    assert process.wait() == -signal.SIGTERM
    process.send_signal(signal.SIGTERM)  # ended: no other process gets it


def test_roles_outlive_the_zygote_and_the_next_one_is_forked_from_a_new_zygote(zygote, env, notes, tmp_path):
    first = zygote.start(role(tmp_path, "one"), env)
    before = zygote.pid
    os.kill(before, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(before)], timeout=5)
    second = zygote.start(role(tmp_path, "two"), env)
    try:
        assert first.poll() is None
        assert second.poll() is None
        assert zygote.pid not in (None, before)
        assert NOT_FORKED not in notes.events()
    finally:
        end(first)
        end(second)


def test_a_zygote_that_does_not_answer_is_replaced_by_processes_of_their_own(env, notes, tmp_path):
    """One that had imported everything is ended; the imports of the next one are not waited for."""
    with closing(Zygote(env, notes, output=tmp_path / "zygote.log", reply_s=60)) as zygote:
        started = [zygote.start(role(tmp_path, "first"), env)]
        stuck = zygote.pid
        zygote._reply_s, zygote._wait_until_s = 0.5, time.monotonic()
        os.kill(stuck, signal.SIGSTOP)
        try:
            started.append(zygote.start(role(tmp_path), env))
            assert not is_alive(stuck)
            started.append(zygote.start(role(tmp_path, "next"), env))
            for name, process in zip(("beat", "next"), started[1:], strict=True):
                assert notes.events(name) == [NOT_FORKED]
                assert isinstance(process, subprocess.Popen)
                assert process.poll() is None
            assert zygote.pid not in {None, stuck}
        finally:
            for process in started:
                end(process)


def test_slow_imports_are_waited_for_once_and_not_once_for_each_role(env, notes, tmp_path):
    """Roles start as processes of their own meanwhile; once the zygote is ready, roles are forked from it."""
    with closing(Zygote(env, notes, output=tmp_path / "zygote.log", reply_s=3)) as zygote:
        zygote.open()
        slow = zygote.pid
        os.kill(slow, signal.SIGSTOP)
        started = [zygote.start(role(tmp_path, name), env) for name in ("one", "two", "three")]
        try:
            assert notes.events("one") == [
                "waiting until the libraries of the roles are imported",
                NOT_FORKED,
            ]
            assert notes.events("two") == notes.events("three") == []  # one line is enough
            assert all(isinstance(process, subprocess.Popen) for process in started)
            os.kill(slow, signal.SIGCONT)
            zygote._wait_until_s = time.monotonic() + 60
            started.append(zygote.start(role(tmp_path, "four"), env))
            assert isinstance(started[-1], ForkedRole)
            assert zygote.pid == slow
        finally:
            for process in started:
                end(process)


def test_a_role_ends_if_the_service_did_not_learn_its_pid(zygote, tmp_path):
    """The zygote is killed, or too slow, before its reply: the service starts another process."""
    child = role(tmp_path)
    waits, goes = os.pipe()
    with child.log.open("ab") as log:
        order = json.dumps({"argv": child.argv, "env": {}}).encode()
        socket.send_fds(zygote._channel, [order], [log.fileno(), waits])
    os.close(waits)
    forked = ForkedRole(int(zygote._channel.recv(32)))
    assert forked.poll() is None
    time.sleep(0.2)
    assert child.log.read_text() == ""
    os.close(goes)
    assert forked.wait() == 0
    assert child.log.read_text() == ""


def test_kills_of_the_zygote_at_any_moment_leave_one_process_per_role(own_zygote, env, tmp_path):
    """Also between its fork and its reply; what it forked in vain ends."""
    started = []
    for number in range(6):
        if own_zygote.pid is None:
            own_zygote.close()
            own_zygote.open()
        killer = threading.Timer(1.0 + 0.01 * number, os.kill, (own_zygote.pid, signal.SIGKILL))
        killer.start()
        started.append(own_zygote.start(role(tmp_path, f"beat{number}"), env))
        killer.join()
    try:
        pids = {process.pid for process in started}
        children = psutil.Process().children
        others = lambda: {  # noqa: E731
            one.pid for one in children() if "worker.launcher.roles" in one.cmdline() and one.pid not in pids
        }
        assert until(lambda: not others())
        assert all(process.poll() is None for process in started)
    finally:
        for process in started:
            end(process)


def test_a_service_whose_parent_ignores_the_end_of_children_learns_how_roles_end(env, tmp_path):
    service = subprocess.Popen(
        [sys.executable, "-c", SERVICE, str(tmp_path / "log")],
        env=env, stdout=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN),  # noqa: PLW1509 - no thread
    )  # fmt: skip
    try:
        _zygote, pid = (int(word) for word in service.stdout.readline().split())
        assert psutil.Process(pid).ppid() == service.pid
        assert "not forked" not in (tmp_path / "log").read_text()
        os.kill(pid, signal.SIGUSR1)
        assert int(service.stdout.readline()) == -signal.SIGUSR1
    finally:
        service.kill()
        service.wait()


def test_a_log_that_cannot_be_opened_does_not_end_the_zygote(zygote, env, tmp_path):
    before = zygote.pid
    (tmp_path / "beat.log").mkdir()
    with pytest.raises(IsADirectoryError):
        zygote.start(role(tmp_path), env)
    assert zygote.pid == before


def test_a_zygote_that_cannot_start_says_why(env, notes, tmp_path):
    (tmp_path / "zygote.log").mkdir()
    with closing(Zygote(env, notes, output=tmp_path / "zygote.log")) as zygote:
        process = zygote.start(role(tmp_path), env)
        end(process)
        assert isinstance(process, subprocess.Popen)
    assert "zygote.log" in str(notes.lines)


def test_a_zygote_that_ends_by_itself_says_why(env, notes, tmp_path):
    broken = {**env, "WIREROOM_TICK": "never"}
    with closing(Zygote(broken, notes, output=tmp_path / "zygote.log")) as zygote:
        process = zygote.start(role(tmp_path), env)
        end(process)
        assert isinstance(process, subprocess.Popen)
    assert "WIREROOM_TICK" in str(notes.lines)


def test_a_stop_does_not_wait_for_a_stuck_zygote(env, notes, tmp_path):
    with closing(Zygote(env, notes, output=tmp_path / "zygote.log", reply_s=3600)) as zygote:
        zygote.open()
        os.kill(zygote.pid, signal.SIGSTOP)
        supervisor = Supervisor([role(tmp_path, start=zygote.start)], notes, env=env)
        zygote.is_stopping = supervisor.is_stopping
        threading.Timer(0.5, supervisor.request_stop).start()
        supervisor.run()
    assert notes.events("beat")[-1] == "stopped"


def test_all_roles_and_the_zygote_end_with_a_killed_service(env, tmp_path):
    service = subprocess.Popen(
        [sys.executable, "-c", SERVICE, str(tmp_path / "log")], env=env, stdout=subprocess.PIPE, text=True
    )
    pids = [int(word) for word in service.stdout.readline().split()]
    assert len(pids) == 2
    assert all(is_alive(pid) for pid in pids)
    service.kill()
    service.wait()
    assert until(lambda: not any(is_alive(pid) for pid in pids))


def test_a_supervised_role_is_forked_again_after_a_kill(zygote, env, notes, tmp_path):
    supervisor = Supervisor([role(tmp_path, start=zygote.start)], notes, env=env)
    try:
        supervisor.step()
        first = supervisor.pids()["beat"]
        os.kill(first, signal.SIGKILL)
        assert until(lambda: supervisor.pids().get("beat") not in (None, first), supervisor)
        assert psutil.Process(supervisor.pids()["beat"]).ppid() == os.getpid()
    finally:
        supervisor.stop()


def test_orphans_are_reaped_but_no_child_that_someone_waits_for(zygote, monkeypatch):
    monkeypatch.setattr("worker.launcher.zygote.ORPHAN_S", 0.0)
    parent = subprocess.run(
        ["sh", "-c", "sleep 0.2 & echo $!"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    )  # the sleep ends after its parent
    orphan = int(parent.stdout)
    known = subprocess.Popen(["true"])
    assert until(lambda: not psutil.pid_exists(orphan) or not is_alive(orphan))
    time.sleep(0.1)
    for _ in range(3):
        zygote.reap_orphans({known.pid})
    assert not psutil.pid_exists(orphan)
    assert known.wait() == 0
