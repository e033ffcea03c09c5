"""The write lock of a SQLite file that another process holds: waited for, but not for ever."""

import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.schema import with_schema
from worker.errors import ServiceError
from worker.store import Database, sqlite_locks


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "test.db"


def test_a_lock_that_is_never_released_is_given_up_after_one_limit(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_locks, "SQLITE_BUSY_MS", 3_000)
    with (
        closing(with_schema(Database(f"sqlite:///{path}"))) as database,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        began_s = time.monotonic()
        with pytest.raises(ServiceError), database.write():
            pass
        assert 2.9 < time.monotonic() - began_s < 5.9
        other.execute("ROLLBACK")
        with database.write() as connection:
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 3_000


def test_a_released_lock_is_taken(path: Path) -> None:
    with (
        closing(with_schema(Database(f"sqlite:///{path}"))) as database,
        closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.3, lambda: other.execute("ROLLBACK"))
        release.start()
        with database.write() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
        release.join()


# The bytes that SQLite locks in the file of the log's index (sqlite.org/walformat.html, section 2.3.1): while
# a process recovers the log after a crash it holds those of the writer and of the recovery.
RECOVERY = """
import fcntl, os, sys, time
index = os.open(sys.argv[1], os.O_RDWR)
for byte in (120, 122):
    fcntl.lockf(index, fcntl.LOCK_EX, 1, byte)
header = os.pread(index, 96, 0)
os.pwrite(index, bytes(96), 0)
print("recovers", flush=True)
time.sleep(0.3)
os.pwrite(index, header, 0)
"""


def test_a_lock_is_waited_for_while_another_process_recovers_the_log(path: Path) -> None:
    with closing(with_schema(Database(f"sqlite:///{path}"))) as database:
        with database.write() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
        other = subprocess.Popen(
            [sys.executable, "-c", RECOVERY, f"{path}-shm"], stdout=subprocess.PIPE, text=True
        )
        with other:
            assert other.stdout is not None
            assert other.stdout.readline() == "recovers\n"
            with database.write() as connection:
                assert connection.exec_driver_sql("SELECT 2").scalar() == 2
        assert other.returncode == 0
