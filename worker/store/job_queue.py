"""Queueing: which due extraction jobs are sent to the workers, and in which order."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, literal_column, or_, select, tuple_, update

from worker.records import JobState
from worker.store import hosts as host_store
from worker.store.dependent_jobs import NO_HOST
from worker.store.host_turns import take_turns
from worker.store.models import ArticleRow, Job
from worker.store.session import chunks, pairs
from worker.store.turns import TURN_JOBS, wait_for_turn

AHEAD = 4  # queued jobs of a limited kind per job that may run
# Pending and failed jobs, by the conditions of their indexes: other states have one of the times.
# By state, SQLite would read all due jobs from another index, and sort them.
_UNMATCHED = select(ArticleRow.id).where(ArticleRow.matched_at.is_(None))
_OPEN = and_(Job.finished_at.is_(None), Job.lease_until_at.is_(None))
_NONE: Any = literal_column("''")
PACED = and_(_OPEN, Job.host != _NONE)
LOCAL = and_(_OPEN, Job.host == _NONE, Job.next_attempt_at.is_not(None))


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job to be sent to the extract queue."""

    id: int
    kind: str
    article: int


def _is_sendable(now: datetime) -> Any:
    fresh = and_(Job.state.in_((JobState.PENDING.value, JobState.FAILED.value)), Job.next_attempt_at <= now)
    return or_(fresh, _is_lost(now))


_Due = Any  # a row of a due job: id, kind, article_id, host and priority


def queue_due(
    connection: Connection,
    now: datetime,
    *,
    limit: int,
    lease_s: float,
    slots_of: Callable[[str], int],
    limits: Mapping[str, int] | None = None,
    page_kinds: Collection[str] = (),
) -> list[QueuedJob]:
    """Mark due jobs as queued and return them: fresh wire copy, then newest articles, fair per host.

    Jobs without a host get at most half of `limit` if there are others. Of the kinds in `limits`, at most a
    few times the number that may run at once are queued, so that they do not block others; those among
    `page_kinds` fetch a page, the others do not. A job lost by the queue or its worker is due again when its
    lease expires.
    """
    if limit <= 0:
        return []
    wait_for_turn(connection, TURN_JOBS)
    rooms = _rooms(connection, now, limits or {})
    fetching = {kind: room for kind, room in rooms.items() if kind in page_kinds}
    others = {kind: room for kind, room in rooms.items() if kind not in page_kinds}
    local = _local_due(connection, now, limit, others)
    chosen = _paced_due(connection, now, limit - min(len(local), limit // 2), slots_of, fetching)
    chosen += local[: limit - len(chosen)]
    until = now + timedelta(seconds=lease_s)
    for part in chunks([job.id for job in chosen]):
        connection.execute(_QUEUE, {"ids": part, "until": until})
    return [QueuedJob(job.id, job.kind, job.article_id) for job in chosen]


_QUEUE = (
    update(Job)
    .where(Job.id.in_(bindparam("ids", expanding=True)))
    .values(state=JobState.QUEUED.value, lease=None, lease_until_at=bindparam("until"))
)


def _held(now: datetime) -> tuple[Any, ...]:
    """Conditions: queued or running, under a valid lease."""
    return (Job.state.in_((JobState.QUEUED.value, JobState.RUNNING.value)), Job.lease_until_at >= now)


def _rooms(connection: Connection, now: datetime, limits: Mapping[str, int]) -> dict[str, int]:
    """The number of jobs that may still be queued, for each kind with a limit."""
    held = pairs(connection, select(Job.kind, func.count()).where(*_held(now)).group_by(Job.kind))
    return {kind: max(0, AHEAD * most - held.get(kind, 0)) for kind, most in limits.items()}


def _shares(limit: int, rooms: Mapping[str, int]) -> list[tuple[Any, int]]:
    """Conditions on kinds, limited ones separately, and how many jobs of each may be queued."""
    shares: list[tuple[Any, int]] = [(Job.kind.not_in(list(rooms)), limit)]
    return shares + [(Job.kind == kind, min(limit, room)) for kind, room in rooms.items() if room]


def _local_due(connection: Connection, now: datetime, limit: int, rooms: Mapping[str, int]) -> list[_Due]:
    """Due jobs without a host: by priority, newest articles first."""
    found: list[_Due] = []
    for kinds, room in _shares(limit, rooms):
        found += _read(connection, room, _is_lost(now), Job.host == NO_HOST, kinds)
        found += _read(connection, room, LOCAL, Job.next_attempt_at <= now, kinds)
    found.sort(key=lambda one: (-one.priority, -one.article_id, one.id))
    return list(_within(found, dict(rooms), limit))


def _within(found: Iterable[_Due], left: dict[str, int], limit: int) -> Iterator[_Due]:
    """Jobs while there is room for them: `left` has that of the limited kinds."""
    for job in found:
        if limit and left.get(job.kind, limit) > 0:
            left[job.kind] = left.get(job.kind, limit) - 1
            limit -= 1
            yield job


def _paced_due(
    connection: Connection,
    now: datetime,
    limit: int,
    slots_of: Callable[[str], int],
    rooms: Mapping[str, int],
) -> list[_Due]:
    """Due jobs that fetch a page, for each host at most as many as its pacing allows."""
    asked = select(Job.host, func.count()).where(*_held(now), Job.host != NO_HOST).group_by(Job.host)
    busy: dict[str, int] = pairs(connection, asked)
    single = host_store.probed_hosts(connection) | host_store.slow_hosts(connection, now)
    is_open = Job.host.not_in(host_store.closed_to_pages(now))

    def room_of(host: str) -> int:
        return (1 if host in single else slots_of(host)) - busy.get(host, 0)

    full = [host for host in busy if room_of(host) <= 0]
    found: list[tuple[int, _Due]] = []
    for kinds, room in _shares(limit, rooms):

        def read(
            after: _Due | None, left_out: Sequence[str], count: int, kinds: Any = kinds
        ) -> Iterable[_Due]:
            where = (is_open, Job.host.not_in(list(left_out)), kinds)
            lost = [] if after else _read(connection, count, _is_lost(now), Job.host != NO_HOST, *where)
            return [*lost, *_read(connection, count, PACED, Job.next_attempt_at <= now, *where, after=after)]

        found += take_turns(read, limit=room, room_of=room_of, full=full)
    found.sort(key=lambda one: (one[0], -one[1].priority, -one[1].article_id, -one[1].id))
    return list(_within(_in_room((job for _, job in found), room_of), dict(rooms), limit))


def _in_room(found: Iterable[_Due], room_of: Callable[[str], int]) -> Iterator[_Due]:
    """Jobs while there is room for them at their hosts, which several shares may have taken."""
    taken: dict[str, int] = {}
    for job in found:
        if taken.get(job.host, 0) < room_of(job.host):
            taken[job.host] = taken.get(job.host, 0) + 1
            yield job


def _is_lost(now: datetime) -> Any:
    return and_(Job.state.in_((JobState.QUEUED.value, JobState.RUNNING.value)), Job.lease_until_at < now)


def _read(connection: Connection, count: int, *where: Any, after: _Due | None = None) -> list[_Due]:
    """The next jobs by priority, newest articles first, locked."""
    query = (
        select(Job.id, Job.kind, Job.article_id, Job.host, Job.priority)
        .where(*where, Job.article_id.not_in(_UNMATCHED))
        .order_by(Job.priority.desc(), Job.article_id.desc(), Job.id.desc())
        .limit(count)
        .with_for_update(of=Job, skip_locked=True)
    )
    if after is not None:
        place = (after.priority, after.article_id, after.id)
        query = query.where(tuple_(Job.priority, Job.article_id, Job.id) < place)
    return list(connection.execute(query).all())


def has_due(connection: Connection, now: datetime) -> bool:
    """Whether any job is due."""
    return connection.scalar(select(Job.id).where(_is_sendable(now)).limit(1)) is not None


def outstanding(connection: Connection, now: datetime) -> int:
    """The number of queued and running tasks; the jobs that a task runs together have one lease."""
    tasks = func.count().filter(Job.lease.is_(None)) + func.count(Job.lease.distinct())
    return connection.scalar(select(tasks).select_from(Job).where(*_held(now))) or 0
