"""One fault of database or broker is one sentence, whichever command reports it."""

import json
import socket
import sqlite3
import ssl
import subprocess
import threading
from contextlib import closing, contextmanager

import pytest
from click.testing import CliRunner
from sqlalchemy import make_url

from tests.support.schema import with_schema
from worker.cli.main import wireroom
from worker.errors import ServiceError
from worker.fault_words import describe_broker_fault, describe_database_fault
from worker.flows import status
from worker.settings import read_settings
from worker.store import Database

FEED = '[[feed]]\nid = "wire"\nurl = "https://wire.example/feed.xml"\n'


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An installation with a SQLite database of one feed, and no service."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "BROKER_URL", "CONFIG"):
        monkeypatch.delenv(f"WIREROOM_{name}", raising=False)
    monkeypatch.setenv("WIREROOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WIREROOM_ENV_FILE", "")
    monkeypatch.setattr("worker.logs.is_configured", lambda: True)
    monkeypatch.setattr("worker.cli.environment.ANSWER_S", 1)
    monkeypatch.setattr("worker.flows.health.ANSWER_S", 1)
    monkeypatch.setattr("worker.store.sqlite_locks.SQLITE_BUSY_MS", 200)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "feeds.toml").write_text(FEED)
    (tmp_path / "home").mkdir(mode=0o700)
    with closing(Database(read_settings().database_url)) as database:
        with_schema(database)
    return tmp_path


@pytest.fixture
def said(monkeypatch):
    """What commands say of a fault, without the name of the setting or of the program before it."""

    def call(*lines):
        found = {}
        for line in lines:
            monkeypatch.setattr("worker.flows.services._current", None)
            status._services_of.cache_clear()
            done = CliRunner().invoke(wireroom, line.split())
            if line == "status --json":
                output = "\n".join(json.loads(done.output)["needs"])
            else:
                output = str(done.exception) if isinstance(done.exception, ServiceError) else done.output
            found[line] = output
            assert "Traceback" not in output
        return found

    return call


ASKING_DATABASE = (
    "health",
    "status --json",
    "feeds",
    "check",
    "doctor --offline",
    "poll wire",
    "events --json",
)


def require_sentence(found, sentence):
    """Each command says the sentence, once, with nothing else of the fault."""
    for line, output in found.items():
        assert output.count(sentence) == 1, (line, output)


def test_a_file_that_is_no_database(place, said):
    (place / "home" / "wireroom.db").write_bytes(b"no database" * 100)
    # as every reading command has the remedy of a damaged file, only those that look at it in passing differ
    require_sentence(
        said("health", "check", "doctor --offline"), "the database does not respond: file is not a database"
    )


def test_a_database_that_another_process_locks(place, said):
    path = place / "home" / "wireroom.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("CREATE TABLE held (x)")
        found = said(*ASKING_DATABASE)
    require_sentence(found, "the database does not work: another process holds it: database is locked")


@pytest.mark.parametrize("command", ["jobs retry --dead", "alerts retry", "db purge", "reload"])
def test_a_database_that_another_process_writes_for_long(place, said, command):
    """Reading goes on beside it."""
    with closing(sqlite3.connect(place / "home" / "wireroom.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        found = said(command, "feeds")
    assert "the database does not work: another process holds it: database is locked" in found[command]
    assert found["feeds"] == "no feeds yet: add some to config/feeds.toml\n"


def test_a_database_server_that_does_not_listen(place, said, monkeypatch):
    monkeypatch.setenv("WIREROOM_DATABASE_URL", "postgresql://me:s3cretword@127.0.0.1:1/news")
    found = said(*ASKING_DATABASE)
    require_sentence(found, "the database does not respond: connection to server at")
    assert "s3cretword" not in str(found)


def test_a_database_name_that_the_server_does_not_have(place, said, monkeypatch, postgres_url):
    url = make_url(postgres_url).set(database="no_such_name").render_as_string(hide_password=False)
    monkeypatch.setenv("WIREROOM_DATABASE_URL", url)
    found = said(*ASKING_DATABASE)
    require_sentence(found, "the database does not work: it has no such database or role: connection to")
    for output in found.values():
        assert 'database "no_such_name" does not exist' in output


ASKING_BROKER = ("status --json", "health", "check", "doctor --offline", "poll wire")


def add_feed(place):
    from tests.store.samples import make_feed, sync

    with closing(Database(read_settings().database_url)) as database, database.write() as connection:
        sync(connection, make_feed("wire"))


def test_a_broker_that_does_not_listen(place, said, monkeypatch):
    add_feed(place)
    monkeypatch.setenv("WIREROOM_BROKER_URL", "redis://127.0.0.1:1/0")
    require_sentence(
        said(*ASKING_BROKER), "the broker does not respond: is Redis or Valkey running at 127.0.0.1?"
    )


@contextmanager
def listening(serve):
    """A server on loopback that handles each connection by `serve`; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    try:
                        serve(connection)
                    except OSError:
                        continue

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate that no authority signed, and its key."""
    path = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path / "key.pem", "-out", path / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return path / "cert.pem", path / "key.pem"


def test_a_broker_whose_certificate_is_not_known(place, said, monkeypatch, certificate):
    add_feed(place)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with listening(lambda connection: context.wrap_socket(connection, server_side=True).close()) as port:
        monkeypatch.setenv("WIREROOM_BROKER_URL", f"rediss://:s3cretword@127.0.0.1:{port}/0")
        found = said(*ASKING_BROKER)
    sentence = "the broker does not work: its certificate is not accepted; ssl_ca_certs=PATH in its URL"
    require_sentence(found, sentence)
    assert "s3cretword" not in str(found)


def test_a_broker_without_tls_behind_a_tls_url(place, said, monkeypatch):
    add_feed(place)

    def refuse(connection):
        connection.recv(1000)
        connection.sendall(b"-ERR unknown command\r\n")

    with listening(refuse) as port:
        monkeypatch.setenv("WIREROOM_BROKER_URL", f"rediss://127.0.0.1:{port}/0")
        found = said(*ASKING_BROKER)
    require_sentence(found, "the broker does not work: it does not speak TLS, or only TLS")


def test_a_broker_with_tls_behind_a_plain_url(place, said, monkeypatch, certificate):
    add_feed(place)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with listening(lambda connection: context.wrap_socket(connection, server_side=True).close()) as port:
        monkeypatch.setenv("WIREROOM_BROKER_URL", f"redis://127.0.0.1:{port}/0")
        found = said(*ASKING_BROKER)
    require_sentence(found, "it closes connections; a server with TLS needs rediss:// in its URL")


def test_a_broker_that_wants_a_login(place, said, monkeypatch):
    add_feed(place)

    def refuse(connection):
        while connection.recv(1000):
            connection.sendall(b"-NOAUTH Authentication required.\r\n")

    with listening(refuse) as port:
        monkeypatch.setenv("WIREROOM_BROKER_URL", f"redis://127.0.0.1:{port}/0")
        found = said(*ASKING_BROKER)
    require_sentence(found, "the broker does not work: it refuses our login")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("disk is full", "the database does not work: the disk is full: disk is full"),
        (
            "the disk is full: x: database or disk is full",
            "the database does not work: the disk is full: x: database or disk is full",
        ),
        ("connection failed:\n- one\n- two", "the database does not respond: connection failed: - one"),
        ("gone\n\tIs the server running?", "the database does not respond: gone"),
    ],
)
def test_the_first_line_of_a_message_counts(text, said):
    assert describe_database_fault(text) == said


def test_a_reply_of_the_broker_is_no_silence():
    assert describe_broker_fault("NOPERM no", is_refused=True) == "the broker does not work: NOPERM no"
    assert describe_broker_fault("bad reply") == (
        "the broker does not respond: bad reply; is `wireroom run` (or Redis) running?"
    )
    assert describe_broker_fault("") == "the broker does not respond: is `wireroom run` (or Redis) running?"
