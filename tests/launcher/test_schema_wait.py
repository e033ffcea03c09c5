"""Commands and workers on a database of another version: one sentence, exit 2 or a wait, no traceback."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.support.schema import newer_program
from worker.errors import SchemaError
from worker.launcher.child import Child
from worker.launcher.schema_wait import wait_for_schema
from worker.launcher.supervisor import Supervisor
from worker.settings import broker_url_of
from worker.store import Database, migrate

MAIN = (sys.executable, "-c", "from worker.cli.main import main; main()")
CONFIG = '[[feed]]\nid = "desk"\nurl = "http://127.0.0.1:9/feed.xml"\n'


class Log:
    def __init__(self):
        self.lines = []

    def info(self, event, **fields):
        self.lines.append((event, fields))

    warning = info


@pytest.fixture
def env(settings):
    settings.config.write_text(CONFIG)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("WIREROOM_")}
    return {
        **kept,
        "WIREROOM_HOME": str(settings.home),
        "WIREROOM_CONFIG": str(settings.config),
        "WIREROOM_DATABASE_URL": settings.database_url,
        "WIREROOM_BROKER_URL": broker_url_of(settings),
        "WIREROOM_LOG_FORMAT": "console",
        "NO_COLOR": "1",
    }


def call(env, *args):
    return subprocess.run([*MAIN, *args], env=env, capture_output=True, text=True, timeout=120, check=False)


def make_newer(database):
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '20990101_future'")


@pytest.mark.e2e
def test_every_process_says_in_one_sentence_that_the_database_is_newer(database, env):
    make_newer(database)
    roles = [("worker", role) for role in ("control", "poll", "extract", "beat")]
    commands = [("run", "--no-flower"), ("feeds",), ("db", "upgrade"), ("db", "purge"), ("reload",)]
    # which process it is makes no difference to a database: on PostgreSQL one of each way to start is enough
    for args in [*commands, *roles] if database.is_sqlite else [commands[0], commands[1], roles[0]]:
        done = call(env, *args)
        assert done.returncode == 2, (args, done.stderr)
        *begin, line = done.stderr.splitlines()
        assert line.startswith("wireroom: the database is newer than this program: "), args
        assert len(begin) == (args[0] == "worker"), args
        assert all(" starting " in said and f"role={args[1]}" in said for said in begin), args
    status = call(env, "status", "--json")
    assert (status.returncode, status.stderr) == (1, "")
    [need] = json.loads(status.stdout)["needs"]
    assert need.startswith("the database is newer than this program")
    check = call(env, "check", "--json")
    assert (check.returncode, check.stderr) == (1, "")
    assert [problem["key"] for problem in json.loads(check.stdout)["problems"]] == ["DATABASE_URL"]


def test_a_worker_waits_for_the_upgrade_and_says_so_once(database, tmp_path):
    log, naps = Log(), []

    def nap(seconds):
        naps.append(seconds)
        if len(naps) == 3:
            migrate(database)

    other = Database(database.url.render_as_string(hide_password=False))
    with newer_program(tmp_path / "program"):
        wait_for_schema(other, log, nap)
    other.close()
    [(event, fields)] = log.lines
    assert event == "waiting for the database"
    assert "older than this program" in fields["reason"]


def test_a_worker_does_not_wait_for_what_no_upgrade_mends(database):
    make_newer(database)
    other = Database(database.url.render_as_string(hide_password=False))
    with pytest.raises(SchemaError, match="newer"):
        wait_for_schema(other, Log(), lambda _: pytest.fail("waited"))
    other.close()


def test_a_child_that_refuses_to_start_stops_everything_with_its_exit_code(tmp_path):
    log = Log()
    refusing = Child("control", ("sh", "-c", "echo 'the database is newer'; exit 2"), log=tmp_path / "log")
    other = Child("poll", ("sleep", "60"))
    supervisor = Supervisor([refusing, other], log)
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    assert supervisor.exit_code == 2
    assert ("the database is newer", "control") in [(f.get("said"), f.get("child")) for _, f in log.lines]


@pytest.mark.e2e
def test_a_running_worker_stops_with_exit_2_when_the_database_became_newer(database, env, tmp_path):
    """Its next task fails because of the schema, which is told without a traceback."""
    from worker.celery_app import make_app
    from worker.settings import read_settings

    sign = tmp_path / "ready"
    log = tmp_path / "worker.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*MAIN, "worker", "control", "--no-beat"],
            env={**env, "WIREROOM_READY_FILE": str(sign)}, stdout=output, stderr=output, cwd=Path.cwd(),
        )  # fmt: skip
    try:
        end = time.monotonic() + 120
        while not sign.exists() and time.monotonic() < end:
            time.sleep(0.1)
        assert sign.exists(), log.read_text()
        with database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE config_state RENAME TO settings_state")
        make_newer(database)
        app = make_app(read_settings(env))
        app.send_task("control.tick", queue="control")
        app.close()
        assert process.wait(60) == 2, log.read_text()
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    text = log.read_text()
    assert "stopping the worker" in text
    assert "newer than this program" in text
    assert "Traceback" not in text
