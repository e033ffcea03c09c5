"""The process-wide dependencies of the flows, created once per process after fork."""

from __future__ import annotations

import os
import random
import socket
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

from worker.flows.full_disk import FullDisk
from worker.flows.leases import LEASE_S, Lease, LeaseKeeper
from worker.flows.pace import JobPace
from worker.flows.turns import OneAtATime, Turns
from worker.settings import Settings, read_settings, redis_url_of
from worker.store import Database
from worker.store import hosts as host_store
from worker.store import jobs as job_store
from worker.store import polls as poll_store
from worker.store.clock import DatabaseClock
from worker.store.postgres_limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import redis
    from sqlalchemy import Connection

    from worker.extract import ExtractPool
    from worker.fetch import Fetcher
    from worker.fetch.pacing import HeldSlot, Pacer
    from worker.flows.read_documents import ReadDocuments
    from worker.flows.robots import RobotsStore
    from worker.parse import ParsePool
    from worker.schedule import Trial

T = TypeVar("T")

MOST_THREADS = 1000  # of a worker, as many as `--concurrency` allows: each has one request at a time
PAGE_TRIALS = 400
SUSPECTS_WAITING = 8  # threads of a poll worker
POSTGRES_TURNS = 2  # one thread computes while another waits for the server


class made_once(cached_property[T]):  # noqa: N801 - a decorator
    """A cached property that is made once, also if several threads ask for it first.

    `cached_property` itself has no lock since Python 3.12: each thread of a worker would start with a
    database, turns and pools of its own.
    """

    _making = threading.RLock()  # making one may need another

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> T: ...
    def __get__(self, instance: object, owner: type[Any] | None = None) -> Any:
        """The value, which is made now unless another thread has just made it."""
        with self._making:
            return super().__get__(instance, owner)


@dataclass
class Services:
    """Settings, database, HTTP client, pools, pacing, clock; each is imported and opened on first use.

    `clock` is the installation's clock, shared by all processes and machines; only tests pass another.
    """

    settings: Settings
    clock: Callable[[], datetime] = field(default=None)  # type: ignore[assignment]
    rng: random.Random = field(default_factory=random.Random)
    page_trials: deque[Trial] = field(default_factory=lambda: deque(maxlen=PAGE_TRIALS))  # newest first
    job_pace: JobPace = field(default_factory=JobPace)
    machine: str = field(default_factory=socket.gethostname)  # as in the names of its workers
    full_disk: FullDisk = field(default_factory=FullDisk)
    # Polls that may crash the worker, as they were in progress when another one died.
    suspects: OneAtATime = field(default_factory=lambda: OneAtATime(waiting=SUSPECTS_WAITING))

    def __post_init__(self) -> None:
        if self.clock is None:
            self.clock = DatabaseClock(lambda: self.db)

    @made_once
    def db(self) -> Database:
        """The database of the settings."""
        database = Database(self.settings.database_url, Limits())
        database.before_commit = self._check_clock
        return database

    def _check_clock(self, connection: Connection) -> None:
        if isinstance(self.clock, DatabaseClock):
            self.clock.check(connection)

    def steady_s(self) -> float:
        """Seconds of a clock that cannot be set; in tests, of the clock that they move."""
        if isinstance(self.clock, DatabaseClock):
            return self.clock.steady_s()
        return self.clock().timestamp()

    @made_once
    def fetcher(self) -> Fetcher:
        """One HTTP client for the process."""
        from worker.fetch import Fetcher

        return Fetcher(max_connections=MOST_THREADS)

    @made_once
    def parse_pool(self) -> ParsePool:
        """The processes that parse, with a deadline and a memory limit."""
        from worker.parse import ParsePool

        return ParsePool(processes=max(2, min(4, os.cpu_count() or 1)))

    @made_once
    def read_documents(self) -> ReadDocuments:
        """The last document of each feed that this process polled."""
        from worker.flows.read_documents import ReadDocuments

        return ReadDocuments()

    @made_once
    def extract_pool(self) -> ExtractPool:
        """The processes that extract, with a deadline and a memory limit."""
        from worker.extract import ExtractPool

        return ExtractPool(processes=self.settings.extract_concurrency)

    @made_once
    def redis(self) -> redis.Redis:
        """A client of the broker's server, for pacing and heartbeats."""
        from redis import Redis

        return Redis.from_url(redis_url_of(self.settings), socket_timeout=5, socket_connect_timeout=3)

    @made_once
    def pacer(self) -> Pacer:
        """Host slots shared by all workers."""
        from worker.fetch.pacing import Pacer

        return Pacer(self.redis, self.rng, self._recall_slots, self._stamp)

    def epoch(self) -> int:
        """How often the clock has been set: what was read at another epoch has times of another clock."""
        return self._stamp()[0]

    def _stamp(self) -> tuple[int, float]:
        from worker.fetch.pacing import machine_stamp

        return self.clock.stamp() if isinstance(self.clock, DatabaseClock) else machine_stamp()

    @made_once
    def robots(self) -> RobotsStore:
        """The known robots.txt of sites."""
        from worker.flows.robots import RobotsStore

        return RobotsStore(self.db, self.clock, lambda: self.extract_pool.sandbox)

    @made_once
    def turns(self) -> Turns:
        """The turns in which the tasks of this process compute; SQLite has one writer anyway."""
        return Turns(1 if self.db.is_sqlite else POSTGRES_TURNS)

    @made_once
    def keeper(self) -> LeaseKeeper:
        """The thread that renews leases while work is under way."""
        return LeaseKeeper(self._renew)

    def _recall_slots(self) -> list[HeldSlot]:
        """The current requests to hosts as stored in SQL, for when Redis was emptied."""
        from worker.fetch.pacing import HeldSlot

        now = self.clock()
        with self.db.read() as connection:
            asked = host_store.asked_hosts(connection, now)
        return [HeldSlot(one.host, one.token, one.hold_s) for one in asked]

    def _renew(self, leases: Sequence[Lease]) -> None:
        """Renew slots first, which need no database; then feeds and jobs, in one order in all workers."""
        from worker.fetch.pacing import Slot

        slots = [Slot(lease.name, lease.token) for lease in leases if lease.kind == "slot"]
        self.pacer.renew(slots, LEASE_S)
        until = self.clock() + timedelta(seconds=LEASE_S)
        with self.db.write() as connection:
            for lease in sorted(leases, key=lambda lease: (lease.kind, lease.name)):
                if lease.kind == "feed":
                    poll_store.renew(connection, lease.name, lease.token, until)
                elif lease.kind == "job":
                    job_store.renew(connection, int(lease.name), lease.token, until)
                elif lease.kind == "probe":
                    host_store.renew_probe(connection, lease.name, lease.token, until)

    def close(self) -> None:
        """Close everything that was opened."""
        for name in ("parse_pool", "extract_pool", "fetcher", "db", "redis", "keeper"):
            if name in self.__dict__:
                self.__dict__.pop(name).close()


_current: Services | None = None
_pid = 0
_lock = threading.Lock()


def services() -> Services:
    """The services of this process; a forked child gets its own."""
    global _current, _pid
    with _lock:
        if _current is None or _pid != os.getpid():
            _current, _pid = Services(read_settings()), os.getpid()
        return _current
