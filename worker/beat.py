"""The scheduler of `celery -A worker beat`, with intervals measured by the monotonic clock."""

import time
from typing import Any

from celery.beat import ScheduleEntry, Scheduler

WAITING = 4  # no message is added to a queue with this many: its workers are down or behind
SOON_S = 0.05


class SteadyScheduler(Scheduler):
    """Sends each entry when its interval has passed on the monotonic clock.

    Celery's own schedulers compare wall-clock times: if a clock is set back by an hour, they send nothing for
    an hour. Messages have no expiry, because each machine would evaluate it by its own clock; instead none is
    sent while `WAITING` messages are queued. Every entry of the schedule is an interval in seconds.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._sent_s: dict[str, float] = {}
        super().__init__(*args, **kwargs)
        self.app.conf.task_send_sent_event = False  # of housekeeping tasks, only failures are in the monitor

    def tick(self, *_args: Any, **_kwargs: Any) -> float:
        """Send the due entries; returns the seconds until the next call is needed."""
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

    def _has_room(self, entry: ScheduleEntry) -> bool:
        """Whether the entry's queue has fewer than `WAITING` messages; True if the broker is unreachable."""
        queue = self.app.amqp.router.route(dict(entry.options or {}), str(entry.task))["queue"].name
        with self.app.connection_or_acquire() as connection:
            try:
                # not by a passive declaration, which looks for the key of a queue without the prefix of ours
                waiting = connection.default_channel.client.llen(queue)
            except (*connection.connection_errors, *connection.channel_errors):
                return True
        return int(waiting) < WAITING
