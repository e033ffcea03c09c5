"""`wireroom opml`: take over a list of feeds from another reader, or write one."""

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.config_file import append_tables, read_config_file
from worker.cli.groups import NamingGroup
from worker.errors import ParseError
from worker.redaction import display_url, redact
from worker.text.amounts import count_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from worker.config.feed_list import ListedFeed
    from worker.records import Config


@click.group(cls=NamingGroup)
def opml() -> None:
    """Import or export lists of feeds (OPML)."""


@opml.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would be added, and change nothing.")
@click.option("--wide", is_flag=True, help="Also list the feeds that the config file has already.")
def import_list(file: Path, dry_run: bool, wide: bool) -> None:
    """Add the feeds of FILE (OPML, or one URL a line; - for stdin) to the config file.

    What the file holds stays as it is, comments included. Feeds that it has already are left alone. Exit 1 if
    FILE ends early; what was read of it is added. Without a config file the tables are written to stdout; all
    else is said on stderr.
    """
    from worker.config.feed_list import read_feed_list, to_toml
    from worker.settings import read_settings

    try:
        listed = read_feed_list(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())
    except ParseError as exc:
        raise click.ClickException(f"{file}: {exc}") from exc
    name = "standard input" if str(file) == "-" else str(file)
    if not listed.feeds and not listed.skipped and not listed.cut_at:
        raise click.ClickException(f"{name} lists no feed: give an OPML document, or one URL a line")
    path = read_settings().config
    config = read_config_file(path) if path.exists() else None
    for why in listed.skipped:
        click.echo(f"skipped {redact(why)}", err=True)
    if listed.damage:
        click.echo(f"{name} is not well-formed, so feeds may be missing: {redact(listed.damage)}", err=True)
    chosen, tally = _select(listed.feeds, config, list_known=wide)
    tables = [to_toml(name, feed) for name, feed in chosen]
    others = f"{tally['known']} known, {tally['skipped'] + len(listed.skipped)} skipped"
    if config is None:
        click.echo("\n".join(tables), nl=False)
        click.echo(
            f"there is no config file {path}, so nothing was written: save these tables there; {others}",
            err=True,
        )
    else:
        if tables and not dry_run:
            append_tables(path, tables)
        verb = "would be added to" if dry_run else "added to"
        click.echo(f"{count_of(len(tables), 'feed')} {verb} {path}; {others}", err=True)
    if listed.cut_at:
        read = count_of(len(listed.feeds), "feed")
        message = (
            f"{name} ends early, in line {listed.cut_at}, after {read}: import the whole file for the rest"
        )
        raise click.ClickException(message)


@opml.command("export")
def export_list() -> None:
    """Write the feeds of the config file as OPML 2.0 to stdout, with their tags as folders."""
    from worker.config.feed_list import ListedFeed, to_opml
    from worker.settings import read_settings

    config = read_config_file(read_settings().config)
    feeds = [
        ListedFeed(display_url(feed.url), feed.id, tuple(feed.tags), feed.lang, enabled=feed.enabled)
        for feed in config.feeds
    ]
    click.echo('<?xml version="1.0" encoding="UTF-8"?>\n' + to_opml(feeds), nl=False)


def _select(
    listed: "Iterable[ListedFeed]", config: "Config | None", *, list_known: bool
) -> "tuple[list[tuple[str, ListedFeed]], Counter[str]]":
    """The feeds to add with their new ids, and counts of the others.

    Prints a line for each, for those that are known only with `list_known`.
    """
    from worker.config import addresses
    from worker.config.feed_list import to_latin
    from worker.config.feeds import normalize_address
    from worker.config.values import BadValueError
    from worker.flows.discover import propose_id

    known = {normalize_address(feed.url): feed.id for feed in config.feeds} if config else {}
    taken = set(known.values())
    chosen, tally = [], Counter[str]()
    for feed in listed:
        try:
            address = normalize_address(addresses.url(feed.url))
        except BadValueError as exc:
            click.echo(f"skipped {redact(feed.title or feed.url)[:80]}: {redact(str(exc))}", err=True)
            tally["skipped"] += 1
            continue
        if address in known:
            if list_known:
                click.echo(f"known   {known[address]}  {display_url(feed.url)}", err=True)
            tally["known"] += 1
            continue
        name = propose_id(feed.url, to_latin(feed.title), taken)
        taken.add(name)
        known[address] = name
        chosen.append((name, feed))
        tags = "".join(f"  #{tag}" for tag in feed.tags)
        click.echo(f"new     {name}  {display_url(feed.url)}{tags}", err=True)
    return chosen, tally
