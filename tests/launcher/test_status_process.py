"""The status that the supervisor shows is read by a process of its own."""

import os
import subprocess
import sys
import time

import pytest

from tests.support.isolation import service_environment
from worker.launcher.child import Child, spawn
from worker.launcher.status_process import StatusProcess
from worker.store import Database
from worker.store.schema import migrate

FEEDS = '[[feed]]\nid = "desk"\nurl = "https://desk.example/feed.xml"\n'


@pytest.fixture
def env(tmp_path):
    (tmp_path / "feeds.toml").write_text(FEEDS)
    return service_environment(tmp_path / "home", tmp_path / "feeds.toml")


@pytest.fixture
def reader(tmp_path, env):
    (tmp_path / "home").mkdir()
    reader = StatusProcess(tmp_path / "home", lambda child: spawn(child, env), every_s=0.1, first_s=0.0)
    yield reader
    reader.stop()


def make_database(home):
    database = Database(f"sqlite:///{home / 'wireroom.db'}")
    migrate(database)
    database.close()


def read(reader, reads=1, limit_s=60.0):
    end = time.monotonic() + limit_s
    while reader.reads < reads and time.monotonic() < end:
        reader.step()
        time.sleep(0.02)
    assert reader.reads == reads


def test_a_status_is_news_once_until_it_is_read_again(tmp_path, reader):
    make_database(tmp_path / "home")
    assert reader.news() is None
    read(reader)
    status = reader.news()
    assert reader.problem is None
    assert status["articles"] == 0
    assert status["read_at"].tzinfo is not None
    assert reader.news() is None
    read(reader, 2)
    assert reader.news()["read_at"] > status["read_at"]


def test_a_status_that_cannot_be_read_is_a_problem_and_keeps_the_last_one(tmp_path, reader):
    make_database(tmp_path / "home")
    read(reader)
    (tmp_path / "home" / "wireroom.db").unlink()
    read(reader, 2)
    assert "has no database" in reader.problem
    assert reader.news() is None
    assert reader.status["articles"] == 0


def test_a_read_that_dies_is_a_problem_and_the_next_one_is_read(tmp_path, reader):
    make_database(tmp_path / "home")
    reader.step()
    [pid] = reader.pids()
    os.kill(pid, 9)
    read(reader)
    assert "ended with -9" in reader.problem
    read(reader, 2)
    assert reader.problem is None
    assert reader.news()["articles"] == 0


def test_a_read_that_hangs_holds_up_nothing_and_ends_with_the_service(tmp_path):
    sleeper = Child("status", (sys.executable, "-c", "import time; time.sleep(600)"))
    reader = StatusProcess(tmp_path, lambda _: spawn(sleeper, os.environ), every_s=0.0, first_s=0.0)
    began_s = time.monotonic()
    for _ in range(50):
        reader.step()
    assert time.monotonic() - began_s < 5
    [pid] = reader.pids()
    reader.stop()
    assert list(reader.pids()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_supervisor_loads_no_database_library_for_it(tmp_path, env, reader):
    make_database(tmp_path / "home")
    read(reader)
    written = tmp_path / "home" / "run" / "status.pickle"
    code = (
        "import pickle, sys, worker.launcher.run\n"
        f"status, problem = pickle.loads(open({str(written)!r}, 'rb').read())\n"
        "assert status['articles'] == 0 and problem is None\n"
        "print(*{'sqlalchemy', 'alembic', 'celery', 'redis', 'numpy', 'httpx'} & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == ""
