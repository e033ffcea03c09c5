"""A disk of a storm's own, in memory, which can be made full while it is in use. Needs root on Linux."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILL_TRIES = 100
SIZE_BYTES = 8 * 1024**3  # only what is in use takes memory


def can_mount() -> bool:
    """Whether this process may mount a disk."""
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("mount") is not None


def keep_mounts_private(module: str) -> None:
    """Run this program again where its mounts are its own, and end with it however it ends."""
    if not can_mount() or not shutil.which("unshare"):
        return
    own, parents = (Path(f"/proc/{pid}/ns/mnt").stat().st_ino for pid in ("self", os.getppid()))
    if own == parents:
        os.execlp("unshare", "unshare", "--mount", sys.executable, "-m", module, *sys.argv[1:])


class Disk:
    """A disk mounted on a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fill(self, left_bytes: int) -> None:
        """Leave so much space. Raises OSError."""
        for _ in range(FILL_TRIES):
            found = os.statvfs(self._folder)
            if self._resize((found.f_blocks - found.f_bfree) * found.f_frsize + left_bytes):
                return
        raise OSError(f"the disk on {self._folder} cannot be made full")

    def free(self) -> None:
        """Have space again."""
        self._resize(SIZE_BYTES)

    def _resize(self, size: int) -> bool:
        """Whether the disk has this size now: it does not if more was written meanwhile."""
        command = ["mount", "-o", f"remount,size={size}", str(self._folder)]
        return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode == 0


@contextmanager
def mounted_disk(folder: Path) -> Iterator[Disk]:
    """An empty disk on a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE_BYTES},mode=755", "storm", str(folder)], check=True
    )
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)
