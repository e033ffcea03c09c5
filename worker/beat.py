"""The scheduler of `celery -A worker beat`, with intervals measured by the monotonic clock."""

import time
from typing import Any

from celery.beat import ScheduleEntry, Scheduler
from kombu.exceptions import OperationalError

from worker.fault_words import name_broker_fault
from worker.logs import get_logger

WAITING = 4  # no message is added to a queue with this many: its workers are down or behind
SOON_S = 0.05
AWAY_S = (1.0, 2.0, 4.0, 8.0)  # between two attempts to reach the broker; further ones as the last

log = get_logger(__name__)


class SteadyScheduler(Scheduler):
    """Sends each entry when its interval has passed on the monotonic clock.

    Celery's own schedulers compare wall-clock times: if a clock is set back by an hour, they send nothing for
    an hour. Messages have no expiry, because each machine would evaluate it by its own clock; instead none is
    sent while `WAITING` messages are queued. Every entry of the schedule is an interval in seconds.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._sent_s: dict[str, float] = {}
        self._failed_attempts = 0  # to reach the broker, in a row
        super().__init__(*args, **kwargs)
        self.app.conf.task_send_sent_event = False  # of housekeeping tasks, only failures are in the monitor

    def tick(self, *_args: Any, **_kwargs: Any) -> float:
        """Send the due entries; returns the seconds until the next call is needed.

        Without a broker it waits, and says so once.
        """
        with self.app.connection_or_acquire() as connection:
            away = (OperationalError, *connection.connection_errors, *connection.channel_errors)
        try:
            wait_s = self._send_due()
        except away as exc:
            return self._wait_for_broker(exc)
        if self._failed_attempts:
            log.info("the broker responds again; ticks are sent")
        self._failed_attempts = 0
        return wait_s

    def _send_due(self) -> float:
        wait_s = float(self.app.conf.beat_max_loop_interval)
        for name, entry in self.schedule.items():
            schedule: Any = entry.schedule
            every_s, now_s = schedule.run_every.total_seconds(), time.monotonic()
            left_s = self._sent_s.get(name, -every_s) + every_s - now_s
            if left_s <= 0 and self._has_room(entry):
                self.apply_entry(entry, producer=self.producer)
                self._sent_s[name], left_s = now_s, every_s
            wait_s = min(wait_s, max(left_s, SOON_S))
        return wait_s

    def _wait_for_broker(self, exc: Exception) -> float:
        if not self._failed_attempts:
            log.warning(f"{name_broker_fault(str(exc))}: no ticks are sent until it does", error=str(exc))
        wait_s = AWAY_S[min(self._failed_attempts, len(AWAY_S) - 1)]
        self._failed_attempts += 1
        return wait_s

    def _has_room(self, entry: ScheduleEntry) -> bool:
        """Whether the entry's queue has fewer than `WAITING` messages."""
        queue = self.app.amqp.router.route(dict(entry.options or {}), str(entry.task))["queue"].name
        with self.app.connection_or_acquire() as connection:
            # not by a passive declaration, which looks for the key of a queue without the prefix of ours
            waiting = connection.default_channel.client.llen(queue)
        return int(waiting) < WAITING
