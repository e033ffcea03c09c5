"""Name the causes of service failures: the disk, permissions, the database, the broker."""

import os
import shutil
from pathlib import Path

from worker.settings import Settings

BROKER_HINT = "is `wireroom run` (or Redis) running?"
FREE_BYTES = 100 * 1024 * 1024  # less than this may run out before an operator notices
# Words of SQLite, PostgreSQL (messages of SQLSTATE 28, 42501, 53, 57P03, 25006) and Redis or Valkey.
_CAUSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("the disk is full", ("disk is full", "no space left", "disk full", "disk quota exceeded", "misconf")),
    ("it is read-only", ("readonly database", "read-only", "read only replica")),
    ("no permission", ("permission denied", "unable to open database file", "insufficient privilege")),
    (
        "it refuses our login",
        ("authentication failed", "authentication required", "invalid username-password", "no pg_hba.conf"),
    ),
    ("it has no connection left", ("too many connections", "too many clients", "connection slots")),
    ("it is out of memory", ("out of memory", "not allowed when used memory")),
    ("its disk has errors", ("disk i/o error", "could not read block", "input/output error")),
    ("another process holds it", ("database is locked",)),
    ("it is starting", ("starting up", "loading the dataset")),
)


def name_cause(text: str) -> str:
    """The cause of a database or broker error in a few words; empty if unknown."""
    lower = text.lower()
    return next((cause for cause, signs in _CAUSES if any(sign in lower for sign in signs)), "")


def explain(text: str) -> str:
    """An error message, prefixed with its cause if known."""
    cause = name_cause(text)
    return f"{cause}: {text}" if cause and not text.startswith(cause) else text


def describe_broker_fault(text: str) -> str:
    """What an error of the broker means: it does not respond, or it does not work, with the cause."""
    cause = name_cause(text)
    return f"the broker does not work: {cause}" if cause else "the broker does not respond"


def find_disk_needs(settings: Settings) -> list[str]:
    """The problems that prevent writing the state directory or the database file.

    Permissions are checked only if we own the directory, as another user may run the command.
    """
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - `wireroom health` has no time to import it

    places = {"the state directory": settings.home}
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        places["the database"] = Path(url.database)
    needs: list[str] = []
    for name, place in places.items():
        try:
            fault = _find_fault(place)
        except OSError as exc:
            fault = f"cannot be looked at: {exc.strerror}"
        if fault and not any(fault in need for need in needs):
            needs.append(f"{name} {place} {fault}")
    return needs


def _find_fault(place: Path) -> str | None:
    if not place.exists():
        return None
    if os.statvfs(place).f_flag & os.ST_RDONLY:
        return "is on a read-only file system"
    free = shutil.disk_usage(place).free
    if free < FREE_BYTES:
        return f"is on a disk that is nearly full: {free / 1024**2:.0f} MiB are left"
    is_ours = place.stat().st_uid == os.geteuid()
    if is_ours and not os.access(place, os.W_OK):
        return "cannot be written: no permission"
    return None
