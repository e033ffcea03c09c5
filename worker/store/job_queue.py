"""Queueing: which due extraction jobs are sent to the workers, and in which order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update

from worker.records import JobState
from worker.store import hosts as host_store
from worker.store.dependent_jobs import NO_HOST
from worker.store.models import ArticleRow, Job
from worker.store.session import TURN_JOBS, chunks, pairs, wait_for_turn

CLAIM_WINDOW = 4
AHEAD = 4  # queued jobs of a limited kind per job that may run


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job to be sent to the extract queue."""

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
    """Mark due jobs as queued and return them: fresh wire copy, then newest articles, fair per host.

    Jobs without a host get at most half of `limit` if there are others. Of the kinds in `limits`, at most a
    few times the number that may run at once are queued, so that they do not block others. A job lost by the
    queue or its worker is due again when its lease expires.
    """
    if limit <= 0:
        return []
    wait_for_turn(connection, TURN_JOBS)
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
    """Conditions: queued or running, under a valid lease."""
    return (Job.state.in_((JobState.QUEUED.value, JobState.RUNNING.value)), Job.lease_until_at >= now)


def _rooms(connection: Connection, now: datetime, limits: Mapping[str, int]) -> dict[str, int]:
    """The number of jobs that may still be queued, for each kind with a limit."""
    held = pairs(connection, select(Job.kind, func.count()).where(*_held(now)).group_by(Job.kind))
    return {kind: max(0, AHEAD * most - held.get(kind, 0)) for kind, most in limits.items()}


def _local_due(
    connection: Connection, now: datetime, limit: int, rooms: Mapping[str, int]
) -> list[QueuedJob]:
    """Due jobs without a host: by priority, newest articles first; limited kinds separately."""
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
    """Due jobs that fetch a page, for each host at most as many as its pacing allows."""
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
    """Whether any job is due."""
    return connection.scalar(select(Job.id).where(_is_sendable(now)).limit(1)) is not None


def outstanding(connection: Connection, now: datetime) -> int:
    """The number of queued and running tasks; the jobs that a task runs together have one lease."""
    tasks = func.count().filter(Job.lease.is_(None)) + func.count(Job.lease.distinct())
    return connection.scalar(select(tasks).select_from(Job).where(*_held(now))) or 0
