"""The commands that the documents show: they parse, and those marked as runnable print what is shown."""

import re
import subprocess
import sys
import tempfile
from functools import cache

import click
import pytest

from tests.docs import pages
from worker.cli.main import wireroom

LEFT_OUT = "…"
SHOWN = list(pages.examples())
OFFLINE = list(pages.examples(runnable=True))


def called(example):
    return f"{example.page}: {' '.join(pages.words_of(example.command))}"


def parse(words):
    """Parse a command line as the program does, without running it. Raises UsageError."""
    name, left = pages.find_command(words)
    return pages.all_commands()[name].make_context(name, left, parent=click.Context(wireroom))


@pytest.mark.parametrize("example", [e for e in SHOWN if e.command.startswith("wireroom")], ids=called)
def test_a_shown_command_parses(example, monkeypatch):
    monkeypatch.chdir(pages.ROOT)
    with parse(pages.words_of(example.command)) as context:
        assert context.command.name


def test_an_option_that_does_not_exist_is_found():
    with pytest.raises(click.NoSuchOption):
        parse(["wireroom", "jobs", "retry", "--alll"])


@pytest.mark.parametrize(("page", "text"), pages.inline_commands())
def test_a_command_in_the_text_exists_with_its_options(page, text):
    name, left = pages.find_command(text.split())
    command = pages.all_commands()[name]
    options = {word.partition("=")[0] for word in left if word.startswith("--")}
    assert options <= pages.options_of(command) | {"--help"}
    if isinstance(command, click.Group) and left and not left[0].startswith("-"):
        assert left[0].isupper(), f"{left[0]} is not a command of {name}"


@pytest.mark.parametrize("example", [e for e in SHOWN if e.command.startswith("make ")], ids=called)
def test_a_shown_make_target_exists(example):
    target = pages.words_of(example.command)[1]
    assert re.search(rf"(?m)^{target}:", pages.read("Makefile"))


@pytest.mark.parametrize("example", [e for e in SHOWN if e.command.startswith("celery ")], ids=called)
def test_a_shown_celery_command_exists(example):
    from celery.bin.celery import celery

    words = pages.words_of(example.command)
    assert words[:3] == ["celery", "-A", "worker"]
    assert celery.get_command(click.Context(celery), words[3])


@pytest.mark.parametrize("example", SHOWN, ids=called)
def test_the_files_of_the_project_that_a_command_names_exist(example):
    named = [word for word in pages.words_of(example.command) if word.startswith(("config/", "docs/"))]
    assert all((pages.ROOT / word).exists() for word in named)


@cache
def run_offline(command):
    """The standard output of a command in a process of its own, without any state or settings."""
    with tempfile.TemporaryDirectory(prefix="wr-docs-") as home:
        return _run(command, home)


def _run(command, home):
    words = pages.words_of(command)
    assert words[0] == "wireroom"
    return subprocess.run(
        [sys.executable, "-c", "from worker.cli.main import main; main()", *words[1:]],
        cwd=pages.ROOT,
        env={"WIREROOM_HOME": home, "WIREROOM_ENV_FILE": "", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=240,
    ).stdout


def pattern_of(lines):
    """What output must look like: a line `…` is any lines, `…` within a line any text of that line."""
    parts = []
    for line in lines:
        text = ".*".join(map(re.escape, line.rstrip().split(LEFT_OUT)))
        parts.append(r"(?:.*\n)*" if line.strip() == LEFT_OUT else f"{text} *\n")
    return "".join(parts)


def test_there_are_runnable_examples_of_every_offline_command():
    assert {pages.words_of(example.command)[1] for example in OFFLINE} >= {
        "check", "cluster", "extract", "parse",
    }  # fmt: skip


@pytest.mark.parametrize("example", OFFLINE, ids=called)
def test_a_runnable_example_prints_what_is_shown(example):
    printed = run_offline(example.command)
    assert example.output
    assert re.fullmatch(pattern_of(example.output), printed), printed


def test_a_line_that_is_not_shown_is_noticed():
    assert not re.fullmatch(pattern_of(["a", "…b"]), "a\nx\nb\n")
    assert re.fullmatch(pattern_of(["a", "…", "b…"]), "a\nx\ny\nbc\n")


def test_make_says_what_it_does_before_each_step_that_takes_long():
    """Installing prints nothing itself: each step has a line before it, and the long ones their time."""
    lines = pages.read("Makefile").splitlines()
    steps = [
        n for n, line in enumerate(lines) if re.search(r"\$\(PIP\)|-m venv", line) and line.startswith("\t")
    ]
    assert len(steps) == 6
    for n in steps:
        said = re.search(r'echo "(make: [^"]+)"', lines[n] if "-m venv" in lines[n] else lines[n - 1])
        assert said, lines[n]
        assert "minutes" in said[1] or "--require-hashes" not in lines[n]
