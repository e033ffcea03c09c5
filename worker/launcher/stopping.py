"""A worker that has to stop ends in time, whatever it waits for."""

import os
import threading
from typing import Any

from worker.logs import get_logger

EXIT_CODE = 1

log = get_logger("wireroom.worker")


def bound_stop(limit_s: float) -> None:
    """End this process `limit_s` seconds after a signal told its worker to stop, unless it has ended before.

    Celery waits without a limit for running tasks, and for a broker that accepts connections and does not
    respond. A supervisor would kill the worker; on its own, nothing would.
    """
    from celery.signals import worker_shutting_down

    def start_timer(**_: Any) -> None:
        timer = threading.Timer(limit_s, _end, [limit_s])
        timer.daemon = True
        timer.start()

    worker_shutting_down.connect(start_timer, weak=False)


def _end(limit_s: float) -> None:
    log.warning("ended before its tasks, which are run again", waited_s=limit_s)
    os._exit(EXIT_CODE)
