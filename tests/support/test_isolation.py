"""Tests, and tools that make articles up, never reach the service of whoever runs them."""

import argparse
import hashlib
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from tests.support.isolation import (
    MARKER_FILE,
    NO_SERVICE,
    claimed_database,
    claimed_directory,
    isolate,
    service_environment,
    write_command,
)
from worker.errors import ConfigError
from worker.settings import read_settings
from worker.store import Database, migrate

ROOT = Path(__file__).parents[2]
STARTED_S, STOPPED_S, STORM_S = 90.0, 30.0, 200.0
FOREIGN = {
    "WIREROOM_HOME": "/srv/wireroom",
    "WIREROOM_DATABASE_URL": "postgresql://desk@db.example/news",
    "WIREROOM_BROKER_URL": "redis://broker.example:6379/0",
    "WIREROOM_CONFIG": "/etc/wireroom/feeds.toml",
    "WIREROOM_FLOWER_BASIC_AUTH": "desk:secret",
    "WIREROOM_CHILD": "/srv/wireroom",
    "WIREROOM_SOMETHING_NEW": "x",
    "WIREROOM_ENV_FILE": "/etc/wireroom/env",
    "CELERY_BROKER_URL": "redis://broker.example:6379/1",
    "FLOWER_PORT": "5555",
    "PYTHONPATH": "/srv/other",
    "PYTHONSTARTUP": "/srv/other.py",
    "PGHOST": "db.example",
    "PGSERVICE": "news",
    "DESK_PASSWORD": "secret",
}


@pytest.fixture
def foreign(monkeypatch):
    """The environment of somebody who runs a service."""
    for name in list(os.environ):
        monkeypatch.setenv(name, os.environ[name])  # so that all come back after the test
    for name, value in FOREIGN.items():
        monkeypatch.setenv(name, value)


def test_a_service_made_for_show_is_told_nothing_of_the_caller(foreign, tmp_path):
    environ = service_environment(tmp_path / "home", tmp_path / "feeds.toml", TICK="1s")
    assert not set(environ.values()) & set(FOREIGN.values())
    allowed = {
        "PATH",
        "LD_LIBRARY_PATH",
        "HOME",
        "TMPDIR",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TERM",
        "COLUMNS",
        "LINES",
        "NO_COLOR",
    }
    others = {name for name in environ.keys() - allowed if not name.startswith(("WIREROOM_", "LC_"))}
    assert others == set()
    assert environ["WIREROOM_TICK"] == "1s"
    assert environ["WIREROOM_ENV_FILE"] == ""


def test_this_process_knows_no_service_either(foreign, tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("WIREROOM_DATABASE_URL=sqlite:////srv/news.db\nWIREROOM_TICK=9s\n")
    monkeypatch.chdir(tmp_path)
    isolate()
    settings = read_settings()
    assert str(settings.home) == NO_SERVICE
    assert settings.database_url == f"sqlite:///{NO_SERVICE}/wireroom.db"
    assert settings.broker_url is None
    assert settings.tick_s == 2.0
    assert not FOREIGN.keys() & os.environ.keys() - {"WIREROOM_HOME", "WIREROOM_CONFIG", "WIREROOM_ENV_FILE"}


def test_settings_that_are_given_are_not_mixed_with_a_file(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("WIREROOM_DATABASE_URL=sqlite:////srv/news.db\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WIREROOM_ENV_FILE")
    assert read_settings().database_url == "sqlite:////srv/news.db"
    given = read_settings({"WIREROOM_HOME": str(tmp_path)})
    assert given.database_url == f"sqlite:///{tmp_path}/wireroom.db"


def test_a_settings_file_can_be_named_and_must_then_exist(tmp_path, monkeypatch):
    named = tmp_path / "service.env"
    named.write_text("WIREROOM_TICK=7s\n")
    monkeypatch.setenv("WIREROOM_ENV_FILE", str(named))
    assert read_settings().tick_s == 7.0
    named.unlink()
    with pytest.raises(ConfigError, match="WIREROOM_ENV_FILE"):
        read_settings()


def test_the_written_command_runs_in_its_own_environment(tmp_path):
    script, names = tmp_path / "it's", {"WIREROOM_HOME": "a b'c$d", "PATH": os.environ["PATH"], "TERM": "x"}
    write_command(script, Path("/usr/bin/env"), names)
    done = subprocess.run(
        [script], env={**FOREIGN, "TERM": "dumb"}, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.splitlines()) >= {"WIREROOM_HOME=a b'c$d", "TERM=dumb"}
    assert "CELERY" not in done.stdout
    assert "PYTHON" not in done.stdout


def test_a_directory_is_taken_when_it_is_new_or_empty_or_was_taken_before(tmp_path):
    for _ in range(2):
        folder = claimed_directory(str(tmp_path / "a" / "b"))
        (folder / "wireroom.db").write_bytes(b"made up")
    assert (folder / MARKER_FILE).is_file()


@pytest.mark.parametrize("name", ["wireroom.db", ".env", "feeds.toml"])
def test_a_directory_with_anything_else_in_it_is_refused_untouched(tmp_path, name):
    (tmp_path / name).write_bytes(b"mine")
    with pytest.raises(argparse.ArgumentTypeError, match="holds files that no tool"):
        claimed_directory(str(tmp_path))
    assert fingerprint(tmp_path) == {name: hashlib.sha256(b"mine").hexdigest()}


def test_a_directory_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"mine")
    with pytest.raises(argparse.ArgumentTypeError, match="cannot be used"):
        claimed_directory(str(tmp_path / "file"))


def test_a_database_is_taken_when_it_is_empty_or_was_taken_before(database_url):
    for _ in range(2):
        database = Database(claimed_database(database_url))
        migrate(database)
        database.close()


def test_a_database_in_use_is_refused_untouched(database_url, tmp_path):
    database = Database(database_url)
    migrate(database)
    database.close()
    before = fingerprint(tmp_path)
    with pytest.raises(argparse.ArgumentTypeError, match="holds tables that no tool"):
        claimed_database(database_url)
    assert fingerprint(tmp_path) == before


def test_an_sqlite_database_that_a_service_has_open_is_refused_untouched(tmp_path):
    """All that was written is still in the log beside the file."""
    path = tmp_path / "wireroom.db"
    users = sqlite3.connect(path, isolation_level=None)
    users.execute("PRAGMA journal_mode = WAL")
    users.execute("PRAGMA wal_autocheckpoint = 0")
    users.execute("CREATE TABLE feeds (id TEXT)")
    before = fingerprint(tmp_path)
    with pytest.raises(argparse.ArgumentTypeError, match="holds tables"):
        claimed_database(f"sqlite:///{path}")
    assert fingerprint(tmp_path) == before
    users.close()


def test_postgresql_tables_outside_the_public_schema_count_too(postgres_url):
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE SCHEMA desk")
        connection.execute("CREATE TABLE desk.notes (id int)")
    with pytest.raises(argparse.ArgumentTypeError, match="holds tables"):
        claimed_database(postgres_url)


def test_a_file_that_is_no_database_and_a_server_that_is_not_there_are_refused(tmp_path):
    (tmp_path / "letter.db").write_bytes(b"Dear desk")
    for url in (
        f"sqlite:///{tmp_path}/letter.db",
        "postgresql://127.0.0.1:9/x?connect_timeout=2",
        "mysql://x",
    ):
        with pytest.raises(argparse.ArgumentTypeError):
            claimed_database(url)
    assert (tmp_path / "letter.db").read_bytes() == b"Dear desk"


class User:
    """Somebody with a service: its state, an .env file, variables, a broker and a database server."""

    def __init__(self, folder, postgres_url, broker_socket):
        self.folder, self.postgres_url = folder, postgres_url
        self.home, self.checkout = folder / "srv", folder / "checkout"
        for place in (self.home, self.checkout, self.checkout / ".wireroom"):
            place.mkdir(parents=True)
            migrate_file(place / "wireroom.db")
        (self.home / "feeds.toml").write_text('[[feed]]\nid = "a"\nurl = "http://127.0.0.1:9/"\n')
        self.names = {
            "WIREROOM_HOME": str(self.home),
            "WIREROOM_CONFIG": str(self.home / "feeds.toml"),
            "WIREROOM_DATABASE_URL": postgres_url,
            "WIREROOM_BROKER_URL": f"redis+socket://{broker_socket}?virtual_host=0",
            "WIREROOM_FLOWER_PORT": "5555",
            "WIREROOM_LOG_FORMAT": "json",
        }
        self.broker = redis.Redis(unix_socket_path=str(broker_socket))
        self.broker.flushall()
        self.broker.set("a", "b")

    def environ(self, *, in_file):
        """The environment of the user's shell, these of its settings in `.env`, the others in itself."""
        lines = (f"{name}={shlex.quote(value)}\n" for name, value in self.names.items() if name in in_file)
        (self.checkout / ".env").write_text("".join(lines))
        others = {name: value for name, value in self.names.items() if name not in in_file}
        broker = {"CELERY_BROKER_URL": "redis://127.0.0.1:9/"}
        return {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], **broker, **others}

    def possessions(self):
        with psycopg.connect(self.postgres_url.replace("+psycopg", "")) as connection:
            query = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
            tables = connection.execute(query).fetchone()
        return fingerprint(self.folder), tables, self.broker.keys()


def migrate_file(path):
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()


def fingerprint(folder):
    """A digest of every file below a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def user(tmp_path, postgres_url, broker_socket):
    person = User(tmp_path / "user", postgres_url, broker_socket)
    yield person
    person.broker.close()


def articles_in(path):
    if not path.exists():
        return 0
    with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as connection:
        try:
            return connection.execute("SELECT count(*) FROM articles").fetchone()[0]
        except sqlite3.OperationalError:  # no tables yet, or being written
            return 0


@pytest.mark.e2e
def test_the_demo_leaves_the_service_of_its_user_alone(user, tmp_path):
    environ, home = user.environ(in_file={"WIREROOM_DATABASE_URL", "WIREROOM_BROKER_URL"}), tmp_path / "demo"
    before = user.possessions()
    with (tmp_path / "demo.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.newsroom", "--home", home, "--pace", "0.5"],
            env=environ, cwd=user.checkout, stdout=log, stderr=log,
        )  # fmt: skip
        end = time.monotonic() + STARTED_S
        while not articles_in(home / "wireroom.db") and time.monotonic() < end and process.poll() is None:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        code = process.wait(STOPPED_S)
    assert code == 0, (tmp_path / "demo.log").read_text()
    assert articles_in(home / "wireroom.db") > 0, (tmp_path / "demo.log").read_text()
    assert user.possessions() == before


@pytest.mark.e2e
def test_the_chaos_leaves_the_service_of_its_user_alone(user):
    environ = user.environ(in_file={"WIREROOM_HOME", "WIREROOM_CONFIG"})
    before = user.possessions()
    done = subprocess.run(
        [sys.executable, "-m", "tests.storms.chaos", "--kills", "1"],
        env=environ, cwd=user.checkout, capture_output=True, text=True, timeout=STORM_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 faults" in done.stdout
    assert user.possessions() == before


@pytest.mark.e2e
def test_the_tests_leave_the_service_of_their_user_alone(user):
    environ = user.environ(in_file={"WIREROOM_DATABASE_URL"})
    before = user.possessions()
    chosen = ("tests/cli/test_articles.py", "tests/cli/test_jobs_list.py")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", ROOT / "pyproject.toml",
         *(ROOT / name for name in chosen)],
        env=environ, cwd=user.checkout, capture_output=True, text=True, timeout=STORM_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert user.possessions() == before
