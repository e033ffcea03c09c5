"""The faults of a storm that hit a part of the service, or what it is connected to."""

import random
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.storms.growing import GrowingOrigin
from tests.storms.page_reckoning import Kill
from tests.storms.proxy import Proxy
from tests.storms.servers import Broker, Postgres
from tests.storms.victims import Victim, command_of
from worker.launcher.broker import SERVER_NAMES

TREE_SHARE = 0.15  # of kills
NETWORK_S = (1.0, 6.0)
SLOW = "delay between service and broker"
NETWORK = ("cut", "delay", "black hole", "refuse")
AWAY_S = (0.2, 4.0)
PAUSE_S = 16.0  # longer than the lease of a poll or a job
ORIGIN_S = (2.0, 6.0)
PAUSED = ("poll", "extract", "control", "beat")
BROKEN_CONFIG = "[[feed]]\nid = 7\nurl ="
Hit = tuple[str, bool, bool]  # what happened, and whether it may have hit jobs, and polls


@dataclass
class Breaker:
    """Causes faults; each returns when it is over, and tells what it may have hit."""

    victim: Victim
    origin: GrowingOrigin
    config: Path
    rng: random.Random
    broker: Broker | None
    broker_proxy: Proxy | None
    postgres: Postgres | None
    database_proxy: Proxy | None

    problems: list[str] = field(default_factory=list)  # what a fault itself found broken

    def cause(self, kind: str) -> Kill:
        """Cause a fault of this kind."""
        if kind == "restarts" and self.postgres is None:
            kind = "kills"
        at = time.monotonic()
        what, hits_jobs, hits_feeds = self.acts()[kind]()
        return Kill(at, what, hits_jobs, hits_feeds, time.monotonic(), kind)

    def acts(self) -> Mapping[str, Callable[[], Hit]]:
        """What causes each kind."""
        return {
            "kills": self._kill,
            "broker-losses": self._lose_broker,
            "restarts": self._restart_database,
            "network": self._break_network,
            "origin": self._break_origin,
            "pauses": self._pause,
            "configs": self._break_config,
        }

    def _kill(self) -> Hit:
        family = self.victim.family()
        if self.rng.random() < TREE_SHARE or not family:
            return f"kill -9 of {self.victim.kill_all()}", True, True
        chosen = self.rng.choice(family)
        role, is_broker = self.role_of(chosen), is_server(chosen)
        said = self.victim.kill_one(self.rng, [chosen])
        return f"kill -9 of {said}", is_broker or role == "extract", is_broker or role == "poll"

    def role_of(self, process: psutil.Process) -> str:
        """The role of a worker, also of one of its children."""
        try:
            chain = [process, *process.parents()]
        except psutil.NoSuchProcess:
            return ""
        words = [word for one in chain for word in command_of(one)]
        return next((role for role in PAUSED if role in words), "")

    def _lose_broker(self) -> Hit:
        assert self.broker is not None
        with_data, away_s = self.rng.random() < 0.5, self.rng.uniform(*AWAY_S)
        self.broker.lose(with_data=with_data, away_s=away_s)
        return f"broker lost {'with' if with_data else 'without'} its data for {away_s:.1f} s", True, True

    def _restart_database(self) -> Hit:
        assert self.postgres is not None
        self.postgres.restart()
        return "PostgreSQL restarted as after a crash", True, True

    def _break_network(self) -> Hit:
        proxies = {"broker": self.broker_proxy, "database": self.database_proxy}
        name = self.rng.choice([name for name, proxy in proxies.items() if proxy])
        proxy, mode = proxies[name], self.rng.choice(NETWORK)
        assert proxy is not None
        if mode == "cut":
            return f"{proxy.cut() // 2} connections to the {name} cut", True, True
        length_s = self.rng.uniform(*NETWORK_S)
        proxy.mode = mode
        if mode == "refuse":
            proxy.cut()
        time.sleep(length_s)
        proxy.mode = "pass"
        if mode == "black hole":
            proxy.cut()  # parts of messages are lost
        return f"{mode} between service and {name} for {length_s:.1f} s", True, True

    def _break_origin(self) -> Hit:
        fault, length_s = self.rng.choice(("hang", "cut")), self.rng.uniform(*ORIGIN_S)
        self.origin.fault = fault
        time.sleep(length_s)
        self.origin.fault = ""
        return f"all sites {fault} for {length_s:.1f} s", True, False

    def _pause(self) -> Hit:
        """Stop a worker for longer than its leases."""
        family = [one for one in self.victim.family() if self.role_of(one)]
        if not family:
            return "no worker to stop", False, False
        chosen = self.rng.choice(family)
        role = self.role_of(chosen)
        pause([chosen], PAUSE_S)
        return f"SIGSTOP of {role} for {PAUSE_S:.0f} s", role == "extract", role == "poll"

    def _break_config(self) -> Hit:
        """A config with an error, for longer than it takes to be read."""
        good = self.config.read_text(encoding="utf-8")
        self.config.write_text(BROKEN_CONFIG, encoding="utf-8")
        time.sleep(4.0)
        self.config.write_text(good, encoding="utf-8")
        return "a broken config for 4 s", False, False


def is_server(process: psutil.Process) -> bool:
    """Whether it is the service's own broker."""
    return any(name in word for word in command_of(process)[:1] for name in SERVER_NAMES)


def pause(processes: Sequence[psutil.Process], length_s: float) -> None:
    """Stop processes for so long; some may end meanwhile."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGSTOP)
    time.sleep(length_s)
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGCONT)
