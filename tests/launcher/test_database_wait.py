"""A database server that is away at the start is waited for a while, unless it refuses this installation."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from sqlalchemy import make_url

from tests.storms.proxy import Proxy
from worker.errors import ServiceError
from worker.launcher import schema_wait
from worker.store import Database

MAIN = (sys.executable, "-P", "-c", "from worker.cli.main import main; main()")
CONFIG = '[[feed]]\nid = "desk"\nurl = "http://127.0.0.1:9/feed.xml"\n'
PATIENCE = pytest.mark.parametrize("wait", [schema_wait.wait_for_server, schema_wait.wait_for_schema])


class Log:
    def __init__(self):
        self.lines = []

    def warning(self, event, **fields):
        self.lines.append((event, fields))

    info = warning


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def away():
    database = Database(f"postgresql+psycopg://desk:s3cret@127.0.0.1:{free_port()}/wire")
    yield database
    database.close()


@PATIENCE
def test_a_server_that_stays_away_is_waited_for_a_while_and_then_named(away, monkeypatch, wait):
    monkeypatch.setattr(schema_wait, "ABSENT_S", 0.5)
    log = Log()
    with pytest.raises(ServiceError) as caught:
        wait(away, log, lambda _: time.sleep(0.2))
    place = f"127.0.0.1:{away.url.port}"
    assert f"start PostgreSQL at {place}, or correct WIREROOM_DATABASE_URL" in str(caught.value)
    [(event, fields)] = log.lines
    assert (event, fields["at"]) == ("waiting for the database", place)
    assert "Connection refused; at most" in fields["reason"]
    assert "s3cret" not in f"{caught.value}{log.lines}"


@PATIENCE
def test_a_server_that_does_not_know_us_is_not_waited_for(postgres_url, wait):
    unknown = make_url(postgres_url).set(database="no_such_database")
    database = Database(unknown.render_as_string(hide_password=False))
    with pytest.raises(ServiceError, match="does not exist; correct WIREROOM_DATABASE_URL"):
        wait(database, Log(), lambda _: pytest.fail("waited"))
    database.close()


def test_a_stop_ends_the_wait(away):
    stops = iter([False, False, True, True])
    assert not schema_wait.wait_for_server(away, Log(), lambda _: None, lambda: next(stops))


@pytest.fixture
def distant(postgres_url):
    """A way to the server that refuses connections at first, and the database's URL by it."""
    url = make_url(postgres_url)
    place = url.host or url.query["host"]
    socket_path = f"{place}/.s.PGSQL.{url.port or url.query.get('port', 5432)}"
    with Proxy(socket_path if place.startswith("/") else (place, url.port)) as proxy:
        proxy.mode = "refuse"
        by_proxy = url.set(host="127.0.0.1", port=proxy.port, query={})
        yield proxy, by_proxy.render_as_string(hide_password=False)


@pytest.mark.e2e
def test_run_waits_for_the_database_and_starts_when_it_responds(tmp_path, distant):
    proxy, url = distant
    config, output = tmp_path / "feeds.toml", tmp_path / "output"
    config.write_text(CONFIG)
    own = {key: value for key, value in os.environ.items() if not key.startswith("WIREROOM_")}
    env = {
        **own, "WIREROOM_HOME": str(tmp_path / "home"), "WIREROOM_CONFIG": str(config),
        "WIREROOM_DATABASE_URL": url, "WIREROOM_WEB_ADDRESS": "off", "WIREROOM_ENV_FILE": "", "NO_COLOR": "1",
    }  # fmt: skip
    with output.open("ab") as file:
        command = [*MAIN, "run", "--no-flower"]
        process = subprocess.Popen(command, env=env, stdout=file, stderr=file, cwd=tmp_path)
    try:
        assert until(lambda: "waiting for the database" in output.read_text()), output.read_text()
        assert "config in force" not in output.read_text()
        proxy.mode = "pass"
        assert until(lambda: "config in force" in output.read_text()), output.read_text()
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, output.read_text()
    finally:
        process.kill()
        process.wait()


def until(condition, limit_s=60.0):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False
