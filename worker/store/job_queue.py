"""The relay: which due extraction jobs are sent to the workers now, and in which order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update

from worker.records import JobState
from worker.store import hosts as host_store
from worker.store import turns
from worker.store.dependent_jobs import NO_HOST
from worker.store.models import ArticleRow, Job
from worker.store.session import chunks, pairs

CLAIM_WINDOW = 4
AHEAD = 4  # jobs of a limited kind that wait in the queue for each that may run


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job that the relay sends to the extract queue."""

    id: int
    kind: str
    article: int


def _is_sendable(now: datetime) -> Any:
    fresh = and_(Job.state.in_((JobState.PENDING.value, JobState.FAILED.value)), Job.next_attempt_at <= now)
    lost = and_(Job.state.in_((JobState.QUEUED.value, JobState.RUNNING.value)), Job.lease_until_at < now)
    return or_(fresh, lost)


def queue_due(
    connection: Connection,
    now: datetime,
    *,
    limit: int,
    lease_s: float,
    slots_of: Callable[[str], int],
    limits: Mapping[str, int] | None = None,
) -> list[QueuedJob]:
    """Mark due jobs as queued and give them: fresh wire copy, then newest articles, fair per host.

    Jobs that ask no host get half of the room when there are others. Of the kinds in `limits` no more are
    sent than a few times what may run at once, so that they never stand in the way of others. A job whose
    queue or worker lost it is due again when its lease has run out.
    """
    if limit <= 0:
        return []
    turns.take_turns(connection, turns.JOBS)
    rooms = _rooms(connection, now, limits or {})
    local = _local_due(connection, now, limit, rooms)
    chosen = _paced_due(connection, now, limit - min(len(local), limit // 2), slots_of, rooms)
    chosen += local[: limit - len(chosen)]
    until = now + timedelta(seconds=lease_s)
    for part in chunks([job.id for job in chosen]):
        values = {"state": JobState.QUEUED.value, "lease": None, "lease_until_at": until}
        connection.execute(update(Job).where(Job.id.in_(part)).values(**values))
    return chosen


def _held(now: datetime) -> tuple[Any, ...]:
    """Jobs that are in the queue or being worked on."""
    return (Job.state.in_((JobState.QUEUED.value, JobState.RUNNING.value)), Job.lease_until_at >= now)


def _rooms(connection: Connection, now: datetime, limits: Mapping[str, int]) -> dict[str, int]:
    """How many more jobs may be sent of each kind that has a limit."""
    held = pairs(connection, select(Job.kind, func.count()).where(*_held(now)).group_by(Job.kind))
    return {kind: max(0, AHEAD * most - held.get(kind, 0)) for kind, most in limits.items()}


def _local_due(
    connection: Connection, now: datetime, limit: int, rooms: Mapping[str, int]
) -> list[QueuedJob]:
    """Due jobs that ask no host: by priority, newest articles first; each limited kind by itself."""
    shares: list[tuple[Any, int]] = [(Job.kind.not_in(list(rooms)), limit)]
    shares += [(Job.kind == kind, min(limit, room)) for kind, room in rooms.items() if room]
    found: list[tuple[int, QueuedJob]] = []
    for kinds, room in shares:
        wanted = (
            select(Job.priority, Job.id, Job.kind, Job.article_id)
            .join(ArticleRow, ArticleRow.id == Job.article_id)
            .where(_is_sendable(now), Job.host == NO_HOST, kinds, ArticleRow.matched_at.is_not(None))
            .order_by(Job.priority.desc(), Job.article_id.desc(), Job.id)
            .limit(room)
            .with_for_update(of=Job, skip_locked=True)
        )
        found += [(row[0], QueuedJob(*row[1:])) for row in connection.execute(wanted)]
    found.sort(key=lambda one: (-one[0], -one[1].article, one[1].id))
    return [job for _, job in found]


def _paced_due(
    connection: Connection,
    now: datetime,
    limit: int,
    slots_of: Callable[[str], int],
    rooms: Mapping[str, int],
) -> list[QueuedJob]:
    """Due jobs that fetch a page, as many of each host as its pacing can take."""
    asked = select(Job.host, func.count()).where(*_held(now), Job.host != NO_HOST).group_by(Job.host)
    busy, left = pairs(connection, asked), dict(rooms)
    single = host_store.probed_hosts(connection) | host_store.slow_hosts(connection, now)
    closed = host_store.closed_to_pages(now)
    order = (Job.priority.desc(), Job.article_id.desc(), Job.id.desc())
    rank = func.row_number().over(partition_by=Job.host, order_by=order).label("rank")
    full = [kind for kind, room in rooms.items() if not room]
    may_go = (_is_sendable(now), Job.host != NO_HOST, Job.host.not_in(closed), Job.kind.not_in(full))
    ranked = select(Job.id, rank).where(*may_go).subquery()
    wanted = (
        select(Job.id, Job.kind, Job.article_id, Job.host)
        .join(ranked, ranked.c.id == Job.id)
        .join(ArticleRow, ArticleRow.id == Job.article_id)
        .where(_is_sendable(now), ArticleRow.matched_at.is_not(None))
        .order_by(ranked.c.rank, *order)
        .limit(limit * CLAIM_WINDOW)
        .with_for_update(of=Job, skip_locked=True)
    )
    chosen: list[QueuedJob] = []
    for job_id, kind, article, host in connection.execute(wanted):
        room = min(limit - len(chosen), left.get(kind, limit))
        if room > 0 and busy.get(host, 0) < (1 if host in single else slots_of(host)):
            busy[host] = busy.get(host, 0) + 1
            left[kind] = room - 1
            chosen.append(QueuedJob(job_id, kind, article))
    return chosen


def has_due(connection: Connection, now: datetime) -> bool:
    """Whether any job waits to be sent."""
    return connection.scalar(select(Job.id).where(_is_sendable(now)).limit(1)) is not None


def outstanding(connection: Connection, now: datetime) -> int:
    """How many jobs are in the queue or being worked on."""
    return connection.scalar(select(func.count()).select_from(Job).where(*_held(now))) or 0
