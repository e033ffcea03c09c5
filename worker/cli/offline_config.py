"""What commands go by that work with or without a service: the config's rules, the plug-ins."""

import click

from worker.errors import ConfigError
from worker.records import Config
from worker.redaction import redact


def read_rules() -> Config:
    """Contact, guard and pacing of the config; without a good one the strictest."""
    from worker.config import load_config
    from worker.settings import read_settings

    try:
        return load_config(read_settings().config)
    except ConfigError as exc:
        click.echo(redact(f"without the config's contact and rules: {exc.problems[0]}"), err=True)
        return Config(feeds=())


def refused_plugins() -> tuple[str, ...]:
    """Why plug-ins were refused, one line each; where none is installed nothing is loaded to find out."""
    from importlib.metadata import entry_points

    from worker.plugin_child import GROUP

    if not entry_points(group=GROUP):
        return ()
    from worker.extract import installed  # the HTML libraries take a second to load

    return installed().refused
