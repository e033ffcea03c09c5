"""Measure what a poll costs in a worker: `python -m tests.bench.polls [--feeds 40] [--each 20]`.

Every feed is polled three times, one after another: first all its entries are new, then it responds 304,
then three of its entries are new. The figures are CPU time of the polling thread, of the processes that
parse, and statements of each poll.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import psutil
from sqlalchemy import event, update

from tests.bench.leads import HOST, LOOPBACK, feed_of
from tests.bench.page_server import TURN_PATH, feed_path_of, host_of, serve_pages
from tests.bench.upkeep import broker
from worker.flows import poll
from worker.flows.services import Services
from worker.records import Config
from worker.settings import read_settings
from worker.store import claims as claim_store
from worker.store import config as config_store
from worker.store import feeds as feed_store
from worker.store import migrate
from worker.store.models import Feed


class Counter:
    """Counts statements and transactions."""

    def __init__(self, engine: Any) -> None:
        self.statements = self.transactions = 0
        event.listen(engine, "before_cursor_execute", self._count_statement)
        event.listen(engine, "begin", self._count_transaction)

    def _count_statement(self, *_: Any) -> None:
        self.statements += 1

    def _count_transaction(self, *_: Any) -> None:
        self.transactions += 1


def sync(services: Services, feeds: int, port: int) -> None:
    """Put a config in force with all feeds of the server."""
    urls = [f"http://{host_of(number)}:{port}{feed_path_of(number)}" for number in range(feeds)]
    configs = [replace(feed_of(number), url=url) for number, url in enumerate(urls)]
    service = config_store.service_to_json(Config(feeds=(), hosts=(HOST,), allow_private=LOOPBACK))
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, configs, services.clock())
        config_store.save_config(connection, loaded_at=services.clock(), service=service)


def children_s() -> float:
    """CPU seconds of the child processes that live."""
    times = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
    return sum(each.user + each.system for each in times)


def poll_all(services: Services, feeds: int, counter: Counter, name: str) -> None:
    """Poll each feed once; prints what one poll took."""
    with services.db.write() as connection:
        connection.execute(update(Feed).values(next_due_at=services.clock() - timedelta(seconds=1)))
        claims = claim_store.claim_due(
            connection, services.clock(), limit=feeds, lease_s=600.0, slots_of=lambda _: 1
        )
    ends: dict[str, int] = {}
    warm, rest = claims[: feeds // 4], claims[feeds // 4 :]
    for claim in warm:
        poll.run(services, claim.feed, claim.lease)
    counter.statements = counter.transactions = 0
    own_s, theirs_s, new = time.thread_time(), children_s(), 0
    for claim in rest:
        summary = poll.run(services, claim.feed, claim.lease)
        new += summary.new
        ends[summary.outcome.value] = ends.get(summary.outcome.value, 0) + 1
    own_ms = (time.thread_time() - own_s) / len(rest) * 1000
    theirs_ms = (children_s() - theirs_s) / len(rest) * 1000
    print(
        f"  {name:7} {own_ms:6.2f} ms CPU a poll, {theirs_ms:6.2f} ms in parse processes; "
        f"{counter.statements / len(rest):.1f} statements in {counter.transactions / len(rest):.1f} "
        f"transactions, {new / len(rest):.1f} new entries; {ends}",
        flush=True,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure on SQLite."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.polls", description=__doc__)
    parser.add_argument("--feeds", type=int, default=40)
    parser.add_argument("--each", type=int, default=20, help="entries of a feed")
    options = parser.parse_args(argv)
    with (
        broker() as broker_url,
        tempfile.TemporaryDirectory(prefix="wr-bench-") as home,
        serve_pages(options.feeds, options.each) as port,
    ):
        services = Services(read_settings({"WIREROOM_HOME": home, "WIREROOM_BROKER_URL": broker_url}))
        migrate(services.db)
        services.parse_pool.warm_up()
        sync(services, options.feeds, port)
        counter = Counter(services.db.engine)
        print(f"SQLite, {options.feeds} feeds of {options.each} entries")
        poll_all(services, options.feeds, counter, "cold")
        poll_all(services, options.feeds, counter, "304")
        httpx.get(f"http://{host_of(0)}:{port}{TURN_PATH}").raise_for_status()
        poll_all(services, options.feeds, counter, "changed")
        services.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
