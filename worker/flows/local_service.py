"""The service of this machine that holds a state directory, for messages while it has no workers yet."""

import fcntl
import json
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

from worker.errors import MissingDatabaseError, SchemaError, WireroomError
from worker.settings import Settings
from worker.text.amounts import spell_s

LOCK_NAME = "wireroom.pid"
ADDRESSES_NAME = "addresses.json"  # on which the service listens, by its own environment and options
PREPARING_NAME = "preparing"  # has the pid of the service while that prepares its database
STARTING_S = 120.0  # after that, a service without workers has a fault


@dataclass(frozen=True, slots=True)
class LocalService:
    """A running service: its pid, how long it has held the state directory, whether it prepares its data."""

    pid: int
    running_s: float
    is_preparing: bool

    @property
    def is_starting(self) -> bool:
        """Whether its workers may not be ready yet."""
        return self.is_preparing or self.running_s < STARTING_S


def find_local_service(home: Path) -> LocalService | None:
    """The service that holds the state directory; None if none does."""
    path = home / LOCK_NAME
    try:
        with path.open("r", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        text = path.read_text(encoding="ascii").strip()
        running_s = max(0.0, time.time() - path.stat().st_mtime)
        return LocalService(int(text), running_s, _is_preparing(home, text)) if text.isdigit() else None
    except OSError:
        return None
    return None


def _is_preparing(home: Path, pid: str) -> bool:
    """Whether the mark is of this process: one of a killed service stays."""
    try:
        return (home / PREPARING_NAME).read_text(encoding="ascii") == pid
    except OSError:
        return False


def begin_preparation(home: Path) -> None:
    """Have commands say that this process, the service, prepares its database; `run` does it."""
    (home / PREPARING_NAME).write_text(str(os.getpid()), encoding="ascii")


def end_preparation(home: Path) -> None:
    """The database can be used from now on."""
    (home / PREPARING_NAME).unlink(missing_ok=True)


def write_addresses(settings: Settings, *, with_flower: bool = True) -> None:
    """Store where this service listens, for commands that have another environment; `run` does it."""
    addresses = {
        "flower": (settings.flower_address, settings.flower_port) if with_flower else None,
        "web": settings.web_address,
        "metrics": settings.metrics_address,
    }
    (settings.home / ADDRESSES_NAME).write_text(json.dumps(addresses), encoding="ascii")


def settings_of_service(settings: Settings) -> tuple[Settings, bool]:
    """These settings with the addresses on which the running service listens, and whether it has a monitor.

    The settings as they are if none runs, or none that tells.
    """
    if find_local_service(settings.home) is None:
        return settings, True
    try:
        told = json.loads((settings.home / ADDRESSES_NAME).read_text(encoding="ascii"))
        web, metrics = (told[name] and tuple(told[name]) for name in ("web", "metrics"))
        host, port = told["flower"] or (settings.flower_address, settings.flower_port)
    except (OSError, ValueError, KeyError, TypeError):
        return settings, True
    own = replace(settings, flower_address=host, flower_port=port, web_address=web, metrics_address=metrics)
    return own, told["flower"] is not None


def excuse_missing_secret(settings: Settings) -> str | None:
    """What to add to a secret that a command cannot use while the service of this machine runs, or None.

    The service has an environment of its own, and perhaps another user's permissions.
    """
    service = find_local_service(settings.home)
    if service is None:
        return None
    return (
        f"the service that runs (pid {service.pid}) has its own environment; `wireroom status` says what it "
        "lacks"
    )


def is_starting(settings: Settings) -> bool:
    """Whether a service of this machine prepares its data, or its workers may not be ready yet."""
    service = find_local_service(settings.home)
    return service is not None and service.is_starting


def is_preparing(settings: Settings) -> bool:
    """Whether a service of this machine prepares its database."""
    service = find_local_service(settings.home)
    return service is not None and service.is_preparing


def describe_error(exc: WireroomError, settings: Settings) -> str:
    """The text of an error, or that the service prepares the database that it is about."""
    is_upgradable = isinstance(exc, SchemaError) and exc.may_pass
    is_missing = is_upgradable or isinstance(exc, MissingDatabaseError)
    return (is_missing and is_preparing(settings) and describe_silence(settings)) or str(exc)


def describe_absence(settings: Settings) -> str | None:
    """That no service runs here, if the broker would be its own; None if one runs, or another is used."""
    if settings.broker_url is not None or find_local_service(settings.home) is not None:
        return None
    return f"no service is running in {settings.home}: start `wireroom run`"


def describe_silence(settings: Settings, who: str = "worker") -> str | None:
    """Why no worker reports although a service runs on this machine, in one sentence; None if none runs."""
    service = find_local_service(settings.home)
    if service is None:
        return None
    since = f"pid {service.pid}, for {spell_s(round(service.running_s))}"
    if service.is_preparing:
        return f"the service is starting ({since}): it is preparing the database"
    if service.is_starting:
        return f"the service is starting ({since}): no {who} has reported yet"
    return f"no {who} is alive although the service runs ({since}): see the logs in {settings.home / 'log'}"
