"""Feeds: synchronized with the config, claimed when due, and their state."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, or_, select, update

from worker.config import feed_from_json, feed_to_json, fingerprint, reads_alike
from worker.fetch.url import host_of
from worker.records import DueBy, FeedConfig, FeedHints, FeedState, FeedStatus, Rhythm
from worker.store.models import Feed
from worker.store.session import chunks

STATE_FIELDS = tuple(field.name for field in fields(FeedState))


@dataclass(frozen=True, slots=True)
class SyncReport:
    """The ids of the feeds that a config change affected."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def state_from_row(row: RowMapping) -> FeedState:
    """The state between polls from a row of the table."""
    values = {name: row[name] for name in STATE_FIELDS}
    values["status"], values["due_by"] = FeedStatus(values["status"]), DueBy(values["due_by"])
    if values["hints"] is not None:
        hints = values["hints"]
        lists = {name: tuple(hints[name]) for name in ("skip_hours", "skip_days")}
        values["hints"] = FeedHints(**{**hints, **lists})
    if values["rhythm"] is not None:
        tables: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values["rhythm"].items()
        }
        values["rhythm"] = Rhythm(**tables)
    return FeedState(**values)


def state_values(state: FeedState) -> dict[str, Any]:
    """The columns of a state between polls."""
    values = {name: getattr(state, name) for name in STATE_FIELDS}
    hints, rhythm = (_plain(record) for record in (state.hints, state.rhythm))
    enums = {"status": state.status.value, "due_by": state.due_by.value}
    return {**values, **enums, "hints": hints, "rhythm": rhythm}


def _plain(record: FeedHints | Rhythm | None) -> dict[str, Any] | None:
    """The fields of a record without records in it, which `asdict` would copy value by value."""
    return None if record is None else {one.name: getattr(record, one.name) for one in fields(record)}


def enabled_ids(connection: Connection) -> set[str]:
    """The ids of all enabled feeds."""
    return set(connection.scalars(select(Feed.id).where(Feed.enabled)))


def sync_feeds(connection: Connection, feeds: Iterable[FeedConfig], now: datetime) -> SyncReport:
    """Synchronize the table with the config; feeds that are no longer in it are disabled, never deleted."""
    feeds = list(feeds)
    removed = sorted(enabled_ids(connection) - {feed.id for feed in feeds})
    report = put_feeds(connection, feeds, now)
    disable_feeds(connection, removed)
    return replace(report, removed=tuple(removed))


def different_feeds(connection: Connection, feeds: Iterable[FeedConfig]) -> list[FeedConfig]:
    """The feeds that are not in the table, or have another config there."""
    rows = {row.id: row for row in connection.execute(select(Feed.id, Feed.config, Feed.enabled))}
    return [
        feed
        for feed in feeds
        if (old := rows.get(feed.id)) is None
        or old.enabled != feed.enabled
        or old.config != feed_to_json(feed)
    ]


def put_feeds(connection: Connection, feeds: Sequence[FeedConfig], now: datetime) -> SyncReport:
    """Add new feeds and update changed ones, with a few statements for each few hundred feeds."""
    added: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for part in chunks(feeds):
        query = select(Feed.id, Feed.config, Feed.enabled, Feed.fingerprint)
        rows = connection.execute(query.where(Feed.id.in_([feed.id for feed in part])))
        known = {row.id: row for row in rows}
        for feed in part:
            old, config = known.get(feed.id), feed_to_json(feed)
            if old is None:
                added.append(_new_row(feed, config, now))
            elif old.config != config or old.enabled != feed.enabled:
                values = _changed_values(
                    feed,
                    config,
                    now,
                    is_new_request=old.fingerprint != fingerprint(feed),
                    is_reread=not reads_alike(feed_from_json(old.config), feed),
                    was_enabled=old.enabled,
                )
                changed.append({"id": feed.id, **values})
    if added:
        connection.execute(Feed.__table__.insert(), added)  # type: ignore[attr-defined]
    _update_each(connection, changed)
    return SyncReport(tuple(row["id"] for row in added), tuple(row["id"] for row in changed), ())


def disable_feeds(connection: Connection, feeds: Collection[str]) -> None:
    """Disable these feeds; their history is kept."""
    for part in chunks(feeds):
        connection.execute(update(Feed).where(Feed.id.in_(part)).values(enabled=False))


def _new_row(feed: FeedConfig, config: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "id": feed.id,
        "config": config,
        "fingerprint": fingerprint(feed),
        "host": host_of(feed.url),
        "enabled": feed.enabled,
        "added_at": now,
        "started": False,
        **state_values(FeedState(next_due_at=now, next_due_reason="new feed")),
    }


def _changed_values(
    feed: FeedConfig,
    config: dict[str, Any],
    now: datetime,
    *,
    is_new_request: bool,
    is_reread: bool,
    was_enabled: bool,
) -> dict[str, Any]:
    values: dict[str, Any] = {"config": config, "enabled": feed.enabled, "fingerprint": fingerprint(feed)}
    if is_new_request:  # RFC 9110 section 8.8.1: validators are valid only for the same request
        fresh = FeedState(next_due_at=now, next_due_reason="URL, auth or headers changed in the config")
        kept = {"last_polled_at", "last_success_at", "last_new_at", "interval_s", "rhythm_s", "rhythm"}
        values |= {k: v for k, v in state_values(fresh).items() if k not in kept}
        values |= {"host": host_of(feed.url), "lease": None, "lease_until_at": None, "unfinished_polls": 0}
    elif feed.enabled and not was_enabled:
        values |= due_values(now, "enabled again in the config", DueBy.NOW)
    if is_reread:  # the same document now yields other articles: a 304 would hide them
        values |= {"etag": None, "last_modified": None}
    return values


def _update_each(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Update feeds, each row with its own values; one statement for all rows with the same columns."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        columns = tuple(sorted(row.keys() - {"id"}))
        alike.setdefault(columns, []).append({f"{name}_": value for name, value in row.items()})
    for columns, values in alike.items():
        table: Any = Feed.__table__
        assigned: dict[str, Any] = {name: bindparam(f"{name}_") for name in columns}
        connection.execute(update(table).where(table.c.id == bindparam("id_")).values(assigned), values)


def due_values(due_at: datetime | None, reason: str, due_by: DueBy) -> dict[str, Any]:
    """The columns of a due time and its reason."""
    return {"next_due_at": due_at, "next_due_reason": reason, "due_by": due_by.value}


def set_due(connection: Connection, due: Mapping[str, tuple[datetime | None, str, DueBy]]) -> None:
    """Set the due times of feeds, each with its reason and what determined it."""
    _update_each(connection, [{"id": feed, **due_values(*values)} for feed, values in due.items()])


def retry_blocked(connection: Connection, now: datetime) -> None:
    """Make all feeds whose address was not allowed due now, without their back-off."""
    values = due_values(now, "http.allow_private changed in the config", DueBy.NOW)
    values |= {"error_streak": 0, "sent_failures": 0}
    connection.execute(update(Feed).where(Feed.status == FeedStatus.BLOCKED.value).values(values))


def read_feed(connection: Connection, feed: str) -> FeedConfig | None:
    """The config of a feed, enabled or not."""
    config = connection.scalar(_CONFIG, {"feed": feed})
    return None if config is None else feed_from_json(config)


_CONFIG = select(Feed.config).where(Feed.id == bindparam("feed"))


def read_feeds(connection: Connection) -> list[FeedConfig]:
    """The configs of all feeds, disabled ones included."""
    return [feed_from_json(config) for config in connection.scalars(select(Feed.config).order_by(Feed.id))]


def own_agencies(connection: Connection) -> list[str]:
    """The agencies whose own feeds are in the config, sorted."""
    agency = Feed.config["agency"].as_string()
    return sorted(connection.scalars(select(agency).where(Feed.enabled, agency.is_not(None)).distinct()))


def read_unwell(connection: Connection) -> tuple[list[tuple[FeedConfig, FeedState]], int, int]:
    """Config and state of the enabled feeds that fail, are quiet or are not read as a whole.

    Also returns how many enabled feeds have been polled, and how many have not been yet.
    """
    down = (FeedStatus.FAILING, FeedStatus.DEAD, FeedStatus.GONE, FeedStatus.BLOCKED)
    statuses = [status.value for status in down]
    is_unwell = or_(Feed.status.in_(statuses), Feed.quiet_at.is_not(None), Feed.cut_entries > 0)
    query = select(Feed.__table__).where(Feed.enabled, is_unwell).order_by(Feed.id)
    rows = connection.execute(query).mappings()
    unwell = [(feed_from_json(row["config"]), state_from_row(row)) for row in rows]
    counts = select(func.count(Feed.last_polled_at), func.count()).where(Feed.enabled)
    polled, enabled = connection.execute(counts).one()
    return unwell, polled, enabled - polled


def read_states(
    connection: Connection, only: Collection[str] | None = None
) -> list[tuple[FeedConfig, FeedState]]:
    """Config and state of every enabled feed, or of those among `only`."""
    query = select(Feed.__table__).where(Feed.enabled).order_by(Feed.id)
    parts = [query] if only is None else [query.where(Feed.id.in_(part)) for part in chunks(only)]
    rows = (row for part in parts for row in connection.execute(part).mappings())
    return [(feed_from_json(row["config"]), state_from_row(row)) for row in rows]
