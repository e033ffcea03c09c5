"""What `wireroom check` and `wireroom doctor` test besides the config file.

Without SQLAlchemy and the client of Redis where the installation needs neither: importing them takes most of
a command's time.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from worker.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from worker.settings import Settings
    from worker.store.revision import Schema

ANSWER_S = 5  # connect timeout for database and broker


def present_feeds(settings: Settings) -> Collection[str]:
    """The ids of the active feeds; empty without a database that can be read."""
    from worker.service_urls import sqlite_path

    path = sqlite_path(settings.database_url)
    return _feeds_in_file(path) if path else _feeds_on_server(settings)


def _feeds_in_file(path: Path) -> Collection[str]:
    """The same for a SQLite file, without SQLAlchemy, whose import takes most of the command's time."""
    import sqlite3
    from contextlib import closing

    from worker.store.revision import find_fault
    from worker.store.sqlite_file import ENABLED_FEEDS, ask_file, open_file, read_schema

    try:
        with closing(open_file(path, ANSWER_S)) as connection:
            return () if find_fault(read_schema(connection)) else ask_file(connection, ENABLED_FEEDS)
    except sqlite3.Error:
        return ()


def _feeds_on_server(settings: Settings) -> Collection[str]:
    from sqlalchemy.exc import SQLAlchemyError

    from worker.store import Database
    from worker.store.feeds import enabled_ids

    database = Database(settings.database_url)
    try:
        with database.read() as connection:
            return enabled_ids(connection)
    except (ServiceError, SQLAlchemyError):
        return ()
    finally:
        database.close()


def examine_home(settings: Settings) -> None:
    """The state directory, or its nearest existing parent, must be writable."""
    _require_writable("WIREROOM_HOME", settings.home)


def _require_writable(name: str, directory: Path) -> None:
    """Raise ServiceError, which begins with the setting's name, if nothing can be created in a directory."""
    place = directory
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        raise ServiceError(f"{name}: {place} is not a directory")
    if not os.access(place, os.W_OK | os.X_OK):
        raise ServiceError(f"{name}: {directory} cannot be written: no permission in {place}")
    if place != directory:
        _try_directory(name, directory, place)


def _try_directory(name: str, directory: Path, place: Path) -> None:
    """Create a directory and remove it: `/proc`, for one, has no place for any whatever its mode says."""
    from tempfile import TemporaryDirectory

    try:
        TemporaryDirectory(dir=place, prefix=".wireroom-").cleanup()
    except OSError as exc:
        raise ServiceError(f"{name}: {directory} cannot be created in {place}: {exc.strerror}") from exc


def has_no_database(settings: Settings) -> bool:
    """Whether the service has never run here: the database is missing or empty. Raises ServiceError."""
    from worker.service_urls import sqlite_path

    path = sqlite_path(settings.database_url)
    if path and not path.exists():
        return True
    return not (_schema_in_file(path) if path else _schema_on_server(settings)).tables


def examine_database(settings: Settings) -> None:
    """The database must respond and have the current schema or none; a missing file must be creatable."""
    from worker.service_urls import sqlite_path
    from worker.store.revision import find_fault

    path = sqlite_path(settings.database_url)
    if path and not path.exists():
        if path.parent != settings.home:  # of which `examine_home` reports it
            _require_writable("WIREROOM_DATABASE_URL", path.parent)
        return
    schema = _schema_in_file(path) if path else _schema_on_server(settings)
    fault = find_fault(schema)
    if fault is not None and (schema.revisions or not fault.may_pass):
        raise fault


def _schema_in_file(path: Path) -> Schema:
    import sqlite3
    from contextlib import closing

    from worker.store.sqlite_file import open_file, read_schema

    try:
        with closing(open_file(path, ANSWER_S)) as connection:
            return read_schema(connection)
    except sqlite3.Error as exc:
        raise _silent_database(f"sqlite:///{path}", exc) from exc


def _schema_on_server(settings: Settings) -> Schema:
    from sqlalchemy import create_engine
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    from worker.store.revision import read_schema

    url = make_url(settings.database_url)
    engine = create_engine(url, connect_args={"connect_timeout": ANSWER_S})
    try:
        with engine.connect() as connection:
            return read_schema(connection)
    except (SQLAlchemyError, OSError) as exc:
        shown = url.render_as_string(hide_password=True)
        raise _silent_database(shown, getattr(exc, "orig", None) or exc) from exc
    finally:
        engine.dispose()


def _silent_database(url: str, error: BaseException) -> ServiceError:
    from worker.fault_words import describe_database_fault

    return ServiceError(f"WIREROOM_DATABASE_URL ({url}): {describe_database_fault(str(error))}")


def examine_broker(settings: Settings) -> None:
    """A broker given by URL must respond; otherwise a server program must be installed."""
    if not settings.broker_url:
        from worker.launcher.broker import find_server

        find_server()
        return
    ask_broker(settings)


def ask_broker(settings: Settings) -> float:
    """The Unix time of the broker. Raises ServiceError if it does not respond."""
    from redis import Redis
    from redis.exceptions import RedisError, ResponseError

    from worker.fault_words import broker_hint, describe_broker_fault
    from worker.settings import redis_url_of

    try:
        with Redis.from_url(
            redis_url_of(settings), socket_connect_timeout=ANSWER_S, socket_timeout=ANSWER_S
        ) as client:
            seconds, microseconds = client.time()
    except (RedisError, OSError, ValueError) as exc:
        is_refused = isinstance(exc, ResponseError)
        fault = describe_broker_fault(str(exc), is_refused=is_refused, hint=broker_hint(settings.broker_url))
        raise ServiceError(f"WIREROOM_BROKER_URL: {fault}") from exc
    return float(seconds) + float(microseconds) / 1e6


def examine_monitor(settings: Settings) -> None:
    """Flower must not listen beyond loopback without a password."""
    from worker.launcher.flower import check_address

    check_address(settings)


def examine_web(settings: Settings) -> None:
    """The web pages must not be served beyond loopback without a password."""
    from worker.launcher.web import web_address

    if settings.web_address is not None:
        web_address(settings)


def examine_metrics(settings: Settings) -> None:
    """The metrics must not be served beyond loopback without a password."""
    from worker.metrics.address import check_address

    check_address(settings, *(settings.metrics_address or ())[:1])


PARTS: dict[str, Callable[[Settings], None]] = {
    "HOME": examine_home,
    "DATABASE_URL": examine_database,
    "BROKER_URL": examine_broker,
    "FLOWER_ADDRESS": examine_monitor,
    "METRICS_ADDRESS": examine_metrics,
    "WEB_ADDRESS": examine_web,
}
