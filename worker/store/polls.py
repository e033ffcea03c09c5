"""Polls: one feed's, under the lease of its claim, from the message to the end, and what is kept of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.sql import ColumnElement

from worker.config import feed_from_json
from worker.records import FeedConfig, FeedState, Outcome
from worker.store.feeds import host_of, state_from_row, state_values
from worker.store.models import Feed, Poll

MAX_INTEGER = 2**31 - 1  # of a column of type INTEGER


def _is_waiting(feed: str, lease: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Claimed under this lease, and not begun."""
    return Feed.id == feed, Feed.lease == lease, Feed.started.is_(False), Feed.lease_until_at >= now


def read_claim(
    connection: Connection, feed: str, lease: str, now: datetime
) -> tuple[FeedConfig, FeedState, str, datetime, int] | None:
    """Config, state, host, end of the lease and unfinished polls of a claim.

    None when it is not ours or was already used.
    """
    query = select(Feed.__table__).where(*_is_waiting(feed, lease, now))
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    config, state = feed_from_json(row["config"]), state_from_row(row)
    return config, state, row["host"], row["lease_until_at"], row["unfinished_polls"]


def begin_poll(
    connection: Connection, feed: str, lease: str, now: datetime, lease_s: float
) -> tuple[FeedConfig, FeedState, str] | None:
    """Start a claimed poll: config, state, host. None when the lease is not ours or was already used.

    It counts as unfinished until `finish_poll` or `end_unstored`.
    """
    begun = (
        update(Feed)
        .where(*_is_waiting(feed, lease, now))
        .values(
            started=True,
            lease_until_at=now + timedelta(seconds=lease_s),
            unfinished_polls=Feed.unfinished_polls + 1,
        )
        .returning(Feed.__table__)
    )
    row = connection.execute(begun).mappings().first()
    return None if row is None else (feed_from_json(row["config"]), state_from_row(row), row["host"])


def held_config(connection: Connection, feed: str, lease: str) -> FeedConfig | None:
    """The config in force of a feed that is being polled, locked; None when the lease was lost."""
    query = select(Feed.config, Feed.enabled).where(Feed.id == feed, Feed.lease == lease)
    row = connection.execute(query.with_for_update()).first()
    return None if row is None else replace(feed_from_json(row.config), enabled=row.enabled)


def renew(connection: Connection, feed: str, lease: str, until: datetime) -> bool:
    """Prolong a lease; False when it is no longer ours."""
    done = connection.execute(
        update(Feed).where(Feed.id == feed, Feed.lease == lease).values(lease_until_at=until)
    )
    return done.rowcount == 1


def release(connection: Connection, feed: str, lease: str, *, due_at: datetime | None, reason: str) -> None:
    """Give a claimed feed back unpolled, due again at `due_at`; nothing when its poll has begun."""
    connection.execute(
        update(Feed)
        .where(Feed.id == feed, Feed.lease == lease, Feed.started.is_(False))
        .values(lease=None, lease_until_at=None, next_due_at=due_at, next_due_reason=reason)
    )


def finish_poll(
    connection: Connection, feed: str, lease: str, state: FeedState, url: str, *, unfinished_polls: int = 0
) -> bool:
    """Store the next state and end the lease; False (and nothing stored) when the lease was lost.

    `unfinished_polls` is what stays on record of polls that lost their workers.
    """
    values = {**state_values(state), "unfinished_polls": unfinished_polls, "host": host_of(url)}
    done = connection.execute(
        update(Feed)
        .where(Feed.id == feed, Feed.lease == lease)
        .values(**values, lease=None, lease_until_at=None, started=False)
    )
    return done.rowcount == 1


def end_unstored(connection: Connection, feed: str) -> None:
    """Take one poll off the unfinished ones: its worker lives, though its result could not be stored."""
    counted = (Feed.id == feed, Feed.unfinished_polls > 0)
    connection.execute(update(Feed).where(*counted).values(unfinished_polls=Feed.unfinished_polls - 1))


def abandon(connection: Connection, feed: str, lease: str, error: str, due: Mapping[str, Any]) -> bool:
    """End a poll whose result cannot be stored: one more failure; False when the lease was lost.

    `due` has the next due time and its reason.
    """
    values = {"lease": None, "lease_until_at": None, "started": False, "last_error": error, **due}
    values |= {
        "last_outcome": Outcome.FAILED.value,
        "error_streak": Feed.error_streak + 1,
        "unfinished_polls": 0,
    }
    where = (Feed.id == feed, Feed.lease == lease)
    return connection.execute(update(Feed).where(*where).values(**values)).rowcount == 1


def add_poll(connection: Connection, values: Mapping[str, Any]) -> None:
    """Write the attempt row of a poll."""
    values = {**values, "wire_bytes": min(int(values.get("wire_bytes", 0)), MAX_INTEGER)}
    connection.execute(Poll.__table__.insert(), values)  # type: ignore[attr-defined]
