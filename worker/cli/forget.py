"""`wireroom feeds forget`: delete all that is stored of feeds that are not in the config any more."""

import sys
from typing import TYPE_CHECKING

import click

from worker.cli.lookups import complete_feed, no_feed
from worker.text.amounts import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from worker.flows.services import Services

SHOWN = 5


@click.command()
@click.argument("feeds", nargs=-1, metavar="[FEED]...", shell_complete=complete_feed)
@click.option("--host", help="All removed feeds of this host, and what is stored of the host itself.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(feeds: tuple[str, ...], *, host: str | None, yes: bool) -> None:
    """Delete the articles, polls, jobs, events and alerts of feeds that were removed from the config.

    Their entries never return as new, also if a feed is added again. Feeds of the config are refused.
    """
    from worker.flows import forget as forget_flow
    from worker.flows.services import services
    from worker.store import removed_feeds

    current = services()
    chosen = _choose(current, feeds, host)
    _confirm(chosen, yes=yes)
    for feed in chosen:
        done = forget_flow.forget(current, feed)
        articles = count_of(done.articles, "article")
        polls = "1 poll or event" if done.polls == 1 else f"{done.polls:,} polls and events"
        click.echo(f"{feed}: {articles} and {polls} deleted")
    if host is not None:
        with current.db.write() as connection:
            removed_feeds.drop_host(connection, host)
        click.echo(f"{host}: forgotten")


def _choose(current: "Services", feeds: "Sequence[str]", host: str | None) -> list[str]:
    """The named feeds and those of the host; raises ClickException if one is unknown or still configured."""
    from worker.cli.config_file import read_config_file
    from worker.store import removed_feeds
    from worker.store.feeds import enabled_ids
    from worker.store.listing import has_feed
    from worker.store.secrets import learn_ids

    if bool(feeds) == (host is not None):
        raise click.UsageError("name feeds, or a host with --host")
    with current.db.read() as connection:
        if unknown := [feed for feed in feeds if not has_feed(connection, feed)]:
            raise no_feed(connection, unknown[0])
        learn_ids(connection)
        chosen = list(dict.fromkeys(feeds)) if host is None else removed_feeds.ids_on_host(connection, host)
        polled = enabled_ids(connection)
    path = current.settings.config
    if not path.exists():
        raise click.ClickException(
            f"there is no config file {path}, which says what may be deleted: set WIREROOM_CONFIG"
        )
    configured = {feed.id for feed in read_config_file(path).feeds}
    if kept := [feed for feed in chosen if feed in configured]:
        raise click.ClickException(
            f"{', '.join(kept[:SHOWN])}: in the config; remove it from {path} and run `wireroom reload` first"
        )
    if kept := [feed for feed in chosen if feed in polled]:
        raise click.ClickException(
            f"{', '.join(kept[:SHOWN])}: still in the config in force; run `wireroom reload` first"
        )
    return chosen


def _confirm(chosen: "Sequence[str]", *, yes: bool) -> None:
    if yes or not chosen:
        return
    names = ", ".join(chosen[:SHOWN]) + (f" and {len(chosen) - SHOWN} more" if len(chosen) > SHOWN else "")
    if not sys.stdin.isatty():
        raise click.UsageError(f"this deletes all that is stored of {names}: add --yes")
    click.confirm(f"Delete all that is stored of {names}?", abort=True)
