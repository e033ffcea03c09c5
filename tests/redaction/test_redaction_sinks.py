"""Secrets are planted wherever a config can hold one, the product is driven, what it wrote is searched."""

import dataclasses
import json
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
import structlog
from click.testing import CliRunner
from sqlalchemy import String, Text, select

from tests.conftest import Clock
from tests.fetch.conftest import Origin, reply
from tests.support.scripted import DEFAULTS, GOOD, HOST, poll_one, rss
from worker import redaction
from worker.celery_app import make_app
from worker.cli.main import main, wireroom
from worker.errors import FetchError
from worker.flows import reload
from worker.flows import services as services_module
from worker.flows.services import Services
from worker.flows.status import read_status
from worker.logs import configure_logging
from worker.redaction import Secrets
from worker.settings import read_settings
from worker.store import secrets as store_secrets
from worker.store.models import Base, ShownText

BEARER = "zb3Bearer-9f2c71d4"
PASSWORD = "zp4Pass word/9f2c"
FIELD = "zf5Field+9f2c71d4"
LITERAL = "zl6Literal-9f2c71"
QUERY = "zq7Query9f2c71d4"
MOVED = "zm8Moved9f2c71d4"
HOOK = "zh9Hook9f2c71d4"
ALL = (BEARER, PASSWORD, FIELD, LITERAL, QUERY, MOVED, HOOK)
REFERENCED = (BEARER, PASSWORD, FIELD, HOOK)
# What the service needs to go on: the config as written, the addresses that servers named, and the articles.
NEEDED = {
    *(("feeds", column) for column in ("config", "effective_url", "moved_to", "validated_url")),
    ("config_state", "service"),
}
CONTENT = {"articles", "versions", "extractions", "robots"}
FEEDS = ("good", "moved", "hex", "coded", "typed", "plain", "broken", "failing", "circle", "framing", "bug")


@pytest.fixture(autouse=True)
def _keep_logging():
    """The test sets up logging as the product does; afterwards it is as before."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level
    sys.excepthook, threading.excepthook = hooks
    structlog.reset_defaults()


@pytest.fixture
def origin() -> Iterator[Origin]:
    made = Origin()
    yield made
    made.close()


@pytest.fixture
def desk(services: Services, origin: Origin, clock: Clock, tmp_path: Path, monkeypatch) -> Services:
    """Feeds of a server that tells the secrets it was sent in every way it can."""
    monkeypatch.setenv("PLANTED_BEARER", BEARER)
    monkeypatch.setenv("PLANTED_FIELD", FIELD)
    monkeypatch.setenv("PLANTED_HOOK", f"https://hooks.example/services/{HOOK}")
    (tmp_path / "password").write_text(PASSWORD + "\n")
    said = f"{BEARER} {QUERY} {FIELD} {LITERAL}"
    kind = "Content-Type: application/rss+xml"
    for name, answer in {
        "good": reply(200, rss("1", "2").replace(b"Harbour", QUERY.encode()), kind),
        "moved": reply(301, b"", f"Location: /new.xml?private_token={MOVED}"),
        "hex": reply(200, f'<?xml version="1.0" encoding="hex"?><rss>{said}</rss>'.encode(), kind),
        "coded": reply(200, rss("1"), kind, f"Content-Encoding: {BEARER}"),
        "typed": reply(200, said.encode(), f"Content-Type: text/{BEARER}; charset={FIELD}"),
        "plain": reply(200, said.encode(), "Content-Type: text/plain"),
        "broken": reply(200, f"<{LITERAL}><{BEARER}>".encode(), kind),
        "failing": reply(500, said.encode(), f"X-Said: {said}", f"Retry-After: {said}").replace(
            b" X\r", f" {said}\r".encode()
        ),
        "circle": reply(302, b"", f"Location: /circle.xml?feed_token={QUERY}&token={BEARER}"),
        "framing": f"HTTP/1.1 {said}\r\n{said}\r\n\r\n".encode(),
        "bug": GOOD,
    }.items():
        origin.answer(answer, f"/{name}.xml?feed_token={QUERY}".encode())
    origin.answer(GOOD, f"/new.xml?private_token={MOVED}".encode())
    login = '{ type = "bearer", token = "env:PLANTED_BEARER" }'
    basic = f'{{ type = "basic", user = "desk", password = "file:{tmp_path / "password"}" }}'
    feeds = "".join(
        f'[[feed]]\nid = "{name}"\nurl = "{origin.url(f"/{name}.xml?feed_token={QUERY}")}"\n'
        f'auth = {basic if name in ("good", "bug") else login}\nmoved_after = "1m"\nmoved_hits = 1\n'
        f'headers = {{ "X-Field" = "env:PLANTED_FIELD", "X-Desk" = "{LITERAL}" }}\n'
        for name in FEEDS
    )
    hook = '[alerts]\nwebhook = "env:PLANTED_HOOK"\n'
    head = DEFAULTS + '[http]\nallow_private = ["127.0.0.0/8"]\n' + hook
    text = head + HOST.format(concurrency=3, scope="feed") + feeds
    Path(services.settings.config).write_text(text, encoding="utf-8")
    services.clock = clock
    configure_logging(services.settings)
    assert reload.run(services)["config"] == "ok"
    return services


def leaks(text: str, planted=ALL) -> list[str]:
    """The planted values in a text, in the case they were planted in or any other."""
    low = text.lower()
    return [value for value in planted if value.lower() in low or value.lower()[:12] in low]


def stored(desk: Services):
    """(table, column, text) of everything in SQL."""
    with desk.db.read() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for column, value in row.items():
                    yield (
                        table.name,
                        column,
                        value if isinstance(value, str) else json.dumps(value, default=str),
                    )


def drive(desk: Services, clock: Clock, monkeypatch) -> list[str]:
    """Poll all feeds twice, and one with a bug in a stage; gives what the tasks would answer."""
    answers = []

    def broken(*_args, **_more):
        raise RuntimeError(f"no {PASSWORD} for {BEARER}: https://u:{QUERY}@h/?sig={MOVED}")

    for _ in range(2):
        for name in FEEDS:
            with monkeypatch.context() as patch:
                if name == "bug":
                    patch.setattr("worker.flows.poll.prepare", broken)
                try:
                    answers.append(str(poll_one(desk, name).result()))
                except FetchError as exc:
                    answers.append(str(exc))
        clock.advance(7200)
    return answers


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_nothing_that_polls_write_holds_a_secret(desk, clock, monkeypatch, capfd, log_format):
    configure_logging(dataclasses.replace(desk.settings, log_format=log_format, log_level="DEBUG"))
    answers = drive(desk, clock, monkeypatch)
    assert len(answers) == 2 * len(FEEDS)
    logged = "".join(capfd.readouterr())
    assert "poll failed" in logged
    assert "Traceback" in logged
    assert "has moved permanently" in logged
    assert not leaks(logged)
    assert not leaks("\n".join(answers))
    rows = list(stored(desk))
    assert any(table == "polls" and "internal error" in text for table, _, text in rows)
    found = [
        (table, column, leaks(text))
        for table, column, text in rows
        if table not in CONTENT and (table, column) not in NEEDED and leaks(text)
    ]
    assert not found
    config = [text for table, column, text in rows if column in ("config", "service")]
    assert config
    assert not [leaks(text, REFERENCED) for text in config if leaks(text, REFERENCED)]


COMMANDS = (
    *(
        ("feeds",),
        ("feeds", "--json"),
        ("articles",),
        ("articles", "--json"),
        ("articles", "1"),
        ("stories",),
    ),
    *(("stories", "--json"), ("jobs",), ("jobs", "--json"), ("status",), ("status", "--json"), ("check",)),
    *(("check", "--json"), ("reload",), ("poll", "good"), ("poll", "coded", "--json"), ("poll", "framing")),
    *(("feeds", name) for name in FEEDS),
    *(("feeds", name, "--json") for name in FEEDS),
)


def test_no_command_shows_a_secret(desk, clock, monkeypatch, capfd):
    """In a process that knows only what the database and the environment say."""
    drive(desk, clock, monkeypatch)
    for name, value in (
        *(("CONFIG", desk.settings.config), ("HOME", desk.settings.home)),
        *(("DATABASE_URL", desk.settings.database_url), ("BROKER_URL", desk.settings.broker_url)),
    ):
        monkeypatch.setenv(f"WIREROOM_{name}", str(value))
    monkeypatch.setattr(redaction, "_secrets", Secrets())
    monkeypatch.setattr("worker.config.secrets._seen", set())
    monkeypatch.setattr(store_secrets, "_learned", set())
    monkeypatch.setattr(services_module, "_current", None)
    capfd.readouterr()
    for command in COMMANDS:
        result = CliRunner().invoke(wireroom, command, env={"COLUMNS": "300"})
        assert result.exit_code in (0, 1), (command, result.output)
        assert result.exception is None or isinstance(result.exception, SystemExit), (
            command,
            result.exception,
        )
        assert result.output.strip() or command == ("jobs", "--json"), command
        assert not leaks(result.output), command
        monkeypatch.setattr(services_module, "_current", None)
    assert not leaks("".join(capfd.readouterr()))


def test_status_of_a_long_lived_process_shows_no_secret(desk, clock, monkeypatch):
    drive(desk, clock, monkeypatch)
    assert not leaks(json.dumps(read_status(desk.settings), default=str))


def test_events_of_the_monitor_hold_no_secret(desk, broker_socket):
    """Results, errors, arguments and tracebacks, sent one by one or in a batch, over the real broker."""
    app = make_app(desk.settings)
    redaction.remember(BEARER)
    client = redis.Redis(unix_socket_path=str(broker_socket))
    heard: list[bytes] = []
    listener = client.pubsub()
    listener.psubscribe("*celeryev*")
    listener.get_message(timeout=5)
    with app.connection() as connection, app.events.Dispatcher(connection, buffer_group={"task"}) as buffered:
        with app.events.Dispatcher(connection) as dispatcher:
            dispatcher.send(
                "task-failed", uuid="1", exception=f"FetchError('{BEARER}')", traceback=f"x {BEARER}"
            )
        buffered.send("task-succeeded", uuid="2", result=f"{{'why': '?token={QUERY}'}}", kwargs=repr(ALL))
        buffered.flush()
    while message := listener.get_message(timeout=2):
        heard.append(bytes(message["data"]) if isinstance(message["data"], bytes) else b"")
    said = b"".join(heard).decode()
    import base64
    import re

    bodies = "".join(base64.b64decode(body).decode() for body in re.findall(r'"body": "([^"]+)"', said))
    assert "task-failed" in bodies
    assert "task-succeeded" in bodies
    assert not leaks(bodies, (BEARER, QUERY))
    assert "***" in bodies


def test_every_sentence_for_operators_is_stored_without_secrets():
    """By the type of its column, so that no writer can forget it."""
    named = {"error", "last_error", "reason", "message", "next_due_reason"}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.name in named and isinstance(column.type, String | Text | ShownText):
                assert isinstance(column.type, ShownText), f"{table.name}.{column.name}"


@pytest.mark.parametrize("bad", ["zz1-Token-9f2c\n", "zz1-Token-9f2c\r\nX-Evil: 1", "zz1-Token\x079f2c"])
def test_a_token_that_cannot_be_sent_holds_its_feeds_alone(desk, monkeypatch, capfd, bad):
    """A line break at the end of a variable too; what is said names the reference, never the value."""
    before = list(stored(desk))
    monkeypatch.setenv("PLANTED_BEARER", bad)
    path = Path(desk.settings.config)
    path.write_text(path.read_text() + "\n", encoding="utf-8")
    answer = reload.run(desk)
    assert answer["config"] == "ok"
    logged = "".join(capfd.readouterr())
    for feed in ("moved", "hex"):
        assert rf"feed \"{feed}\": auth.token: the secret \"env:PLANTED_BEARER\" cannot be used" in logged
    summary = poll_one(desk, "plain")
    assert summary.error
    assert "env:PLANTED_BEARER" in summary.error
    said = json.dumps([str(answer), str(summary), logged, *capfd.readouterr(), [t for *_, t in stored(desk)]])
    assert "zz1-Token" not in said
    assert before


def test_the_line_end_of_a_secrets_file_is_cut(desk):
    assert poll_one(desk, "good").error is None


def test_passwords_of_database_broker_and_monitor_are_hidden(monkeypatch):
    read_settings({
        "WIREROOM_DATABASE_URL": "postgresql://me:zd1%40Base9f2c@db.example/news",
        "WIREROOM_BROKER_URL": "rediss://:zr2Broker9f2c@broker.example/0",
        "WIREROOM_FLOWER_BASIC_AUTH": "desk:zf3Flower9f2c,night:zn4Night9f2c",
    })  # fmt: skip
    import base64

    code = base64.b64encode(b"night:zn4Night9f2c").decode()
    text = f"zd1@Base9f2c zd1%40Base9f2c zr2Broker9f2c zf3Flower9f2c zn4Night9f2c {code}"
    assert redaction.redact(text) == "*** *** *** *** *** ***"


def test_an_unforeseen_error_of_a_command_is_one_line_without_secrets(monkeypatch, capsys):
    redaction.remember(BEARER)

    def broken(*_args):
        token = BEARER
        raise KeyError(f"{token} https://u:pw1@h/?sig={QUERY}")

    monkeypatch.setattr("worker.cli.check.examine", broken)
    monkeypatch.setattr(sys, "argv", ["wireroom", "check"])
    with pytest.raises(SystemExit) as ended:
        main()
    said = "".join(capsys.readouterr())
    assert ended.value.code == 2
    assert said.startswith("wireroom: internal error: KeyError")
    assert len(said.splitlines()) == 1
    assert not leaks(said)
    assert "pw1" not in said


def test_an_uncaught_error_of_a_thread_is_logged_without_secrets(services, capsys):
    configure_logging(services.settings)
    redaction.remember(BEARER)

    def broken():
        token = BEARER
        raise RuntimeError(f"no {token}")

    thread = threading.Thread(target=broken)
    thread.start()
    thread.join()
    said = "".join(capsys.readouterr())
    assert "RuntimeError" in said
    assert "no ***" in said
    assert not leaks(said)
