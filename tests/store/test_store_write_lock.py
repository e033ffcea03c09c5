"""The write lock of a SQLite file that another process holds: waited for, but not for ever."""

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.schema import with_schema
from worker.errors import ServiceError
from worker.store import Database, session


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "test.db"


def test_a_lock_that_is_never_released_is_given_up_after_one_limit(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "SQLITE_BUSY_MS", 3_000)
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
