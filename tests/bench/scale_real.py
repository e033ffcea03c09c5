"""A real service that polls a world's streams on loopback for a while, and what it took."""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import create_engine, inspect, text

from tests.bench.scale_world import Stream
from tests.bench.stream_origin import StreamOrigin
from tests.storms.victims import Victim, command_of
from worker.records import Config

START_S = 300.0
FIRST_S = 300.0
TRIES_S = 0.5
ROLES = ("control", "poll", "extract", "beat")
POSTGRES = "postgres"


@dataclass(frozen=True, slots=True)
class Real:
    """What a service did in `seconds`, and what it took: CPU seconds and memory by role."""

    seconds: float
    requests: Counter[int]
    rows: dict[str, int]
    table_bytes: dict[str, int]
    cpu_s: dict[str, float]
    memory_mb: dict[str, float]  # PSS at the end


def config_text(streams: Sequence[Stream], config: Config, port: int) -> str:
    """The config file of a world on loopback."""
    rule = config.host_rule("*")
    parts = [
        '[defaults]\nextract = "off"',
        f'[http]\nallow_private = ["127.0.0.0/8"]\nglobal_rate = "{config.global_rate_per_s:g}/s"',
        f'[host."*"]\nconcurrency = {rule.concurrency}\ndelay = "{rule.delay_s:g}s"',
    ]
    for number, stream in enumerate(streams):
        feed = stream.feed
        parts.append(
            f'[[feed]]\nid = "{feed.id}"\nurl = "http://{stream.host}:{port}/{number}"\nlang = "en"\n'
            f'interval = "{feed.interval_s:g}s"\nmin_interval = "{feed.min_interval_s:g}s"\n'
            f'max_interval = "{feed.max_interval_s:g}s"\nadaptive = {str(feed.adaptive).lower()}'
        )
    return "\n\n".join(parts) + "\n"


def measure(
    streams: Sequence[Stream], config: Config, seconds: float, *, after_first: bool = False,
    **settings: str,
) -> Real:  # fmt: skip
    """Run a service on the streams for so long, or with 0 until each feed was polled.

    With `after_first` the time counts from when each feed was polled. `settings` are those of the service.
    """
    with tempfile.TemporaryDirectory(prefix="wr-scale-") as folder, StreamOrigin(streams) as origin:
        path = Path(folder) / "feeds.toml"
        path.write_text('[defaults]\nextract = "off"\n', encoding="utf-8")
        url = settings.get("DATABASE_URL") or f"sqlite:///{folder}/home/wireroom.db"
        with _service(Path(folder), path, **settings) as victim:
            if not after_first:
                before, rows = _cpu_s(victim, url), _count_rows(url)
            origin.begin()
            path.write_text(config_text(streams, config, origin.port), encoding="utf-8")
            victim.output("reload", "--force")
            if after_first:
                _wait_for_all(url, len(streams))
                before, rows = _cpu_s(victim, url), _count_rows(url)
            skipped, began = len(origin.asked) if after_first else 0, time.time()
            if seconds:
                time.sleep(seconds)
            else:
                _wait_for_all(url, len(streams))
            after, asked, took_s = _cpu_s(victim, url), list(origin.asked[skipped:]), time.time() - began
            counted = _count_rows(url)
            spent = {role: after[role] - before.get(role, 0.0) for role in after}
            stored = {name: counted[name] - rows[name] for name in counted}
            requests = Counter(one.status for one in asked)
            return Real(took_s, requests, stored, _table_bytes(url), spent, _memory_mb(victim, url))


def _wait_for_all(url: str, feeds: int) -> None:
    """Wait until each feed was polled."""
    engine, end = create_engine(url), time.monotonic() + FIRST_S
    query = text("SELECT count(DISTINCT feed_id) FROM polls")
    while time.monotonic() < end:
        with engine.connect() as connection:
            if (connection.scalar(query) or 0) >= feeds:
                engine.dispose()
                return
        time.sleep(TRIES_S)
    raise TimeoutError(f"not all {feeds} feeds were polled within {FIRST_S:g} s")


@contextmanager
def _service(folder: Path, config: Path, **settings: str) -> Iterator[Victim]:
    victim = Victim(folder / "home", config, **{"RELOAD_INTERVAL": "2s", **settings})
    try:
        end = time.monotonic() + START_S
        while not victim.output("health").startswith("ok"):
            if time.monotonic() > end:
                raise TimeoutError(f"the service is not ready after {START_S:g} s")
            time.sleep(TRIES_S)
        yield victim
    finally:
        victim.close()


def role_of(process: psutil.Process) -> str:
    """The role of a service's process; that of its parent for a child that parses."""
    words = command_of(process)
    for role in ROLES:
        if role in words:
            return role
    if "server" in process.name():
        return "broker"
    parent = process.parent()
    is_child = parent is not None and any(role in command_of(parent) for role in ROLES)
    return role_of(parent) if parent and is_child else "supervisor"


def _processes(victim: Victim, url: str) -> list[tuple[str, psutil.Process]]:
    """The processes of the service and of its PostgreSQL server, with their roles."""
    own = [psutil.Process(victim.process.pid), *victim.family()]
    return [*((role_of(process), process) for process in own), *((POSTGRES, one) for one in _servers(url))]


def _servers(url: str) -> list[psutil.Process]:
    if url.startswith("sqlite"):
        return []
    engine = create_engine(url)
    with engine.connect() as connection:
        backend = psutil.Process(connection.scalar(text("SELECT pg_backend_pid()")))
        server = backend.parent()
    engine.dispose()
    return [] if server is None else [server, *server.children(recursive=True)]


def _cpu_s(victim: Victim, url: str) -> dict[str, float]:
    """CPU seconds by role, with those of ended children."""
    found: Counter[str] = Counter()
    for role, process in _processes(victim, url):
        with suppress(psutil.Error):
            times = process.cpu_times()
            found[role] += times.user + times.system + times.children_user + times.children_system
    return dict(found)


def _memory_mb(victim: Victim, url: str) -> dict[str, float]:
    found: Counter[str] = Counter()
    for role, process in _processes(victim, url):
        with suppress(psutil.Error):
            found[role] += process.memory_full_info().pss / 1e6
    return dict(found)


def _count_rows(url: str) -> dict[str, int]:
    engine = create_engine(url)
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        found = {name: connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in names}
    engine.dispose()
    return found


def _table_bytes(url: str) -> dict[str, int]:
    """The bytes of each table with its indexes."""
    engine = create_engine(url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            query = (
                "SELECT m.tbl_name, sum(d.pgsize) FROM dbstat('main', 1) d "
                "JOIN sqlite_master m ON m.name = d.name GROUP BY m.tbl_name"
            )
        else:
            query = (
                "SELECT relname, pg_total_relation_size(oid) FROM pg_class "
                "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
        found: Mapping[str, int] = {name: int(size) for name, size in connection.execute(text(query))}
    engine.dispose()
    return dict(found)
