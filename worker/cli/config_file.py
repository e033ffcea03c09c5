"""Add feeds to the config file without touching what it holds."""

import contextlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.errors import ConfigError
from worker.redaction import redact

if TYPE_CHECKING:
    from worker.records import Config


def read_config_file(path: Path) -> "Config":
    """The config of the file. Raises ClickException if it has errors or cannot be read."""
    from worker.config import load_config

    try:
        return load_config(path)
    except ConfigError as exc:
        more = f"; and {len(exc.problems) - 1} more" if len(exc.problems) > 1 else ""
        message = (
            f"the config has errors, so nothing was changed: {exc.problems[0]}{more}; see `wireroom check`"
        )
        raise click.ClickException(redact(message)) from exc


def append_tables(path: Path, tables: Sequence[str]) -> None:
    """Add tables at the end of the file at once. Raises ClickException, and writes nothing, if it is bad."""
    try:
        before = path.read_bytes()
        gap = b"\n" if before.endswith(b"\n") else b"\n\n" if before else b""
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
            draft.write(before + gap + "\n".join(tables).encode())
            draft.flush()
            os.fsync(draft.fileno())
        try:
            _replace(path, Path(draft.name))
        finally:
            Path(draft.name).unlink(missing_ok=True)
    except OSError as exc:
        message = f"nothing was added: {path} cannot be written: {exc.strerror or exc}"
        raise click.ClickException(message) from exc


def _replace(path: Path, draft: Path) -> None:
    """Put a draft beside the file in its place, with its mode and owner, if it is valid."""
    from worker.config import load_config

    draft.chmod(path.stat().st_mode & 0o777)
    with contextlib.suppress(PermissionError):
        os.chown(draft, path.stat().st_uid, path.stat().st_gid)
    try:
        load_config(draft)
    except ConfigError as exc:
        raise click.ClickException(
            redact(f"nothing was written, the result is not valid: {exc.problems[0]}")
        ) from exc
    draft.replace(path.resolve())
