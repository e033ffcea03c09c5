"""The faults of a storm over a whole service."""

import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.storms.growing import GrowingOrigin
from tests.storms.page_reckoning import Kill
from tests.storms.proxy import Proxy
from tests.storms.servers import Broker, Postgres
from tests.storms.victims import Victim, command_of

TREE_SHARE = 0.15  # of kills
NETWORK_S = (1.0, 6.0)
SLOW = "delay between service and broker"
NETWORK = ("cut", "delay", "black hole", "refuse")
AWAY_S = (0.2, 4.0)
PAUSE_S = 16.0  # longer than a lease
ORIGIN_S = (2.0, 6.0)
PAUSED = ("poll", "extract", "control", "beat")
BROKEN_CONFIG = "[[feed]]\nid = 7\nurl ="


@dataclass
class Breaker:
    """Causes faults; each returns when it is over, and tells what it may have hit."""

    victim: Victim
    origin: GrowingOrigin
    config: Path
    rng: random.Random
    broker: Broker
    broker_proxy: Proxy
    postgres: Postgres | None
    database_proxy: Proxy | None

    def cause(self, name: str) -> Kill:
        """Cause a fault of this kind."""
        at = time.monotonic()
        acts = {
            "kills": self._kill,
            "broker-losses": self._lose_broker,
            "restarts": self._restart_database,
            "network": self._break_network,
            "origin": self._break_origin,
            "pauses": self._pause,
            "configs": self._break_config,
        }
        what, hits_jobs, hits_feeds = acts[name]()
        return Kill(at, what, hits_jobs, hits_feeds, time.monotonic())

    def _kill(self) -> tuple[str, bool, bool]:
        family = self.victim.family()
        if self.rng.random() < TREE_SHARE or not family:
            return f"kill -9 of {self.victim.kill_all()}", True, True
        chosen = self.rng.choice(family)
        role = self._role_of(chosen)
        said = self.victim.kill_one(self.rng, [chosen])
        return f"kill -9 of {said}", role == "extract", role == "poll"

    def _role_of(self, process: psutil.Process) -> str:
        """The role of a worker, also of one of its children."""
        try:
            chain = [process, *process.parents()]
        except psutil.NoSuchProcess:
            return ""
        words = [word for one in chain for word in command_of(one)]
        return next((role for role in PAUSED if role in words), "")

    def _lose_broker(self) -> tuple[str, bool, bool]:
        with_data, away_s = self.rng.random() < 0.5, self.rng.uniform(*AWAY_S)
        self.broker.lose(with_data=with_data, away_s=away_s)
        return f"broker lost {'with' if with_data else 'without'} its data for {away_s:.1f} s", True, True

    def _restart_database(self) -> tuple[str, bool, bool]:
        if self.postgres is None:
            return self._kill()
        self.postgres.restart()
        return "PostgreSQL restarted as after a crash", True, True

    def _break_network(self) -> tuple[str, bool, bool]:
        proxy, mode = self.broker_proxy, self.rng.choice(NETWORK)
        if self.database_proxy and self.rng.random() < 0.5:
            proxy = self.database_proxy
        name = "broker" if proxy is self.broker_proxy else "database"
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

    def _break_origin(self) -> tuple[str, bool, bool]:
        fault, length_s = self.rng.choice(("hang", "cut")), self.rng.uniform(*ORIGIN_S)
        self.origin.fault = fault
        time.sleep(length_s)
        self.origin.fault = ""
        return f"all sites {fault} for {length_s:.1f} s", True, False

    def _pause(self) -> tuple[str, bool, bool]:
        """Stop a worker for longer than its leases."""
        family = [one for one in self.victim.family() if self._role_of(one)]
        if not family:
            return "no worker to stop", False, False
        chosen = self.rng.choice(family)
        role = self._role_of(chosen)
        try:
            chosen.send_signal(signal.SIGSTOP)
            time.sleep(PAUSE_S)
            chosen.send_signal(signal.SIGCONT)
        except psutil.NoSuchProcess:
            pass
        return f"SIGSTOP of {role} for {PAUSE_S:.0f} s", role == "extract", role == "poll"

    def _break_config(self) -> tuple[str, bool, bool]:
        """A config with an error, for longer than it takes to be read."""
        good = self.config.read_text(encoding="utf-8")
        self.config.write_text(BROKEN_CONFIG, encoding="utf-8")
        time.sleep(4.0)
        self.config.write_text(good, encoding="utf-8")
        return "a broken config for 4 s", False, False
