"""Files that have their names only when they are complete and on disk."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from worker.store.backup import sync_directory

PARTIAL = ".partial"
NAME_CHARS = 40  # of the target's name in that of its draft: a file system limits the length of a name


@contextmanager
def new_file(target: Path) -> Iterator[BinaryIO]:
    """A file to write, which becomes `target` at the end; after an error nothing is left of it.

    Raises FileExistsError if `target` exists by then, and other OSErrors.
    """
    with _draft(target) as (file, path):
        yield file
        _finish(file)
        try:
            os.link(path, target)  # unlike a rename, this never replaces a file
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            if os.path.lexists(target):
                raise FileExistsError(f"{target} exists") from None
            path.rename(target)
        with suppress(OSError):  # of a directory that may be written and not read
            sync_directory(target.parent)


def replace_file(target: Path, content: bytes) -> None:
    """Write a file, or replace it, at once. Raises OSError and then leaves `target` as it was."""
    with _draft(target) as (file, path):
        file.write(content)
        _finish(file)
        path.replace(target)
        with suppress(OSError):  # of a directory that may be written and not read
            sync_directory(target.parent)


@contextmanager
def _draft(target: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A file beside the target that nothing else has opened: its name is new, and no link is followed."""
    number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:NAME_CHARS]}.", suffix=PARTIAL)
    try:
        with os.fdopen(number, "wb") as file:
            yield file, Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _finish(file: BinaryIO) -> None:
    """Give a draft, which only its owner may read, the mode of a new file, and wait until it is on disk."""
    file.flush()
    mask = os.umask(0o077)
    os.umask(mask)
    os.fchmod(file.fileno(), 0o666 & ~mask)
    os.fsync(file.fileno())
