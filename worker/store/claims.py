"""Claims of due feeds: each host in turn, oldest first, within what hosts and workers take."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select, tuple_, update
from sqlalchemy.sql import ColumnElement

from worker.store import hosts as host_store
from worker.store.host_turns import take_turns
from worker.store.models import Feed
from worker.store.session import pairs
from worker.store.turns import TURN_FEEDS, wait_for_turn


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed feed with its lease token."""

    feed: str
    host: str
    lease: str


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(
        Feed.enabled,
        Feed.next_due_at <= now,
        or_(Feed.lease.is_(None), Feed.lease_until_at < now),
    )


def _read_due(
    connection: Connection, now: datetime, after: Row[Any] | None, full: Sequence[str], count: int
) -> Iterable[Any]:
    """Id, host and due time of the next due feeds, oldest first and locked, in the order of their index."""
    query = select(Feed.id, Feed.host, Feed.next_due_at).where(
        _is_due(now), Feed.host.not_in(host_store.closed_hosts(now)), Feed.host.not_in(list(full))
    )
    if after is not None:
        query = query.where(tuple_(Feed.next_due_at, Feed.id) > (after.next_due_at, after.id))
    query = query.order_by(Feed.next_due_at, Feed.id).limit(count)
    return connection.execute(query.with_for_update(of=Feed, skip_locked=True)).all()


def claim_due(
    connection: Connection,
    now: datetime,
    *,
    limit: int,
    lease_s: float,
    slots_of: Callable[[str], int],
    capacity: int = 1_000_000,
) -> list[Claim]:
    """Claim at most `limit` due feeds, the oldest of each host first, then the next of each.

    At most `capacity` are in flight, and at most `slots_of(host)` of them per host. Hosts that asked to wait
    are omitted, and then get one feed first. Any number of controls may call this concurrently.
    """
    wait_for_turn(connection, TURN_FEEDS)
    held = (Feed.lease.is_not(None), Feed.lease_until_at >= now)
    busy: dict[str, int] = pairs(connection, select(Feed.host, func.count()).where(*held).group_by(Feed.host))
    limit = min(limit, capacity - sum(busy.values()))
    if limit <= 0:
        return []
    probed = host_store.probed_hosts(connection)

    def room_of(host: str) -> int:
        return (1 if host in probed else slots_of(host)) - busy.get(host, 0)

    turns = take_turns(
        lambda after, full, count: _read_due(connection, now, after, full, count),
        limit=limit,
        room_of=room_of,
        full=[host for host in busy if room_of(host) <= 0],
    )
    until = now + timedelta(seconds=lease_s)
    return _hold(connection, [row for _, row in turns], until)


def _hold(connection: Connection, feeds: Iterable[Any], until: datetime) -> list[Claim]:
    claims = [Claim(row.id, row.host, uuid.uuid4().hex[:16]) for row in feeds]
    rows = [{"of_feed": claim.feed, "new_lease": claim.lease, "until": until} for claim in claims]
    if rows:
        connection.execute(_CLAIM, rows)
    return claims


_CLAIM = (
    update(Feed.__table__)  # type: ignore[arg-type]
    .where(Feed.id == bindparam("of_feed"))
    .values(lease=bindparam("new_lease"), lease_until_at=bindparam("until"), started=False)
)


def claim_one(connection: Connection, feed: str, now: datetime, lease_s: float) -> Claim | None:
    """Claim a feed even if it is not due (`wireroom poll`); None if it is unknown or being polled."""
    lease = uuid.uuid4().hex[:16]
    done = connection.execute(
        update(Feed)
        .where(Feed.id == feed, or_(Feed.lease.is_(None), Feed.lease_until_at < now))
        .values(lease=lease, lease_until_at=now + timedelta(seconds=lease_s), started=False)
        .returning(Feed.host)
    ).first()
    return Claim(feed, done.host, lease) if done else None


def oldest_due(connection: Connection, now: datetime, *, with_queued: bool = False) -> datetime | None:
    """The due time of the longest overdue feed whose host is not closed; None if no feed is due.

    One that is claimed is not due any more; `with_queued` counts it until its poll begins.
    """
    is_queued = and_(Feed.enabled, Feed.next_due_at <= now, ~Feed.started)
    is_late = or_(_is_due(now), is_queued) if with_queued else _is_due(now)
    where = (is_late, Feed.host.not_in(host_store.closed_hosts(now)))
    first = select(Feed.next_due_at).where(*where).order_by(Feed.next_due_at).limit(1)  # from the index
    return connection.scalar(first)


def count_due(connection: Connection, now: datetime) -> int:
    """The number of due feeds that are not claimed and whose hosts are not closed."""
    where = (_is_due(now), Feed.host.not_in(host_store.closed_hosts(now)))
    return connection.scalar(select(func.count()).select_from(Feed).where(*where)) or 0
