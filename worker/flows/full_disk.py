"""A full disk is reported by an event once there is space again: while it is full, no event can be stored.

Each process remembers it in its memory, since the broker may be on the same disk. Of those that may store
the event, control workers, the first does.
"""

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from worker.fault_words import FULL_DISK, name_cause
from worker.logs import get_logger
from worker.records import EventKind
from worker.store import events as event_store
from worker.text.amounts import spell_s

if TYPE_CHECKING:
    from worker.flows.services import Services

QUIET_S = 15.0  # without a fault of the disk, or three ticks: heartbeats and ticks write more often

log = get_logger(__name__)


@dataclass(slots=True)
class FullDisk:
    """When the disk was first and last seen full, in seconds of a steady clock; None: it was not."""

    since_s: float | None = None
    last_s: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, now_s: float) -> None:
        """Remember that the disk is full."""
        with self.lock:
            self.since_s = now_s if self.since_s is None else self.since_s
            self.last_s = now_s

    def ended(self, now_s: float, quiet_s: float) -> tuple[float, float] | None:
        """How many seconds ago it was first and last seen full, if it has not been for so long; or None."""
        with self.lock:
            if self.since_s is None or now_s - self.last_s < quiet_s:
                return None
            return now_s - self.since_s, now_s - self.last_s

    def forget(self) -> None:
        """Forget it, as it was reported."""
        with self.lock:
            self.since_s = None


def note(services: "Services", error: str) -> None:
    """Remember an error of the database or the broker if it says that the disk is full."""
    if name_cause(error) == FULL_DISK:
        services.full_disk.note(services.steady_s())


def tell(services: "Services") -> None:
    """Store an event if the disk was full and has space again. Raises ServiceError if it is full still."""
    quiet_s = max(QUIET_S, 3 * services.settings.tick_s)
    ended = services.full_disk.ended(services.steady_s(), quiet_s)
    if ended is None:
        return
    now = services.clock()
    began_at, ended_at = (now - timedelta(seconds=ago_s) for ago_s in ended)
    words = f"{began_at:%Y-%m-%d %H:%M:%SZ} to {ended_at:%Y-%m-%d %H:%M:%SZ} ({spell_s(ended[0] - ended[1])})"
    said = f"the disk was full from {words}: nothing was stored meanwhile; give it more space"
    with services.db.write() as connection:
        if not event_store.has_event(connection, EventKind.DISK_FULL, began_at):  # by another control
            event_store.add_events(connection, now, [(EventKind.DISK_FULL, said)])
    services.full_disk.forget()
    log.warning(said, kind=EventKind.DISK_FULL.value)
