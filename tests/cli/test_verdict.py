"""`wireroom check`, `wireroom reload` and the service decide alike on a config file."""

import json
import logging
from pathlib import Path

import pytest
from click.testing import CliRunner

from worker.cli import reload as reload_cli
from worker.cli.check import check
from worker.cli.events import events as events_cli
from worker.cli.status import status as status_cli
from worker.flows import heartbeats, reload
from worker.flows.services import Services
from worker.logs import configure_logging
from worker.store import config as config_store
from worker.store import feeds as feed_store

FEED = '[[feed]]\nid = "f{0}"\nurl = "https://h{0}.example/feed.xml"\n'
IN_FORCE = "".join(FEED.format(n) for n in range(20))
FOURTEEN = "".join(FEED.format(n) for n in range(14))
TOKEN = 'auth = { type = "bearer", token = "env:VERDICT_NO_SUCH_TOKEN" }\n'
CONTACT = '[http]\ncontact = "a@b.example"\n'
KEY = 'headers = { "X-Key" = "file:/nowhere/verdict-key" }\n'
FILES = {  # the file, what is beside it in feeds.d, whether it is taken over, whether all is well
    "the same": (IN_FORCE, "", True, True),
    "one more feed": (IN_FORCE + FEED.format(99), "", True, True),
    "five feeds fewer": ("".join(FEED.format(n) for n in range(15)), "", True, True),
    "six feeds fewer": (FOURTEEN, "", False, False),
    "six feeds moved to another file": (
        FOURTEEN, "".join(FEED.format(n) for n in range(14, 20)), True, True
    ),
    "an empty file": ("", "", False, False),
    "a feed in two files": (IN_FORCE, FEED.format(3), False, False),
    "a key in two files": (IN_FORCE + CONTACT, CONTACT, False, False),
    "a broken second file": (IN_FORCE, "[[feed]\n", False, False),
    "a missing variable": (IN_FORCE + TOKEN, "", True, False),
    "a missing file": (IN_FORCE + KEY, "", True, False),
    "a missing variable of an idle feed": (IN_FORCE + "enabled = false\n" + TOKEN, "", True, True),
    "a missing variable and a bad key": (IN_FORCE + TOKEN + "urll = 1\n", "", False, False),
    "a missing variable and six feeds fewer": (FOURTEEN + TOKEN, "", False, False),
    "a secret in the file": (IN_FORCE + 'auth = { type = "bearer", token = "abc" }\n', "", False, False),
    "a private address": (IN_FORCE + '[[feed]]\nid = "p"\nurl = "http://127.0.0.1/x"\n', "", True, True),
    "no http": (IN_FORCE + '[[feed]]\nid = "p"\nurl = "ftp://h.example/x"\n', "", False, False),
    "a kind that nobody makes": (IN_FORCE + 'extract_kinds = ["fultext"]\n', "", False, False),
    "a limit for a kind that nobody makes": ("[kind.fact]\nconcurrency = 2\n" + IN_FORCE, "", False, False),
    "a kind that is made": (IN_FORCE + 'extract_kinds = ["fulltext"]\n', "", True, True),
    "no TOML": (IN_FORCE + "[[feed]\n", "", False, False),
    "a bad duration": (IN_FORCE + 'interval = "soon"\n', "", False, False),
}  # fmt: skip


@pytest.fixture
def desk(services: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    for name in ("home", "config", "database_url", "broker_url"):
        monkeypatch.setenv(f"WIREROOM_{name.upper()}", str(getattr(services.settings, name)))
    monkeypatch.setattr("worker.flows.services.services", lambda: services)
    Path(services.settings.config).write_text(IN_FORCE)
    assert reload.run(services)["config"] == "ok"
    return services


def verdict(*args: str) -> tuple[int, dict[str, object]]:
    done = CliRunner().invoke(check, ["--json", *args])
    return done.exit_code, json.loads(done.output)


@pytest.mark.parametrize("name", FILES)
def test_check_says_what_the_service_does(desk: Services, name: str, tmp_path: Path) -> None:
    text, second, is_taken, is_well = FILES[name]
    Path(desk.settings.config).write_text(text)
    folder = Path(desk.settings.config).with_suffix(".d")
    if second:
        folder.mkdir()
        (folder / "more.toml").write_text(second)
    code, found = verdict()
    assert (found["accepted"], found["ok"], code) == (is_taken, is_well, 0 if is_well else 1), found[
        "problems"
    ]
    assert (reload.run(desk)["config"] == "ok") is is_taken
    with desk.db.read() as connection:
        in_force = config_store.read_config(connection)
    assert in_force is not None
    assert (in_force.state == "ok") is is_taken
    again = CliRunner().invoke(reload_cli.reload, [])
    assert (again.exit_code == 0) is is_taken, again.output
    assert verdict()[1]["accepted"] is is_taken, "and says so again"


def test_only_the_active_file_is_compared_with_the_feeds_in_force(desk: Services, tmp_path: Path) -> None:
    """The same file by another spelling of its path is the active one."""
    other = tmp_path / "elsewhere" / "feeds.toml"
    other.parent.mkdir()
    other.write_text(FEED.format(1))
    code, found = verdict(str(other))
    assert (code, found["accepted"], found["problems"], found["feeds"]) == (0, True, [], 1)
    active = Path(desk.settings.config)
    active.write_text(FEED.format(1))
    for path in (active, other.parent / ".." / active.relative_to(tmp_path)):
        code, found = verdict(str(path))
        assert (code, found["accepted"], found["feeds"]) == (1, False, 1)
        assert "would remove 19 of 20 feeds" in str(found["problems"])


def test_a_removal_that_was_forced_is_good_afterwards(desk: Services) -> None:
    Path(desk.settings.config).write_text("".join(FEED.format(n) for n in range(10)))
    assert "would remove 10 of 20 feeds" in str(verdict()[1]["problems"])
    assert reload.run(desk)["config"] == "refused"
    assert reload.run(desk, force=True)["config"] == "ok"
    assert verdict()[1]["ok"] is True


def test_a_refused_file_that_became_good_is_taken_over_when_it_is_examined_again(
    desk: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plug-in that was installed since: the service examines the file again when it starts."""
    monkeypatch.setattr("worker.extract.known_kinds", lambda: {"fulltext"})
    Path(desk.settings.config).write_text(IN_FORCE + 'extract_kinds = ["wordcount"]\n')
    assert reload.run(desk)["config"] == "refused"
    monkeypatch.setattr("worker.extract.known_kinds", lambda: {"fulltext", "wordcount"})
    assert reload.run(desk, again=True)["config"] == "ok"
    monkeypatch.setattr("worker.extract.known_kinds", lambda: {"fulltext"})
    assert verdict()[1]["accepted"] is False
    assert reload.run(desk, again=True)["config"] == "refused"
    with desk.db.read() as connection:
        assert len(feed_store.enabled_ids(connection)) == 20, "the last good one stays in force"


def test_reload_says_which_secrets_are_missing(desk: Services) -> None:
    Path(desk.settings.config).write_text(IN_FORCE + TOKEN)
    done = CliRunner().invoke(reload_cli.reload, [])
    assert done.exit_code == 0
    assert (
        'warning: feeds.toml:61: feed "f19": auth.token: the secret "env:VERDICT_NO_SUCH_TOKEN"'
        in done.output
    )


def test_reload_counts_changed_feeds_and_names_changed_settings(desk: Services) -> None:
    Path(desk.settings.config).write_text(CONTACT + IN_FORCE + "enabled = false\n")
    done = CliRunner().invoke(reload_cli.reload, [])
    assert "loaded: 0 feeds added, 1 changed, 0 removed, settings changed\n" in done.output


BROKEN = IN_FORCE + "".join(f"bad{n} = 1\n" for n in range(38))


def test_a_refused_config_is_one_line_in_status_and_complete_in_json(desk: Services) -> None:
    Path(desk.settings.config).write_text(BROKEN)
    assert reload.run(desk)["config"] == "refused"
    shown = CliRunner().invoke(status_cli, [], env={"COLUMNS": "400"}).output
    first = 'feeds.toml:61: feed "f19": unknown key "bad0"'
    lines = [line for line in shown.splitlines() if first in line]
    [line] = lines  # the event says the same as the line that needs attention, and is left out
    assert line.startswith("attention")
    assert line.endswith("; and 37 more, see `wireroom check`")
    assert "bad1" not in shown
    found = json.loads(CliRunner().invoke(status_cli, ["--json"]).output)
    assert len(found["config"]["error"].splitlines()) == 38
    [event] = [one for one in found["recent_events"] if one["kind"] == "config.refused"]
    assert event["message"] == found["config"]["error"]
    listed = CliRunner().invoke(events_cli, ["--kind", "config.refused"]).output
    assert first in listed
    assert "; and 37 more, see `wireroom check`" in listed
    assert "bad1" not in listed
    told = json.loads(CliRunner().invoke(events_cli, ["--kind", "config.refused", "--json"]).output)
    assert told["message"] == found["config"]["error"]
    assert any("config loaded: 20 feeds: 20 added" in line for line in shown.splitlines())


@pytest.mark.parametrize(
    ("text", "said"), [(BROKEN, 'unknown key "bad0"'), (IN_FORCE + TOKEN, "auth.token: the")]
)
def test_reload_reports_a_problem_once(
    desk: Services, text: str, said: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", list(logging.getLogger().handlers))
    configure_logging(desk.settings, for_command=True)
    Path(desk.settings.config).write_text(text)
    done = CliRunner().invoke(reload_cli.reload, [])
    assert ("".join(capfd.readouterr()) + done.output).count(said) == 1


def test_reload_notes_that_no_service_is_running(desk: Services) -> None:
    """With the exit code as before."""
    note = "note: no service is running"
    for text, code in ((BROKEN, 1), (IN_FORCE, 0)):
        Path(desk.settings.config).write_text(text)
        done = CliRunner().invoke(reload_cli.reload, [])
        assert (done.exit_code, note in done.output) == (code, True)
    heartbeats.send_heartbeat(desk, "control@here", 3, ["control"])
    done = CliRunner().invoke(reload_cli.reload, [])
    assert (done.exit_code, note in done.output) == (0, False)
