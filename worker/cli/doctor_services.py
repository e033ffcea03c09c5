"""The part of `wireroom doctor` about the database, the broker and their clocks."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from worker.cli.doctor_findings import BAD, OK, WARNING, Finding
from worker.errors import SchemaError, ServiceError
from worker.fault_words import LOGIN_REFUSED, explain, name_cause

if TYPE_CHECKING:
    from worker.settings import Settings
    from worker.store.postgres_pool import Room

CLOCK_S = 10.0  # a larger difference is a wrong clock
WITH_POOLS = 3  # processes of `wireroom run` with connections, besides extract workers: control, poll, web
SERVER_REMEDY = "start the database, or correct WIREROOM_DATABASE_URL and its password"
FILE_REMEDY = "let the service's user own its directory, restore a backup, or correct WIREROOM_DATABASE_URL"
LOGIN_REMEDY = "set WIREROOM_BROKER_PASSWORD, or correct it or the user in WIREROOM_BROKER_URL"
BROKER_REMEDY = "start it, or correct WIREROOM_BROKER_URL; without that variable `wireroom run` starts one"


def examine_services(settings: "Settings", unread: Collection[str], *, has_place: bool) -> Iterator[Finding]:
    """Database and broker, without what needs an `unread` setting or a state directory that has a fault."""
    from worker.service_urls import sqlite_path

    if not _needs(unread, "DATABASE"):
        path = sqlite_path(settings.database_url)
        if has_place or not path or path.parent != settings.home:  # else the fault is that of its directory
            try:
                yield from _examine_database(settings)
            except SchemaError as exc:
                yield _tell_schema(exc, settings)
            except ServiceError as exc:
                yield Finding("database", BAD, str(exc), FILE_REMEDY if path else SERVER_REMEDY)
    if not _needs(unread, "BROKER"):
        try:
            yield from _examine_broker(settings)
        except ServiceError as exc:
            is_login = name_cause(str(exc)) == LOGIN_REFUSED
            yield Finding("broker", BAD, str(exc), LOGIN_REMEDY if is_login else BROKER_REMEDY)


def _needs(unread: Collection[str], name: str) -> bool:
    return any(one.partition("_")[0] in {name, "HOME"} for one in unread)


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
            yield _tell_schema(fault, settings)
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


def _tell_schema(fault: SchemaError, settings: "Settings") -> Finding:
    from worker.flows.local_service import describe_silence, is_preparing

    if fault.may_pass and is_preparing(settings) and (said := describe_silence(settings)):
        return Finding("migrations", OK, said)
    remedy = fault.remedy or "restore a backup"
    return Finding("migrations", WARNING if fault.may_pass else BAD, fault.fault, remedy)


def _examine_broker(settings: "Settings") -> Iterator[Finding]:
    import time

    from worker.cli.environment import ask_broker, examine_broker
    from worker.flows.local_service import find_local_service

    examine_broker(settings)
    if settings.broker_url:
        yield Finding("broker", OK, "responds")
        yield _tell_clock("the broker", time.time() - ask_broker(settings))
    elif service := find_local_service(settings.home):
        yield _ask_own_broker(settings, service.pid)
    else:
        from worker.launcher.broker import find_server

        yield Finding("broker", OK, f"{find_server()} is installed, for `wireroom run`")


def _ask_own_broker(settings: "Settings", pid: int) -> Finding:
    """Whether the broker of the running service responds, as far as this user may know."""
    from worker.flows.broker_state import read_broker_state
    from worker.flows.local_service import is_starting
    from worker.flows.redis_link import LinkError, RefusedError, SilentError

    whose = f"that of the running service (pid {pid})"
    try:
        read_broker_state(settings)
    except RefusedError as exc:
        remedy = "correct what it names, such as a full disk; it then goes on by itself"
        return Finding("broker", BAD, f"{whose} does not work: {explain(str(exc))}", remedy)
    except LinkError as exc:
        if is_starting(settings) and not isinstance(exc, SilentError):
            return Finding("broker", OK, f"{whose} is starting")
        remedy = f"see the logs in {settings.home / 'log'}, and restart the service"
        return Finding("broker", BAD, f"{whose} does not work: {exc}", remedy)
    return Finding("broker", OK, f"{whose} responds")


def _tell_clock(whose: str, ahead_s: float) -> Finding:
    from worker.text.amounts import spell_s

    if abs(ahead_s) <= CLOCK_S:
        return Finding("clocks", OK, f"this machine agrees with {whose}")
    way = "ahead of" if ahead_s > 0 else "behind"
    found = f"this machine is {spell_s(abs(ahead_s))} {way} {whose}"
    return Finding("clocks", BAD, found, "set both clocks right, for example with NTP")
