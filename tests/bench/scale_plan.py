"""From what was polled to what an operator plans by: workers, cores, disk, memory, connections."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.bench.scale_run import CHANGED, FAILED, NOT_MODIFIED, SAME, Tally
from tests.bench.schedule import DAY_S, HOUR_S
from worker.flows.dispatch import POLLS_AHEAD

PER_PROCESS, OF_COMMANDS, RESERVED = 8, 5, 3  # connections, see docs/many-machines.md
CONTROLS = 2  # on two machines, so that one may fail


@dataclass(frozen=True, slots=True)
class Costs:
    """CPU milliseconds as measured by `tests.bench.scale_measure` and `tests.bench.leads` on SQLite."""

    not_modified: float
    same: float
    changed: float
    entry: float
    other_poll: float  # of control, beat, broker and supervisor
    idle: float  # of all processes, a second
    lead: float  # of an extract worker and its children, with all kinds
    lead_control: float
    postgres_poll: float  # of the database server, on PostgreSQL
    postgres_entry: float

    def poll_ms(self, kind: str, new: int) -> float:
        """What a poll costs its worker."""
        kinds = {NOT_MODIFIED: self.not_modified, SAME: self.same, CHANGED: self.changed}
        return kinds.get(kind, self.not_modified) + new * self.entry


@dataclass(frozen=True, slots=True)
class Table:
    """How a table grows: rows a poll, an article and a lead; bytes a row with indexes; days a row is kept."""

    per_poll: float
    per_article: float
    per_lead: float  # an article that is not a copy, all kinds of which are extracted
    sqlite_bytes: float
    postgres_bytes: float
    days: float

    def rows(self, polls: float, articles: float, leads: float) -> float:
        """The rows that are added by this work."""
        return self.per_poll * polls + self.per_article * articles + self.per_lead * leads


@dataclass(frozen=True, slots=True)
class Plan:
    """What a number of feeds needs; rates are those of the busiest hour."""

    feeds: int
    tally: Tally
    costs: Costs
    tables: Mapping[str, Table]
    hours: float
    copies: float  # of all articles, the share that joins a story as a copy
    load: float
    redis_bytes: Mapping[str, float]  # base, host, message
    threads: int
    known_s: float  # how long Redis knows of a request: its response time and its host's delay

    @property
    def polls(self) -> float:
        """Polls in the simulated time."""
        return float(self.tally.polls.total())

    @property
    def peak(self) -> float:
        """How much busier the busiest hour is than the mean."""
        return max(self.tally.polls_of_hour.values()) / (self.polls / self.hours)

    def requests_per_s(self) -> tuple[float, float]:
        """Requests for feeds per second: in the mean, and in the busiest hour."""
        mean = self.polls / self.hours / HOUR_S
        return mean, mean * self.peak

    def busiest_host_per_s(self) -> float:
        """Requests per second of the busiest host in its busiest hour."""
        return max(self.tally.of_host.values(), default=0) / HOUR_S

    def cores(self) -> dict[str, float]:
        """Cores in the busiest hour, by role; `postgres` is the server, if that is the database."""
        span_s, busy = self.hours * HOUR_S * 1000, self.peak
        leads, new = self.tally.new * (1 - self.copies), self.tally.new
        polls = {
            "poll": max(self.tally.cpu_of_hour.values()) / HOUR_S,
            "extract": leads * self.costs.lead / span_s * busy,
            "control and broker": (
                (self.polls * self.costs.other_poll + leads * self.costs.lead_control) / span_s * busy
                + self.costs.idle / 1000
            ),
        }
        server = self.polls * self.costs.postgres_poll + new * self.costs.postgres_entry
        return {**polls, "postgres": server / span_s * busy}

    def processes(self) -> dict[str, int]:
        """Worker processes, each of which uses one core at most."""
        extract = self.cores()["extract"] / self.load
        return {"poll": self.tally.workers, "extract": max(1, math.ceil(extract)), "control": CONTROLS}

    def connections(self) -> int:
        """The `max_connections` that PostgreSQL needs, the web pages included."""
        return PER_PROCESS * (sum(self.processes().values()) + 1) + OF_COMMANDS + RESERVED

    def redis_mb(self) -> float:
        """Memory of Redis: its own, the pacing of hosts requested just now, and full queues."""
        queued = POLLS_AHEAD * self.threads * self.tally.workers
        hosts = self.requests_per_s()[1] * self.known_s
        kept = self.redis_bytes["host"] * hosts + self.redis_bytes["message"] * queued
        return (self.redis_bytes["base"] + kept) / 1e6

    def rows_per_day(self) -> dict[str, float]:
        """Rows that are added to each table in a day."""
        share, leads = 24.0 / self.hours, self.tally.new * (1 - self.copies)
        return {
            name: table.rows(self.polls, self.tally.new, leads) * share for name, table in self.tables.items()
        }

    def disk_gb(self, database: str) -> tuple[float, float]:
        """Gigabytes that are added in a day, and that are there once as much is deleted as is added."""
        added = kept = 0.0
        for name, rows in self.rows_per_day().items():
            table = self.tables[name]
            size = rows * (table.sqlite_bytes if database == "sqlite" else table.postgres_bytes)
            added += size
            kept += size * table.days
        return added / 1e9, kept / 1e9

    def first_round_s(self) -> float:
        """Seconds in which the poll workers read all feeds for the first time, at full load."""
        each_ms = self.costs.poll_ms(CHANGED, 30)
        return self.feeds * each_ms / 1000 / self.tally.workers

    def lines(self) -> Iterator[tuple[str, str]]:
        """The rows of the operator's table: name and value."""
        mean, peak = self.requests_per_s()
        polls, cores = self.tally.polls, self.cores()
        parts = ", ".join(
            f"{polls[kind] / self.polls:.0%} {kind}" for kind in (NOT_MODIFIED, SAME, CHANGED, FAILED)
        )
        yield "polls a day", f"{self.polls * DAY_S / HOUR_S / self.hours:,.0f} ({parts})"
        yield "new articles a day", f"{self.tally.new * 24 / self.hours:,.0f}"
        yield "requests a second: mean, busiest hour", f"{mean:.2f}, {peak:.2f}"
        yield "busiest host, requests a second", f"{self.busiest_host_per_s():.3f}"
        late = " s, ".join(f"{self.tally.late_at(share):.1f}" for share in (0.5, 0.99))
        yield "lateness: median, 99th percentile", f"{late} s"
        yield "cores in the busiest hour", ", ".join(f"{role} {use:.2f}" for role, use in cores.items())
        yield "workers", ", ".join(f"{count} {role}" for role, count in self.processes().items())
        yield "first poll of all feeds, hours", f"{self.first_round_s() / HOUR_S:.1f}"
        yield "connections to PostgreSQL", f"{self.connections():,}"
        yield "memory of Redis, MB", f"{self.redis_mb():.0f}"
        rows = sorted(self.rows_per_day().items(), key=lambda item: -item[1])
        yield "rows a day", ", ".join(f"{name} {count:,.0f}" for name, count in rows)
        for database in ("sqlite", "postgresql"):
            added, kept = self.disk_gb(database)
            yield f"{database}: GB a day, GB kept", f"{added:.2f}, {kept:.0f}"
