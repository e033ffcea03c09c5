"""The Celery tasks: at most ten lines each; every task calls one flow."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, cast

from celery.exceptions import Retry
from celery.signals import heartbeat_sent, task_failure, worker_init, worker_ready, worker_shutdown

from worker.celery_app import app
from worker.errors import ConflictError, ExtractError, FetchError, ParseError, SchemaError, ServiceError
from worker.extract import installed
from worker.flows import (
    alerts,
    dispatch,
    extract,
    heartbeats,
    poll,
    push,
    push_send,
    reload,
    upkeep,
)
from worker.flows.services import services
from worker.processes import return_free_memory

RETURN_EVERY_S = 60.0


def _one_at_a_time(flow: Callable[[], dict[str, object]]) -> Callable[[], dict[str, object]]:
    """Wrap a flow so that it returns at once while this process still runs a previous call.

    Each control task occupies at most one thread, and none waits for another.
    """
    busy = threading.Lock()

    @wraps(flow)
    def alone() -> dict[str, object]:
        if not busy.acquire(blocking=False):
            return {"skipped": "the previous run has not ended"}
        try:
            return flow()
        finally:
            busy.release()

    return alone


@app.task(name="control.tick", throws=(SchemaError,))
@_one_at_a_time
def tick() -> dict[str, object]:
    """Claim due feeds, enqueue due jobs, and match articles left unmatched by a crash."""
    return dispatch.tick(services())


@app.task(name="control.reload", throws=(SchemaError,))
@_one_at_a_time
def reload_config() -> dict[str, object]:
    """Apply a changed config file, or report why it is refused."""
    return reload.run(services())


@app.task(name="control.upkeep", throws=(SchemaError,))
@_one_at_a_time
def upkeep_database() -> dict[str, object]:
    """Prune and purge for about a second, continuing where the last turn ended."""
    return upkeep.run(services())


@app.task(name="control.alerts", throws=(SchemaError,))
@_one_at_a_time
def send_alerts() -> dict[str, object]:
    """Group new events into messages and send those that are due; waits for no receiver longer than 30 s."""
    return alerts.run(services())


@app.task(name="control.push", throws=(SchemaError,))
@_one_at_a_time
def make_push_messages() -> dict[str, object]:
    """Make messages of what was noted, and start a sender for each receiver with due ones."""
    return push.run(services())


@app.task(name="push.send", throws=(SchemaError,))
def send_push_messages(receiver: str, lease: str) -> dict[str, object]:
    """Send the due messages of one claimed receiver for about ten seconds."""
    return push_send.run(services(), receiver, lease)


@app.task(name="feeds.poll", throws=(FetchError, ServiceError))
def poll_feed(feed: str, lease: str) -> dict[str, object]:
    """Poll one claimed feed and store what is new; an unreachable feed fails the task."""
    return poll.run(services(), feed, lease).result()


@app.task(name="articles.extract", throws=(ExtractError, ServiceError))
def extract_article(job: int, kind: str, article: int) -> dict[str, object]:
    """Run one extraction job; raises Retry if it will be retried, as a new task."""
    result = extract.run(services(), job, kind=kind, article=article)
    if result["outcome"] == "failed":
        raise Retry(exc=ExtractError(result["error"]), when=cast("Any", result["next_attempt_at"]))
    return result


_concurrency: dict[str, int] = {}
_returned_at_s = [0.0]  # when free memory was returned to the system
_endpoint: list[object] = []  # of the metrics, kept as long as the process


@worker_init.connect
def _prepare(sender: Any, **_: Any) -> None:
    """Find plug-ins and start the parse processes before the first task.

    Plug-in discovery must not block inside a transaction, nor the start of processes the first polls.
    """
    installed()
    if "poll" in sender.app.amqp.queues.consume_from:
        with suppress(ParseError):
            services().parse_pool.warm_up()


@worker_init.connect
def _serve_metrics(sender: Any, **_: Any) -> None:
    """Serve the metrics from a control worker, if they have an address."""
    address = services().settings.metrics_address
    if address and "control" in sender.app.amqp.queues.consume_from:
        from worker.metrics.server import serve_metrics  # noqa: PLC0415 - most workers serve none

        _endpoint.append(serve_metrics(services(), address))


@worker_ready.connect
def _record_concurrency(sender: Any, **_: Any) -> None:
    """Record the worker's concurrency and send its first heartbeat."""
    _concurrency[sender.hostname] = int(sender.pool.limit or 1)
    _report_alive(sender.app, sender.hostname)


@task_failure.connect
def _report_trouble(exception: BaseException, **_: Any) -> None:
    """Report a database that is full, read-only or unreachable, for `wireroom status`."""
    if isinstance(exception, ServiceError) and not isinstance(exception, ConflictError):
        heartbeats.report_trouble(services(), str(exception))


@heartbeat_sent.connect
def _send_heartbeat(sender: Any, **_: Any) -> None:
    """Send a heartbeat of this worker every few seconds."""
    _report_alive(sender.eventer.app, sender.eventer.hostname)


def _report_alive(celery: Any, hostname: str) -> None:
    """Send a heartbeat with the queues that the worker consumes now; they can be changed while it runs."""
    queues = celery.amqp.queues.consume_from
    heartbeats.send_heartbeat(services(), hostname, _concurrency.get(hostname, 1), queues)


@worker_shutdown.connect
def _sign_off(sender: Any, **_: Any) -> None:
    """Take this worker, which has ended its tasks, off the list of those that are alive."""
    heartbeats.sign_off(services(), sender.hostname)


@heartbeat_sent.connect
def _return_memory(**_: Any) -> None:
    """Once a minute, return what bursts of work left free in the heap."""
    now_s = time.monotonic()
    if now_s - _returned_at_s[0] >= RETURN_EVERY_S:
        _returned_at_s[0] = now_s
        return_free_memory()
