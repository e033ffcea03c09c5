"""Find the causes of service failures on this machine: the disk, permissions."""

import os
import shutil
from pathlib import Path

from worker.settings import Settings

FREE_BYTES = 100 * 1024 * 1024  # less than this may run out before an operator notices


SPACE, MODE = "free space on its disk", "let the service's user own it, with permission to write"
MOUNT = "mount its file system for writing"


def find_disk_needs(settings: Settings) -> list[str]:
    """The problems that prevent writing the state directory or the database file."""
    return [fault for fault, _ in find_disk_faults(settings)]


def find_disk_faults(settings: Settings) -> list[tuple[str, str]]:
    """The same, each with its remedy.

    Permissions are checked only if we own the directory, as another user may run the command.
    """
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - `wireroom health` has no time to import it

    places = {"the state directory": settings.home}
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        places["the database"] = Path(url.database)
    faults: list[tuple[str, str]] = []
    for name, place in places.items():
        try:
            found = _find_fault(place)
        except OSError as exc:
            found = f"cannot be looked at: {exc.strerror}", MODE
        if found and not any(found[0] in fault for fault, _ in faults):
            faults.append((f"{name} {place} {found[0]}", found[1]))
    return faults


def _find_fault(place: Path) -> tuple[str, str] | None:
    if not place.exists():
        return None
    if os.statvfs(place).f_flag & os.ST_RDONLY:
        return "is on a read-only file system", MOUNT
    free = shutil.disk_usage(place).free
    if free < FREE_BYTES:
        return f"is on a disk that is nearly full: {free / 1024**2:.0f} MiB are left", SPACE
    is_ours = place.stat().st_uid == os.geteuid()
    if is_ours and not os.access(place, os.W_OK):
        return "cannot be written: no permission", MODE
    return None
