"""Connections to PostgreSQL: how many a process opens, and what is different behind a pooler."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from worker.errors import ServiceError

TRANSACTIONS = 6  # of one process at the same time; its other threads wait
NESTED = 2  # further connections, for what is read within a transaction, such as the clock
MOST = TRANSACTIONS + NESTED  # connections of one process
WAIT_S = 30.0
COMMANDS = 5  # connections that are left for commands, health checks and migrations
APPLICATION = "wireroom"
POOLED = "wireroom_is_pooled"  # in the info of a connection: a pooler such as PgBouncer is between


class Gate:
    """Lets a bounded number of threads of this process be in a transaction.

    A thread that already is in one is let in again: if it waited, those that hold all connections would wait
    for each other.
    """

    def __init__(self, most: int = TRANSACTIONS, wait_s: float = WAIT_S) -> None:
        self._places = threading.BoundedSemaphore(most)
        self._wait_s = wait_s
        self._local = threading.local()

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be in a transaction during the block. Raises ServiceError if no place becomes free."""
        if getattr(self._local, "is_in", False):
            yield
            return
        if not self._places.acquire(timeout=self._wait_s):
            raise ServiceError("all connections to the database are in use")
        self._local.is_in = True
        try:
            yield
        finally:
            self._local.is_in = False
            self._places.release()


def prepare_connection(connection: Any, record: Any) -> None:
    """Note whether a new connection of the driver leads to a pooler, and adapt it to that.

    Behind a pooler each transaction may run on another connection of the server: statements prepared on one
    are unknown to the next. A pooler gives its clients another process id than the server's.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        is_pooled = cursor.fetchone()[0] != connection.info.backend_pid
    connection.commit()
    record.info[POOLED] = is_pooled
    if is_pooled:
        connection.prepare_threshold = None


@dataclass(frozen=True, slots=True)
class Room:
    """The connections that a PostgreSQL server allows, and those that other programs have open."""

    allowed: int
    others: int

    def describe_lack(self, processes: int) -> str | None:
        """The sentence for this many processes of the service, or None if there is room for them."""
        needed = processes * MOST + COMMANDS + self.others
        if needed <= self.allowed:
            return None
        used = f" and {self.others} of other programs" if self.others else ""
        return (
            f"PostgreSQL allows {self.allowed} connections, but {processes} processes{used} "
            f"may need {needed}: raise max_connections, or put PgBouncer between"
        )


def read_room(connection: Connection) -> Room | None:
    """The room of the server that a connection leads to; None behind a pooler, which shares connections."""
    if connection.connection.info.get(POOLED):
        return None
    return Room(*connection.execute(_ROOM, {"application": APPLICATION}).one())


_ROOM = text(
    "SELECT LEAST(current_setting('max_connections')::int - current_setting('superuser_reserved_connections')"
    "::int, COALESCE(NULLIF(rolconnlimit, -1), 1000000), COALESCE(NULLIF(datconnlimit, -1), 1000000)), "
    "(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' "
    "AND application_name NOT LIKE :application || '%') "
    "FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"
)
