"""Secret settings: as a variable or in a file, and passwords of any characters."""

import time
from pathlib import Path

import psycopg
import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st
from kombu import Connection
from psycopg import sql
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from worker.errors import ConfigError
from worker.redaction import redact
from worker.settings import broker_url_of, read_settings, redis_url_of
from worker.store import Database

ODD = "a$b ${HOME}@/#?%41:'\"\\&+é= "
PASSWORDS = [ODD, " @", "#", "%", "\\", "'", '"', "$$", "p:w", "[x]", "비밀번호"]
DATABASE, BROKER = "postgresql://desk@db.example:5432/news", "redis://broker.example:6379/0"


def read(**names):
    return read_settings({f"WIREROOM_{name}": str(value) for name, value in names.items()})


def faults(**names):
    with pytest.raises(ConfigError) as caught:
        read(**names)
    return str(caught.value)


@given(st.text(st.characters(exclude_categories=["C"]), min_size=1))
def test_any_password_reaches_the_libraries_as_it_is(password):
    found = read(
        DATABASE_URL=DATABASE, DATABASE_PASSWORD=password, BROKER_URL=BROKER, BROKER_PASSWORD=password
    )
    plain = found.database_url.replace("postgresql+psycopg", "postgresql")
    assert make_url(found.database_url).password == password
    assert psycopg.conninfo.conninfo_to_dict(plain)["password"] == password
    assert redis.connection.parse_url(redis_url_of(found))["password"] == password
    assert Connection(broker_url_of(found)).info()["password"] == password


@pytest.mark.parametrize("password", PASSWORDS)
def test_a_file_gives_its_text_without_the_last_line_end(tmp_path, password):
    for name, text in {
        "database": f"{password}\n",
        "broker": password,
        "login": f"me:{password}\n",
    }.items():
        (tmp_path / name).write_text(text)
    found = read(
        DATABASE_URL=DATABASE,
        DATABASE_PASSWORD_FILE=tmp_path / "database",
        BROKER_URL=BROKER,
        BROKER_PASSWORD_FILE=tmp_path / "broker",
        FLOWER_BASIC_AUTH_FILE=tmp_path / "login",
    )
    assert make_url(found.database_url).password == password
    assert redis.connection.parse_url(redis_url_of(found))["password"] == password
    assert found.flower_basic_auth == f"me:{password}".strip()


def test_a_whole_url_may_be_in_a_file(tmp_path):
    (tmp_path / "database").write_text("postgres://desk:s3cret%40word@db.example/news\n")
    (tmp_path / "broker").write_text("valkey://:s3cret%23word@broker.example\n")
    found = read(DATABASE_URL_FILE=tmp_path / "database", BROKER_URL_FILE=tmp_path / "broker")
    assert found.database_url == "postgresql+psycopg://desk:s3cret%40word@db.example/news"
    assert found.broker_url == "redis://:s3cret%23word@broker.example"
    assert redact("s3cret@word s3cret%23word") == "*** ***"


def test_a_password_is_hidden_in_all_output():
    read(
        DATABASE_URL=DATABASE, DATABASE_PASSWORD="very/odd word", BROKER_URL=BROKER, BROKER_PASSWORD="b'#4711"
    )
    assert redact("very/odd word, very%2Fodd%20word, b'#4711") == "***, ***, ***"


def test_a_password_belongs_to_the_user_of_the_url():
    found = read(BROKER_URL="rediss://desk@broker.example/1", BROKER_PASSWORD="p@ss")
    assert found.broker_url == "rediss://desk:p%40ss@broker.example/1"
    found = read(DATABASE_URL="postgresql://desk@/news?host=/run/pg", DATABASE_PASSWORD="p@ss")
    assert found.database_url == "postgresql+psycopg://desk:p%40ss@/news?host=/run/pg"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ({"DATABASE_PASSWORD": "x"}, "WIREROOM_DATABASE_PASSWORD: the URL is not set"),
        ({"BROKER_PASSWORD": "x"}, "WIREROOM_BROKER_PASSWORD: the URL is not set"),
        ({"BROKER_URL": "redis+socket:///run/b.sock", "BROKER_PASSWORD": "x"}, "not that of a server"),
        ({"DATABASE_URL": "sqlite:////tmp/a.db", "DATABASE_PASSWORD": "x"}, "not that of a server"),
        ({"DATABASE_URL": "postgresql://a:b/c@h/n", "DATABASE_PASSWORD": "x"}, "the URL has a password, too"),
        ({"BROKER_URL": "redis://:b@h", "BROKER_PASSWORD": "x"}, "the URL has a password, too"),
        ({"DATABASE_URL": "postgresql://h/n", "DATABASE_PASSWORD": "x"}, "write postgresql://USER@HOST"),
    ],
)
def test_a_password_that_belongs_to_nothing_is_refused(names, said):
    assert said in faults(**names)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file"),
        (b"", "the file is empty"),
        (b"\n", "the file is empty"),
        (b"\xff", "the file is not UTF-8"),
    ],
)
@pytest.mark.parametrize(
    "name", ["DATABASE_URL", "DATABASE_PASSWORD", "BROKER_URL", "BROKER_PASSWORD", "FLOWER_BASIC_AUTH"]
)
def test_a_file_that_cannot_be_read_is_named_with_its_variable(tmp_path, name, content, said):
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    shown = faults(**{f"{name}_FILE": tmp_path / "secret"})
    assert f'WIREROOM_{name}_FILE: "{tmp_path / "secret"}" cannot be read: {said}' in shown


def test_a_variable_and_its_file_are_not_both_set(tmp_path):
    (tmp_path / "secret").write_text("file:word")
    shown = faults(FLOWER_BASIC_AUTH="me:s3cretword", FLOWER_BASIC_AUTH_FILE=tmp_path / "secret")
    assert "WIREROOM_FLOWER_BASIC_AUTH: WIREROOM_FLOWER_BASIC_AUTH_FILE is set, too; set one of them" in shown


def test_postgresql_accepts_an_odd_password(postgres_url):
    """Of a role that must give its password, on a real server."""
    plain = postgres_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE odd LOGIN PASSWORD {}").format(sql.Literal(ODD)))
        rules = Path(connection.execute("SHOW hba_file").fetchone()[0])
        before = rules.read_text()
        rules.write_text(f"local all odd scram-sha-256\nhost all odd all scram-sha-256\n{before}")
        connection.execute("SELECT pg_reload_conf()")
        url = f"postgresql://odd@{plain.rpartition('@')[2]}"
        try:
            end = time.monotonic() + 30
            while connects(url, f"{ODD}x") and time.monotonic() < end:  # until the rules are read
                time.sleep(0.05)
            assert not connects(url, f"{ODD}x")
            assert connects(url, ODD)
        finally:
            rules.write_text(before)
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("DROP ROLE odd")


def connects(url, password):
    database = Database(read(DATABASE_URL=url, DATABASE_PASSWORD=password).database_url)
    try:
        with database.engine.connect() as connection:
            return connection.exec_driver_sql("SELECT current_user").scalar() == "odd"
    except OperationalError as exc:
        if "password authentication failed" not in str(exc):
            raise
        return False
    finally:
        database.close()
