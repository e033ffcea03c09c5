"""The service of this machine that holds a state directory, for messages while it has no workers yet."""

import fcntl
import time
from dataclasses import dataclass
from pathlib import Path

from worker.settings import Settings
from worker.text.amounts import spell_s

LOCK_NAME = "wireroom.pid"
STARTING_S = 120.0  # after that, a service without workers has a fault


@dataclass(frozen=True, slots=True)
class LocalService:
    """A running service: its pid, and how long it has held the state directory."""

    pid: int
    running_s: float


def find_local_service(home: Path) -> LocalService | None:
    """The service that holds the state directory; None if none does."""
    path = home / LOCK_NAME
    try:
        with path.open("r", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        text = path.read_text(encoding="ascii").strip()
        running_s = max(0.0, time.time() - path.stat().st_mtime)
        return LocalService(int(text), running_s) if text.isdigit() else None
    except OSError:
        return None
    return None


def excuse_missing_secret(settings: Settings) -> str | None:
    """What to add to a secret that a command does not find while the service of this machine runs, or None.

    The service has an environment of its own, and perhaps another user's permissions.
    """
    service = find_local_service(settings.home)
    if service is None:
        return None
    return (
        f"not found by this command; the service that runs (pid {service.pid}) has its own environment, and "
        "`wireroom status` says what it lacks"
    )


def is_starting(settings: Settings) -> bool:
    """Whether a service of this machine began so recently that its workers may not be ready yet."""
    service = find_local_service(settings.home)
    return service is not None and service.running_s < STARTING_S


def describe_silence(settings: Settings, who: str = "worker") -> str | None:
    """Why no worker reports although a service runs on this machine, in one sentence; None if none runs."""
    service = find_local_service(settings.home)
    if service is None:
        return None
    since = f"pid {service.pid}, for {spell_s(round(service.running_s))}"
    if service.running_s < STARTING_S:
        return f"the service is starting ({since}): no {who} has reported yet"
    return f"no {who} is alive although the service runs ({since}): see the logs in {settings.home / 'log'}"
