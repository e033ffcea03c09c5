"""The supervisor: what dies starts again, a stop leaves nothing, and nothing outlives it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from worker.errors import ServiceError
from worker.launcher.child import Child
from worker.launcher.child_log import last_line, rotate_log
from worker.launcher.supervisor import Supervisor, restart_delay_s

TWO_SLEEPERS = ("sh", "-c", "sleep 300 & echo $! > {pid}; sleep 300; true")
STUBBORN = ("sh", "-c", "trap '' TERM QUIT; touch {sign}; while :; do sleep 0.1; done")
ORPHAN_MAKER = """
import time, unittest.mock
from worker.launcher.child import Child
from worker.launcher.supervisor import Supervisor
children = [Child("a", ("sleep", "300")), Child("b", ("sleep", "300"))]
supervisor = Supervisor(children, unittest.mock.Mock())
supervisor.step()
print(*supervisor.pids().values(), flush=True)
time.sleep(60)
"""


class Notes:
    """A log that remembers."""

    def __init__(self):
        self.lines = []

    def info(self, event, **fields):
        self.lines.append((event, fields))

    warning = info

    def events(self, child=None):
        return [event for event, fields in self.lines if child in (None, fields.get("child"))]


@pytest.fixture
def notes():
    return Notes()


@pytest.fixture
def supervise(notes):
    running = []

    def make(*children):
        supervisor = Supervisor(children, notes)
        running.append(supervisor)
        return supervisor

    yield make
    for supervisor in running:
        supervisor.stop()


def until(condition, supervisor=None, limit_s=10.0):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if supervisor is not None:
            supervisor.step()
        if condition():
            return True
        time.sleep(0.02)
    return False


def is_alive(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def sleeper(name="a", **fields):
    return Child(name, ("sleep", "300"), **fields)


def filled(argv, **paths):
    return tuple(part.format(**paths) for part in argv)


def read_pid(path):
    return int(path.read_text()) if path.exists() and path.read_text().strip() else 0


def test_a_killed_child_starts_again_at_once(supervise):
    supervisor = supervise(sleeper())
    supervisor.step()
    first = supervisor.pids()["a"]
    os.kill(first, signal.SIGKILL)
    assert until(lambda: supervisor.pids().get("a") not in (None, first), supervisor, 2.0)


def test_all_children_killed_at_once_all_start_again(supervise):
    supervisor = supervise(*(sleeper(name) for name in "abc"))
    supervisor.step()
    before = supervisor.pids()
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    assert until(lambda: len(set(supervisor.pids().values()) - set(before.values())) == 3, supervisor, 2.0)


def test_a_child_that_keeps_dying_is_started_ever_more_seldom():
    """The first quick death costs nothing, later ones double the wait up to half a minute."""
    assert [restart_delay_s(n) for n in range(6)] == [0.0, 0.0, 0.25, 0.5, 1.0, 2.0]
    assert restart_delay_s(100) == 30.0


def test_what_a_dead_child_had_started_is_ended_with_it(supervise, tmp_path):
    """A worker's pool processes must not work on beside those of its successor."""
    note = tmp_path / "pid"
    supervisor = supervise(Child("a", filled(TWO_SLEEPERS, pid=note)))
    assert until(lambda: read_pid(note), supervisor)
    grandchild = read_pid(note)
    os.kill(supervisor.pids()["a"], signal.SIGKILL)
    assert until(lambda: not is_alive(grandchild), supervisor)


def test_a_stop_leaves_no_child_and_no_grandchild(supervise, tmp_path):
    note = tmp_path / "pid"
    supervisor = supervise(Child("a", filled(TWO_SLEEPERS, pid=note)), sleeper("b"))
    assert until(lambda: read_pid(note), supervisor)
    pids = [*supervisor.pids().values(), read_pid(note)]
    supervisor.stop()
    assert until(lambda: not any(map(is_alive, pids)))
    assert set(supervisor.states().values()) == {"down"}


def test_children_stop_stage_by_stage(supervise, notes):
    supervisor = supervise(sleeper("broker", stage=3), sleeper("worker", stage=1), sleeper("beat", stage=0))
    supervisor.step()
    supervisor.stop()
    stopped = [fields["child"] for event, fields in notes.lines if event == "stopped"]
    assert stopped == ["beat", "worker", "broker"]


def test_a_child_deaf_to_sigterm_is_killed_when_its_grace_is_over(supervise, tmp_path):
    sign = tmp_path / "up"
    supervisor = supervise(Child("deaf", filled(STUBBORN, sign=sign), grace_s=0.3, quit_s=0.2))
    assert until(sign.exists, supervisor)
    pid = supervisor.pids()["deaf"]
    supervisor.stop()
    assert not is_alive(pid)


def test_a_stage_may_take_what_the_ones_before_it_left_of_their_time(supervise, notes, tmp_path):
    """The monitor saves its history when it stops: killed after its own time, it would lose it."""
    sign = tmp_path / "up"
    slow = ("sh", "-c", "trap 'sleep 1; exit 0' TERM; touch {sign}; while :; do sleep 0.1; done")
    monitor = Child("monitor", filled(slow, sign=sign), stage=1, grace_s=0.1)
    supervisor = supervise(sleeper("worker", stage=0, grace_s=30.0), monitor)
    assert until(sign.exists, supervisor)
    supervisor.stop()
    exits = {fields["child"]: fields["exit"] for event, fields in notes.lines if event == "stopped"}
    assert exits["monitor"] == 0


def test_a_second_request_to_stop_does_not_wait_for_grace(supervise, tmp_path):
    sign = tmp_path / "up"
    supervisor = supervise(Child("deaf", filled(STUBBORN, sign=sign), grace_s=60.0, quit_s=60.0))
    assert until(sign.exists, supervisor)
    supervisor.request_stop()
    supervisor.request_stop()
    began = time.monotonic()
    supervisor.run()
    assert time.monotonic() - began < 30.0
    assert supervisor.pids() == {}


def test_a_child_starts_after_those_it_needs_are_ready(supervise, tmp_path, notes):
    sign = tmp_path / "ready"
    supervisor = supervise(sleeper("late", after=("early",)), sleeper("early", is_ready=sign.exists))
    for _ in range(3):
        supervisor.step()
    assert supervisor.states() == {"early": "starting", "late": "waiting"}
    sign.touch()
    assert until(lambda: supervisor.states() == {"early": "up", "late": "up"}, supervisor)
    assert notes.events() == ["ready", "ready"]


def test_a_child_waits_a_while_for_those_that_it_rather_starts_after(supervise, monkeypatch):
    late = sleeper("late", rather_after=("early", "unknown"))
    supervisor = supervise(late, sleeper("early", is_ready=lambda: False))
    for _ in range(3):
        supervisor.step()
    assert supervisor.states() == {"early": "starting", "late": "waiting"}
    monkeypatch.setattr("worker.launcher.supervisor.RATHER_S", 0.0)
    assert until(lambda: supervisor.states()["late"] == "up", supervisor)


def test_a_child_does_not_wait_for_one_that_cannot_start(supervise):
    def refuse(_failed_starts):
        raise ServiceError("port 5555 is in use")

    supervisor = supervise(sleeper("late", rather_after=("early",)), sleeper("early", prepare=refuse))
    assert until(lambda: supervisor.states() == {"early": "down", "late": "up"}, supervisor, limit_s=5.0)


def test_a_child_that_cannot_start_is_named_once_and_stops_nothing_else(supervise, notes):
    def refuse(_failed_starts):
        raise ServiceError("port 5555 is in use")

    supervisor = supervise(sleeper("flower", prepare=refuse), sleeper("poll"))
    for _ in range(5):
        supervisor.step()
    assert supervisor.states() == {"flower": "down", "poll": "up"}
    assert notes.events("flower") == ["cannot start"]


def test_prepare_hears_how_many_starts_failed(supervise):
    heard = []
    child = Child("a", ("sh", "-c", "exit 3"), is_ready=lambda: False, prepare=heard.append)
    supervisor = supervise(child)
    assert until(lambda: len(heard) >= 3, supervisor)
    assert heard[:3] == [0, 1, 2]


def test_a_child_that_fails_to_start_is_reported_with_its_last_words(supervise, notes, tmp_path):
    argv = ("sh", "-c", "echo starting; echo 'no such table: feeds' >&2; exit 1")
    supervisor = supervise(Child("a", argv, log=tmp_path / "a.log", is_ready=lambda: False))
    assert until(lambda: notes.lines, supervisor)
    assert notes.lines[0][1]["said"] == "no such table: feeds"


def test_of_a_child_that_ran_nothing_is_said_that_is_not_known(supervise, notes):
    supervisor = supervise(Child("a", ("false",)))
    assert until(lambda: "exited, restarting" in notes.events("a"), supervisor)
    [fields] = [fields for event, fields in notes.lines if event == "exited, restarting"][:1]
    assert None not in fields.values()


def test_a_program_that_does_not_exist_is_named_and_stops_nothing_else(supervise, notes):
    supervisor = supervise(Child("ghost", ("/nonexistent/program",)), sleeper())
    supervisor.step()
    [(event, fields)] = [line for line in notes.lines if line[1]["child"] == "ghost"]
    assert event == "cannot start"
    assert "/nonexistent/program" in fields["reason"]
    assert supervisor.states() == {"ghost": "down", "a": "up"}


def test_a_child_that_does_not_work_can_be_made_to_start_again(supervise):
    supervisor = supervise(sleeper())
    supervisor.step()
    first = supervisor.pids()["a"]
    supervisor.restart("a")
    assert until(lambda: supervisor.pids().get("a") not in (None, first), supervisor)


def test_children_die_with_a_supervisor_that_is_killed():
    with subprocess.Popen([sys.executable, "-c", ORPHAN_MAKER], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert len(pids) == 2
        assert all(map(is_alive, pids))
        parent.kill()
    assert until(lambda: not any(map(is_alive, pids)))


def test_a_last_line_that_was_cut_is_shown_as_cut(tmp_path):
    """As on a full disk."""
    log = tmp_path / "a.log"
    log.write_text("one\nabsolutely nothing works\n\n")
    assert last_line(log) == "absolutely nothing works"
    log.write_text("one\nabsolutely no")
    assert last_line(log) == "absolutely no…"
    log.write_text("\n")
    assert last_line(log) is None


def test_output_goes_to_the_log_and_a_large_log_is_moved_aside(supervise, tmp_path):
    log = tmp_path / "log" / "a.log"
    supervisor = supervise(Child("a", ("sh", "-c", "echo said; sleep 300"), log=log))
    assert until(lambda: log.exists() and log.read_text() == "said\n", supervisor)
    rotate_log(log, max_bytes=3)
    assert log.read_text() == ""
    assert Path(f"{log}.1").read_text() == "said\n"
