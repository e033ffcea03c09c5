"""Exit codes of all commands: 0 done, 1 looked and found something wrong, 2 wrong use or cannot be done."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.store.samples import NOW, add, make_feed, sync
from tests.support.schema import with_schema
from worker.cli.main import main, wireroom
from worker.flows import status
from worker.flows.local_service import begin_preparation
from worker.launcher.instance import hold_instance
from worker.settings import read_settings
from worker.store import Database
from worker.store import jobs as job_store
from worker.store.jobs import NewJob

FEED = '[[feed]]\nid = "wire"\nurl = "https://wire.example/feed.xml"\n'
BROKEN = '[[feed]]\nid = "wire"\nurll = "https://wire.example/feed.xml"\n'
PROCESSES = {"run", "worker"}  # of the service; their codes are for a supervisor


def commands(group=wireroom, words=()):
    """The words of every command, those of groups that do something themselves included."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        is_group = isinstance(command, click.Group)
        if not is_group or command.invoke_without_command:
            yield (*words, name)
        if is_group:
            yield from commands(command, (*words, name))


def test_output_that_cannot_be_written_is_no_internal_error(place):
    if not Path("/dev/full").exists():
        pytest.skip("no device that is full")
    program = [sys.executable, "-P", "-c", "from worker.cli.main import main; main()", "check"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(program, check=False, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert "wireroom: the output cannot be written: No space left on device" in done.stderr
    assert "internal error" not in done.stderr


@pytest.mark.parametrize("command", ["worker", "health"])
def test_an_unknown_role_is_named_with_the_nearest(command):
    done = CliRunner().invoke(wireroom, [command, "pol"])
    assert done.exit_code == 2
    assert 'no role "pol", did you mean "poll"?' in done.output


COMMANDS = [" ".join(words) for words in commands()]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty directory in which the commands run, with a config file."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "BROKER_URL", "CONFIG"):
        monkeypatch.delenv(f"WIREROOM_{name}", raising=False)
    monkeypatch.setenv("WIREROOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WIREROOM_WEB_ADDRESS", "off")  # `doctor` looks whether the usual ports are free
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("WIREROOM_FLOWER_PORT", str(server.getsockname()[1]))
    monkeypatch.setenv("WIREROOM_ENV_FILE", "")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "feeds.toml").write_text(FEED)
    monkeypatch.setattr("worker.flows.services._current", None)
    monkeypatch.setattr("worker.logs.is_configured", lambda: True)  # the logging of this process stays
    return tmp_path


@pytest.fixture
def stored(place):
    """The same with a database: one feed, one article, a job that waits (1) and one that is dead (2)."""
    (place / "home").mkdir(mode=0o700)
    database = Database(read_settings().database_url)
    with_schema(database)
    with database.write() as connection:
        sync(connection, make_feed("wire"))
        [article] = add(connection, "wire", "x")
        pair = [NewJob(article, kind, "1", "h.example") for kind in ("facts", "fulltext")]
        job_store.add_jobs(connection, pair, NOW)
        connection.exec_driver_sql("UPDATE jobs SET state = 'dead' WHERE kind = 'fulltext'")
    database.close()
    return place


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs a command line as the program does; returns its exit code and what it printed."""

    def call(line):
        monkeypatch.setattr(sys, "argv", ["wireroom", *line.split()])
        monkeypatch.setattr("worker.flows.services._current", None)
        status._services_of.cache_clear()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out + printed.err

    return call


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_a_wrong_option_is_2(place, run, command):
    code, said = run(f"{command} --no-such-option")
    assert (code, "No such option" in said) == (2, True)
    assert not (place / "home").exists()


# what each command does in an empty directory: code, and a part of what it says
NOTHING_THERE = {
    "init": (2, "exists and was not changed"),
    "doctor --offline": (0, "will be created"),
    "check": (0, "valid, 1 feed"),
    "status": (1, "has no database"),
    "health": (1, "has no database"),
    "feeds": (2, "has no database"),
    "feeds forget wire": (2, "has no database"),
    "articles": (2, "has no database"),
    "stories": (2, "has no database"),
    "stories detach 1": (2, "has no database"),
    "stories merge 1 2": (2, "has no database"),
    "stories undo": (2, "has no database"),
    "stories feedback": (2, "has no database"),
    "diff 1 2": (2, "has no database"),
    "jobs": (2, "has no database"),
    "jobs retry 1": (2, "has no database"),
    "jobs backfill facts --since 1d": (2, "has no database"),
    "events": (2, "has no database"),
    "export articles": (2, "has no database"),
    "alerts list": (2, "has no database"),
    "alerts test": (2, "names no channel"),
    "alerts retry": (2, "has no database"),
    "alerts secret": (0, "whsec_"),
    "push receivers": (2, "has no database"),
    "push list": (2, "has no database"),
    "push show 1": (2, "has no database"),
    "push replay": (2, "has no database"),
    "push resume cms": (2, "has no database"),
    "push test": (2, "names no receiver"),
    "poll wire": (2, "has no database"),
    "parse none.xml": (1, "No such file"),
    "extract none.html": (1, "No such file"),
    "cluster none.jsonl": (2, "No such file"),
    "discover": (2, "Missing argument"),
    "opml import none.opml": (2, "does not exist"),
    "opml export": (0, "wire.example"),
    "reload": (2, "has no database"),
    "db backup copy.db": (2, "there is no database at"),
    "db restore none.db": (2, "there is no file none.db"),
    "db copy sqlite:///other.db": (2, "has no database"),
    "db purge": (2, "has no database"),
}
CREATING = {"db upgrade", *PROCESSES}


def test_every_command_is_tried_where_there_is_nothing():
    tried = {
        command for command in COMMANDS if any(f"{line} ".startswith(f"{command} ") for line in NOTHING_THERE)
    }
    assert {*COMMANDS} - tried == CREATING


@pytest.mark.parametrize("line", NOTHING_THERE)
def test_without_an_installation(place, run, line):
    """Nothing is created by a command that needs something: a mistyped directory stays away."""
    code, said = run(line)
    assert (code, NOTHING_THERE[line][1] in said) == (NOTHING_THERE[line][0], True), said
    assert sorted(path.name for path in place.iterdir()) == ["config"]


@pytest.mark.parametrize("line", [one for one in NOTHING_THERE if NOTHING_THERE[one][1] == "has no database"])
def test_while_a_service_prepares_its_database(place, run, line):
    """No command says that a database is missing, or names WIREROOM_HOME as the cause."""
    with hold_instance(place / "home"):
        begin_preparation(place / "home")
        code, said = run(line)
    assert code == NOTHING_THERE[line][0]
    assert f"the service is starting (pid {os.getpid()}, for " in said, said
    assert "it is preparing the database" in said
    assert "WIREROOM_HOME" not in said


WITH_DATA = {
    "feeds": (0, "wire"),
    "feeds wirr": (2, 'no feed "wirr", did you mean "wire"?'),
    "feeds --tag none": (2, 'no tag "none"'),
    "feeds forget wire --yes": (2, "in the config; remove it"),
    "feeds forget other --yes": (2, 'no feed "other"'),
    "articles 1": (0, "wire"),
    "articles 999": (2, "no article 999"),
    "stories 999": (2, "no story 999"),
    "stories detach 1": (2, "the only one of story"),
    "stories merge 1 999": (2, "999"),
    "stories undo": (2, "no decision"),
    "diff 1 999": (2, "no article 999"),
    "jobs": (0, "dead"),
    "jobs 999": (2, "no job 999"),
    "jobs --kind none": (2, "extraction kind"),
    "jobs retry 999": (2, "no job 999; `wireroom jobs` lists them"),
    "jobs retry 2 999": (2, "no job 999"),
    "jobs retry 2": (0, "1 job will be retried"),
    "jobs retry 2 1": (1, "job 1 is pending: only dead and failed jobs are retried"),
    "jobs retry --dead": (0, "1 job will be retried"),
    "jobs backfill none --since 1d": (2, "none"),
    "push show 99999": (2, "no message 99999; `wireroom push list` lists them"),
    "push replay 99999": (2, "no message 99999"),
    "push replay zzz": (2, "no message zzz"),
    "push replay --receiver nobody": (2, 'no receiver "nobody"'),
    "push resume nobody": (2, 'no receiver "nobody"'),
    "events --feed none": (2, 'no feed "none"'),
    "events --since 6": (2, "has no unit"),
    "status": (1, "attention"),
    "poll none": (2, 'no feed "none"'),
    "poll wire": (2, "the broker does not respond"),
    "db backup home/wireroom.db": (2, "wireroom.db"),
    "db restore home/wireroom.db": (2, "is the database itself"),
    "db restore config/feeds.toml": (2, "is not a SQLite database"),
    "db purge": (0, "deleted: 0 articles, 0 sketches of"),
    "check --diff": (0, "valid"),
}


@pytest.mark.parametrize("line", WITH_DATA)
def test_with_a_database(stored, run, line):
    code, said = run(line)
    assert (code, WITH_DATA[line][1] in said) == (WITH_DATA[line][0], True), said


def test_a_refused_retry_changes_nothing(stored, run):
    assert run("jobs retry 2 999")[0] == 2
    assert "dead" in run("jobs 2")[1]


# with an error in the config: the file stays as it is
BROKEN_CONFIG = {
    "check": (1, 'unknown key "urll"'),
    "doctor --offline": (1, 'unknown key "urll"'),
    "reload": (1, 'unknown key "urll"'),
    "discover https://wire.example --add": (2, "the config has errors, so nothing was changed: feeds.toml:1"),
    "feeds forget wire --yes": (2, "the config has errors, so nothing was changed: feeds.toml:1"),
    "opml import list.txt": (2, "the config has errors, so nothing was changed: feeds.toml:1"),
    "opml export": (2, "the config has errors"),
    "alerts test": (2, 'unknown key "urll"'),
    "push test": (2, 'unknown key "urll"'),
    "feeds": (0, "wire"),
}


@pytest.mark.parametrize("line", BROKEN_CONFIG)
def test_with_a_broken_config_file(stored, run, line):
    path = stored / "config" / "feeds.toml"
    path.write_text(BROKEN)
    (stored / "list.txt").write_text("https://new.example/feed.xml\n")
    code, said = run(line)
    assert (code, BROKEN_CONFIG[line][1] in said) == (BROKEN_CONFIG[line][0], True), said
    assert [one.name for one in path.parent.iterdir()] == ["feeds.toml"]
    assert path.read_text() == BROKEN
    assert "Traceback" not in said
    assert run("articles 1")[0] == 0, "nothing was deleted"


@pytest.mark.parametrize(
    "line", ["feeds forget wire --yes", "discover https://wire.example --add", "alerts test"]
)
def test_without_a_config_file(stored, run, line):
    """What it would say cannot be known: no feed is forgotten."""
    (stored / "config" / "feeds.toml").unlink()
    code, said = run(line)
    assert (code, "feeds.toml" in said) == (2, True), said
    assert run("articles 1")[0] == 0


def test_settings_that_cannot_be_used_are_2_except_for_what_checks_them(place, run, monkeypatch):
    monkeypatch.setenv("WIREROOM_TICK", "soon")
    codes = {
        line: run(line)[0] for line in ("feeds", "status", "reload", "check", "doctor --offline", "health")
    }
    assert codes == {"feeds": 2, "status": 2, "reload": 2, "check": 1, "doctor --offline": 1, "health": 1}


def test_an_unforeseen_error_is_2(stored, run, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("of a library")

    monkeypatch.setattr("worker.store.events.iter_events", fail)
    code, said = run("events")
    assert (
        code,
        "internal error: RuntimeError: of a library (WIREROOM_LOG_LEVEL=DEBUG shows where)" in said,
    ) == (2, True)
