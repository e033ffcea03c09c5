"""Feeds that are not in force: what is stored of them, and its removal."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select

from worker.store.models import ArticleRow, Event, Feed, Host, Poll, Robots, Tombstone
from worker.store.session import chunks, pairs


@dataclass(frozen=True, slots=True)
class StoredFeed:
    """A feed as it was last configured; one that is not `enabled` is paused, or was removed."""

    id: str
    config: dict[str, Any]
    enabled: bool


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
