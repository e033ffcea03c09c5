"""Events: what an operator may want to know."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from worker.store.models import Event


def add_events(
    connection: Connection, now: datetime, events: Iterable[tuple[str, str]], **about: Any
) -> None:
    """Write events (kind, sentence); `about` names feed_id, article_id or job_id."""
    rows = [
        {
            "at": now,
            "kind": kind,
            "message": message,
            "feed_id": None,
            "article_id": None,
            "job_id": None,
            **about,
        }
        for kind, message in events
    ]
    if rows:
        connection.execute(Event.__table__.insert(), rows)  # type: ignore[attr-defined]


def last_told(connection: Connection, kind: str) -> dict[str, datetime]:
    """When each feed last had an event of a kind."""
    query = select(Event.feed_id, func.max(Event.at)).where(Event.kind == kind).group_by(Event.feed_id)
    return {feed: at for feed, at in connection.execute(query) if feed}


def recent_events(
    connection: Connection, since: datetime, limit: int
) -> list[tuple[datetime, str, str | None, str]]:
    """(time, kind, feed, sentence) of the newest events."""
    query = (
        select(Event.at, Event.kind, Event.feed_id, Event.message)
        .where(Event.at >= since)
        .order_by(Event.id.desc())
        .limit(limit)
    )
    return [(row.at, row.kind, row.feed_id, row.message) for row in connection.execute(query)]
