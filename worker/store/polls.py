"""Polls of claimed feeds, under their leases: begin, finish, and the record of each attempt."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from worker.config import feed_from_json
from worker.fetch.url import host_of
from worker.records import DueBy, FeedConfig, FeedState, Outcome
from worker.store.feeds import due_values, state_from_row, state_values
from worker.store.models import Feed, Poll

MAX_INTEGER = 2**31 - 1  # of a column of type INTEGER


# Built once: building them costs more than running them.
_WAITING = (
    Feed.id == bindparam("of_feed"), Feed.lease == bindparam("of_lease"), Feed.started.is_(False),
    Feed.lease_until_at >= bindparam("now"),
)  # claimed under this lease, and not begun  # fmt: skip
_READ_CLAIM = select(Feed.__table__).where(*_WAITING)
_BEGIN = (
    update(Feed)
    .where(*_WAITING)
    .values(
        started=True, lease_until_at=bindparam("until"), unfinished_polls=Feed.unfinished_polls + 1
    )
    .returning(Feed.__table__)
)  # fmt: skip
_HELD_CONFIG = (
    select(Feed.config, Feed.enabled)
    .where(Feed.id == bindparam("of_feed"), Feed.lease == bindparam("of_lease"))
    .with_for_update()
)


def read_claim(
    connection: Connection, feed: str, lease: str, now: datetime
) -> tuple[FeedConfig, FeedState, str, datetime, int] | None:
    """Config, state, host, end of the lease and number of unfinished polls of a claim.

    None if the lease was lost or its poll has begun.
    """
    which = {"of_feed": feed, "of_lease": lease, "now": now}
    row = connection.execute(_READ_CLAIM, which).mappings().first()
    if row is None:
        return None
    config, state = feed_from_json(row["config"]), state_from_row(row)
    return config, state, row["host"], row["lease_until_at"], row["unfinished_polls"]


def begin_poll(
    connection: Connection, feed: str, lease: str, now: datetime, lease_s: float
) -> tuple[FeedConfig, FeedState, str] | None:
    """Begin a claimed poll; returns config, state and host, or None if the lease was lost or already used.

    The poll counts as unfinished until `finish_poll` or `end_unstored`.
    """
    until = now + timedelta(seconds=lease_s)
    which = {"of_feed": feed, "of_lease": lease, "now": now, "until": until}
    row = connection.execute(_BEGIN, which).mappings().first()
    return None if row is None else (feed_from_json(row["config"]), state_from_row(row), row["host"])


def held_config(connection: Connection, feed: str, lease: str) -> FeedConfig | None:
    """The current config of a feed that is being polled, locked; None if the lease was lost."""
    row = connection.execute(_HELD_CONFIG, {"of_feed": feed, "of_lease": lease}).first()
    return None if row is None else replace(feed_from_json(row.config), enabled=row.enabled)


def held_state(connection: Connection, feed: str, lease: str) -> FeedState | None:
    """The stored state of a feed that is being polled; None if the lease was lost."""
    which = (Feed.id == feed, Feed.lease == lease)
    row = connection.execute(select(Feed.__table__).where(*which)).mappings().first()
    return None if row is None else state_from_row(row)


def renew(connection: Connection, feed: str, lease: str, until: datetime) -> bool:
    """Renew a lease; False if it was lost."""
    done = connection.execute(
        update(Feed).where(Feed.id == feed, Feed.lease == lease).values(lease_until_at=until)
    )
    return done.rowcount == 1


def release(
    connection: Connection, feed: str, lease: str, *, due_at: datetime | None, reason: str, due_by: DueBy
) -> None:
    """Release a claimed feed unpolled, due again at `due_at`; no-op if the poll has started."""
    connection.execute(
        update(Feed)
        .where(Feed.id == feed, Feed.lease == lease, Feed.started.is_(False))
        .values(lease=None, lease_until_at=None, **due_values(due_at, reason, due_by))
    )


def finish_poll(
    connection: Connection, feed: str, lease: str, state: FeedState, url: str, *, unfinished_polls: int = 0
) -> bool:
    """Store the next state and end the lease; False, and nothing stored, if the lease was lost.

    `unfinished_polls` is the number of polls that lost their workers to keep.
    """
    values = {**state_values(state), "unfinished_polls": unfinished_polls, "host": host_of(url)}
    values |= {"lease": None, "lease_until_at": None, "started": False}
    done = connection.execute(_UNDER_LEASE, {**values, "of_feed": feed, "of_lease": lease})
    return done.rowcount == 1


# Built once, since it has all columns; the values are those of the call.
_UNDER_LEASE = update(Feed.__table__).where(  # type: ignore[arg-type]
    Feed.id == bindparam("of_feed"), Feed.lease == bindparam("of_lease")
)


def end_unstored(connection: Connection, feed: str) -> None:
    """Decrement the unfinished polls of a feed: the worker lives, although the result was not stored."""
    counted = (Feed.id == feed, Feed.unfinished_polls > 0)
    connection.execute(update(Feed).where(*counted).values(unfinished_polls=Feed.unfinished_polls - 1))


def abandon(connection: Connection, feed: str, lease: str, error: str, due: Mapping[str, Any]) -> bool:
    """End a poll whose result cannot be stored, as a failure; False if the lease was lost.

    `due` has the columns of the next due time and its reason.
    """
    values = {"lease": None, "lease_until_at": None, "started": False, "last_error": error,
              "due_by": DueBy.FAILURE.value, **due}  # fmt: skip
    values |= {
        "last_outcome": Outcome.FAILED.value,
        "error_streak": Feed.error_streak + 1,
        "unfinished_polls": 0,
    }
    where = (Feed.id == feed, Feed.lease == lease)
    return connection.execute(update(Feed).where(*where).values(**values)).rowcount == 1


def add_poll(connection: Connection, values: Mapping[str, Any]) -> None:
    """Store the record of a poll."""
    values = {**values, "wire_bytes": min(int(values.get("wire_bytes", 0)), MAX_INTEGER)}
    connection.execute(Poll.__table__.insert(), values)  # type: ignore[attr-defined]
