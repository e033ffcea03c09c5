"""Network outages by machine, and the recent polls that tell them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, or_, select, update

from worker.config import feed_from_json
from worker.records import FeedConfig, FeedState
from worker.schedule import Outage, Trial
from worker.store.articles import insert_ignore
from worker.store.feeds import state_from_row, state_values
from worker.store.models import Feed, NetworkOutage, Poll
from worker.store.session import chunks

TRIALS = 400  # newest polls of a machine that are looked at
TRIALS_S = 6 * 3_600.0
STALE_S = 2 * 86_400.0  # a machine that has polled nothing for longer is no longer one
COLUMNS = ("machine", "since_at", "probe_at", "fault", "polls")


def read_outages(connection: Connection, now: datetime) -> list[Outage]:
    """The outages in force, by machine."""
    where = NetworkOutage.seen_at > now - timedelta(seconds=STALE_S)
    query = select(*(getattr(NetworkOutage, name) for name in COLUMNS)).where(where)
    return [Outage(*row) for row in connection.execute(query.order_by(NetworkOutage.machine))]


def read_outage(connection: Connection, machine: str) -> Outage | None:
    """The outage that a machine is in."""
    query = select(*(getattr(NetworkOutage, name) for name in COLUMNS))
    row = connection.execute(query.where(NetworkOutage.machine == machine)).first()
    return None if row is None else Outage(*row)


def recent_trials(connection: Connection, machine: str, now: datetime) -> list[Trial]:
    """What the newest polls of a machine tell of its network, newest first."""
    query = (
        select(Poll.feed_id, Poll.host, Poll.ended_at, Poll.fault, Feed.failing_since_at)
        .join(Feed, Feed.id == Poll.feed_id)
        .where(Poll.ended_at >= now - timedelta(seconds=TRIALS_S), Poll.machine == machine)
        .where(Poll.fault.is_not(None))
        .order_by(Poll.ended_at.desc(), Poll.id.desc())
        .limit(TRIALS)
    )
    rows = connection.execute(query)
    return [Trial(r.feed_id, r.host or "", r.ended_at, r.fault or "", r.failing_since_at) for r in rows]


def has_few_hosts(connection: Connection, fewer_than: int) -> bool:
    """Whether the enabled feeds are on fewer hosts than that."""
    query = select(Feed.host).where(Feed.enabled).distinct().limit(fewer_than)
    return len(connection.execute(query).all()) < fewer_than


def begin_outage(connection: Connection, outage: Outage, now: datetime) -> bool:
    """Keep an outage; False when the machine is in one already."""
    row = {name: getattr(outage, name) for name in COLUMNS} | {"seen_at": now}
    if read_outage(connection, outage.machine) is not None:
        return False
    insert_ignore(connection, NetworkOutage, [row], unique=["machine"])
    return True


def count_failure(connection: Connection, machine: str, now: datetime) -> None:
    """One more poll failed in an outage."""
    values = {"polls": NetworkOutage.polls + 1, "seen_at": now}
    connection.execute(update(NetworkOutage).where(NetworkOutage.machine == machine).values(**values))


def take_probe(connection: Connection, machine: str, now: datetime, next_at: datetime) -> bool:
    """Take the turn to try the network; False when another has had it just now."""
    where = (NetworkOutage.machine == machine, NetworkOutage.probe_at <= now)
    done = connection.execute(update(NetworkOutage).where(*where).values(probe_at=next_at))
    return done.rowcount == 1


def end_outage(connection: Connection, machine: str) -> bool:
    """A server responded; False when there was no outage, or another poll has ended it."""
    where = NetworkOutage.machine == machine
    return connection.execute(delete(NetworkOutage).where(where)).rowcount == 1


def read_idle(connection: Connection, feeds: Collection[str]) -> list[tuple[FeedConfig, FeedState]]:
    """Config and state of those of some feeds that nobody polls now, locked."""
    found: list[tuple[FeedConfig, FeedState]] = []
    for part in chunks(sorted(feeds)):
        query = select(Feed.__table__).where(Feed.id.in_(part), Feed.enabled, Feed.lease.is_(None))
        rows = connection.execute(query.order_by(Feed.id).with_for_update()).mappings()
        found += [(feed_from_json(row["config"]), state_from_row(row)) for row in rows]
    return found


def save_state(connection: Connection, feed: str, state: FeedState) -> None:
    """Replace the state of a feed that was read by `read_idle` in this transaction."""
    connection.execute(update(Feed).where(Feed.id == feed).values(**state_values(state)))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A feed that an outage kept waiting."""

    feed: str
    interval_s: float
    next_due_at: datetime | None
    is_failing: bool  # it has been blamed: its wait may be a back-off


def read_waiting(connection: Connection, now: datetime, reason: str) -> list[Waiting]:
    """The feeds that were due in an outage, are held by `reason`, or fail without any response."""
    is_held = Feed.next_due_reason.startswith(reason, autoescape=True)
    is_failing = and_(Feed.error_streak > 0, Feed.last_outcome == "failed", Feed.http_status.is_(None))
    query = select(Feed.id, Feed.config, Feed.next_due_at, is_failing.label("failing")).where(
        Feed.enabled, Feed.lease.is_(None), or_(Feed.next_due_at <= now, is_held, is_failing)
    )
    return [
        Waiting(row.id, feed_from_json(row.config).interval_s, row.next_due_at, bool(row.failing))
        for row in connection.execute(query.order_by(Feed.id))
    ]


def set_due(connection: Connection, due_at: Mapping[str, datetime], reason: str) -> None:
    """Move the due times of feeds that nobody polls; one that a server asked to wait for stays later."""
    for feed, at in due_at.items():
        values: dict[str, Any] = {"next_due_at": at, "next_due_reason": reason}
        connection.execute(update(Feed).where(Feed.id == feed, Feed.lease.is_(None)).values(**values))
