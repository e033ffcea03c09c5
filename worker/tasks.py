"""The Celery tasks: doors of at most ten lines, each opens on one flow."""

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from celery.exceptions import Retry
from celery.signals import heartbeat_sent, task_failure, worker_init, worker_ready

from worker.celery_app import app
from worker.errors import ConflictError, ExtractError, FetchError, SchemaError, ServiceError
from worker.extract import installed
from worker.flows import dispatch, extract, heartbeats, poll, reload, upkeep
from worker.flows.services import services


def _one_at_a_time(flow: Callable[[], dict[str, object]]) -> Callable[[], dict[str, object]]:
    """The flow, which returns at once while this process is still at the one before.

    So each control task occupies one thread at most, and none of them ever waits for another's.
    """
    busy = threading.Lock()

    @wraps(flow)
    def alone() -> dict[str, object]:
        if not busy.acquire(blocking=False):
            return {"skipped": "the one before is not done"}
        try:
            return flow()
        finally:
            busy.release()

    return alone


@app.task(name="control.tick", throws=(SchemaError,))
@_one_at_a_time
def tick() -> dict[str, object]:
    """Claim what is due, relay jobs, and pick up what a crash left unmatched."""
    return dispatch.tick(services())


@app.task(name="control.reload", throws=(SchemaError,))
@_one_at_a_time
def reload_config() -> dict[str, object]:
    """Take over a changed config file, or say why not."""
    return reload.run(services())


@app.task(name="control.upkeep", throws=(SchemaError,))
@_one_at_a_time
def upkeep_database() -> dict[str, object]:
    """Prune and purge for a second, from where the last turn ended."""
    return upkeep.run(services())


@app.task(name="feeds.poll", throws=(FetchError, ServiceError))
def poll_feed(feed: str, lease: str) -> dict[str, object]:
    """Poll one claimed feed and store what is new; a feed that could not be had is a FAILURE."""
    return poll.run(services(), feed, lease).result()


@app.task(name="articles.extract", throws=(ExtractError, ServiceError))
def extract_article(job: int, kind: str, article: int) -> dict[str, object]:
    """Run one extraction job; one that will be tried again is a RETRY, and its next attempt a new task."""
    answer = extract.run(services(), job, kind=kind, article=article)
    if answer["outcome"] == "failed":
        raise Retry(exc=ExtractError(answer["error"]), when=cast("Any", answer["next_attempt_at"]))
    return answer


_concurrency: dict[str, int] = {}


@worker_init.connect
def _find_plugins(**_: Any) -> None:
    """Look for plug-ins before the first task: none of them may be waited for inside a transaction."""
    installed()


@worker_ready.connect
def _note_size(sender: Any, **_: Any) -> None:
    """Remember how many tasks this worker runs side by side, and say at once that it is there."""
    _concurrency[sender.hostname] = int(sender.pool.limit or 1)
    heartbeats.announce(services(), sender.hostname, _concurrency[sender.hostname])


@task_failure.connect
def _note_trouble(exception: BaseException, **_: Any) -> None:
    """Report a database that is full, read-only or away: `wireroom status` shows it."""
    if isinstance(exception, ServiceError) and not isinstance(exception, ConflictError):
        heartbeats.note_trouble(services(), str(exception))


@heartbeat_sent.connect
def _announce(sender: Any, **_: Any) -> None:
    """Say every few seconds that this worker is alive."""
    hostname = sender.eventer.hostname
    heartbeats.announce(services(), hostname, _concurrency.get(hostname, 1))
