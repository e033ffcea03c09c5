"""`wireroom doctor`: check this machine for what the service needs, with a remedy for each fault."""

import sys
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from worker.cli.doctor_findings import BAD, OK, WARNING, Finding
from worker.errors import ConfigError, SchemaError, ServiceError
from worker.redaction import redact

if TYPE_CHECKING:
    from pathlib import Path

    from worker.flows.examine import Examination
    from worker.records import Config
    from worker.settings import Settings
    from worker.store.postgres_pool import Room

COLORS = {OK: "green", WARNING: "yellow", BAD: "red"}
PYTHONS = ((3, 11), (3, 13))  # first and last
SQLITE = (3, 35, 0)  # RETURNING
CLOCK_S = 10.0  # a larger difference is a wrong clock
WITH_POOLS = 3  # processes of `wireroom run` with connections, besides extract workers: control, poll, web


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

    yield _examine_python()
    yield from examine_packages()
    settings, unread = yield from examine_settings()
    if settings is None:
        return
    yield from _examine_place(settings)
    config = yield from _examine_config(settings)
    for name, examine in SERVICES.items():
        if any(one.partition("_")[0] in (name.upper(), "HOME") for one in unread):
            continue
        try:
            yield from examine(settings)
        except SchemaError as exc:
            yield _tell_schema(exc)
        except ServiceError as exc:
            yield Finding(name, BAD, str(exc), REMEDIES[name])
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


def _examine_place(settings: "Settings") -> Iterator[Finding]:
    """The state directory: writable, private, with room on its disk."""
    from worker.cli.environment import examine_home
    from worker.flows.causes import find_disk_needs

    try:
        examine_home(settings)
    except ServiceError as exc:
        yield Finding("permissions", BAD, str(exc), "let the service's user own it, or change WIREROOM_HOME")
        return
    if needs := find_disk_needs(settings):
        for need in needs:
            yield Finding("permissions", BAD, need, "free space, or correct its owner and mode")
        return
    if settings.home.exists() and settings.home.stat().st_mode & 0o077:
        remedy = f"chmod 700 {settings.home}"
        yield Finding("permissions", WARNING, f"other users can read {settings.home}", remedy)
        return
    yield Finding("permissions", OK, f"{settings.home} can be written")


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
        yield _count(found.config)
    yield from _examine_secrets(settings, found)
    if found.config.contact:
        yield Finding("contact", OK, found.config.contact)
    else:
        remedy = (
            f"set `contact` under [http] in {settings.config}: sites seldom block a poller they can reach"
        )
        yield Finding("contact", WARNING, "no contact is in the User-Agent", remedy)
    return found.config


def _count(config: "Config") -> Finding:
    from worker.text.amounts import count_of

    count = sum(feed.enabled for feed in config.feeds)
    if not count:
        return Finding("config", WARNING, "no enabled feed", "`wireroom discover URL` finds those of a site")
    return Finding("config", OK, count_of(count, "enabled feed"))


def _examine_secrets(settings: "Settings", found: "Examination") -> Iterator[Finding]:
    from worker.flows.local_service import excuse_missing_secret

    excuse = excuse_missing_secret(settings)
    for problem in found.missing:
        remedy = SECRET_REMEDIES["file" if '"file:' in problem.message else "env"]
        yield Finding("secrets", WARNING if excuse else BAD, str(problem), excuse or remedy)
    if not found.missing:
        yield Finding("secrets", OK, "all that the config names are there")


def _examine_database(settings: "Settings") -> Iterator[Finding]:
    from sqlalchemy.engine import make_url

    from worker.cli.environment import examine_database
    from worker.service_urls import sqlite_path

    path = sqlite_path(settings.database_url)
    examine_database(settings)
    if path and not path.exists():
        yield Finding("database", OK, f"{path} will be created by `wireroom run`")
        return
    shown = path or make_url(settings.database_url).render_as_string(hide_password=True)
    yield Finding("database", OK, f"{shown} responds")
    yield from _examine_schema(settings)


def _examine_schema(settings: "Settings") -> Iterator[Finding]:
    """The migrations, and the clock of the database server."""
    from contextlib import closing
    from datetime import UTC, datetime

    from worker.store import Database
    from worker.store.clock_state import read_server_time
    from worker.store.postgres_pool import read_room

    with closing(Database(settings.database_url)) as database:
        fault = database.schema_fault()
        if fault is not None:
            yield _tell_schema(fault)
            return
        yield Finding("migrations", OK, "the schema is up to date")
        if database.is_sqlite:
            return
        with database.read() as connection:
            ahead_s = (datetime.now(UTC) - read_server_time(connection)).total_seconds()
            room = read_room(connection)
    yield _tell_room(room, WITH_POOLS + settings.extract_concurrency)
    yield _tell_clock("the database", ahead_s)


def _tell_room(room: "Room | None", processes: int) -> Finding:
    """Whether the server has connections for `wireroom run` on this machine."""
    if room is None:
        return Finding("connections", OK, "a pooler is between us and PostgreSQL")
    if lack := room.describe_lack(processes):
        found, _, remedy = lack.partition(": ")
        return Finding("connections", WARNING, found, remedy)
    return Finding("connections", OK, f"PostgreSQL has room for {processes} processes of this service")


def _tell_schema(fault: SchemaError) -> Finding:
    if fault.may_pass:
        return Finding("migrations", WARNING, str(fault), "`wireroom db upgrade`, or start `wireroom run`")
    remedy = "restore a backup, or set WIREROOM_DATABASE_URL to a database for wireroom alone"
    return Finding("migrations", BAD, str(fault), remedy)


def _examine_broker(settings: "Settings") -> Iterator[Finding]:
    import time

    from worker.cli.environment import ask_broker, examine_broker

    examine_broker(settings)
    if not settings.broker_url:
        from worker.launcher.broker import find_server

        yield Finding("broker", OK, f"`wireroom run` starts {find_server()}")
        return
    yield Finding("broker", OK, "responds")
    yield _tell_clock("the broker", time.time() - ask_broker(settings))


def _tell_clock(whose: str, ahead_s: float) -> Finding:
    from worker.text.amounts import spell_s

    if abs(ahead_s) <= CLOCK_S:
        return Finding("clocks", OK, f"this machine agrees with {whose}")
    way = "ahead of" if ahead_s > 0 else "behind"
    found = f"this machine is {spell_s(abs(ahead_s))} {way} {whose}"
    return Finding("clocks", BAD, found, "set both clocks right, for example with NTP")


SERVICES: "dict[str, Callable[[Settings], Iterator[Finding]]]" = {
    "database": _examine_database,
    "broker": _examine_broker,
}
SECRET_REMEDIES = {
    "env": "set the variable, in `.env` or where the service is started; until then only this waits",
    "file": "write the secret alone into the file, readable by the service; until then only this waits",
}
REMEDIES = {
    "database": "start the database, or correct WIREROOM_DATABASE_URL and its password",
    "broker": "start it, or correct WIREROOM_BROKER_URL; without that variable `wireroom run` starts one",
}
