"""The config in force, and the state of the config file of each control process."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Connection, String, cast, delete, or_, select, update

from worker.records import AlertRules, Config, HostRule, KindRule, PushRule
from worker.store.models import ConfigFileRow, ConfigState
from worker.store.session import insert_for

_STATED = ("digest", "state", "error")  # what a control says of its file
CURRENT = timedelta(
    minutes=10
)  # a file that was last read longer ago than this before the newest has no control any more
FORGOTTEN = timedelta(days=30)
R = TypeVar("R", AlertRules, PushRule)
_PLAIN = {field.name for field in fields(Config)} - {
    "hosts", "kinds", "feeds", "allow_private", "alerts", "push", "notes"
}  # fmt: skip
OK, REFUSED, UNREADABLE, OTHER, SUPERSEDED = "ok", "refused", "unreadable", "other", "superseded"


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A config file as last read by a control process; `source` is machine and path.

    `state` is ok (in force), refused (invalid), unreadable (`digest` is the earlier one), other (a control
    that started later has a file that differs from the one in force) or superseded (in force until another
    control's file changed).
    """

    source: str
    digest: str
    state: str
    error: str | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class ConfigInForce:
    """The state of the config; `service` is the config without feeds, `digest` that of the files in force.

    `state` is refused while any control's file is not in force; `error` names the files and the reasons,
    one per line.
    """

    state: str  # "ok" | "refused"
    error: str | None
    digest: str
    loaded_at: datetime | None
    service: Config


def _service_from_json(data: dict[str, Any]) -> Config:
    hosts = tuple(HostRule(**rule) for rule in data.get("hosts", ())) or (HostRule(),)
    kinds = tuple(KindRule(**rule) for rule in data.get("kinds", ()))
    alerts = _from_json(AlertRules, data.get("alerts", {}))
    push = tuple(_from_json(PushRule, rule) for rule in data.get("push", ()))
    kept = {name: value for name, value in data.items() if name in _PLAIN}
    private = tuple(data.get("allow_private", ()))
    return Config(feeds=(), hosts=hosts, kinds=kinds, allow_private=private, alerts=alerts, push=push, **kept)


def _from_json(record: type[R], data: Mapping[str, Any]) -> R:
    known = {field.name for field in fields(record)}
    lists = {name: tuple(value) for name, value in data.items() if isinstance(value, list)}
    given: dict[str, Any] = {name: value for name, value in {**data, **lists}.items() if name in known}
    return record(**given)


def service_to_json(config: Config) -> dict[str, Any]:
    """The config without its feeds, as JSON."""
    return {**asdict(config), "feeds": [], "notes": []}


def settings_differ(one: Config, other: Config) -> bool:
    """Whether two configs differ in anything but their feeds, notes and digests."""
    shown = (json.dumps({**service_to_json(config), "digest": ""}, sort_keys=True) for config in (one, other))
    return next(shown) != next(shown)


def read_config(connection: Connection) -> ConfigInForce | None:
    """The config in force; None before the first file was read."""
    row = connection.execute(select(ConfigState.loaded_at, ConfigState.service)).first()
    files = read_files(connection)
    if row is None and not files:
        return None
    newest = max((file.seen_at for file in files.values()), default=None)
    errors = [
        file.error
        for _, file in sorted(files.items())
        if file.error and newest and newest - file.seen_at < CURRENT
    ]
    service = _service_from_json(row.service if row else {})
    state, loaded_at = REFUSED if errors else OK, row.loaded_at if row else None
    return ConfigInForce(state, "\n".join(errors) or None, service.digest, loaded_at, service)


def read_service(connection: Connection) -> Config | None:
    """The settings of the config in force, without its feeds; None before the first file was read."""
    stored = connection.scalar(_SERVICE)
    return None if stored is None else _service_of(stored)


_SERVICE = select(cast(ConfigState.service, String))


@lru_cache(maxsize=4)
def _service_of(stored: str) -> Config:
    return _service_from_json(json.loads(stored))


def read_files(connection: Connection) -> dict[str, ConfigFile]:
    """The config files of all controls, by source."""
    columns = [getattr(ConfigFileRow, name) for name in ConfigFile.__dataclass_fields__]
    return {row.source: ConfigFile(*row) for row in connection.execute(select(*columns))}


def save_file(connection: Connection, file: ConfigFile) -> None:
    """Store the state of a control's file; files not read for a month are deleted."""
    connection.execute(delete(ConfigFileRow).where(ConfigFileRow.seen_at < file.seen_at - FORGOTTEN))
    connection.execute(_putting(connection, file))


def save_news(connection: Connection, file: ConfigFile) -> bool:
    """Store a new state of a control's file; False if it is known, perhaps since a moment by another process.

    Of processes that find the same at the same time, one gets True.
    """
    columns = {name: getattr(ConfigFileRow, name) for name in _STATED}
    is_new = or_(*(column.is_distinct_from(getattr(file, name)) for name, column in columns.items()))
    stored = _putting(connection, file, is_new).returning(ConfigFileRow.source)
    return connection.execute(stored).first() is not None


def _putting(connection: Connection, file: ConfigFile, where: Any = None) -> Any:
    insert = insert_for(connection)(ConfigFileRow).values(**asdict(file))
    news = {name: insert.excluded[name] for name in (*_STATED, "seen_at")}
    return insert.on_conflict_do_update(index_elements=["source"], set_=news, where=where)


def save_config(connection: Connection, *, loaded_at: datetime, service: dict[str, Any]) -> None:
    """Put a config in force."""
    values = {"service": service, "loaded_at": loaded_at}
    if connection.execute(update(ConfigState).where(ConfigState.id == 1).values(**values)).rowcount == 0:
        connection.execute(ConfigState.__table__.insert(), {"id": 1, **values})  # type: ignore[attr-defined]
