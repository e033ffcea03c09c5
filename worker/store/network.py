"""Network outages by machine, and the recent polls by which they are detected."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, update

from worker.config import feed_from_json
from worker.records import DueBy, FeedConfig, FeedState, Outcome
from worker.schedule import Outage, Trial
from worker.store.feeds import due_values, state_from_row, state_values
from worker.store.models import Feed, NetworkOutage, Poll
from worker.store.session import chunks, insert_for

TRIALS = 400  # newest polls of a machine that are read
TRIALS_S = 6 * 3_600.0
STALE_S = 2 * 86_400.0  # a machine without polls for longer is ignored
DEFAULT_INTERVAL_S = FeedConfig(id="", url="").interval_s
COLUMNS = ("machine", "since_at", "probe_at", "fault", "polls")


def read_outages(connection: Connection, now: datetime) -> list[Outage]:
    """The current outages, by machine."""
    where = NetworkOutage.seen_at > now - timedelta(seconds=STALE_S)
    query = select(*(getattr(NetworkOutage, name) for name in COLUMNS)).where(where)
    return [Outage(*row) for row in connection.execute(query.order_by(NetworkOutage.machine))]


def read_outage(connection: Connection, machine: str) -> Outage | None:
    """The current outage of a machine, or None."""
    row = connection.execute(_OUTAGE, {"of_machine": machine}).first()
    return None if row is None else Outage(*row)


_OUTAGE = select(*(getattr(NetworkOutage, name) for name in COLUMNS)).where(
    NetworkOutage.machine == bindparam("of_machine")
)


def recent_trials(connection: Connection, machine: str, now: datetime) -> list[Trial]:
    """The newest polls of a machine as trials of its network, newest first."""
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
    """Whether the enabled feeds have fewer hosts than that."""
    query = select(Feed.host).where(Feed.enabled).distinct().limit(fewer_than)
    return len(connection.execute(query).all()) < fewer_than


def begin_outage(connection: Connection, outage: Outage, now: datetime) -> bool:
    """Store an outage; False if the machine already has one."""
    row = {name: getattr(outage, name) for name in COLUMNS} | {"seen_at": now}
    insert = insert_for(connection)(NetworkOutage).values(row)
    ignored = insert.on_conflict_do_nothing(index_elements=["machine"])
    return connection.scalar(ignored.returning(NetworkOutage.machine)) is not None


def count_failure(connection: Connection, machine: str, now: datetime) -> None:
    """Count a failed poll during an outage."""
    values = {"polls": NetworkOutage.polls + 1, "seen_at": now}
    connection.execute(update(NetworkOutage).where(NetworkOutage.machine == machine).values(**values))


def take_probe(connection: Connection, machine: str, now: datetime, next_at: datetime) -> bool:
    """Claim the next probe of the network; False if it is not due."""
    where = (NetworkOutage.machine == machine, NetworkOutage.probe_at <= now)
    done = connection.execute(update(NetworkOutage).where(*where).values(probe_at=next_at))
    return done.rowcount == 1


def end_outage(connection: Connection, machine: str) -> bool:
    """Delete the outage after a response; False if there was none or another poll deleted it."""
    where = NetworkOutage.machine == machine
    return connection.execute(delete(NetworkOutage).where(where)).rowcount == 1


def read_idle(connection: Connection, feeds: Collection[str]) -> list[tuple[FeedConfig, FeedState]]:
    """Config and state of those of the feeds that are not being polled, locked."""
    found: list[tuple[FeedConfig, FeedState]] = []
    for part in chunks(sorted(feeds)):
        query = select(Feed.__table__).where(Feed.id.in_(part), Feed.enabled, Feed.lease.is_(None))
        rows = connection.execute(query.order_by(Feed.id).with_for_update()).mappings()
        found += [(feed_from_json(row["config"]), state_from_row(row)) for row in rows]
    return found


def save_state(connection: Connection, feed: str, state: FeedState) -> None:
    """Store the state of a feed that was read with `read_idle` in this transaction."""
    connection.execute(update(Feed).where(Feed.id == feed).values(**state_values(state)))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A feed that waited during an outage."""

    feed: str
    interval_s: float
    next_due_at: datetime | None
    is_failing: bool  # it was counted as failing: its wait may be a back-off


def read_waiting(connection: Connection, now: datetime) -> list[Waiting]:
    """The idle feeds that are due, wait for the network, or fail without any response."""
    is_held = Feed.due_by == DueBy.NETWORK.value
    is_failing = and_(
        Feed.error_streak > 0, Feed.last_outcome == Outcome.FAILED.value, Feed.http_status.is_(None)
    )
    interval_s = func.coalesce(Feed.config["interval_s"].as_float(), DEFAULT_INTERVAL_S)
    query = select(Feed.id, interval_s, Feed.next_due_at, is_failing).where(
        Feed.enabled, Feed.lease.is_(None), or_(Feed.next_due_at <= now, is_held, is_failing)
    )
    return [
        Waiting(feed, wanted_s, due_at, bool(failing))
        for feed, wanted_s, due_at, failing in connection.execute(query.order_by(Feed.id))
    ]


def set_due(connection: Connection, due_at: Mapping[str, datetime], reason: str) -> None:
    """Set the due times of those of the feeds that are not being polled."""
    rows = [{"of_feed": feed, **due_values(at, reason, DueBy.NOW)} for feed, at in due_at.items()]
    if rows:
        connection.execute(_SET_IDLE, rows)


# Built once, and run for many feeds at a time.
_SET_IDLE = update(Feed.__table__).where(  # type: ignore[arg-type]
    Feed.id == bindparam("of_feed"), Feed.lease.is_(None)
)
