"""One service per state directory: lock, permissions, cleanup after a killed run."""

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from worker.errors import ServiceError
from worker.launcher.supervisor import CHILD_MARK

BROKER_NAMES = ("valkey-server", "redis-server")
LOCK_NAME = "wireroom.pid"
LEFTOVERS_GONE_S = 5.0


def make_private(directory: Path) -> None:
    """Create a directory with mode 0700. Raises ServiceError if another user owns it."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise ServiceError(
                f"{directory} is not a directory owned by this user: remove it or change WIREROOM_HOME"
            )
        directory.chmod(0o700)
    except OSError as exc:
        raise ServiceError(f"{directory} cannot be used: {exc.strerror}") from exc


def holder(home: Path) -> int | None:
    """The pid of the service that holds the state directory; None if none does."""
    try:
        with (home / LOCK_NAME).open("r", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        text = (home / LOCK_NAME).read_text(encoding="ascii").strip()
        return int(text) if text.isdigit() else None
    except OSError:
        return None
    return None


@contextmanager
def hold_instance(home: Path) -> Iterator[None]:
    """Lock the state directory until the block ends or the process dies.

    Raises ServiceError with the pid of the process that holds the lock.
    """
    make_private(home)
    with (home / LOCK_NAME).open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            file.seek(0)
            raise ServiceError(f"{home} is in use by the service with pid {file.read().strip()}") from exc
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
        file.truncate(0)


def end_leftovers(home: Path) -> list[int]:
    """Kill all processes left by an earlier run on this state directory; returns their pids.

    Only safe while holding the lock of the state directory. The broker overwrites its environment with its
    title, so it is identified by name and working directory.
    """
    found = list(_leftovers(home))
    for process in found:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    end = time.monotonic() + LEFTOVERS_GONE_S
    while time.monotonic() < end and any(_is_alive(process) for process in found):
        time.sleep(0.02)
    return [process.pid for process in found]


def _leftovers(home: Path) -> Iterator[psutil.Process]:
    mine = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    for process in psutil.process_iter():
        if process.pid in mine:
            continue
        try:
            if process.uids().real == os.getuid() and _belongs_to(process, home):
                yield process
        except (psutil.Error, OSError):
            continue


def _belongs_to(process: psutil.Process, home: Path) -> bool:
    if process.environ().get(CHILD_MARK) == str(home):
        return True
    return process.name().startswith(BROKER_NAMES) and process.cwd() == os.path.realpath(home / "broker")


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
