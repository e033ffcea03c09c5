"""Hosts: their requested waits, their page turns and their robots.txt."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, bindparam, delete, or_, select, update

from worker.records import DueBy, JobState
from worker.store.models import Feed, Host, Job, Robots
from worker.store.session import chunks, insert_ignore

ROBOTS_S = 86_400.0  # validity of a fetched robots.txt


def cool_host(connection: Connection, host: str, until: datetime, reason: str) -> None:
    """Close a host until a time, unless it is already closed for longer.

    Its idle feeds that are due earlier become due at that time, for this reason.
    """
    insert_ignore(
        connection, Host, [{"name": host, "not_before_at": until, "reason": reason}], unique=["name"]
    )
    where = (Host.name == host, (Host.not_before_at.is_(None)) | (Host.not_before_at < until))
    values = {"not_before_at": until, "reason": reason, "probe": None, "probe_until_at": None}
    connection.execute(update(Host).where(*where).values(**values))
    waiting = (Feed.host == host, Feed.lease.is_(None), Feed.next_due_at < until)
    connection.execute(
        update(Feed)
        .where(*waiting)
        .values(next_due_at=until, next_due_reason=reason, due_by=DueBy.HOST.value)
    )


def host_not_before(connection: Connection, host: str) -> datetime | None:
    """Until when a host is closed; a past time if it has not responded to a request since."""
    return connection.scalar(_NOT_BEFORE, {"host": host})


_NOT_BEFORE = select(Host.not_before_at).where(Host.name == bindparam("host"))


def closed_hosts(now: datetime) -> Select[str]:
    """The hosts that asked to wait, or that are being probed after a wait."""
    return select(Host.name).where(or_(Host.not_before_at > now, Host.probe_until_at >= now))


def probed_hosts(connection: Connection) -> set[str]:
    """The hosts with a wait that has ended or will end, which get a single probe request first."""
    return set(connection.scalars(select(Host.name).where(Host.not_before_at.is_not(None))))


def closed_to_pages(now: datetime) -> Select[str]:
    """The hosts that must not be requested for article pages now, including `closed_hosts`."""
    return select(Host.name).where(
        or_(Host.not_before_at > now, Host.probe_until_at >= now, Host.page_not_before_at > now)
    )


def slow_hosts(connection: Connection, now: datetime) -> set[str]:
    """The hosts whose robots.txt had a crawl delay at the last page request."""
    since = now - timedelta(seconds=ROBOTS_S)
    return set(connection.scalars(select(Host.name).where(Host.page_not_before_at > since)))


def take_page_turn(connection: Connection, host: str, now: datetime, delay_s: float) -> datetime | None:
    """Reserve the next page request of a host; returns None, or until when it is reserved by another.

    The next page request on any machine is at least `delay_s` seconds later.
    """
    insert_ignore(connection, Host, [{"name": host, "reason": ""}], unique=["name"])
    free = or_(Host.page_not_before_at.is_(None), Host.page_not_before_at <= now)
    until = now + timedelta(seconds=delay_s)
    taken = connection.execute(
        update(Host).where(Host.name == host, free).values(page_not_before_at=until)
    ).rowcount
    return None if taken else connection.scalar(select(Host.page_not_before_at).where(Host.name == host))


def extend_page_turn(connection: Connection, host: str, until: datetime) -> None:
    """Move the next page request of a host, since the present one is sent later than reserved."""
    where = (Host.name == host, Host.page_not_before_at < until)
    connection.execute(update(Host).where(*where).values(page_not_before_at=until))


def take_probe(connection: Connection, host: str, token: str, now: datetime, until: datetime) -> bool:
    """Be the one request that goes first after a host's wait, until `until`; False when another is."""
    is_free = or_(Host.probe.is_(None), Host.probe_until_at < now)
    where = (Host.name == host, Host.not_before_at <= now, is_free)
    done = connection.execute(update(Host).where(*where).values(probe=token, probe_until_at=until))
    return done.rowcount == 1


def renew_probe(connection: Connection, host: str, token: str, until: datetime) -> None:
    """Prolong a probe whose reply takes long."""
    where = (Host.name == host, Host.probe == token)
    connection.execute(update(Host).where(*where).values(probe_until_at=until))


def drop_probe(connection: Connection, host: str, token: str) -> None:
    """Nothing was sent: another request may go first."""
    values = {"probe": None, "probe_until_at": None}
    connection.execute(update(Host).where(Host.name == host, Host.probe == token).values(**values))


def end_probe(connection: Connection, host: str, token: str) -> None:
    """The first reply has come: let the others go to the host, unless it asked to wait again."""
    values = {"not_before_at": None, "probe": None, "probe_until_at": None}
    connection.execute(update(Host).where(Host.name == host, Host.probe == token).values(**values))


@dataclass(frozen=True, slots=True)
class AskedHost:
    """A host that the holder of `token` requests; its lease lasts `hold_s` more seconds."""

    host: str
    token: str
    hold_s: float


def asked_hosts(connection: Connection, now: datetime) -> list[AskedHost]:
    """The hosts of polls and jobs under way.

    A poll is under way from the moment it has its slot, a job a little before.
    """
    feeds = select(Feed.host, Feed.lease, Feed.lease_until_at).where(Feed.started, Feed.lease_until_at > now)
    jobs = select(Job.host, Job.lease, Job.lease_until_at).where(
        Job.state == JobState.RUNNING.value, Job.lease_until_at > now
    )
    under_way = [*connection.execute(feeds), *connection.execute(jobs)]
    return [AskedHost(host, token, (until - now).total_seconds()) for host, token, until in under_way]


def read_robots(connection: Connection, origin: str, since: datetime) -> tuple[int, bytes] | None:
    """Status and body of a robots.txt that was fetched after a time."""
    query = select(Robots.status, Robots.body).where(Robots.origin == origin, Robots.fetched_at >= since)
    row = connection.execute(query).first()
    return None if row is None else (row.status, row.body)


def save_robots(connection: Connection, origin: str, status: int, body: bytes, now: datetime) -> None:
    """Keep a site's robots.txt in place of an older one."""
    connection.execute(delete(Robots).where(Robots.origin == origin))
    row = {"origin": origin, "status": status, "body": body, "fetched_at": now}
    insert_ignore(connection, Robots, [row], unique=["origin"])


def prune_sites(connection: Connection, before: datetime, limit: int) -> int:
    """Delete files that were fetched, and waits of hosts that ended, before a time; returns how many rows."""
    files = select(Robots.origin).where(Robots.fetched_at < before).limit(limit)
    ended = [
        or_(column.is_(None), column < before)
        for column in (Host.not_before_at, Host.page_not_before_at, Host.probe_until_at)
    ]
    waits = select(Host.name).where(*ended).limit(limit)
    gone = 0
    for model, key, query in ((Robots, Robots.origin, files), (Host, Host.name, waits)):
        names = list(connection.scalars(query.with_for_update(skip_locked=True)))
        for part in chunks(names):
            connection.execute(delete(model).where(key.in_(part)))
        gone += len(names)
    return gone
