"""Errors as commands show them: one line on stderr and an exit code."""

import logging
import sys
from collections.abc import Callable

import click

from worker.errors import ConfigError, SchemaError, WireroomError
from worker.redaction import redact


def run_command(command: Callable[[], object]) -> None:
    """Call a command; an error becomes one line on stderr.

    Exit 2 for errors that a restart cannot fix (invalid config, other schema version), otherwise 1.
    """
    try:
        command()
    except ConfigError as exc:
        for problem in exc.problems:
            click.echo(redact(f"wireroom: {problem}"), err=True)
        sys.exit(2)
    except WireroomError as exc:
        click.echo(redact(f"wireroom: {exc}"), err=True)
        sys.exit(2 if isinstance(exc, SchemaError) else 1)
    except Exception as exc:  # otherwise Python would print a traceback
        logging.getLogger("wireroom").debug("command broke", exc_info=True)
        hint = "WIREROOM_LOG_LEVEL=DEBUG shows where"
        click.echo(redact(f"wireroom: internal error: {type(exc).__name__}: {exc} ({hint})"), err=True)
        sys.exit(1)
