"""A database or broker URL that no library can use is a settings error, before any command works with it."""

import os
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kombu import Connection
from sqlalchemy import make_url

from tests.support.schema import with_schema
from worker.errors import ConfigError, ServiceError
from worker.flows.redis_link import RedisLink
from worker.service_urls import find_broker_fault, find_database_fault, sqlite_path, sqlite_url
from worker.settings import broker_url_of, read_settings, redis_url_of, socket_path_of
from worker.store import Database
from worker.store.backup import backup_sqlite
from worker.store.restore import restore_sqlite

PASSWORD = "zq7Harbour4kx"
BAD_DATABASE = [
    f"postgresql://desk:{PASSWORD}@db.example:54b32/news",
    f"postgresql://desk:{PASSWORD}@db.example:99999/news",
    f"postgresql://desk:{PASSWORD}@db.example:0/news",
    f"postgresql://desk:{PASSWORD}@db.example:\u0665\u0664/news",
    f"postgresql://desk:{PASSWORD}@[::1/news",
    f"postgresql://desk:{PASSWORD}@[::1]5432/news",
    f"postgresql://desk:x@{PASSWORD}@db.example/news",
    f"postgresql://desk:{PASSWORD}@one:1,two:2/news",
    f"postgresql://desk:{PASSWORD}@db.example/news?port=x",
    f"postgresql://desk:{PASSWORD}%00@db.example/news",
    f"postgresql://desk:{PASSWORD}\udcff@db.example/news",
    f"postgresql://desk:{PASSWORD}@db exa mple/news",
    f"postgresql:/desk:{PASSWORD}@db.example/news",
    f"mysql://desk:{PASSWORD}@db.example/news",
    "postgresql",
    "sqlite://",
    "sqlite:///",
    "sqlite:///:memory:",
    "sqlite:///file:news.db?uri=true",
    "sqlite:////srv/news.db?mode=ro",
    "sqlite://server/news.db",
    "sqlite:////srv/news%00.db",
    "sqlite:////srv/news%0A.db",
    "sqlite:////srv/news%FF.db",
]
BAD_BROKER = [
    f"redis://:{PASSWORD}@broker.example:63a79/0",
    f"redis://:{PASSWORD}@broker.example:99999/0",
    f"redis://:{PASSWORD}@[::1/0",
    f"redis://:x/{PASSWORD}@broker.example:6379/0",
    f"redis://:x#{PASSWORD}@broker.example:6379/0",
    f"redis://:x?{PASSWORD}@broker.example:6379/0",
    f"redis://:{PASSWORD}@broker.example/news",
    f"redis://:{PASSWORD}@broker.example/0?db=1",
    f"redis://:{PASSWORD}@broker.example/0?socket_timeout=x",
    f"valkey://:{PASSWORD}@broker.example:x/0",
    f"amqp://desk:{PASSWORD}@broker.example/0",
    "broker.example:6379",
    "redis+socket:///run/b.sock?virtual_host=x",
    f"rediss://:{PASSWORD}@broker.example/0?ssl_ca_certs=/nowhere/ca.pem",
    f"rediss://:{PASSWORD}@broker.example/0?ssl_certfile=/nowhere/own.pem",
    f"rediss://:{PASSWORD}@broker.example/0?ssl_cert_reqs=CERT_NONE",
    "redis+socket://?virtual_host=0",
    "memory://",
]
GOOD_DATABASE = [
    "sqlite:///news.db",
    "sqlite:////srv/news room/news.db",
    "postgres://desk:pw@db.example/news",
    "postgresql://desk:p/w%40@db.example:5432/news?sslmode=require",
    "postgresql+psycopg://desk:pw@[2001:db8::1]:5432/news",
    "postgresql://desk@[::1]/news",
    "postgresql://postgres:@/news?host=/run/postgresql",
    "postgresql:///news?host=one:5432&host=two:5433",
    "postgresql://desk:two words@db.example/news",
]
GOOD_BROKER = [
    "redis://broker.example:6379/0",
    "redis://",
    "redis://desk:p%2Fw@[::1]:6379/15",
    "rediss://broker.example/0?ssl_cert_reqs=required",
    f"rediss://broker.example/0?ssl_ca_certs={__file__}",
    "valkey://:pw@broker.example/1",
    "valkeys://:pw@broker.example/1",
    "redis+socket:///run/b.sock?virtual_host=2",
    "redis+socket:///run/b.sock",
]


def problems(**names: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read_settings({f"WIREROOM_{name}": value for name, value in names.items()})
    return str(caught.value)


@pytest.mark.parametrize("url", BAD_DATABASE)
def test_an_unusable_database_url_is_an_error_that_names_the_variable_and_the_form(url: str) -> None:
    """Whatever part of it the password is taken for, it is not shown."""
    shown = problems(DATABASE_URL=url)
    assert "WIREROOM_DATABASE_URL: " in shown
    assert "write sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME" in shown
    assert PASSWORD not in shown


@pytest.mark.parametrize("url", BAD_BROKER)
def test_an_unusable_broker_url_is_an_error_that_names_the_variable_and_the_form(url: str) -> None:
    shown = problems(BROKER_URL=url)
    assert "WIREROOM_BROKER_URL: " in shown
    assert "write redis://:PASSWORD@HOST:PORT/NUMBER" in shown
    assert PASSWORD not in shown


def use(database: str, broker: str) -> None:
    """Read both URLs with the libraries that connect to them."""
    found = read_settings({"WIREROOM_DATABASE_URL": database, "WIREROOM_BROKER_URL": broker})
    Database(found.database_url).close()
    Connection(broker_url_of(found)).info()
    redis.Redis.from_url(redis_url_of(found)).close()


@pytest.mark.parametrize("url", GOOD_DATABASE)
def test_usable_database_urls_are_accepted(url: str) -> None:
    use(url, "")


@pytest.mark.parametrize("url", GOOD_BROKER)
def test_usable_broker_urls_are_accepted(url: str) -> None:
    use("", url)


PIECES = st.lists(
    st.sampled_from(
        ["desk", ":", "/", "@", "?", "#", "[", "]", "::1", "%", "%40", "é", " ", "5432", "0", "port=", "a"]
    ),
    max_size=8,
).map(lambda parts: "".join(parts).strip())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(PIECES, st.sampled_from(["redis://", "rediss://", "redis+socket://"]))
def test_what_is_accepted_can_be_read_by_the_libraries(rest: str, scheme: str) -> None:
    database = "postgresql+psycopg://" + rest
    if find_database_fault(database) is None:
        use(database, "")
    if find_broker_fault(scheme + rest) is None:
        use("", scheme + rest)


@pytest.mark.parametrize("option", ["sslmode=bogus", "target_session_attrs=soon", "no_such_option=1"])
def test_an_option_that_the_client_library_refuses_names_the_variable(option: str) -> None:
    database = Database(f"postgresql+psycopg://desk:{PASSWORD}@127.0.0.1:1/news?{option}")
    with (
        pytest.raises(ServiceError, match="WIREROOM_DATABASE_URL cannot be used: ") as caught,
        database.read(),
    ):
        pass
    assert PASSWORD not in str(caught.value)


COMMANDS = [
    "status",
    "feeds",
    "articles",
    "stories",
    "jobs",
    "reload",
    "poll x",
    "db upgrade",
    "worker poll",
    "run",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_reports_the_settings_error_in_one_line(command: str, tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("WIREROOM_")}
    env |= {"WIREROOM_ENV_FILE": "", "WIREROOM_HOME": str(tmp_path), "WIREROOM_DATABASE_URL": BAD_DATABASE[0]}
    argv = [sys.executable, "-c", "from worker.cli.main import main; main()", *command.split()]
    done = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("wireroom: environment: WIREROOM_DATABASE_URL: its port is not a number")
    assert PASSWORD not in done.stderr + done.stdout


ODD_NAMES = ["a#b", "100%41 x", "50%", "why?", "é 비", "q'\"&;$x", "[x]*", "a@b:c", "+ =,", "%3F", "-v"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_state_directory_of_any_name_holds_its_own_database(tmp_path, name):
    """All readers of the URL mean the same file: the service, `health`, backup and restore."""
    home = tmp_path / name
    found = read_settings({"WIREROOM_HOME": str(home)})
    assert sqlite_path(found.database_url) == home / "wireroom.db"
    with closing(Database(found.database_url)) as database:
        with_schema(database)
        assert sorted(tmp_path.rglob("wireroom.db")) == [home / "wireroom.db"]
        backup_sqlite(database, home / f"copy {name}.db")
        restore_sqlite(database, home / f"copy {name}.db", datetime(2026, 11, 24, tzinfo=UTC))
        database.check_schema()
    assert {path.parent for path in tmp_path.rglob("*.db")} == {home}
    for path in (
        RedisLink(redis_url_of(found), 1.0)._path,
        redis.connection.parse_url(redis_url_of(found))["path"],
    ):
        assert path == str(socket_path_of(home))


@given(st.text(st.characters(exclude_categories=["C"], exclude_characters="/"), min_size=1))
def test_any_path_returns_from_its_url(name):
    path = Path("/srv") / name
    url = sqlite_url(path)
    assert find_database_fault(url) is None
    assert sqlite_path(url) == path
    assert make_url(url).database == str(path)
