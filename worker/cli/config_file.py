"""Add feeds to the config file without touching what it holds."""

import contextlib
import os
import tempfile
from pathlib import Path

import click

from worker.errors import ConfigError
from worker.redaction import redact


def append_tables(path: Path, tables: list[str]) -> None:
    """Add tables at the end of the file at once. Raises ClickException, and writes nothing, if it is bad."""
    from worker.config import load_config

    before = path.read_bytes()
    gap = b"\n" if before.endswith(b"\n") or not before else b"\n\n"
    whole = before + gap + "\n".join(tables).encode()
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
        draft.write(whole)
        draft.flush()
        os.fsync(draft.fileno())
    try:
        Path(draft.name).chmod(path.stat().st_mode & 0o777)
        with contextlib.suppress(PermissionError):
            os.chown(draft.name, path.stat().st_uid, path.stat().st_gid)
        load_config(Path(draft.name))
        Path(draft.name).replace(path.resolve())
    except ConfigError as exc:
        raise click.ClickException(
            redact(f"nothing was written, the result is not valid: {exc.problems[0]}")
        ) from exc
    finally:
        Path(draft.name).unlink(missing_ok=True)
