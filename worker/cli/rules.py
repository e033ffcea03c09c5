"""The config's rules for commands that ask sites on an operator's behalf, with or without a service."""

import click

from worker.errors import ConfigError
from worker.records import Catalog


def read_rules() -> Catalog:
    """Contact, guard and pacing of the config; without a good one the strictest."""
    from worker.catalog import load_catalog
    from worker.settings import read_settings

    try:
        return load_catalog(read_settings().config)
    except ConfigError as exc:
        click.echo(f"without the config's contact and rules: {exc.problems[0]}", err=True)
        return Catalog(feeds=())
