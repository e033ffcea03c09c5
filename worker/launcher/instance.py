"""One service per state directory: lock and permissions."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from worker.errors import ServiceError
from worker.flows.local_service import LOCK_NAME


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
