"""The `wireroom` command: a group whose commands are imported when they are called."""

import gc
import importlib
import io
import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from worker.cli.groups import NamingGroup
from worker.errors import ConfigError
from worker.redaction import redact
from worker.text.controls import escape_output
from worker.views.errors import CANNOT, BadSubjectError, run_command

# command: the module that defines it under the same name, and its line in `wireroom --help`; the line is
# written here because reading it from the command would import every command
COMMANDS = {
    "init": ("worker.cli.init", "Write a commented config file to start from."),
    "doctor": ("worker.cli.doctor", "Check this machine for what the service needs."),
    "run": ("worker.launcher.run", "Run everything on this machine."),
    "worker": ("worker.launcher.roles", "Run one role, for installations on many machines."),
    "check": ("worker.cli.check", "Validate config and environment."),
    "status": ("worker.cli.status", "Show the state of the service and what needs attention."),
    "health": ("worker.cli.health", "Exit 0 while the service works, for health checks."),
    "feeds": ("worker.cli.feeds", "List the feeds, or show one FEED."),
    "articles": ("worker.cli.articles", "List articles, or show one ARTICLE."),
    "stories": ("worker.cli.stories", "List stories, or show one STORY."),
    "diff": ("worker.cli.diff", "Show how two articles, or two versions of one, differ."),
    "jobs": ("worker.cli.jobs", "List, retry or backfill extraction jobs."),
    "events": ("worker.cli.events", "List what happened to feeds, jobs, stories and the service."),
    "export": ("worker.cli.export", "Export articles, stories and more for other programs."),
    "alerts": ("worker.cli.alerts", "List alerts, send a test, retry what failed."),
    "push": ("worker.cli.push", "List push receivers and messages, replay, resume."),
    "poll": ("worker.cli.poll", "Poll FEED now and explain the result."),
    "parse": ("worker.cli.parse", "Show how feed documents are parsed."),
    "extract": ("worker.cli.extract", "Show what is extracted from pages."),
    "cluster": ("worker.cli.cluster", "Join a stream of documents into stories."),
    "discover": ("worker.cli.discover", "Find the feeds of the site at URL."),
    "opml": ("worker.cli.opml", "Import or export lists of feeds (OPML)."),
    "reload": ("worker.cli.reload", "Load the config file now."),
    "db": ("worker.cli.db", "Upgrade, back up, restore, copy or purge the database."),
}


# words that a command may be looked for under: what pages and output call its subject, and those of others
GUESSES = {
    "needs": "status", "need": "status", "attention": "status", "problems": "status",
    "start": "run", "validate": "check", "config": "check", "log": "events", "logs": "events",
    "retry": "jobs retry", "backfill": "jobs backfill", "forget": "feeds forget",
    "backup": "db backup", "restore": "db restore", "upgrade": "db upgrade", "purge": "db purge",
    "import": "opml import", "flower": "worker flower", "web": "worker web",
}  # fmt: skip


# Objects made between two garbage collections: importing makes many and leaves none to collect.
COLLECT_EVERY = 100_000


class LazyGroup(NamingGroup):
    """Imports a command's module only when that command is used."""

    is_service = False  # whether the command that was used is a process of the service

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The command names in the order of the help text."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        self.is_service = module.__name__.startswith("worker.launcher.")
        if not self.is_service:  # whose processes run for long
            gc.set_threshold(COLLECT_EVERY)
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The name, the command and what follows it; a likely guess is an error that names the command."""
        if not ctx.resilient_parsing and args[0] in GUESSES:
            ctx.fail(f'no command "{args[0]}"; it is `wireroom {GUESSES[args[0]]}`')
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command list from the table above, without importing the commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; error messages about arguments are redacted."""
        _configure_logging()
        try:
            with _until_closed(ctx):
                return super().invoke(ctx)
        except click.ClickException as exc:
            exc.message = redact(exc.message)  # type: ignore[misc]
            if not isinstance(exc, BadSubjectError):
                exc.exit_code = CANNOT  # type: ignore[misc]
            raise
        except click.Abort:  # a question was not answered with yes
            click.echo("nothing was changed", err=True)
            ctx.exit(CANNOT)


@contextmanager
def _until_closed(ctx: click.Context) -> Iterator[None]:
    """End a command well when the reader of its output has ended, as `head` does."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        if not _is_closed(sys.stdout):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is still in the buffer
        ctx.exit(0)


def _is_closed(output: TextIO) -> bool:
    poller = select.poll()
    poller.register(output, 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poller.poll(0))


def _configure_logging() -> None:
    """Log as the service does: to stderr, without secrets and without local variables in tracebacks."""
    from worker.logs import configure_logging, is_configured
    from worker.settings import Settings, read_settings

    if is_configured():
        return
    try:
        settings = read_settings()
    except ConfigError:  # reported by the command itself, or by `check`
        settings = Settings(Path(), Path(), database_url="", broker_url=None)
    configure_logging(settings, for_command=True)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="wireroom")
def wireroom() -> None:
    """Watch news feeds, join wire copies into stories, run extraction jobs."""


def main() -> None:
    """Run the command line; an error becomes one line on stderr and an exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # file names and arguments may not be UTF-8
        sys.stdout.reconfigure(errors="replace")
    for stream in (sys.stdout, sys.stderr):  # feeds, pages and servers write what is shown
        escape_output(stream)
    run_command(wireroom, is_service=lambda: wireroom.is_service)
