"""The `wireroom` command: a group whose commands are imported when they are called."""

import importlib
import sys
from collections.abc import Callable

import click

from worker.errors import ConfigError, SchemaError, WireroomError

# command -> module in worker.cli; each module has a click command of the same name
COMMANDS = {
    "run": "run",
    "worker": "roles",
    "check": "check",
    "status": "status",
    "feeds": "feeds",
    "articles": "articles",
    "stories": "stories",
    "diff": "diff",
    "jobs": "jobs",
    "poll": "poll",
    "parse": "parse",
    "extract": "extract",
    "cluster": "cluster",
    "discover": "discover",
    "reload": "reload",
    "db": "db",
}


class LazyGroup(click.Group):
    """Imports a command's module only when that command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order an operator meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"worker.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="wireroom")
def wireroom() -> None:
    """Watch news feeds, join wire copies into stories, run extraction jobs."""


def main() -> None:
    """Run the command line; a known error is one clear line on stderr and an exit code."""
    run_command(wireroom)


def run_command(command: Callable[[], object]) -> None:
    """Call a command; what wireroom raises on purpose becomes one line on stderr.

    Exit 2 for what starting again cannot mend (the config, a database of another version), else 1.
    """
    try:
        command()
    except ConfigError as exc:
        for problem in exc.problems:
            click.echo(f"wireroom: {problem}", err=True)
        sys.exit(2)
    except WireroomError as exc:
        click.echo(f"wireroom: {exc}", err=True)
        sys.exit(2 if isinstance(exc, SchemaError) else 1)
