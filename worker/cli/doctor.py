"""`wireroom doctor`: check this machine for what the service needs, with a remedy for each fault."""

import sys
from collections.abc import Generator, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from worker.cli.doctor_findings import BAD, OK, WARNING, Finding
from worker.errors import ConfigError, ServiceError
from worker.redaction import redact

if TYPE_CHECKING:
    from pathlib import Path

    from worker.flows.examine import Examination
    from worker.records import Config
    from worker.settings import Settings

COLORS = {OK: "green", WARNING: "yellow", BAD: "red"}
PYTHONS = ((3, 11), (3, 13))  # first and last
SQLITE = (3, 35, 0)  # RETURNING
SECRET_REMEDIES = {
    "env": "set the variable, in `.env` or where the service is started; until then only this waits",
    "file": "write the secret alone into the file, readable by the service; until then only this waits",
}


@click.command()
@click.option("--offline", is_flag=True, help="Without the name server and the network.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one check per line.")
def doctor(*, offline: bool, as_json: bool) -> None:
    """Check Python, settings, config, database, broker, clocks, ports and network; exit 1 if one is bad.

    Starts and changes nothing. Each fault is shown with its remedy.
    """
    from worker.views.output import print_json
    from worker.views.table import one_line, styled

    is_bad = False
    for one in examine_machine(is_offline=offline):
        is_bad |= one.state == BAD
        if as_json:
            print_json(asdict(one))
            continue
        click.echo(
            f"{styled(f'{one.state:8}', fg=COLORS[one.state])} {one.check:12} {one_line(redact(one.found))}"
        )
        if one.remedy:
            click.echo(f"{'':22}{one_line(redact(one.remedy))}")
    sys.exit(1 if is_bad else 0)


def examine_machine(*, is_offline: bool) -> Iterator[Finding]:
    """Run all checks in order; what needs an invalid setting or a valid config is omitted without it."""
    from worker.cli.doctor_packages import examine_packages
    from worker.cli.doctor_ports import examine_ports
    from worker.cli.doctor_services import examine_services

    yield _examine_python()
    yield from examine_packages()
    settings, unread = yield from examine_settings()
    if settings is None:
        return
    has_place = yield from _examine_place(settings)
    config = yield from _examine_config(settings)
    yield from examine_services(settings, unread, has_place=has_place)
    yield from examine_ports(settings, unread)
    if not is_offline:
        from worker.cli.doctor_network import examine_network

        yield from examine_network(config)


def examine_settings() -> "Generator[Finding, None, tuple[Settings | None, list[str]]]":
    """The settings, None if they cannot be read; and the names of those that are invalid."""
    from worker.settings import find_odd_variables, read_valid_settings

    try:
        settings, problems = read_valid_settings()
        odd = find_odd_variables()
    except ConfigError as exc:
        settings, problems, odd = None, list(exc.problems), []
    for problem in problems:
        yield Finding("settings", BAD, problem.message, "correct the variable, in `.env` or where it is set")
    for line in odd:
        yield Finding("settings", WARNING, line, "correct or remove it")
    shared = _find_shared_file()
    if shared:
        said = f"other users can read {shared}, which has settings and secrets"
        yield Finding("settings", WARNING, said, f"chmod 600 {shared}")
    if settings is not None and not problems and not odd and not shared:
        yield Finding("settings", OK, f"state directory {settings.home}")
    return settings, [problem.key or "" for problem in problems]


def _find_shared_file() -> "Path | None":
    """The file of settings, if other users can read it."""
    from worker.env_file import environment_file

    try:
        path = environment_file()
        return path if path and path.stat().st_mode & 0o007 else None
    except (ConfigError, OSError):
        return None  # reported with the settings


def _examine_python() -> Finding:
    import sqlite3
    from contextlib import closing

    found = f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}"
    first, last = PYTHONS
    if not first <= sys.version_info[:2] <= last:
        wanted = f"Python {first[0]}.{first[1]} to {last[0]}.{last[1]}"
        return Finding("python", BAD, found, f"install {wanted} and create the environment again with it")
    if sqlite3.sqlite_version_info < SQLITE:
        wanted = ".".join(map(str, SQLITE))
        return Finding("python", BAD, found, f"use a Python with SQLite {wanted} or newer")
    with closing(sqlite3.connect(":memory:")) as connection:
        has_search = connection.execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')").fetchone() == (1,)
    if not has_search:
        return Finding(
            "python", BAD, f"{found} without FTS5", "use a Python whose SQLite has FTS5, for the search"
        )
    return Finding("python", OK, found)


def _examine_place(settings: "Settings") -> "Generator[Finding, None, bool]":
    """The state directory: writable, private, with room on its disk; returns whether it can be used."""
    from worker.cli.environment import examine_home
    from worker.flows.causes import find_disk_faults

    try:
        examine_home(settings)
    except ServiceError as exc:
        yield Finding("permissions", BAD, str(exc), "let the service's user own it, or change WIREROOM_HOME")
        return False
    if faults := find_disk_faults(settings):
        for fault, remedy in faults:
            yield Finding("permissions", BAD, fault, remedy)
        return True
    if settings.home.exists() and settings.home.stat().st_mode & 0o077:
        remedy = f"chmod 700 {settings.home}"
        yield Finding("permissions", WARNING, f"other users can read {settings.home}", remedy)
        return True
    yield Finding("permissions", OK, f"{settings.home} can be written")
    return True


def _examine_config(settings: "Settings") -> "Generator[Finding, None, Config | None]":
    """The config file, its secrets and its contact; returns the config, None if it is invalid."""
    from worker.flows.examine import examine_config

    if not settings.config.exists():
        yield Finding("config", BAD, f"{settings.config} does not exist", "`wireroom init` writes one")
        return None
    found = examine_config(settings.config)
    for fault in found.faults:
        yield Finding("config", BAD, str(fault), "correct it; `wireroom check` shows all problems")
    if found.config is None:
        return None
    if not found.faults:
        yield _count(found.config, settings.config)
    yield from _examine_secrets(settings, found)
    if found.config.contact:
        yield Finding("contact", OK, found.config.contact)
    else:
        remedy = (
            f"set `contact` under [http] in {settings.config}: sites seldom block a poller they can reach"
        )
        yield Finding("contact", WARNING, "no contact is in the User-Agent", remedy)
    return found.config


def _count(config: "Config", path: "Path") -> Finding:
    from worker.text.amounts import count_of

    count = sum(feed.enabled for feed in config.feeds)
    if not count:
        return Finding(
            "config", WARNING, f"no enabled feed in {path}", "`wireroom discover URL` finds those of a site"
        )
    return Finding("config", OK, f"{count_of(count, 'enabled feed')} in {path}")


def _examine_secrets(settings: "Settings", found: "Examination") -> Iterator[Finding]:
    from worker.flows.local_service import excuse_missing_secret

    excuse = excuse_missing_secret(settings)
    for problem in found.missing:
        remedy = SECRET_REMEDIES["file" if '"file:' in problem.message else "env"]
        yield Finding("secrets", WARNING if excuse else BAD, str(problem), excuse or remedy)
    if not found.missing:
        yield Finding("secrets", OK, "all that the config names are there")
