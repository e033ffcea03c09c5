"""One service per state directory, private, and free of what a killed run left."""

import fcntl
import os
import subprocess
import sys
import threading
import time

import psutil
import pytest

from worker.errors import ServiceError
from worker.flows.local_service import LOCK_NAME
from worker.launcher.child import CHILD_MARK
from worker.launcher.instance import hold_instance
from worker.launcher.leftovers import end_leftovers

HOLDER = """
import sys, time, pathlib
from worker.launcher.instance import hold_instance
with hold_instance(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    home = tmp_path / "home"
    command = [sys.executable, "-c", HOLDER, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield home, process
        process.kill()


def is_gone(pid, limit_s=5.0):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


def test_a_second_service_is_refused_with_the_pid_of_the_first(holder):
    home, process = holder
    with (
        pytest.raises(ServiceError, match=rf"in use by the service with pid {process.pid}$"),
        hold_instance(home),
    ):
        pass


def test_a_killed_service_does_not_hinder_the_next(holder):
    home, process = holder
    process.kill()
    process.wait()
    with hold_instance(home):
        assert (home / "wireroom.pid").read_text() == f"{os.getpid()}\n"


def test_the_state_directory_is_private(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    with hold_instance(home):
        assert home.stat().st_mode & 0o777 == 0o700


def test_children_of_an_earlier_run_are_ended_and_nobody_elses(tmp_path):
    """An operator's command on the same state directory, or another installation, is left alone."""
    mark = {CHILD_MARK: str(tmp_path)}
    environments = [mark, {"WIREROOM_HOME": str(tmp_path)}, {CHILD_MARK: str(tmp_path / "other")}]
    processes = [subprocess.Popen(["sleep", "300"], env={**os.environ, **more}) for more in environments]
    try:
        assert end_leftovers(tmp_path) == [processes[0].pid]
        assert is_gone(processes[0].pid)
        assert [process.poll() for process in processes[1:]] == [None, None]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_a_command_that_looks_for_the_service_does_not_stop_one_from_starting(tmp_path):
    lock = tmp_path / "wireroom.pid"
    lock.touch()
    with lock.open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        timer = threading.Timer(0.1, fcntl.flock, (looking, fcntl.LOCK_UN))
        timer.start()
        with hold_instance(tmp_path):
            assert lock.read_text() == f"{os.getpid()}\n"
        timer.join()


def test_a_state_directory_that_takes_nothing_is_named(tmp_path):
    """As on a full disk: the message is of the directory, not of the output."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / LOCK_NAME).symlink_to("/dev/full")
    with pytest.raises(ServiceError, match=f"^{home} cannot be used: "), hold_instance(home):
        pass
