"""Which config is in force, and what became of the file last looked at."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from worker.records import Catalog, HostRule, KindRule
from worker.store.models import ConfigState


@dataclass(frozen=True, slots=True)
class ConfigInForce:
    """The state of the config; `service` is a catalog without feeds."""

    state: str  # "ok" | "refused"
    error: str | None
    digest: str
    loaded_at: datetime | None
    service: Catalog


def _service_from_json(data: dict[str, Any]) -> Catalog:
    hosts = tuple(HostRule(**rule) for rule in data.get("hosts", ())) or (HostRule(),)
    kinds = tuple(KindRule(**rule) for rule in data.get("kinds", ()))
    kept = {k: v for k, v in data.items() if k not in {"hosts", "kinds", "feeds", "allow_private", "notes"}}
    private = tuple(data.get("allow_private", ()))
    return Catalog(feeds=(), hosts=hosts, kinds=kinds, allow_private=private, **kept)


def service_to_json(catalog: Catalog) -> dict[str, Any]:
    """The parts of a catalog that are no feeds, as JSON."""
    return {**asdict(catalog), "feeds": [], "notes": []}


def read_config(connection: Connection) -> ConfigInForce | None:
    """The config in force; None before the first one was taken over."""
    row = connection.execute(
        select(
            ConfigState.state,
            ConfigState.error,
            ConfigState.digest,
            ConfigState.loaded_at,
            ConfigState.service,
        )
    ).first()
    if row is None:
        return None
    return ConfigInForce(row.state, row.error, row.digest, row.loaded_at, _service_from_json(row.service))


def save_config(
    connection: Connection,
    *,
    state: str,
    error: str | None,
    digest: str,
    loaded_at: datetime | None = None,
    service: dict[str, Any] | None = None,
) -> None:
    """Note what became of a file; without `service` the config in force stays."""
    values: dict[str, Any] = {"state": state, "error": error, "digest": digest}
    if service is not None:
        values |= {"service": service, "loaded_at": loaded_at}
    if connection.execute(update(ConfigState).where(ConfigState.id == 1).values(**values)).rowcount == 0:
        row = {"id": 1, "loaded_at": None, "service": {}, **values}
        connection.execute(ConfigState.__table__.insert(), row)  # type: ignore[attr-defined]
