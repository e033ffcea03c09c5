"""Reads the figures of the installation in a thread of its own, and hands them to Prometheus' client."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import redis
from prometheus_client import Metric
from prometheus_client.registry import Collector

from worker.errors import WireroomError
from worker.flows.services import Services
from worker.logs import get_logger
from worker.metrics.families import build_metrics, gauge, gauges
from worker.metrics.parts import Read, database_parts, read_broker

EVERY_S = 5.0
REST = 20  # a part is read again after this many times what its last read took: at most 5% of the time
STALE_S = 60.0  # what could not be read again for this long after it was due is no longer exported
NEVER = float("-inf")

log = get_logger(__name__)


@dataclass
class Part:
    """Figures that are read together: the metrics made of them, and when they are read again."""

    name: str
    read: Read
    metrics: list[Metric] = field(default_factory=list)
    due_at_s: float = NEVER
    took_s: float = 0.0
    error: str = ""


class Gatherer(Collector):
    """Exports what its thread read last, so that a scrape costs little and never waits for the database.

    A part that takes long is read less often. If the thread hangs, its figures are dropped after a minute.
    """

    def __init__(self, services: Services, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._services, self._monotonic = services, monotonic
        self._database = [Part(name, read) for name, read in database_parts(services).items()]
        self._broker = Part("broker", lambda now_s: read_broker(services, now_s))
        self._stop = threading.Event()
        self._is_read = threading.Event()  # once
        self._thread = threading.Thread(target=self._read_on, name="metrics", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop the thread, without waiting for it."""
        self._stop.set()

    def refresh(self) -> None:
        """Read the parts that are due. A part that fails is logged once, and is not exported."""
        for part in (self._broker, *self._database):
            if self._monotonic() >= part.due_at_s:
                self._refresh(part)
        self._is_read.set()

    def collect(self) -> Iterator[Metric]:
        """The metrics as they were last read; waits for the first read only."""
        self._is_read.wait(EVERY_S)
        parts = [part for part in (self._broker, *self._database) if self._is_good(part)]
        names = {part.name for part in parts}
        is_up = all(part.name in names for part in self._database)
        yield from build_metrics()
        yield gauge("database_up", "Whether the database answers: 1, or 0.", float(is_up))
        is_up = self._broker.name in names
        yield gauge("broker_up", "Whether the broker answers and takes writes: 1, or 0.", float(is_up))
        took = {part.name: part.took_s for part in parts}
        yield gauges("metrics_read_seconds", "Time to read a part of these metrics.", "part", took)
        for part in parts:
            yield from part.metrics

    def _is_good(self, part: Part) -> bool:
        is_fresh = self._monotonic() < part.due_at_s + STALE_S
        return is_fresh and not part.error and bool(part.metrics)

    def _refresh(self, part: Part) -> None:
        start_s = self._monotonic()
        error = ""
        try:
            part.metrics = part.read(start_s)
        except (WireroomError, redis.RedisError) as exc:
            error = str(exc)
        except Exception as exc:  # noqa: BLE001 - a wrong figure must not end the thread for good
            error = f"internal error: {type(exc).__name__}: {exc}"
        if error and error != part.error:
            log.warning("metrics cannot be read", part=part.name, error=error)
        now_s = self._monotonic()
        part.error, part.took_s = error, now_s - start_s
        part.due_at_s = now_s + max(EVERY_S, REST * part.took_s)

    def _read_on(self) -> None:
        while not self._stop.is_set():
            self.refresh()
            self._stop.wait(EVERY_S)
