"""A poll waits for a process to read its document only for a bounded time, and is then tried again soon."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import Clock
from tests.fetch.conftest import Origin
from tests.support.scripted import GOOD, configure, poll_one
from worker.errors import ReadersBusyError, SandboxBusyError
from worker.flows.services import Services
from worker.parse import ParsePool
from worker.records import Outcome
from worker.sandbox import SandboxPool
from worker.store.models import Feed, Poll


def test_a_call_waits_for_a_child_no_longer_than_allowed() -> None:
    """The child at work is not disturbed, and serves the next call."""
    with (
        SandboxPool("tests.support.sandboxed:sleep", max_wait_s=0.2) as sandbox,
        ThreadPoolExecutor(1) as threads,
    ):
        working = threads.submit(sandbox.call, 3.0)
        while not sandbox.pids:
            time.sleep(0.01)
        with pytest.raises(SandboxBusyError, match=r"no process was free for 0\.2 s"):
            sandbox.call(0.0)
        assert working.result() is None
        assert sandbox.call(0.0) is None


def test_a_poll_that_finds_no_free_reader_is_deferred_and_the_feed_is_not_backed_off(
    services: Services, origin: Origin, clock: Clock
) -> None:
    services.clock = clock
    configure(services, origin, "harbour")
    origin.answer(GOOD, b"/harbour.xml")
    with ParsePool(max_wait_s=0.1) as busy:
        taken = busy.sandbox._slots.get()  # as if its child were at work
        services.parse_pool = busy
        with pytest.raises(ReadersBusyError):
            busy.read_feed(b"<rss/>", url="https://example.org/", now=clock())
        summary = poll_one(services, "harbour")
        assert summary.outcome is Outcome.DEFERRED
        with services.db.read() as connection:
            row = connection.execute(
                select(Feed.next_due_at, Feed.next_due_reason, Feed.error_streak, Feed.etag, Feed.status)
            ).one()
            [(outcome, error)] = connection.execute(select(Poll.outcome, Poll.error))
        assert timedelta(seconds=30) <= row.next_due_at - clock() <= timedelta(seconds=150)
        assert (row.error_streak, row.etag, row.status) == (0, None, "new")
        reason = "its document waits to be read: no process was free for 0.1 s in this worker"
        assert (outcome, error) == ("deferred", reason)
        assert reason in row.next_due_reason
        busy.sandbox._slots.put(taken)
        clock.advance(300)
        assert poll_one(services, "harbour").new == 2
