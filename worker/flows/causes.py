"""Find the causes of service failures on this machine: the disk, permissions."""

import os
import shutil
from pathlib import Path

from worker.settings import Settings

FREE_BYTES = 100 * 1024 * 1024  # less than this may run out before an operator notices


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
