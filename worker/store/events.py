"""Events: what an operator may want to know."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, select

from worker.redaction import redact
from worker.store.models import Event

LOGGED = "feed."  # what else is told, its flow logs with more than the sentence
GOOD_NEWS = ("feed.resurrected", "feed.moved")

log = structlog.get_logger(__name__)


def add_events(
    connection: Connection, now: datetime, events: Iterable[tuple[str, str]], **about: Any
) -> None:
    """Write events (kind, sentence) and log those of feeds; `about` names feed_id, article_id or job_id."""
    events = list(events)
    for kind, message in events:
        if kind.startswith(LOGGED):
            (log.info if kind in GOOD_NEWS else log.warning)(message, kind=kind)
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


def add_daily_event(connection: Connection, now: datetime, told: tuple[str, str], *, feed_id: str) -> None:
    """Write an event of a feed unless the same was written within a day: it comes again at every poll."""
    same = (Event.feed_id == feed_id, Event.kind == told[0], Event.message == told[1])
    query = select(Event.id).where(Event.at > now - timedelta(days=1), *same).limit(1)
    if connection.scalar(query) is None:
        add_events(connection, now, [told], feed_id=feed_id)


def recent_events(
    connection: Connection, since: datetime, limit: int, feed: str | None = None, besides: str = ""
) -> list[tuple[datetime, str, str | None, str]]:
    """(time, kind, feed, sentence) of the newest events, of one feed or of all.

    Kinds that begin with `besides` are left out.
    """
    query = (
        select(Event.at, Event.kind, Event.feed_id, Event.message)
        .where(Event.at >= since)
        .order_by(Event.id.desc())
        .limit(limit)
    )
    if feed is not None:
        query = query.where(Event.feed_id == feed)
    if besides:
        query = query.where(Event.kind.not_like(f"{besides}%"))
    return [(row.at, row.kind, row.feed_id, redact(row.message)) for row in connection.execute(query)]
