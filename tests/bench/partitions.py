"""Compare a table of PostgreSQL with a partitioned one: `python -m tests.bench.partitions [--rows 10m]`.

Polls are partitioned by the month of their end, lookup keys by day. The same rows are written to a whole
table and to one in partitions. Then the bench measures, one beside the other, what the service does with
them: insert, read, and remove the oldest part, by statements like those of upkeep or by dropping a partition.
"""

import argparse
import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, text

from tests.bench.filling import open_services
from tests.support.databases import embedded_postgres
from worker.store.models import Base, Poll, SketchKey

REPEATS = 7
FEEDS = 20_000
BATCH = 500  # rows inserted or deleted by one statement
READS = 200
KEYS = 25  # of an article

POLL_VALUES = (
    f"SELECT i, 'feed-' || i % {FEEDS}, {{moment}}, 'unchanged', 304, NULL, 0, 0, 0, 312, 0.12, 0.0, "
    "{moment} + interval '15 min', 'adaptive', 'desk-1', 'host-' || i % 4000 || '.example', ''"
)
POLL_COLUMNS = (
    "id, feed_id, ended_at, outcome, http_status, error, entries, new, updated, wire_bytes, fetch_s, "
    "parse_s, next_due_at, next_due_reason, machine, host, fault"
)
POLL_TIME = "timestamptz '2026-08-01' + i * (interval '120 days' / {rows})"
KEY_TIME = "1790000000 + (i::bigint * 8 * 86400 / {rows})::int"


@dataclass(frozen=True, slots=True)
class Trial:
    """A table to compare: its statements, each with {table}, and its partitions."""

    name: str
    like: str
    primary_key: str
    by: str
    bounds: tuple[str, ...]  # of the partitions, in SQL
    fill: str
    insert: str
    read: str
    remove: str  # a batch of the oldest part


def trials(rows: int) -> list[Trial]:
    """The comparisons, filled with so many rows."""
    moment = POLL_TIME.format(rows=rows)
    now, yesterday, autumn = (f"timestamptz '2026-{day}'" for day in ("11-28", "11-27", "09-01"))
    months = tuple(f"'2026-{month:02}-01'" for month in range(8, 13))
    days = tuple(str(1_790_000_000 + day * 86_400) for day in range(9))
    new = f"{rows} + :n * {BATCH} + 1, {rows} + :n * {BATCH} + {BATCH}"
    series, moment_of_key = f"FROM generate_series(1, {rows}) AS i", KEY_TIME.format(rows=rows)
    key = "hashint8extended(i, 1)"
    return [
        Trial(
            "polls, by month", Poll.__tablename__, "id, ended_at", "ended_at", months,
            fill=f"INSERT INTO {{table}} ({POLL_COLUMNS}) {POLL_VALUES.format(moment=moment)} {series}",
            insert=f"INSERT INTO {{table}} ({POLL_COLUMNS}) {POLL_VALUES.format(moment=now)} "
                   f"FROM generate_series({new}) AS i",
            read=f"SELECT * FROM {{table}} WHERE feed_id = 'feed-' || :n AND ended_at >= {yesterday} "
                 "ORDER BY ended_at",
            remove=f"DELETE FROM {{table}} WHERE :n >= 0 AND id IN "
                   f"(SELECT id FROM {{table}} WHERE ended_at < {autumn} "
                   f"ORDER BY ended_at LIMIT {BATCH} FOR UPDATE SKIP LOCKED)",
        ),
        Trial(
            "lookup keys, by day", SketchKey.__tablename__, "key, article_id, seen_at", "seen_at", days,
            fill=f"INSERT INTO {{table}} SELECT {key}, i / {KEYS}, {moment_of_key} {series}",
            insert=f"INSERT INTO {{table}} SELECT {key}, i / {KEYS}, {days[-1]} - 60 "
                   f"FROM generate_series({new}) AS i",
            read=f"SELECT k.key, s.article_id FROM (SELECT hashint8extended({rows} - :n * {KEYS} - g, 1) "
                 f"AS key FROM generate_series(1, {KEYS}) AS g) k CROSS JOIN LATERAL "
                 f"(SELECT article_id FROM {{table}} WHERE key = k.key AND seen_at >= {days[1]} LIMIT 100) s",
            remove=f"DELETE FROM {{table}} s USING (SELECT {key} AS key, i / {KEYS} AS article_id "
                   f"FROM generate_series(:n * {BATCH} + 1, :n * {BATCH} + {BATCH}) AS i) g "
                   f"WHERE s.key = g.key AND s.article_id = g.article_id AND seen_at < {days[1]}",
        ),
    ]  # fmt: skip


def make_tables(connection: Connection, trial: Trial) -> None:
    """Create the whole table and the one in partitions, with the indexes of the service's own."""
    run = lambda statement: connection.execute(text(statement))  # noqa: E731
    run(f"CREATE TABLE whole (LIKE {trial.like} INCLUDING ALL)")
    run(f"CREATE TABLE parted (LIKE {trial.like} INCLUDING DEFAULTS) PARTITION BY RANGE ({trial.by})")
    run(f"ALTER TABLE parted ADD PRIMARY KEY ({trial.primary_key})")
    for index in Base.metadata.tables[trial.like].indexes:
        run(f"CREATE INDEX ON parted ({', '.join(column.name for column in index.columns)})")
    for place, bound in enumerate(trial.bounds):
        after = (*trial.bounds[1:], "MAXVALUE")[place]
        run(f"CREATE TABLE parted_{place} PARTITION OF parted FOR VALUES FROM ({bound}) TO ({after})")


def timed_ms(action: Callable[[], Any]) -> float:
    """The duration of a call, in milliseconds."""
    began = time.monotonic()
    action()
    return (time.monotonic() - began) * 1000


def compare(engine: Engine, name: str, statement: str, count: int) -> None:
    """Print the median duration of one execution on each table, in turns."""
    took: dict[str, list[float]] = {"whole": [], "parted": []}
    for repeat in range(REPEATS):
        for table, times in took.items():
            with engine.begin() as connection:
                query = text(statement.format(table=table))
                numbers = [repeat * count + n for n in range(count)]
                rows = lambda: [connection.execute(query, {"n": n}) for n in numbers]  # noqa: B023, E731
                times.append(timed_ms(rows) / count)
    whole, parted = (sorted(times)[REPEATS // 2] for times in took.values())
    print(f"  {name:28} whole {whole:8.2f} ms   in partitions {parted:8.2f} ms", flush=True)


def written_mb(connection: Connection, since: str = "0/0") -> tuple[str, float]:
    """The position in the write-ahead log, and the megabytes written to it since another."""
    query = text("SELECT pg_current_wal_lsn()::text, pg_wal_lsn_diff(pg_current_wal_lsn(), :since) / 1e6")
    position, megabytes = connection.execute(query, {"since": since}).one()
    return position, float(megabytes)


def compare_removal(engine: Engine, trial: Trial) -> None:
    """Remove the oldest part, by batches of upkeep and by dropping the partition; print what each took."""
    statement = text(trial.remove.format(table="whole"))
    with engine.connect() as connection:
        start, gone, began = written_mb(connection)[0], 0, time.monotonic()
        for turn in itertools.count():
            count = connection.execute(statement, {"n": turn}).rowcount
            connection.commit()
            gone += count
            if not count:
                break
        took_s, megabytes = time.monotonic() - began, written_mb(connection, start)[1]
        print(
            f"  remove by batches            {gone:,} rows in {took_s:.1f} s, {megabytes:.0f} MB of log",
            flush=True,
        )
        start = written_mb(connection)[0]
        ms = timed_ms(lambda: (connection.execute(text("DROP TABLE parted_0")), connection.commit()))
        print(f"  drop the partition           {ms:.0f} ms, {written_mb(connection, start)[1]:.2f} MB of log")


def bench(engine: Engine, trial: Trial, rows: int) -> None:
    """Fill both tables, measure, print, and drop them."""
    print(f"{trial.name}: {rows:,} rows, {len(trial.bounds)} partitions")
    with engine.begin() as connection:
        make_tables(connection, trial)
    for table in ("whole", "parted"):
        with engine.begin() as connection:
            connection.execute(text(trial.fill.format(table=table)))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"VACUUM ANALYZE {table}"))
    compare(engine, f"insert {BATCH} rows", trial.insert, 1)
    compare(engine, "read", trial.read, READS)
    compare_removal(engine, trial)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE whole, parted"))


def main(argv: Sequence[str] | None = None) -> int:
    """Measure on a PostgreSQL server of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.partitions", description=__doc__)
    number = lambda written: int(written.replace("m", "000k").replace("k", "000"))  # noqa: E731
    parser.add_argument("--rows", type=number, default=1_000_000)
    options = parser.parse_args(argv)
    with embedded_postgres() as url, tempfile.TemporaryDirectory(prefix="wr-bench-") as home:
        services = open_services(url, home)
        for trial in trials(options.rows):
            bench(services.db.engine, trial, options.rows)
        services.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
