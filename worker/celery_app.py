"""The Celery app: transport only; the database is the source of truth.

`from worker import app` returns it, so `celery -A worker status|inspect|events|worker|beat|flower` work as
usual.
"""

import time
import warnings
from typing import Any

from celery import Celery
from celery.app.events import Events
from celery.bootsteps import RUN  # type: ignore[attr-defined]
from celery.events.dispatcher import EventDispatcher
from celery.signals import setup_logging
from kombu.transport import TRANSPORT_ALIASES

from worker import flower_guard
from worker.logs import configure_logging
from worker.queue_keys import KEY_PREFIX
from worker.redaction import redact_data
from worker.settings import Settings, broker_url_of, read_settings

# Redis redelivers nothing: the database is the truth, and a message that ended its worker must not come back.
# Until then `flows/queue_guard.py` has dropped what a dead worker had taken.
VISIBILITY_TIMEOUT_S = 86_400
EVENTS_S = 0.25  # between batches of a worker's events
ROUTINE = {"task-received", "task-started", "task-succeeded"}  # of housekeeping tasks, which are not sent
HOUSEKEEPING = "control."
EXPECTED = (
    "FetchError: ",
    "ExtractError: ",
    "ServiceError: ",
    "SchemaError: ",
)  # say all without a traceback
ENDS = {"task-succeeded", "task-failed", "task-retried", "task-rejected", "task-revoked"}
MAX_RECEIVED = 10_000
TICK_ROUTES = {
    "control.*": {"queue": "control"},
    "feeds.*": {"queue": "poll"},
    "articles.*": {"queue": "extract"},
    "push.*": {"queue": "control"},
}


class RedactedDispatcher(EventDispatcher):
    """Sends events in batches, with secrets removed from results, errors and tracebacks: Flower keeps them.

    Celery sends each event of a task in a message of its own, which took a quarter of a busy worker's time.
    """

    _group_buffer: dict[str, list[Any]]
    buffer_limit: int
    on_send_buffered: Any
    _flushed_at_s = 0.0
    _is_scheduled = False

    def __init__(self, *args: Any, **options: Any) -> None:
        self._received: dict[str, dict[str, Any]] = {}  # by task id: what was received and has not ended
        super().__init__(*args, **options)

    def send(self, type: str, *args: Any, **fields: Any) -> Any:  # noqa: A002 - the name in Celery
        """Send an event; the end of a task names it, for monitors that began to listen after its start.

        Of housekeeping tasks only failures are sent: their ticks would push all others out of the monitor.
        """
        known: dict[str, Any] = {}
        if type == "task-received":
            known = {name: fields.get(name) for name in ("name", "args", "kwargs")} | {
                "received": time.time()
            }
            self._received[fields["uuid"]] = known
            if len(self._received) > MAX_RECEIVED:
                self._received.pop(next(iter(self._received)), None)
        elif type in ENDS:
            known = self._received.pop(fields["uuid"], {})
            fields = known | fields
        elif type in ROUTINE:
            known = self._received.get(fields["uuid"], {})
        if type in ROUTINE and str(known.get("name")).startswith(HOUSEKEEPING):
            return None
        if str(fields.get("exception")).startswith(EXPECTED):
            fields["traceback"] = None
        return super().send(type, *args, **fields)

    def flush(self, errors: bool = True, groups: bool = True) -> None:
        """Send what waits, at most every `EVENTS_S` seconds; at once if a buffer is full or at the end."""
        is_full = any(len(events) >= self.buffer_limit for events in self._group_buffer.values())
        wait_s = self._flushed_at_s + EVENTS_S - time.monotonic()
        consumer = getattr(self.on_send_buffered, "__self__", None)  # its event loop calls this
        is_running = consumer is not None and consumer.blueprint.state == RUN
        if is_full or wait_s <= 0 or consumer is None or consumer.hub is None or not is_running:
            self._flushed_at_s = time.monotonic()
            super().flush(errors, groups)
        elif not self._is_scheduled:
            self._is_scheduled = True
            consumer.hub.call_later(wait_s, self._flush_late)

    def _flush_late(self) -> None:
        self._is_scheduled = False
        self._flushed_at_s = 0.0
        self.flush()

    def extend_buffer(self, other: Any) -> None:
        """Take over what another dispatcher has not sent when its connection was lost; `flush` sends it."""
        super().extend_buffer(other)
        self._received = other._received | self._received  # noqa: SLF001 - of this class, as below
        for group, events in other._group_buffer.items():  # noqa: SLF001 - of this class
            self._group_buffer[group][:0] = events

    def _publish(self, event: Any, *args: Any, **options: Any) -> Any:
        """Send one event or a list of buffered events; every event passes through here."""
        return super()._publish(redact_data(event, by_form=True), *args, **options)  # type: ignore[misc]


class RedactedEvents(Events):
    """The app's events, sent by `RedactedDispatcher`."""

    dispatcher_cls = "worker.celery_app:RedactedDispatcher"


def _beat_schedule(settings: Settings) -> dict[str, dict[str, Any]]:
    every = {
        "control.tick": settings.tick_s,
        "control.reload": settings.reload_interval_s,
        "control.upkeep": 5.0,  # turns of at most a second
        "control.alerts": 5.0,
        "control.push": 2.0,
    }
    return {name: {"task": name, "schedule": seconds} for name, seconds in every.items()}


def _transport_options(settings: Settings) -> dict[str, Any]:
    return {
        "global_keyprefix": KEY_PREFIX,
        "visibility_timeout": VISIBILITY_TIMEOUT_S,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_timeout": 30,
        "socket_connect_timeout": 4,
        "max_connections": max(settings.poll_concurrency, settings.extract_threads) + 16,
    }


def make_app(settings: Settings) -> Celery:
    """A configured app. At-least-once delivery, no result backend: Flower takes results from events."""
    app = Celery("worker", broker=broker_url_of(settings), include=["worker.tasks"], events=RedactedEvents)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        event_serializer="json",
        result_serializer="json",
        enable_utc=True,
        timezone="UTC",
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_send_sent_event=True,
        task_routes=TICK_ROUTES,
        task_default_queue="control",
        worker_prefetch_multiplier=1,
        worker_send_task_events=True,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_soft_shutdown_timeout=5.0,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=4,
        broker_transport_options=_transport_options(settings),
        beat_scheduler="worker.beat:SteadyScheduler",
        beat_schedule=_beat_schedule(settings),
        beat_max_loop_interval=max(0.2, min(1.0, settings.tick_s / 2)),
    )
    return app


@setup_logging.connect
def _own_logging(**_: Any) -> None:
    """Write Celery's log lines in our format."""
    configure_logging(read_settings())


# `celery events` has two options -d
warnings.filterwarnings("ignore", "The parameter -d is used more than once", UserWarning)
flower_guard.guard_if_loaded()
TRANSPORT_ALIASES |= dict.fromkeys(("redis", "rediss"), "worker.broker_transport:Transport")
app = make_app(read_settings())
