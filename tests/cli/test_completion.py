"""The shell's completion: each script is produced, and commands, options, states and feeds are completed."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import get_completion_class

from tests.docs import pages
from tests.store.samples import make_feed, sync
from worker.cli.main import COMMANDS, wireroom
from worker.flows import services as services_module

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_WIREROOM_COMPLETE"
BIN = Path(sys.executable).parent


def complete(shell, *words):
    """What a shell offers for the last word."""
    completer = get_completion_class(shell)(wireroom, {}, "wireroom", VARIABLE)
    return [item.value for item in completer.get_completions(list(words[:-1]), words[-1])]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_manual_says_how_each_shell_completes(shell):
    table = pages.read("docs/commands.md")
    [line] = re.findall(rf"^\| {shell} \| `(.+)` \|$", table, re.MULTILINE)
    assert f"{VARIABLE}={shell}_source wireroom" in line


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_produced_for_each_shell(shell):
    env = {**os.environ, VARIABLE: f"{shell}_source"}
    argv = [
        sys.executable,
        "-c",
        "import sys; sys.argv[0] = 'wireroom'; from worker.cli.main import main; main()",
    ]
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=True)
    assert f"{VARIABLE}={shell}_complete" in done.stdout
    if program := shutil.which(shell):  # what a shell can read is checked by the shell
        assert subprocess.run([program, "-n"], input=done.stdout, text=True, check=False).returncode == 0


@pytest.mark.parametrize("shell", SHELLS)
def test_commands_options_and_states_are_completed(shell):
    assert complete(shell, "") == list(COMMANDS)
    assert complete(shell, "st") == ["status", "stories"]
    assert complete(shell, "db", "re") == ["restore"]
    assert complete(shell, "feeds", "--sta") == ["--state"]
    assert complete(shell, "jobs", "--state", "de") == ["dead"]
    assert complete(shell, "worker", "ex") == ["extract"]


@pytest.mark.parametrize(
    "words", [("feeds",), ("poll",), ("articles", "--feed"), ("events", "--feed"), ("jobs", "--feed")]
)
def test_feeds_are_completed_from_the_database(words, services, monkeypatch):
    with services.db.write() as connection:
        sync(connection, make_feed("harbor-ledger"), make_feed("harbor-post"), make_feed("wire"))
    monkeypatch.setattr(services_module, "services", lambda: services)
    assert complete("bash", *words, "har") == ["harbor-ledger", "harbor-post"]


def test_without_a_database_nothing_is_completed_and_nothing_is_told(tmp_path):
    env = {
        **os.environ,
        "WIREROOM_HOME": str(tmp_path / "none"),
        "WIREROOM_ENV_FILE": "",
        VARIABLE: "bash_complete",
        "COMP_WORDS": "wireroom poll x",
        "COMP_CWORD": "2",
    }
    argv = [
        sys.executable,
        "-c",
        "import sys; sys.argv[0] = 'wireroom'; from worker.cli.main import main; main()",
    ]
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("", "")
    assert not (tmp_path / "none").exists()


@pytest.mark.skipif(not (BIN / "wireroom").exists(), reason="the package is not installed")
def test_bash_completes_a_command():
    code = (
        f'eval "$({VARIABLE}=bash_source wireroom)"; COMP_WORDS=(wireroom sto); COMP_CWORD=1; '
        '_wireroom_completion wireroom; echo "${COMPREPLY[@]}"'
    )
    env = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "stories\n"
