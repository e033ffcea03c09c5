"""Errors as commands show them: one line on stderr and an exit code.

DONE: the command did what it is for. BAD: it did, and what it looked at is wrong. CANNOT: it was used wrongly
or could not do it, and changed nothing.
"""

import errno
import logging
import os
import sys
from collections.abc import Callable

import click

from worker.errors import (
    ConfigError,
    ExtractError,
    FetchError,
    MissingDatabaseError,
    ParseError,
    SchemaError,
    WireroomError,
)
from worker.redaction import redact

DONE, BAD, CANNOT = 0, 1, 2
FULL = {errno.ENOSPC, errno.EDQUOT}  # the disk, or /dev/full
RESTART = BAD  # of a process of the service: another start may help, which CANNOT denies


class BadSubjectError(click.ClickException):
    """The command worked, and what it looked at is wrong; every other ClickException exits with CANNOT."""

    exit_code = BAD


def run_command(command: Callable[[], object], *, is_service: Callable[[], bool] = lambda: True) -> None:
    """Call a command; an error becomes one line on stderr and an exit code.

    A process of the service exits with CANNOT only for errors that a restart cannot fix: an invalid config,
    or a schema of another version.
    """
    try:
        command()
    except ConfigError as exc:
        for problem in exc.problems:
            click.echo(redact(f"wireroom: {problem}"), err=True)
        sys.exit(CANNOT)
    except WireroomError as exc:
        click.echo(redact(f"wireroom: {exc if is_service() else _describe(exc)}"), err=True)
        is_document = isinstance(exc, FetchError | ParseError | ExtractError)
        may_pass = is_service() and not isinstance(exc, SchemaError)
        sys.exit(BAD if is_document else RESTART if may_pass else CANNOT)
    except Exception as exc:  # otherwise Python would print a traceback
        if isinstance(exc, OSError) and exc.errno in FULL:
            _tell_full(exc)
        else:
            logging.getLogger("wireroom").debug("command broke", exc_info=True)
            hint = "WIREROOM_LOG_LEVEL=DEBUG shows where"
            click.echo(redact(f"wireroom: internal error: {type(exc).__name__}: {exc} ({hint})"), err=True)
        sys.exit(RESTART if is_service() else CANNOT)


def _describe(exc: WireroomError) -> str:
    """The text of an error of a command, which may be that the service is preparing its database."""
    if not isinstance(exc, MissingDatabaseError | SchemaError):
        return str(exc)
    from worker.flows.local_service import describe_error
    from worker.settings import read_settings

    return describe_error(exc, read_settings())


def _tell_full(exc: OSError) -> None:
    """Report output that found no space, and drop the rest of it: Python would try again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    click.echo(f"wireroom: {exc.filename or 'the output'} cannot be written: {exc.strerror}", err=True)
