"""The row of the installation's clock, and the times to move when that clock was set."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, DateTime, Interval, func, literal, select, type_coerce, update

from worker.records import JobState
from worker.store.models import (
    ClockState,
    ConfigFileRow,
    Delivery,
    Event,
    Feed,
    Host,
    Job,
    NetworkOutage,
    Notice,
    Poll,
    PushMessage,
    PushNote,
    PushReceiver,
)
from worker.store.session import insert_ignore, is_postgres

_WAITING = (JobState.PENDING.value, JobState.FAILED.value)
_HELD = (JobState.QUEUED.value, JobState.RUNNING.value)
# Times that are compared with the present: due times, leases, waits, times of last occurrences.
MOVED: tuple[tuple[Any, Any], ...] = (
    (Feed.next_due_at, None),
    (Feed.lease_until_at, None),
    (Feed.last_polled_at, None),
    (Feed.last_success_at, None),
    (Feed.last_new_at, None),
    (Feed.failing_since_at, None),
    (Feed.full_fetch_at, None),
    (Feed.moved_since_at, None),
    (Feed.quiet_at, None),
    (Feed.overflow_at, None),
    (Host.not_before_at, None),
    (Host.probe_until_at, None),
    (Host.page_not_before_at, None),
    (Job.next_attempt_at, Job.state.in_(_WAITING)),
    (Job.lease_until_at, Job.state.in_(_HELD)),
    (Job.reread_at, None),
    (Notice.at, None),
    (Notice.due_at, None),
    (Notice.told_at, None),  # as that of its event
    (Delivery.next_attempt_at, Delivery.state.in_(_WAITING)),
    (Delivery.lease_until_at, Delivery.state.in_(_HELD)),
    (Delivery.created_at, None),
    (PushMessage.next_attempt_at, PushMessage.finished_at.is_(None)),
    (PushMessage.created_at, None),
    (PushReceiver.turn_at, None),
    (PushNote.at, None),
    (PushReceiver.not_before_at, None),
    (PushReceiver.lease_until_at, None),
    (Poll.ended_at, None),
    (Event.at, None),
    (NetworkOutage.since_at, None),
    (NetworkOutage.seen_at, None),
    (NetworkOutage.probe_at, None),
    (ConfigFileRow.seen_at, None),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """The clock's row; see `ClockState`."""

    epoch: int
    at: datetime
    steady_s: float | None = None
    boot: str | None = None
    stepped_at: datetime | None = None
    step_s: float | None = None


def read_server_time(connection: Connection) -> datetime:
    """The current time of a PostgreSQL server's clock."""
    found: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return found


def read_mark(connection: Connection) -> Mark | None:
    """The clock's row; None before the first tick."""
    row = connection.execute(
        select(
            ClockState.epoch,
            ClockState.at,
            ClockState.steady_s,
            ClockState.boot,
            ClockState.stepped_at,
            ClockState.step_s,
        )
    ).first()
    return None if row is None else Mark(*row)


def read_epoch(connection: Connection) -> int:
    """The number of times that the clock was found to have been set."""
    return connection.scalar(_EPOCH) or 0


_EPOCH = select(ClockState.epoch)


def save_mark(connection: Connection, mark: Mark, *, epoch_before: int) -> bool:
    """Write the clock's row; False if another process changed its epoch meanwhile."""
    values = {"epoch": mark.epoch, "at": mark.at, "steady_s": mark.steady_s, "boot": mark.boot}
    values |= {"stepped_at": mark.stepped_at, "step_s": mark.step_s}
    where = (ClockState.id == 1, ClockState.epoch == epoch_before)
    if connection.execute(update(ClockState).where(*where).values(**values)).rowcount:
        return True
    if read_mark(connection) is not None:
        return False
    insert_ignore(connection, ClockState, [{"id": 1, **values}], unique=("id",))
    return True


def move_times(connection: Connection, after: datetime, step_s: float) -> None:
    """Move all stored times after `after` by `step_s` seconds; earlier times do not change."""
    for column, where in MOVED:
        model = column.table
        stored = column > after if where is None else (column > after) & where
        moved = _plus(connection, column, step_s)
        connection.execute(update(model).where(stored).values({column.key: moved}))


def _plus(connection: Connection, column: Any, step_s: float) -> Any:
    if is_postgres(connection):
        step = literal(timedelta(seconds=step_s), Interval())
        return type_coerce(column, DateTime(timezone=True)) + step
    # SQLite stores times as text with microseconds; its own functions have milliseconds
    return func.strftime("%Y-%m-%d %H:%M:%f000", column, f"{step_s:+.3f} seconds")
