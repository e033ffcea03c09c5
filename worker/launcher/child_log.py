"""Log files of child processes: open, rotate, read the last line."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

LOG_BYTES = 20_000_000
TAIL_BYTES = 4096
LINE_CHARS = 300


@contextlib.contextmanager
def open_log(path: Path | None) -> Iterator[BinaryIO | None]:
    """Open the file for a child's output; None (inherit ours) without a path."""
    if path is None:
        yield None
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        yield file


def rotate_log(path: Path, max_bytes: int = LOG_BYTES) -> None:
    """Copy a large log to `.1` and truncate the file, which its writers keep open for appending."""
    if path.exists() and path.stat().st_size > max_bytes:
        shutil.copyfile(path, path.with_suffix(path.suffix + ".1"))
        os.truncate(path, 0)


def last_line(path: Path | None) -> str | None:
    """The last non-empty line of a log, usually why the process ended; None if there is none.

    One without its end, as on a full disk, has an ellipsis there.
    """
    if path is None or not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        lines = file.read().decode("utf-8", "replace").split("\n")
    if cut := lines[-1].strip():
        return f"{cut[-LINE_CHARS:]}…"
    return next((line.strip()[-LINE_CHARS:] for line in reversed(lines) if line.strip()), None)
