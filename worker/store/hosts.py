"""Hosts: until when they asked to be left alone, and their robots.txt."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from worker.store.articles import insert_ignore
from worker.store.models import Host, Robots


def cool_host(connection: Connection, host: str, until: datetime, reason: str) -> None:
    """Keep everything away from a host until a time, unless it is already kept away for longer."""
    insert_ignore(connection, Host, [{"name": host, "not_before_at": until, "reason": reason}])
    where = (Host.name == host, (Host.not_before_at.is_(None)) | (Host.not_before_at < until))
    connection.execute(update(Host).where(*where).values(not_before_at=until, reason=reason))


def host_not_before(connection: Connection, host: str) -> datetime | None:
    """Until when a host asked to be left alone."""
    return connection.scalar(select(Host.not_before_at).where(Host.name == host))


def read_robots(connection: Connection, origin: str, since: datetime) -> tuple[int, bytes] | None:
    """Status and body of a robots.txt that was fetched after a time."""
    query = select(Robots.status, Robots.body).where(Robots.origin == origin, Robots.fetched_at >= since)
    row = connection.execute(query).first()
    return None if row is None else (row.status, row.body)


def save_robots(connection: Connection, origin: str, status: int, body: bytes, now: datetime) -> None:
    """Keep a site's robots.txt in place of an older one."""
    connection.execute(delete(Robots).where(Robots.origin == origin))
    row = {"origin": origin, "status": status, "body": body, "fetched_at": now}
    insert_ignore(connection, Robots, [row])
