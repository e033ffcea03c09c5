"""The clock of an installation, which is its database's clock on all machines, even if clocks are set."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from worker.errors import ConflictError, ServiceError
from worker.records import EventKind
from worker.store import clock_state
from worker.store import events as event_store
from worker.store.clock_state import Mark
from worker.store.lapsed_leases import prolong_lapsed
from worker.store.session import Database, retried
from worker.text.amounts import spell_s

MEASURE_EVERY_S = 2.0
STEP_S = 5.0  # smaller steps are slow queries or clock adjustments, which do not affect leases
FRESH_S = 7.0  # a live control wrote its mark less than this ago
LIVE_S = 60.0  # after this without a tick no service runs, and a SQLite file's clock is the machine's
NEVER = float("-inf")
HOLD_S = 20.0  # how long a time that contradicts the steady clock is ignored


def machine_time() -> datetime:
    """The wall clock of this machine as an aware UTC datetime."""
    return datetime.now(UTC)


def steady_time() -> float:
    """Seconds of a clock that cannot be set; it includes suspend time where the system supports that."""
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot_time is None else time.clock_gettime(boot_time)


def boot_id() -> str:
    """An id of the current boot of this machine, and so of its steady clock; empty if there is none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def find_step(moved_s: float, elapsed_s: float | None) -> float:
    """The seconds by which a clock that moved by `moved_s` was set; 0.0 if it was not.

    `elapsed_s` is the time that actually passed, or slightly more; if it is None (unknown), only a clock that
    was set back is detected.
    """
    if -STEP_S <= moved_s <= FRESH_S:
        return 0.0
    if elapsed_s is None or elapsed_s < 0.0:
        return min(moved_s, 0.0)
    step_s = moved_s - elapsed_s
    return step_s if abs(step_s) > STEP_S else 0.0


@dataclass(frozen=True, slots=True)
class _Reading:
    """The time `at` at the moment `steady_s` of the steady clock."""

    at: datetime
    steady_s: float
    epoch: int

    def after(self, steady_s: float) -> datetime:
        return self.at + timedelta(seconds=steady_s - self.steady_s)


class DatabaseClock:
    """The time of the database, extrapolated from a reading at most `MEASURE_EVERY_S` seconds old.

    The clocks of other machines are not used: with PostgreSQL it is the server's clock; with a SQLite file it
    is that of the control process (`keep`), which the others follow by the steady clock of the machine.
    If the clock is set, a control detects it and moves all stored future times along with it in one
    transaction, so that due times, waits and leases are as far away as before. Until then other processes
    continue by the old time; a transaction planned by the old time is rolled back (`check`).
    Raises ServiceError if the database was never reached.
    """

    def __init__(
        self,
        database: Callable[[], Database],
        machine: Callable[[], datetime] = machine_time,
        steady: Callable[[], float] = steady_time,
        boot: str | None = None,
    ) -> None:
        self._database = database
        self._machine = machine
        self._steady = steady
        self._boot = boot_id() if boot is None else boot
        # Never held while a write transaction is awaited: who has one may wait for this lock.
        self._lock = threading.Lock()
        self._keeping = threading.Lock()
        self._local = threading.local()
        self._now: _Reading | None = None
        self._read_s = NEVER  # when the database was last read; NEVER: read it again
        self._doubted_s: float | None = None  # since when its time contradicts the steady clock
        self._seen_s: float | None = None  # when the mark was last read
        # the newest mark, and a time when it did not exist yet
        self._marked: tuple[datetime, float | None] | None = None

    def __call__(self) -> datetime:
        """The current time as an aware UTC datetime."""
        reading = self._reading()
        self._local.epoch = reading.epoch
        return reading.after(self._steady())

    def stamp(self) -> tuple[int, float]:
        """The current time as (number of times that the clock was set, Unix time in milliseconds)."""
        now = self()
        return self._local.epoch, now.timestamp() * 1000

    def steady_s(self) -> float:
        """Seconds of a clock of this machine that cannot be set: for how long ago something was."""
        return self._steady()

    def ahead_s(self) -> float | None:
        """The seconds by which this machine's clock is ahead; None if there is no recent reading."""
        reading, now_s = self._now, self._steady()
        if reading is None or now_s - self._read_s > LIVE_S:
            return None
        return (self._machine() - reading.after(now_s)).total_seconds()

    def check(self, connection: Connection) -> None:
        """Called before a commit: raise ConflictError if the clock was set since this thread last read it."""
        epoch = getattr(self._local, "epoch", None)
        if epoch is None or epoch == clock_state.read_epoch(connection):
            return
        self._local.epoch = None
        self._read_s = NEVER
        raise ConflictError("the clock was set meanwhile")

    def keep(self) -> float:
        """Store the current time for the other processes; called at each tick of a control.

        Returns the seconds by which the clock was set since the last tick, usually 0.0.
        """
        with self._keeping:
            return retried(self._keep)

    def _keep(self) -> float:
        with self._lock:
            now, mark, read_s = self._read_source(is_keeper=True)
            step_s = find_step(*self._since_mark(now, mark, read_s)) if mark else 0.0
        steady_s, boot = (read_s, self._boot) if self._database().is_sqlite else (None, None)
        written = replace(mark or Mark(0, now), at=now, steady_s=steady_s, boot=boot)
        if step_s:
            written = replace(written, epoch=written.epoch + 1, stepped_at=now, step_s=step_s)
        self._local.epoch = None
        with self._database().write() as connection:
            if not clock_state.save_mark(connection, written, epoch_before=mark.epoch if mark else 0):
                self._read_s = NEVER  # another control has just detected a step
                return 0.0
            if step_s:
                self._move(connection, now, step_s)
            elif mark:  # the transaction may have waited for its lock
                waited_s = max(0.0, self._steady() - read_s)
                prolong_lapsed(connection, mark.at, now + timedelta(seconds=waited_s))
        with self._lock:
            self._adopt(_Reading(now, read_s, written.epoch), read_s)
            self._marked = (now, read_s)
        return step_s

    def _move(self, connection: Connection, now: datetime, step_s: float) -> None:
        before = now - timedelta(seconds=step_s)
        clock_state.move_times(connection, min(now, before), step_s)
        way = "forward" if step_s > 0 else "back"
        by = spell_s(abs(step_s))
        text = f"the clock of the database was set {way} by {by}; all due times moved along with it"
        event_store.add_events(connection, now, [(EventKind.CLOCK_SET, text)])

    def _since_mark(self, now: datetime, mark: Mark, read_s: float) -> tuple[float, float | None]:
        """How far the clock moved since the last mark, and the time that passed (None if unknown)."""
        moved_s = (now - mark.at).total_seconds()
        if self._database().is_sqlite:
            if mark.steady_s is None or mark.boot != self._boot:
                return moved_s, None
            return moved_s, read_s - mark.steady_s
        not_there_s = self._marked[1] if self._marked else None
        return moved_s, None if not_there_s is None else read_s - not_there_s

    def _reading(self) -> _Reading:
        """The newest reading, renewed when it is old; one thread renews it while others use the old one."""
        is_new = self._now is not None and self._is_fresh()
        must_wait = self._now is None or self._read_s == NEVER
        if not is_new and self._lock.acquire(blocking=must_wait):
            try:
                if self._now is None or not self._is_fresh():
                    self._measure()
            finally:
                self._lock.release()
        assert self._now is not None
        return self._now

    def _is_fresh(self) -> bool:
        return 0.0 <= self._steady() - self._read_s < MEASURE_EVERY_S

    def _measure(self) -> None:
        """Read the clock; if the database does not respond, keep the last reading."""
        try:
            now, mark, read_s = self._read_source()
        except ServiceError:
            if self._now is None:
                raise
            self._read_s = self._steady()
            return
        reading = _Reading(now, read_s, mark.epoch if mark else 0)
        expected = self._expect(reading, mark)
        if self._database().is_sqlite or expected is None or not self._is_doubtful(reading, expected, mark):
            self._adopt(reading, read_s)
        else:
            self._now, self._read_s = expected, read_s

    def _adopt(self, reading: _Reading, read_s: float) -> None:
        self._now, self._read_s, self._doubted_s = reading, read_s, None

    def _expect(self, reading: _Reading, mark: Mark | None) -> _Reading | None:
        """The reading that is expected from the previous one and the time that passed."""
        if self._now is None or reading.steady_s < self._now.steady_s:
            return None
        at = self._now.after(reading.steady_s)
        if mark and mark.step_s and reading.epoch == self._now.epoch + 1:
            at += timedelta(seconds=mark.step_s)
        return _Reading(at, reading.steady_s, reading.epoch)

    def _is_doubtful(self, reading: _Reading, expected: _Reading, mark: Mark | None) -> bool:
        """Whether the server's clock was set and the stored times have not been moved yet."""
        if mark and -STEP_S <= (reading.at - mark.at).total_seconds() <= FRESH_S:
            return False
        if abs((reading.at - expected.at).total_seconds()) <= STEP_S:
            return False
        if self._doubted_s is None:
            self._doubted_s = reading.steady_s
        return reading.steady_s - self._doubted_s < HOLD_S

    def _read_source(self, *, is_keeper: bool = False) -> tuple[datetime, Mark | None, float]:
        """(current time of the source, the clock's row, steady time of both)."""
        database = self._database()
        with database.read() as connection:
            mark, read_s = clock_state.read_mark(connection), self._steady()
            if database.is_sqlite:
                return self._machine() if is_keeper else self._file_time(mark, read_s), mark, read_s
            now = clock_state.read_server_time(connection).astimezone(UTC)
            after_s = self._steady()
        if mark is not None and (self._marked is None or mark.at != self._marked[0]):
            self._marked = (mark.at, self._seen_s)
        self._seen_s = read_s
        return now, mark, (read_s + after_s) / 2

    def _file_time(self, mark: Mark | None, now_s: float) -> datetime:
        """The time of the control of a SQLite file, or of this machine if no control is alive."""
        if mark is None or mark.steady_s is None or mark.boot != self._boot:
            return self._machine()
        passed_s = now_s - mark.steady_s
        return mark.at + timedelta(seconds=passed_s) if 0.0 <= passed_s < LIVE_S else self._machine()
