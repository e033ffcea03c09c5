"""Where a storm over a whole service takes place."""

import argparse
import random
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.storms.disks import Disk, mounted_disk
from tests.storms.growing import GrowingOrigin
from tests.storms.page_reckoning import read_only_url
from tests.storms.proxy import Proxy
from tests.storms.servers import Broker, Postgres, running_broker, running_postgres
from tests.storms.upheavals import CLOCK, Upheaver
from tests.storms.victims import Victim
from tests.storms.wall_clocks import Clocks, build_library
from tests.support.pooler import pgbouncer

POOLED = 8  # connections of PgBouncer to the server
SOCKETS = shutil.ignore_patterns("*.sock", "run")


@dataclass
class Setting:
    """Servers, a disk and clocks of the storm's own, and how the service finds them."""

    options: argparse.Namespace
    folder: Path
    counts: Mapping[str, int]
    stack: ExitStack
    settings: dict[str, str] = field(default_factory=dict)
    broker: Broker | None = None  # None: the service's own
    broker_proxy: Proxy | None = None
    postgres: Postgres | None = None
    database_proxy: Proxy | None = None
    disk: Disk | None = None
    clocks: Clocks | None = None

    def __post_init__(self) -> None:
        enter, has_disk = self.stack.enter_context, bool(self.counts["disks"])
        if not self.options.own_broker:
            self.broker, self.broker_proxy = enter(running_broker())
            self.settings["BROKER_URL"] = f"redis://127.0.0.1:{self.broker_proxy.port}/0"
        if has_disk:
            self.disk = enter(mounted_disk(self.home))
            if self.options.keep:
                self.stack.callback(shutil.copytree, self.home, self.folder / "state", ignore=SOCKETS)
        if self.counts["clocks"] and (library := build_library(self.folder)):
            self.clocks = Clocks(self.folder, library)
        if self.options.database == "postgresql":
            self.postgres, self.database_proxy = enter(running_postgres(has_disk=has_disk))
            self.settings["DATABASE_URL"] = self.postgres.url_at(self.database_proxy.port)
            if self.options.pooler:
                pooled = pgbouncer(self.settings["DATABASE_URL"], self.folder / "pooler", POOLED)
                self.settings["DATABASE_URL"] = enter(pooled)

    @property
    def home(self) -> Path:
        """The state directory."""
        return self.folder / "home"

    @property
    def url(self) -> str:
        """By which the database is read."""
        return self.postgres.own_url if self.postgres else read_only_url(self.home / "wireroom.db")

    def victim(self, config: Path) -> Victim:
        """The service, started."""
        env = self.clocks.env(CLOCK) if self.clocks else {}
        return Victim(self.home, config, env, **self.settings)

    def breaker(self, victim: Victim, origin: GrowingOrigin, config: Path, rng: random.Random) -> Upheaver:
        """What causes the faults."""
        direct = self.postgres.own_url if self.postgres else f"sqlite:///{self.home / 'wireroom.db'}"
        return Upheaver(
            victim, origin, config, rng, self.broker, self.broker_proxy, self.postgres, self.database_proxy,
            database_url=direct, disk=self.disk, clocks=self.clocks, older=self.options.older,
        )  # fmt: skip
