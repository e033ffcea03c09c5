"""`wireroom discover`: find the feeds of a site, with TOML for feeds.toml."""

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from worker.redaction import display_url, redact
from worker.redaction_forms import HIDDEN
from worker.text.amounts import count_of, shorten
from worker.views.times import show_time, zone_option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from worker.flows.discover import Discovery, FoundFeed
    from worker.records import Config

TITLE_CHARS = 60  # of the newest entries


@click.command()
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one feed per line.")
@click.option("--add", is_flag=True, help="Add those that are new to the config file.")
@zone_option
def discover(url: str, *, as_json: bool, add: bool) -> None:
    """List the feeds of the site at URL, with TOML for feeds.toml; exit 1 if there is none.

    The TOML is on stdout, and what is said of the feeds on stderr.
    """
    from worker.views.output import print_json

    config = _config_to_extend() if add else None  # before anything is requested
    found = _find(url) if "://" in url else _find_by_https(url)
    if as_json:
        for feed in found.feeds:
            print_json(_row(feed))
    else:
        for feed in found.feeds:
            click.echo(_words(feed), err=True)
        tables = [toml_of(feed) for feed in found.feeds if not feed.is_known]
        click.echo("\n".join(["# for feeds.toml", *tables]) if tables and not add else "", nl=False)
    for note in found.notes:
        click.echo(redact(note), err=True)
    if not found.feeds:
        click.echo(f"no feed found ({found.requests} requests)", err=True)
    elif config:
        _add(*config, found.feeds)
    sys.exit(0 if found.feeds else 1)


def _config_to_extend() -> "tuple[Path, Config]":
    """The config file and its content; ClickException without a valid one."""
    from worker.cli.config_file import read_config_file
    from worker.settings import read_settings

    path = read_settings().config
    if not path.exists():
        raise click.ClickException(f"there is no config file {path}: `wireroom init` writes one")
    return path, read_config_file(path)


def _add(path: "Path", config: "Config", feeds: "Sequence[FoundFeed]") -> None:
    """Add the feeds that the config file does not have."""
    from worker.cli.config_file import append_tables
    from worker.config.feed_list import ListedFeed, to_toml
    from worker.config.feeds import normalize_address

    there = {normalize_address(feed.url) for feed in config.feeds}
    new = [feed for feed in feeds if normalize_address(feed.url) not in there]
    if new:
        listed = (ListedFeed(feed.url, feed.title or "", lang=feed.lang) for feed in new)
        append_tables(path, [to_toml(feed.id, one) for feed, one in zip(new, listed, strict=True)])
    known = f"; {len(feeds) - len(new)} known" if len(new) < len(feeds) else ""
    click.echo(f"{count_of(len(new), 'feed')} added to {path}{known}", err=True)


def _find(url: str) -> "Discovery":
    from contextlib import closing

    from worker.cli.offline_config import read_rules
    from worker.fetch import Fetcher
    from worker.flows.discover import DiscoveryTools
    from worker.flows.discover import discover as discover_flow
    from worker.parse import ParsePool

    with closing(Fetcher()) as fetcher, ParsePool(processes=1) as pool:
        return discover_flow(DiscoveryTools(fetcher, read_rules(), pool.sandbox, pool=pool), url)


def _find_by_https(name: str) -> "Discovery":
    """The feeds of a site named without a scheme; if it does not speak TLS, the error says what to try."""
    from worker.errors import FetchError, TransientFetchError
    from worker.records import NetworkFault

    try:
        return _find(f"https://{name}")
    except FetchError as exc:
        cause = exc.__cause__ if isinstance(exc.__cause__, FetchError) else exc
        is_unheard = isinstance(cause, TransientFetchError) and cause.status is None
        if not is_unheard or cause.fault in {NetworkFault.NAME, NetworkFault.ROUTE}:
            raise
        raise FetchError(f"{exc}; https:// was assumed: try http://{name}") from exc


def _row(feed: "FoundFeed") -> dict[str, Any]:
    last = [
        {"title": article.title, "url": article.url, "published_at": article.published_at}
        for article in feed.last
    ]
    facts = {
        name: getattr(feed, name)
        for name in ("id", "url", "title", "lang", "entries", "newest_at", "source", "is_known")
    }
    return {**facts, "url": display_url(feed.url), "last": last, "toml": toml_of(feed)}


def _words(feed: "FoundFeed") -> str:
    from worker.views.output import shown

    newest = f"newest {show_time(feed.newest_at)}" if feed.newest_at else "no dates"
    lines = [
        feed.title or "(no title)",
        f"  {display_url(feed.url)}",
        f"  {count_of(feed.entries, 'entry')}, {newest}",
    ]
    if feed.is_known:
        lines.append(f"  already configured as {feed.id}")
    titles = (
        f"  {shown(article.published_at):15} {shorten(article.title or '-', TITLE_CHARS)}"
        for article in feed.last
    )
    return "\n".join([*lines, *titles, ""])


def toml_of(feed: "FoundFeed") -> str:
    """The `[[feed]]` table for feeds.toml; JSON strings are valid TOML basic strings.

    Secrets in the URL are not shown; the operator must fill them in.
    """
    url = display_url(feed.url)
    lines = ["[[feed]]", f'id = "{feed.id}"', f"url = {json.dumps(url, ensure_ascii=False)}"]
    if HIDDEN in url:
        lines.insert(2, f"# replace {HIDDEN} by the secret, which is not shown")
    if feed.lang:
        lines.append(f"lang = {json.dumps(feed.lang)}")
    return "\n".join([*lines, ""])
