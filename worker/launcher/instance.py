"""One service per state directory: lock and permissions."""

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from worker.errors import ServiceError, os_errors
from worker.flows.local_service import LOCK_NAME

LOCK_WAIT_S = 1.0  # a command that looks for the service holds the lock for a moment


def make_private(directory: Path) -> None:
    """Create a directory with mode 0700. Raises ServiceError if another user owns it."""
    with os_errors(f"{directory} cannot be used"):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise ServiceError(
                f"{directory} is not a directory owned by this user: remove it or change WIREROOM_HOME"
            )
        directory.chmod(0o700)


@contextmanager
def hold_instance(home: Path) -> Iterator[None]:
    """Lock the state directory until the block ends or the process dies.

    Raises ServiceError with the pid of the process that holds the lock, or if the directory cannot be used.
    """
    make_private(home)
    with os_errors(f"{home} cannot be used"):
        file = (home / LOCK_NAME).open("a+b", buffering=0)
    with file:
        _lock(file, home)
        with os_errors(f"{home} cannot be used"):
            file.truncate(0)
            file.write(b"%d\n" % os.getpid())
        yield
        file.truncate(0)


def _lock(file: IO[bytes], home: Path) -> None:
    end_s = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            file.seek(0)
            pid = file.read().decode("ascii", "replace").strip()
            if pid or time.monotonic() > end_s:
                raise ServiceError(f"{home} is in use by the service with pid {pid or 'unknown'}") from exc
            time.sleep(0.01)
        else:
            return
