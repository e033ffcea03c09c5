"""`wireroom health`: whether the service works, for containers and timers."""

import socket
import sys

import click

from worker.errors import ConfigError, ServiceError
from worker.flows.heartbeat_keys import ROLES
from worker.redaction import redact
from worker.views.choices import OneOf

SERVERS = ("flower", "web")


@click.command()
@click.argument("role", required=False, type=OneOf("role", [*ROLES, *SERVERS]))
def health(role: str | None) -> None:
    """Exit 0 while the service works, whatever its feeds do; otherwise 1, with the reason in one sentence.

    The database must have the right schema, the broker take writes, the tick run, and a worker of each role
    be alive. With ROLE, only its worker on this machine must be alive;
    `flower` and `web` must respond.
    `wireroom status` shows what needs attention.
    """
    from worker.settings import read_settings

    try:
        settings = read_settings()
        if role in SERVERS:
            from worker.flows.local_service import settings_of_service
            from worker.launcher.liveness import check_roles

            check_roles(settings_of_service(settings)[0], [role])
        else:
            from worker.flows.health import check_health

            check_health(settings, role, socket.gethostname())
    except ConfigError as exc:
        _fail(str(exc.problems[0]))
    except ServiceError as exc:
        from worker.flows.local_service import describe_error

        _fail(describe_error(exc, settings))
    click.echo("ok")


def _fail(reason: str) -> None:
    """Print the reason and exit with 1: Docker reserves 2, the usual status for invalid settings."""
    click.echo(redact(f"wireroom: {reason}"), err=True)
    sys.exit(1)
