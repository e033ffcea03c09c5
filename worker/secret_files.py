"""Reads files that hold one secret each."""

import stat
from pathlib import Path

MAX_BYTES = 16_384  # of a secret's file


def read_secret_file(path: Path) -> str:
    """The text of a file without the line ends at its end. Raises ValueError with the reason."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a device or a pipe may never end
            raise ValueError("it is not a file")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        secret = content.decode().rstrip("\r\n")
    except UnicodeDecodeError as exc:
        raise ValueError("the file is not UTF-8 text") from exc
    except OSError as exc:
        raise ValueError(exc.strerror or "the file cannot be read") from exc
    if len(content) > MAX_BYTES:
        raise ValueError(f"the file is larger than {MAX_BYTES} bytes")
    if not secret:
        raise ValueError("the file is empty")
    return secret
