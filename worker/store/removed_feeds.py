"""Feeds that are not in force: what is stored of them, and its removal."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Text, cast, delete, func, or_, select, update

from worker.store.models import (
    ArticleRow,
    Delivery,
    Event,
    Feed,
    Host,
    Poll,
    PushMessage,
    Robots,
    Tombstone,
)
from worker.store.session import chunks, pairs
from worker.store.types import to_json

REMOVED = "removed from the config"
FEED_OF_EVENT = 2  # its place in an event of an alert: time, kind, feed, message


@dataclass(frozen=True, slots=True)
class StoredFeed:
    """A feed as it was last configured; one that is not `enabled` is paused, or was removed."""

    id: str
    config: dict[str, Any]
    enabled: bool


def was_removed(config: Mapping[str, Any], *, enabled: bool) -> bool:
    """Whether a stored feed is not in force although its own config does not disable it."""
    return not enabled and bool(config.get("enabled", True))


def read_stored(connection: Connection) -> list[StoredFeed]:
    """All feeds of which a row is stored."""
    return [StoredFeed(*row) for row in connection.execute(select(Feed.id, Feed.config, Feed.enabled))]


def count_articles(connection: Connection, feed: str, most: int) -> int:
    """The number of articles of a feed; `most` + 1 if there are more."""
    some = select(ArticleRow.id).where(ArticleRow.feed_id == feed).limit(most + 1).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def find_forgotten(connection: Connection, feeds: Collection[str]) -> dict[str, int]:
    """Which of these ids without a row were forgotten, with the number of their purged entries."""
    found: dict[str, int] = {}
    for part in chunks(feeds):
        query = select(Tombstone.feed_id, func.count()).where(Tombstone.feed_id.in_(part))
        found |= pairs(connection, query.group_by(Tombstone.feed_id))
    return found


def prune_feed_history(connection: Connection, feed: str, limit: int) -> int:
    """Delete polls and events of a feed; returns the number of rows, 0 if none is left."""
    gone = 0
    for model in (Poll, Event):
        old = list(connection.scalars(select(model.id).where(model.feed_id == feed).limit(limit)))
        for part in chunks(old):
            connection.execute(delete(model).where(model.id.in_(part)))
        gone += len(old)
    return gone


def drop_from_alerts(connection: Connection, feed: str, after: int, limit: int) -> int | None:
    """Delete the events of a feed from stored alerts, and alerts that have no other ones.

    Takes at most `limit` alerts with higher ids than `after`; returns the last id, None at the end.
    """
    is_named = cast(Delivery.events, Text).contains(to_json(feed), autoescape=True)
    query = select(Delivery.id, Delivery.events).where(Delivery.id > after, is_named).order_by(Delivery.id)
    rows = connection.execute(query.limit(limit).with_for_update()).all()
    for row in rows:
        kept = [event for event in row.events["events"] if event[FEED_OF_EVENT] != feed]
        mine = Delivery.id == row.id
        if kept or row.events["more"]:
            connection.execute(update(Delivery).where(mine).values(events={**row.events, "events": kept}))
        else:
            connection.execute(delete(Delivery).where(mine))
    return rows[-1].id if rows else None


def drop_from_push(connection: Connection, feed: str, limit: int) -> int:
    """Delete stored messages of push that name a feed, or an article that is not stored any more.

    Takes at most `limit`; returns their number, 0 at the end.
    """
    is_named = PushMessage.body.contains(f'"feed":{json.dumps(feed)}', autoescape=True)
    is_lost = PushMessage.article_id.not_in(select(ArticleRow.id))
    query = select(PushMessage.id).where(or_(is_named, is_lost)).limit(limit)
    found = list(connection.scalars(query.with_for_update(skip_locked=True)))
    for part in chunks(found):
        connection.execute(delete(PushMessage).where(PushMessage.id.in_(part)))
    return len(found)


def drop_feed(connection: Connection, feed: str) -> bool:
    """Delete the row of a feed that is not in force; False if anything else of it is left.

    The row is locked first, so that what a poll is storing at this moment is seen, or is not stored.
    """
    connection.execute(select(Feed.id).where(Feed.id == feed).with_for_update())
    left = [
        connection.scalar(select(model.id).where(model.feed_id == feed).limit(1))
        for model in (ArticleRow, Poll)
    ]
    if any(one is not None for one in left):
        return False
    return connection.execute(delete(Feed).where(Feed.id == feed, ~Feed.enabled)).rowcount == 1


def ids_on_host(connection: Connection, host: str) -> list[str]:
    """The feeds of a host of which a row is stored."""
    return list(connection.scalars(select(Feed.id).where(Feed.host == host.lower()).order_by(Feed.id)))


def drop_host(connection: Connection, host: str) -> None:
    """Delete what is stored of a host itself: waits, and its robots.txt."""
    name = host.lower()
    connection.execute(delete(Host).where(Host.name == name))
    origins = [f"{scheme}://{name}" for scheme in ("http", "https")]
    ports = [Robots.origin.startswith(f"{origin}:", autoescape=True) for origin in origins]
    connection.execute(delete(Robots).where(or_(Robots.origin.in_(origins), *ports)))
