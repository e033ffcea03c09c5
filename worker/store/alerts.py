"""Alerts: events that wait to be sent, and the deliveries of messages to each channel."""

import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from worker.records import JobState
from worker.store.models import Delivery, Event
from worker.store.session import chunks

WAITING = (JobState.PENDING.value, JobState.FAILED.value)
STREAM_ROWS = 100  # each has up to 1,000 events
UNFINISHED = (*WAITING, JobState.RUNNING.value)


@dataclass(frozen=True, slots=True)
class UnsentEvent:
    """An event that is not yet part of an alert."""

    id: int
    at: datetime
    kind: str
    feed: str | None
    message: str


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery to be attempted now, under a lease."""

    id: int
    alert: str
    channel: str
    events: Mapping[str, Any]
    attempts: int
    created_at: datetime
    lease: str


def unsent_events(connection: Connection, limit: int, *, is_write: bool = False) -> list[UnsentEvent]:
    """The oldest events that wait; in a write transaction, those that no other transaction holds."""
    query = (
        select(Event.id, Event.at, Event.kind, Event.feed_id, Event.message)
        .where(Event.is_unsent)
        .order_by(Event.id)
        .limit(limit)
    )
    rows = connection.execute(query.with_for_update(skip_locked=True) if is_write else query)
    return [UnsentEvent(*row) for row in rows]


def mark_sent(connection: Connection, ids: Collection[int]) -> None:
    """Take events out of those that wait."""
    for part in chunks(ids):
        connection.execute(update(Event).where(Event.id.in_(part)).values(is_unsent=False))


def last_made_at(connection: Connection) -> datetime | None:
    """When the last alert was made."""
    return connection.scalar(select(func.max(Delivery.created_at)))


def unattempted(connection: Connection, channel: str) -> tuple[int, Mapping[str, Any]] | None:
    """The newest alert of a channel of which nothing was sent yet: its id and its events."""
    query = (
        select(Delivery.id, Delivery.events)
        .where(Delivery.channel == channel, Delivery.state == JobState.PENDING.value, Delivery.attempts == 0)
        .order_by(Delivery.id.desc())
        .limit(1)
        .with_for_update()
    )
    row = connection.execute(query).first()
    return None if row is None else (row.id, row.events)


def replace_events(connection: Connection, delivery: int, events: Mapping[str, Any]) -> None:
    """Store other events for an alert of which nothing was sent yet."""
    connection.execute(update(Delivery).where(Delivery.id == delivery).values(events=dict(events)))


def add_delivery(
    connection: Connection, alert: str, channel: str, events: Mapping[str, Any], now: datetime
) -> None:
    """Add an alert for a channel, due at once."""
    row = {
        "alert": alert, "channel": channel, "events": dict(events), "state": JobState.PENDING.value,
        "attempts": 0, "next_attempt_at": now, "created_at": now,
    }  # fmt: skip
    connection.execute(Delivery.__table__.insert(), row)  # type: ignore[attr-defined]


def has_due(connection: Connection, now: datetime) -> bool:
    """Whether a delivery is due, or was lost with its process."""
    return connection.scalar(select(Delivery.id).where(_is_due(now)).limit(1)) is not None


def _is_due(now: datetime) -> Any:
    return or_(
        Delivery.state.in_(WAITING) & (Delivery.next_attempt_at <= now),
        (Delivery.state == JobState.RUNNING.value) & (Delivery.lease_until_at < now),
    )


def claim_delivery(connection: Connection, now: datetime, lease_s: float) -> ClaimedDelivery | None:
    """Claim a due delivery; of each channel only the oldest unfinished one, so that they arrive in order."""
    oldest = select(func.min(Delivery.id)).where(Delivery.state.in_(UNFINISHED)).group_by(Delivery.channel)
    due = (
        select(Delivery.id)
        .where(Delivery.id.in_(oldest), _is_due(now))
        .order_by(Delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    chosen = connection.scalar(due)
    if chosen is None:
        return None
    values = {
        "state": JobState.RUNNING.value, "lease": uuid.uuid4().hex[:16],
        "lease_until_at": now + timedelta(seconds=lease_s), "attempts": Delivery.attempts + 1,
    }  # fmt: skip
    columns = (
        Delivery.id, Delivery.alert, Delivery.channel, Delivery.events, Delivery.attempts,
        Delivery.created_at, Delivery.lease,
    )  # fmt: skip
    claimed = update(Delivery).where(Delivery.id == chosen).values(**values).returning(*columns)
    return ClaimedDelivery(*connection.execute(claimed).one())


def end_delivery(
    connection: Connection,
    delivery: ClaimedDelivery,
    state: JobState,
    now: datetime,
    *,
    note: str | None = None,
    retry_at: datetime | None = None,
    was_sent: bool = True,
) -> bool:
    """Store how an attempt ended; False if its lease was lost. One that sent nothing does not count."""
    where = (Delivery.id == delivery.id, Delivery.lease == delivery.lease)
    values = {
        "state": state.value, "note": note, "next_attempt_at": retry_at, "lease": None,
        "lease_until_at": None, "finished_at": None if retry_at else now,
        "attempts": delivery.attempts - (not was_sent),
    }  # fmt: skip
    return connection.execute(update(Delivery).where(*where).values(**values)).rowcount == 1


def retry_dead(connection: Connection, now: datetime) -> int:
    """Make all dead deliveries due again; returns their number. Their events stay as they were sent."""
    values = {"state": JobState.FAILED.value, "attempts": 1, "next_attempt_at": now, "finished_at": None}
    where = Delivery.state == JobState.DEAD.value
    return connection.execute(update(Delivery).where(where).values(**values)).rowcount


def list_deliveries(connection: Connection, limit: int | None) -> Iterator[dict[str, Any]]:
    """The deliveries, newest first."""
    query = select(
        Delivery.id, Delivery.alert, Delivery.channel, Delivery.state, Delivery.attempts, Delivery.created_at,
        Delivery.next_attempt_at, Delivery.finished_at, Delivery.note, Delivery.events,
    ).order_by(Delivery.id.desc())  # fmt: skip
    streamed = connection.execution_options(yield_per=STREAM_ROWS)
    for row in streamed.execute(query.limit(limit)).mappings():
        yield dict(row)


def find_trouble(connection: Connection, attempts: int, since: datetime) -> list[tuple[str, str]]:
    """Channels that do not work, and why.

    Their oldest unfinished delivery failed at least `attempts` times, or the last one since `since` is dead.
    """
    failing = (Delivery.state.in_(UNFINISHED)) & (Delivery.attempts >= attempts) & Delivery.note.is_not(None)
    newest = (
        select(func.max(Delivery.id))
        .where(Delivery.finished_at >= since, Delivery.state.in_((JobState.DEAD.value, JobState.DONE.value)))
        .group_by(Delivery.channel)
    )
    dead = (Delivery.state == JobState.DEAD.value) & Delivery.id.in_(newest)
    query = select(Delivery.channel, Delivery.note).where(or_(failing, dead))
    return sorted({row.channel: row.note or "" for row in connection.execute(query)}.items())
