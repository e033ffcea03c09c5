"""What a command or role imports before it is needed decides how quickly it starts."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from worker.cli.main import COMMANDS, wireroom

ROOT = Path(__file__).parents[2]
PARSERS = {"trafilatura", "lxml", "numpy", "feedparser", "alembic", "htmldate", "py3langid", "httpx"}
DATABASE = {"sqlalchemy", "celery", "redis"}
# to read an SQLite file and write no log
NEEDLESS = {"sqlalchemy.orm", "sqlalchemy.dialects.postgresql", "structlog", "celery"}
# neither is needed to read what a command shows
NEITHER = {"redis", "psutil"}
READING = ("status", "feeds", "jobs", "articles", "stories")
# module of a role's process: what it may not have imported when it begins
ROLES = {
    "worker.launcher.run": PARSERS | DATABASE,
    "worker.launcher.roles": PARSERS | DATABASE,
    "worker.celery_app": PARSERS | {"sqlalchemy"},
    "worker.beat": PARSERS | {"sqlalchemy"},
    "worker.flows.services": PARSERS | {"celery", "redis", "psutil"},
    "worker.tasks": {
        "prometheus_client",
        "trafilatura",
        "lxml",
        "feedparser",
        "alembic",
        "htmldate",
        "py3langid",
    },
}


def _imported(code: str, env: dict[str, str]) -> set[str]:
    """The modules that a fresh interpreter has after running `code`."""
    tail = "\nimport sys\nprint('IMPORTED', *sorted(sys.modules))"
    command = [sys.executable, "-P", "-c", code + tail]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False
    )
    last = done.stdout.strip().splitlines()[-1]
    assert last.startswith("IMPORTED "), done.stderr
    return set(last.split())


def _call(*args: str) -> str:
    return (
        "import contextlib\nfrom worker.cli.main import wireroom\n"
        f"with contextlib.suppress(SystemExit): wireroom({list(args)!r})"
    )


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    """An empty installation with a database."""
    tmp_path = tmp_path_factory.mktemp("startup")
    config = tmp_path / "feeds.toml"
    config.write_text('[http]\ncontact = "ops@example.org"\n')
    found = {"WIREROOM_HOME": str(tmp_path / "home"), "WIREROOM_CONFIG": str(config)}
    _imported(_call("db", "upgrade"), found)
    return found


def test_help_imports_no_library_of_the_service(env):
    heavy = PARSERS | DATABASE | {"rich", "structlog", "psutil", "msgspec", "rapidfuzz"}
    assert not _imported(_call("--help"), env) & heavy


def test_help_of_each_command_imports_no_parser_and_no_database(env):
    """One process for all but `cluster`, which may import numpy."""
    names = sorted(COMMANDS.keys() - {"cluster"})
    found = _imported("\n".join(_call(name, "--help") for name in names), env)
    assert {COMMANDS[name][0] for name in names} <= found
    assert not found & (PARSERS | DATABASE)
    assert not _imported(_call("cluster", "--help"), env) & (PARSERS | DATABASE) - {"numpy"}


@pytest.mark.parametrize("command", READING)
def test_commands_that_read_the_database_import_no_parser(command, env):
    """Nor the client of Redis: `status` reads the broker by a connection of its own."""
    found = _imported(_call(command), env)
    assert "sqlalchemy" in found
    assert not found & (PARSERS | NEEDLESS | NEITHER)


def test_check_reads_a_sqlite_file_by_its_driver(env):
    found = _imported(_call("check"), env)
    assert "worker.store.sqlite_file" in found
    assert not found & (PARSERS | NEEDLESS | NEITHER | DATABASE)


def test_a_record_is_imported_without_the_others(env):
    found = _imported("from worker.records import EventKind", env)
    assert not found & {"dataclasses", "worker.records.config", "worker.records.schedule"}


def test_only_commands_that_end_soon_collect_garbage_seldom():
    code = "import gc\nbefore = gc.get_threshold()[0]\n{}\nassert (gc.get_threshold()[0] > before) is {}"
    assert "worker.cli.feeds" in _imported(code.format(_call("feeds", "--help"), True), {})
    assert "worker.launcher.run" in _imported(code.format(_call("run", "--help"), False), {})


def test_the_health_check_imports_no_client_library_and_no_parser(env):
    """It runs every minute in every container, so it may take 0.3 s of CPU time."""
    needless = PARSERS | DATABASE | NEEDLESS | {"rich", "psutil", "msgspec", "asyncio", "psycopg"}
    found = _imported(_call("health"), env)
    assert "worker.flows.redis_link" in found
    assert not found & needless


@pytest.mark.parametrize("module", sorted(ROLES))
def test_each_role_starts_without_libraries_of_the_others(module, env):
    assert not _imported(f"import {module}", env) & ROLES[module]


@pytest.mark.parametrize(
    "package", ["extract", "fetch", "parse", "store", "dedupe", "records", "config", "schedule"]
)
def test_every_public_name_of_a_lazy_package_exists(package):
    module = __import__(f"worker.{package}", fromlist=["*"])
    assert all(getattr(module, name) is not None for name in module.__all__)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = module.no_such_name


def test_the_command_list_names_each_command_and_one_line_about_it():
    context = click.Context(wireroom, info_name="wireroom")
    shown = wireroom.get_help(context)
    for name, (_, line) in COMMANDS.items():
        command = wireroom.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert f"{name} " in shown
        assert line in shown
