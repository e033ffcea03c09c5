"""Reads files that hold one secret each."""

import codecs
import stat
from pathlib import Path

MAX_BYTES = 16_384  # of a secret's file


class UnusableSecretError(ValueError):
    """The file is there, but what it holds cannot be a secret."""


def read_secret_file(path: Path) -> str:
    """The text of a file without a byte-order mark at its beginning and the line ends at its end.

    Raises ValueError with the reason: UnusableSecretError if there is something that is not a file of one
    line of UTF-8 text, or that cannot be read.
    """
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):  # a device or a pipe may never end
            raise UnusableSecretError("it is a directory" if stat.S_ISDIR(mode) else "it is not a file")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as exc:
        kind = ValueError if isinstance(exc, FileNotFoundError | NotADirectoryError) else UnusableSecretError
        raise kind(exc.strerror or "the file cannot be read") from exc
    secret = _decode(content).rstrip("\r\n")
    if not secret.strip():
        raise UnusableSecretError("the file is empty")
    lines = len(secret.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    if lines > 1:
        raise UnusableSecretError(f"the file has {lines} lines; write the secret alone, in one line")
    return secret


def _decode(content: bytes) -> str:
    """The text of a file. Raises UnusableSecretError."""
    if len(content) > MAX_BYTES:
        raise UnusableSecretError(f"the file is larger than {MAX_BYTES} bytes")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnusableSecretError("the file is not UTF-8 text but UTF-16; save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise UnusableSecretError("the file is not UTF-8 text") from exc
    if "\0" in text:
        raise UnusableSecretError("the file contains a NUL character")
    return text
