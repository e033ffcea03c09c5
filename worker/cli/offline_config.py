"""Config access for commands that also work without a service."""

import click

from worker.errors import ConfigError, ConfigProblem
from worker.records import Config
from worker.redaction import redact
from worker.text.amounts import count_of

FAULTS_SHOWN = 5


def read_rules() -> Config:
    """The config, or the strictest defaults if it is missing or invalid."""
    from worker.config import load_config
    from worker.settings import read_settings

    try:
        return load_config(read_settings().config)
    except ConfigError as exc:
        click.echo(redact(f"using defaults, the config cannot be loaded: {exc.problems[0]}"), err=True)
        return Config(feeds=())


def read_channels() -> tuple[Config, tuple[ConfigProblem, ...]]:
    """The config with its channels and receivers, and its faults, which are also told on stderr.

    Of a config with faults this is what can be read, without feeds. Raises ConfigError if nothing can be.
    """
    from worker.config import read_files
    from worker.settings import read_settings

    reading = read_files(read_settings().config)
    config = reading.config or reading.readable
    if config is None:
        raise ConfigError(reading.faults)
    if reading.faults:
        count = count_of(len(reading.faults), "error")
        click.echo(f"the config file has {count} and is refused; tested is what can be read of it:", err=True)
        for fault in reading.faults[:FAULTS_SHOWN]:
            click.echo(f"  {redact(str(fault))}", err=True)
        if len(reading.faults) > FAULTS_SHOWN:
            more = len(reading.faults) - FAULTS_SHOWN
            click.echo(f"  and {more} more; `wireroom check` lists all", err=True)
    return config, reading.faults


def refused_plugins() -> tuple[str, ...]:
    """Why plug-ins were rejected, one line each; loads nothing if no plug-in is installed."""
    from importlib.metadata import entry_points

    from worker.plugin_child import GROUP

    if not entry_points(group=GROUP):
        return ()
    from worker.extract import installed  # imports the HTML libraries, which takes a second

    return installed().refused
