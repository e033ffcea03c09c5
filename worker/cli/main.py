"""The `wireroom` command: a group whose commands are imported when they are called."""

import importlib
from pathlib import Path
from typing import Any

import click

from worker.errors import ConfigError
from worker.redaction import redact
from worker.views.errors import run_command

# command -> the module that holds a click command of the same name
COMMANDS = {
    "run": "worker.launcher.run",
    "worker": "worker.launcher.roles",
    "check": "worker.cli.check",
    "status": "worker.cli.status",
    "feeds": "worker.cli.feeds",
    "articles": "worker.cli.articles",
    "stories": "worker.cli.stories",
    "diff": "worker.cli.diff",
    "jobs": "worker.cli.jobs",
    "poll": "worker.cli.poll",
    "parse": "worker.cli.parse",
    "extract": "worker.cli.extract",
    "cluster": "worker.cli.cluster",
    "discover": "worker.cli.discover",
    "reload": "worker.cli.reload",
    "db": "worker.cli.db",
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
        module = importlib.import_module(COMMANDS[cmd_name])
        command: click.Command = getattr(module, cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what it says of a bad argument is shown without secrets."""
        _configure_logging()
        try:
            return super().invoke(ctx)
        except click.ClickException as exc:
            exc.message = redact(exc.message)  # type: ignore[misc]
            raise


def _configure_logging() -> None:
    """Commands log as the service does: to stderr, without secrets and without the values of variables."""
    import structlog

    from worker.logs import configure_logging
    from worker.settings import Settings, read_settings

    if structlog.is_configured():
        return
    try:
        settings = read_settings()
    except ConfigError:  # the command itself, or `check`, says what is wrong
        settings = Settings(Path(), Path(), database_url="", broker_url=None)
    configure_logging(settings, for_command=True)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="wireroom")
def wireroom() -> None:
    """Watch news feeds, join wire copies into stories, run extraction jobs."""


def main() -> None:
    """Run the command line; an error is one clear line on stderr and an exit code."""
    run_command(wireroom)
