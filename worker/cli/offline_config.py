"""Config access for commands that also work without a service."""

import click

from worker.errors import ConfigError
from worker.records import Config
from worker.redaction import redact


def read_rules() -> Config:
    """The config, or the strictest defaults if it is missing or invalid."""
    from worker.config import load_config
    from worker.settings import read_settings

    try:
        return load_config(read_settings().config)
    except ConfigError as exc:
        click.echo(redact(f"using defaults, the config cannot be loaded: {exc.problems[0]}"), err=True)
        return Config(feeds=())


def refused_plugins() -> tuple[str, ...]:
    """Why plug-ins were rejected, one line each; loads nothing if no plug-in is installed."""
    from importlib.metadata import entry_points

    from worker.plugin_child import GROUP

    if not entry_points(group=GROUP):
        return ()
    from worker.extract import installed  # imports the HTML libraries, which takes a second

    return installed().refused
