"""Events: occurrences of interest to an operator."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from worker.logs import get_logger
from worker.records import NOT_ALERTED, EventKind
from worker.redaction import redact, redact_data, remember_id
from worker.store.models import ArticleRow, Event, ExtractionRow, Job
from worker.store.secrets import learn_ids, learn_secrets

LOGGED = "feed."  # other events are logged by their flows
STREAM_ROWS = 500
_DOWN = (EventKind.FEED_FAILING, EventKind.FEED_DEAD, EventKind.FEED_GONE, EventKind.FEED_BLOCKED)
GOOD_NEWS = (EventKind.FEED_RESURRECTED, EventKind.FEED_MOVED)

log = get_logger(__name__)


def add_events(
    connection: Connection, now: datetime, events: Iterable[tuple[str, str]], **about: Any
) -> None:
    """Store events (kind, message) and log those of feeds; `about` sets feed_id, article_id or job_id."""
    events = list(events)
    if feed := about.get("feed_id"):
        remember_id(feed)
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
            "is_unsent": kind not in NOT_ALERTED,
            **about,
        }
        for kind, message in events
    ]
    if rows:
        connection.execute(Event.__table__.insert(), rows)  # type: ignore[attr-defined]


def add_daily_event(connection: Connection, now: datetime, event: tuple[str, str], *, feed_id: str) -> None:
    """Store an event of a feed that may recur at each poll, unless the same was stored within a day."""
    same = (Event.feed_id == feed_id, Event.kind == event[0], Event.message == event[1])
    query = select(Event.id).where(Event.at > now - timedelta(days=1), *same).limit(1)
    if connection.scalar(query) is None:
        add_events(connection, now, [event], feed_id=feed_id)


def add_job_event(
    connection: Connection, now: datetime, event: tuple[str, str], *, job_id: int, **about: Any
) -> None:
    """Store an event of a job; of an edited article not the same again, until the job has a new result."""
    results = select(func.max(ExtractionRow.created_at)).where(
        ExtractionRow.article_id == Job.article_id, ExtractionRow.kind == Job.kind
    )
    since = func.coalesce(results.scalar_subquery(), Job.created_at)
    edited = select(since).join(ArticleRow, ArticleRow.id == Job.article_id)
    known_since = connection.scalar(edited.where(Job.id == job_id, ArticleRow.versions > 1))
    same = (Event.job_id == job_id, Event.kind == event[0], Event.message == event[1])
    if known_since is not None:
        query = select(Event.id).where(Event.at >= known_since, *same).limit(1)
        if connection.scalar(query) is not None:
            return
    add_events(connection, now, [event], job_id=job_id, **about)


def has_event(connection: Connection, kind: str, since: datetime) -> bool:
    """Whether an event of a kind was stored since a time."""
    query = select(Event.id).where(Event.at >= since, Event.kind == kind).limit(1)
    return connection.scalar(query) is not None


def told_of_feed(connection: Connection, feed: str, since: datetime | None) -> str:
    """The state that the newest event of a feed since a time says it has: "failing", "gone"; or empty."""
    query = select(Event.kind).where(
        Event.feed_id == feed, Event.kind.in_([*_DOWN, EventKind.FEED_RESURRECTED])
    )
    if since is not None:
        query = query.where(Event.at >= since)
    kind = connection.scalar(query.order_by(Event.id.desc()).limit(1))
    return kind.removeprefix(LOGGED) if kind in _DOWN else ""


def iter_events(
    connection: Connection,
    *,
    feed: str | None = None,
    kind: str | None = None,
    since: datetime | None = None,
    limit: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Events, newest first; `kind` is a kind such as `feed.dead`, or all of a group such as `feed`."""
    learn_secrets(connection)
    query = select(
        Event.id, Event.at, Event.kind, Event.feed_id.label("feed"), Event.article_id.label("article"),
        Event.job_id.label("job"), Event.message,
    ).order_by(Event.id.desc())  # fmt: skip
    if feed is not None:
        query = query.where(Event.feed_id == feed)
    if kind is not None:
        query = query.where(Event.kind == kind if "." in kind else Event.kind.startswith(f"{kind}."))
    if since is not None:
        query = query.where(Event.at >= since)
    for row in connection.execution_options(yield_per=STREAM_ROWS).execute(query.limit(limit)).mappings():
        yield redact_data({**row, "message": redact(row["message"])})


def recent_events(
    connection: Connection,
    since: datetime,
    limit: int,
    feed: str | None = None,
    *,
    besides: Collection[str] = (),
    kinds: Collection[str] = (),
) -> list[tuple[datetime, str, str | None, str]]:
    """The newest events of one feed or of all: (time, kind, feed, message).

    Those of the kinds `besides` are omitted; `kinds` are the only ones, if there are any.
    """
    learn_ids(connection)
    query = (
        select(Event.at, Event.kind, Event.feed_id, Event.message)
        .where(Event.at >= since)
        .order_by(Event.at.desc(), Event.id.desc())  # by the index of times: reads no older events
        .limit(limit)
    )
    if feed is not None:
        query = query.where(Event.feed_id == feed)
    if besides:
        query = query.where(Event.kind.not_in(besides))
    if kinds:
        query = query.where(Event.kind.in_(kinds))
    return [(row.at, row.kind, row.feed_id, redact(row.message)) for row in connection.execute(query)]
