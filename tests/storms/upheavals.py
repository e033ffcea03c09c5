"""The faults of a storm that hit a whole machine, or the program itself."""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from alembic import command

from tests.storms.breaking import Breaker, Hit, pause
from tests.storms.disks import Disk
from tests.storms.victims import STOP_S
from tests.storms.wall_clocks import Clocks
from worker.flows import alerts, leases, poll, push, upkeep
from worker.store.revision import known_revisions
from worker.store.schema import config_for
from worker.store.session import Database

DISK_S = (3.0, 12.0)
LEFT_BYTES = (0, 65_536, 1_048_576)  # on a disk that is nearly full
CLOCK_S = 12.0
CLOCK_STEPS_S = (-3600, -90, 90, 3600)
OLDER_S = 20.0
OLDER_ROLES = ("control", "poll", "extract")
FINISHED_S = 6.0  # a stop that takes longer may have interrupted what a worker did
REFUSED = 2  # exit code of a worker on a newer schema
LONG_PAUSE_S = 1.0 + max(leases.LEASE_S, poll.PARSE_MARGIN_S, upkeep.LEASE_S, push.LEASE_S, alerts.LEASE_S)
WHOLE_SHARE = 0.4  # of long pauses that stop all processes, as a machine that is suspended
CLOCK = "service"  # the part whose clock is set


@dataclass
class Upheaver(Breaker):
    """Also fills disks, upgrades and downgrades, sets clocks, and stops processes for very long."""

    database_url: str = ""  # without a proxy
    disk: Disk | None = None  # of the state directory
    clocks: Clocks | None = None
    older: Path | None = None  # the command of an older version

    def acts(self) -> Mapping[str, Callable[[], Hit]]:
        """What causes each kind."""
        return {
            **Breaker.acts(self),
            "disks": self._fill_disk,
            "upgrades": self._upgrade,
            "rolling": self._restart_roles,
            "long-pauses": self._pause_long,
            "clocks": self._set_clock,
            "olders": self._start_older,
        }

    def _fill_disk(self) -> Hit:
        disks = {"state directory": self.disk, "database": self.postgres and self.postgres.disk}
        name = self.rng.choice([name for name, disk in disks.items() if disk])
        disk, left, length_s = disks[name], self.rng.choice(LEFT_BYTES), self.rng.uniform(*DISK_S)
        assert disk is not None
        disk.fill(left)
        time.sleep(length_s)
        disk.free()
        what = f"disk of the {name} full but for {left // 1024} KiB for {length_s:.1f} s"
        if self.postgres and self.postgres.revive():
            what += ", which ended the server"
        return what, True, True

    def _upgrade(self) -> Hit:
        """Stop the service, take the schema back some revisions, and start it: it upgrades the schema."""
        stopped_at = time.monotonic()
        self._expect_end(self.victim.stop())
        interrupts = time.monotonic() - stopped_at > FINISHED_S
        steps = self.rng.randint(1, len(known_revisions()) - 1)
        database = Database(self.database_url)
        with database.write(create=True) as connection:
            command.downgrade(config_for(connection), f"-{steps}")
        database.close()
        self.victim.process = self.victim.start()
        return f"upgrade by {steps} revisions", interrupts, interrupts

    def _restart_roles(self) -> Hit:
        """End one worker after the other with SIGTERM; each is started again."""
        workers = [one for one in self.victim.family() if self._is_whole_worker(one)]
        longest_s = max(map(self._end_worker, workers), default=0.0)
        interrupts = longest_s > FINISHED_S
        return f"{len(workers)} workers restarted one after the other", interrupts, interrupts

    def _end_worker(self, process: psutil.Process) -> float:
        """End a worker; returns the seconds that it took."""
        at = time.monotonic()
        try:
            process.terminate()
            process.wait(STOP_S)
        except psutil.NoSuchProcess:
            pass
        except psutil.TimeoutExpired:
            self.problems.append(f"a worker did not stop within {STOP_S:.0f} s")
        return time.monotonic() - at

    def _is_whole_worker(self, process: psutil.Process) -> bool:
        """Whether it is a worker, and no child of one."""
        with suppress(psutil.NoSuchProcess):
            parent = process.parent()
            return bool(self.role_of(process)) and not (parent and self.role_of(parent))
        return False

    def _expect_end(self, code: int) -> None:
        if code not in {0, -signal.SIGTERM}:  # the latter before it has begun
            self.problems.append(f"the service ended with exit code {code} when it was stopped")

    def _pause_long(self) -> Hit:
        """Stop a worker, or all processes, for longer than every lease."""
        family = self.victim.family()
        workers = [one for one in family if self._is_whole_worker(one)]
        if self.rng.random() < WHOLE_SHARE or not workers:
            pause([psutil.Process(self.victim.process.pid), *family], LONG_PAUSE_S)
            return f"SIGSTOP of everything for {LONG_PAUSE_S:.0f} s", True, True
        chosen = self.rng.choice(workers)
        role = self.role_of(chosen)
        pause([chosen], LONG_PAUSE_S)
        return f"SIGSTOP of {role} for {LONG_PAUSE_S:.0f} s", role == "extract", role == "poll"

    def _set_clock(self) -> Hit:
        """Set the clock of the service, and set it right again."""
        assert self.clocks is not None
        step_s = self.rng.choice(CLOCK_STEPS_S)
        self.clocks.set(CLOCK, step_s)
        time.sleep(CLOCK_S)
        self.clocks.set(CLOCK, 0)
        return f"clock set by {step_s:+d} s for {CLOCK_S:.0f} s", False, False

    def _start_older(self) -> Hit:
        """Workers of an older version beside, which work, or end and say that the schema is newer."""
        assert self.older is not None
        log = self.victim.log
        started = [
            subprocess.Popen([self.older, "worker", role], env=self.victim.env, stdout=log, stderr=log)
            for role in OLDER_ROLES
        ]
        time.sleep(OLDER_S)
        for process in started:
            process.send_signal(signal.SIGTERM)
        codes = [wait_or_kill(process) for process in started]
        self.problems += [
            f"a worker of an older version ended with {code}"
            for code in codes
            if code not in {0, REFUSED, -signal.SIGTERM}
        ]
        refused = codes.count(REFUSED)
        return (
            f"older workers beside for {OLDER_S:.0f} s, {refused} of {len(codes)} refused the schema",
            False,
            False,
        )


def wait_or_kill(process: subprocess.Popen[bytes]) -> int:
    """The exit code of a process that is to end."""
    try:
        return process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
