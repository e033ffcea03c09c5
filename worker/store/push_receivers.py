"""The receivers of push: their state, and the lease of the one sender that each has at a time."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, func, or_, select, update

from worker.records import EventKind, JobState
from worker.store.events import add_events
from worker.store.models import PushMessage, PushReceiver
from worker.store.session import insert_ignore, pairs
from worker.text.amounts import count_of


@dataclass(frozen=True, slots=True)
class ReceiverState:
    """How it is with a receiver; `failures` are those in a row."""

    name: str
    failures: int
    not_before_at: datetime | None
    paused_at: datetime | None
    note: str | None


_STATE = (
    PushReceiver.name, PushReceiver.failures, PushReceiver.not_before_at, PushReceiver.paused_at,
    PushReceiver.note,
)  # fmt: skip


def read_events(connection: Connection) -> dict[str, tuple[str, ...]]:
    """The kinds that each known receiver gets."""
    found = pairs(connection, select(PushReceiver.name, PushReceiver.events))
    return {name: tuple(events) for name, events in found.items()}


def put_receivers(connection: Connection, wanted: Mapping[str, Sequence[str]]) -> None:
    """Make these the receivers, with the kinds that each gets; the state of those that stay is kept."""
    known = read_events(connection)
    gone = known.keys() - wanted.keys()
    if gone:
        connection.execute(delete(PushReceiver).where(PushReceiver.name.in_(gone)))
    rows = [{"name": name, "events": list(events), "failures": 0} for name, events in wanted.items()]
    insert_ignore(connection, PushReceiver, rows, unique=("name",))
    for name, events in wanted.items():
        if name in known and known[name] != tuple(events):
            mine = PushReceiver.name == name
            connection.execute(update(PushReceiver).where(mine).values(events=list(events)))


def _has_due(now: datetime) -> Any:
    return exists(
        select(1).where(
            PushMessage.receiver == PushReceiver.name,
            PushMessage.finished_at.is_(None),
            PushMessage.next_attempt_at <= now,
        )
    )


def _is_ready(now: datetime) -> Any:
    return and_(
        PushReceiver.paused_at.is_(None),
        or_(PushReceiver.not_before_at.is_(None), PushReceiver.not_before_at <= now),
        or_(PushReceiver.lease.is_(None), PushReceiver.lease_until_at < now),
        _has_due(now),
    )


def find_ready(connection: Connection, now: datetime) -> list[str]:
    """The receivers that can be sent a message now, and have one; the longest without a turn first."""
    order = (PushReceiver.turn_at.asc().nulls_first(), PushReceiver.name)
    return list(connection.scalars(select(PushReceiver.name).where(_is_ready(now)).order_by(*order)))


def claim(connection: Connection, names: Sequence[str], now: datetime, lease_s: float) -> dict[str, str]:
    """Claim those of the receivers that are still ready; returns their lease tokens, in the given order."""
    claimed: dict[str, str] = {}
    for name in sorted(names):  # locked in the same order by all
        token = uuid.uuid4().hex[:16]
        values = {"lease": token, "lease_until_at": now + timedelta(seconds=lease_s)}
        where = (PushReceiver.name == name, _is_ready(now))
        if connection.execute(update(PushReceiver).where(*where).values(**values)).rowcount:
            claimed[name] = token
    return {name: claimed[name] for name in names if name in claimed}


def read_held(connection: Connection, name: str, lease: str) -> ReceiverState | None:
    """The state of a receiver that is claimed under this lease; None if the lease was lost."""
    row = connection.execute(
        select(*_STATE).where(PushReceiver.name == name, PushReceiver.lease == lease)
    ).first()
    return None if row is None else ReceiverState(*row)


def read_states(connection: Connection) -> list[ReceiverState]:
    """The states of all receivers, by name."""
    return [ReceiverState(*row) for row in connection.execute(select(*_STATE).order_by(PushReceiver.name))]


def count_dead(connection: Connection, since: datetime) -> dict[str, int]:
    """The number of messages to each present receiver that were given up since a time."""
    query = (
        select(PushMessage.receiver, func.count())
        .where(
            PushMessage.state == JobState.DEAD.value,
            PushMessage.finished_at >= since,
            PushMessage.receiver.in_(select(PushReceiver.name)),
        )
        .group_by(PushMessage.receiver)
    )
    return pairs(connection, query)


def save_outcome(
    connection: Connection,
    name: str,
    *,
    failures: int,
    note: str | None,
    not_before_at: datetime | None = None,
    paused_at: datetime | None = None,
) -> None:
    """Store how the last attempt went for a receiver."""
    values = {
        "failures": failures, "note": note, "not_before_at": not_before_at, "paused_at": paused_at
    }  # fmt: skip
    connection.execute(update(PushReceiver).where(PushReceiver.name == name).values(**values))


def release(connection: Connection, name: str, lease: str, turn_at: datetime | None = None) -> None:
    """End a lease; `turn_at` is when its turn ended, None if it had none."""
    values: dict[str, Any] = {"lease": None, "lease_until_at": None}
    if turn_at is not None:
        values["turn_at"] = turn_at
    where = (PushReceiver.name == name, PushReceiver.lease == lease)
    connection.execute(update(PushReceiver).where(*where).values(**values))


def resume(connection: Connection, name: str, now: datetime) -> bool:
    """Make a receiver ready and all that waits for it due; returns False if it does not exist.

    An event tells it of one that was paused.
    """
    values = {"failures": 0, "note": None, "not_before_at": None, "paused_at": None}
    is_mine = PushReceiver.name == name
    was_paused = connection.scalar(select(PushReceiver.paused_at).where(is_mine)) is not None
    if not connection.execute(update(PushReceiver).where(is_mine).values(**values)).rowcount:
        return False
    later = (
        PushMessage.receiver == name,
        PushMessage.finished_at.is_(None),
        PushMessage.next_attempt_at > now,
    )
    connection.execute(update(PushMessage).where(*later).values(next_attempt_at=now))
    if was_paused:
        _report_resumed(connection, name, now)
    return True


def _report_resumed(connection: Connection, name: str, now: datetime) -> None:
    waiting = connection.scalar(
        select(func.count()).where(PushMessage.receiver == name, PushMessage.finished_at.is_(None))
    )
    left = (
        f"{count_of(waiting, 'message')} {'waits' if waiting == 1 else 'wait'}" if waiting else "none waits"
    )
    said = f"push to {name} was resumed; {left}"
    add_events(connection, now, [(EventKind.PUSH_RESUMED, said)])


def list_receivers(connection: Connection) -> Iterator[dict[str, Any]]:
    """The receivers by name, with the number of their unfinished and dead messages and the last success."""
    counts = (
        select(
            PushMessage.receiver,
            func.count().filter(PushMessage.finished_at.is_(None)).label("waiting"),
            func.count().filter(PushMessage.state == JobState.DEAD.value).label("dead"),
            func.max(PushMessage.finished_at)
            .filter(PushMessage.state == JobState.DONE.value)
            .label("sent_at"),
        )
        .group_by(PushMessage.receiver)
        .subquery()
    )
    query = (
        select(*_STATE, PushReceiver.events, counts.c.waiting, counts.c.dead, counts.c.sent_at)
        .select_from(PushReceiver.__table__.outerjoin(counts, counts.c.receiver == PushReceiver.name))
        .order_by(PushReceiver.name)
    )
    for row in connection.execute(query).mappings():
        yield {**row, "state": _state_of(dict(row)), "waiting": row["waiting"] or 0, "dead": row["dead"] or 0}


def _state_of(row: Mapping[str, Any]) -> str:
    """A receiver that wants no more is paused; one whose last attempt failed is failing; others are ok."""
    return "paused" if row["paused_at"] else "failing" if row["failures"] else "ok"
