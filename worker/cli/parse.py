"""`wireroom parse`: show how documents are parsed and normalized."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.explain import show_explanation
from worker.redaction import redact
from worker.views.progress import tracked
from worker.views.table import one_line, print_heading, print_table, wide_option
from worker.views.times import show_time, zone_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from worker.parse import ParsePool
    from worker.records import Article, Config, ParsedFeed

STDIN = "-"
MAX_FILE_BYTES = 64 * 1024 * 1024
# keys of one line, in the order of the command contract; those that are not fields of an article: source
FIELDS = (
    "entry_key", "guid", "url", "canonical_url", "title", "summary", "text", "author", "lang", "tags",
    "published_at", "updated_at", "sort_at", "content_hash",
)  # fmt: skip


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="FILE|URL|-...")
@click.option(
    "--base",
    help="URL the documents came from, for relative links (default: the final URL of a fetched one).",
)
@click.option("--timezone", help="IANA zone for dates without a zone.")
@click.option(
    "--explain", is_flag=True, help="Show where each field came from, and what was not used and why."
)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one entry per line.")
@wide_option
@zone_option
def parse(
    sources: tuple[str, ...], base: str | None, timezone: str | None, *, explain: bool, as_json: bool
) -> None:
    """Show how feed documents are parsed; exit 1 if one is not a feed. `-` reads one from standard input."""
    from worker.errors import WireroomError
    from worker.parse import ParsePool, load_zone

    if timezone and load_zone(timezone) is None:
        raise click.BadParameter(_zone_fault(timezone), param_hint="--timezone")
    now = datetime.now(UTC)
    is_bad = False
    with ParsePool(processes=1) as pool:
        options = _Options(pool, timezone, now, cache(_read_rules), explain)
        for source in tracked(sources, "Parsing"):
            try:
                feed = _read(source, base, options)
            except WireroomError as exc:
                is_bad = True
                _show_error(source, " ".join(str(exc).split()), as_json=as_json)
                continue
            feed = _with_remedy(feed)
            (show_explanation if explain else _show_feed)(source, feed, as_json=as_json)
    sys.exit(1 if is_bad else 0)


def _zone_fault(name: str) -> str:
    """What is wrong with the name of a time zone, as for the config."""
    from worker.config.values import BadValueError
    from worker.config.values import timezone as read_zone

    try:
        return f"{read_zone(name)} cannot be read"
    except BadValueError as exc:
        return str(exc)


@dataclass(frozen=True, slots=True)
class _Options:
    """How the documents of one call are read."""

    pool: ParsePool
    timezone: str | None
    now: datetime
    read_config: Callable[[], Config]
    explain: bool


def _read_rules() -> Config:
    from worker.cli.offline_config import read_rules

    return read_rules()


def _read(source: str, base: str | None, options: _Options) -> ParsedFeed:
    """Read and parse one document; the config is read for URLs only. Raises ParseError or FetchError."""
    from worker.errors import ParseError

    if source.startswith(("http://", "https://")):
        return _read_url(source, base, options)
    if source == STDIN:
        body = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
        if len(body) > MAX_FILE_BYTES:
            raise ParseError(f"standard input is larger than {MAX_FILE_BYTES} bytes")
        url = base or ""
    else:
        path = Path(source.removeprefix("file://"))
        body, url = _read_file(path), base or path.resolve().as_uri()
    return options.pool.read_feed(
        body, url=url, timezone=options.timezone, now=options.now, explain=options.explain
    )


def _read_file(path: Path) -> bytes:
    from worker.errors import ParseError

    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise ParseError(f"file of {size} bytes is larger than {MAX_FILE_BYTES}")
        return path.read_bytes()
    except (OSError, ValueError) as exc:
        raise ParseError(getattr(exc, "strerror", None) or str(exc)) from exc


def _read_url(source: str, base: str | None, options: _Options) -> ParsedFeed:
    """Fetch a document by the rules of the config; the URL of a feed is read as in its poll."""
    from contextlib import closing

    from worker.errors import ParseError
    from worker.fetch import Fetcher
    from worker.flows.requests import document_request
    from worker.records import Fetched

    config = options.read_config()
    feed = next((feed for feed in config.feeds if feed.url == source), None)
    with closing(Fetcher()) as fetcher:
        response = fetcher.fetch(document_request(source, config))
    if not isinstance(response, Fetched):
        raise ParseError("the server returned no document")
    return options.pool.read_feed(
        response.body,
        url=base or response.url,
        content_type=response.headers.get("content-type"),
        lang=feed.lang if feed else None,
        timezone=options.timezone or (feed.timezone if feed else None),
        now=options.now,
        explain=options.explain,
    )


def _with_remedy(feed: ParsedFeed) -> ParsedFeed:
    """The document with the option that mends a warning beside it."""
    from dataclasses import replace

    from worker.parse import UNKNOWN_BASE

    said = [f"{one}; name it with --base URL" if one.endswith(UNKNOWN_BASE) else one for one in feed.warnings]
    return replace(feed, warnings=tuple(said))


def _show_error(source: str, reason: str, *, as_json: bool) -> None:
    reason = redact(reason)
    if as_json:
        click.echo(json.dumps({"source": source, "error": reason}, ensure_ascii=False))
    else:
        click.echo(f"{redact(source)}: {reason}", err=True)


def _show_feed(source: str, feed: ParsedFeed, *, as_json: bool) -> None:
    if as_json:
        for article in feed.articles:
            click.echo(json.dumps(_line(source, article), ensure_ascii=False))
        return
    rows = [
        {
            "published": show_time(article.published_at) if article.published_at else "-",
            "title": article.title or "-",
            "url": article.url or article.guid or "-",
        }
        for article in feed.articles
    ]
    print_heading(f"{redact(source)}: {feed.title or 'no title'}")
    print_table(rows, ("published", "title", "url"), dropped=("url",), whole=("published",))
    for warning in feed.warnings:
        click.echo(f"warning: {redact(one_line(warning))}")


def _line(source: str, article: Article) -> dict[str, object]:
    """One entry with the keys of the command contract."""
    values = {name: getattr(article, name) for name in FIELDS}
    times = {name: _rfc3339(value) for name, value in values.items() if isinstance(value, datetime)}
    return {"source": source, **values, **times, "tags": list(article.tags)}


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
