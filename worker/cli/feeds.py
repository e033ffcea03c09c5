"""`wireroom feeds`: the feeds, their state, and when and why each is polled next."""

from typing import TYPE_CHECKING, Any

import click

from worker.views.times import zone_option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

POLLS_SHOWN = 12
EVENTS_SHOWN = 8
ARTICLES_SHOWN = 6
DROPPED = ("articles", "http", "last news", "polled", "next", "state")  # first to last, on narrow terminals
REASON_FROM_COLUMNS = 110  # narrower terminals do not show the reason


@click.command()
@click.argument("feed", required=False)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one feed per line.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help="Show at most N feeds, or N polls of one FEED. [default: 60 and 12]",
)
@zone_option
def feeds(feed: str | None, as_json: bool, limit: int | None) -> None:
    """List the feeds, or show one FEED in detail."""
    if feed:
        _show_one(feed, limit or POLLS_SHOWN, as_json=as_json)
    else:
        _show_all(limit, as_json=as_json)


def _show_all(limit: int | None, *, as_json: bool) -> None:
    from worker.flows.services import services
    from worker.store import listing
    from worker.views.output import print_json

    current = services()
    with current.db.read() as connection:
        rows = listing.list_feeds(connection)
    if as_json:
        for row in rows[:limit]:
            print_json(row)
        return
    shown = rows[: limit or 60]
    _print_table(shown, current.clock())
    if len(rows) > len(shown):
        click.echo(f"{len(rows) - len(shown)} more; --limit {len(rows)} shows all", err=True)


def _print_table(rows: "Sequence[dict[str, Any]]", now: "datetime") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from worker.views.times import ago, until

    console = Console(highlight=False)
    has_reason = console.width >= REASON_FROM_COLUMNS
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    id_width = min(32, max((len(r["id"]) for r in rows), default=2))
    table.add_column("id", overflow="fold", min_width=min(id_width, console.width))
    columns = {
        "state": [
            "quiet" if r["quiet_at"] and r["state"] in {"active", "moved"} else r["state"] for r in rows
        ],
        "http": [str(r["http_status"] or "-") for r in rows],
        "polled": [ago(r["last_polled_at"], now) for r in rows],
        "last news": [ago(r["last_new_at"], now) for r in rows],
        "articles": [str(r["articles"]) for r in rows],
        "next": [until(r["next_due_at"], now) for r in rows],
    }
    shown = _fit(columns, console.width - id_width)
    for name in shown:
        table.add_column(name, no_wrap=True, justify="right" if name in {"http", "articles"} else "left")
    if has_reason:
        table.add_column("reason", no_wrap=True, overflow="ellipsis", ratio=1)
    for n, row in enumerate(rows):
        cells = [row["id"], *(columns[name][n] for name in shown)]
        cells += [row["next_due_reason"]] if has_reason else []
        table.add_row(*map(Text, cells))
    console.print(table if rows else "no feeds yet: add some to config/feeds.toml")
    for row in rows:
        if row["last_error"] and row["enabled"]:
            console.print(Text(f"{row['id']}: {row['last_error']}"))


def _fit(columns: "Mapping[str, Sequence[str]]", width: int) -> list[str]:
    """The names of the columns that fit beside the ids: `DROPPED` are omitted in that order until they do."""
    shown = list(columns)
    for name in DROPPED:
        if sum(2 + max(map(len, (name, *columns[name]))) for name in shown) <= width:
            break
        shown.remove(name)
    return shown


def _show_one(feed: str, polls: int, *, as_json: bool) -> None:
    from worker.flows.feed_report import read_feed_page
    from worker.flows.services import services
    from worker.views.feed_report import page_lines, page_object
    from worker.views.output import print_json

    page = read_feed_page(services(), feed, polls=polls, events=EVENTS_SHOWN, articles=ARTICLES_SHOWN)
    if page is None:
        raise click.ClickException(f'no feed "{feed}"; `wireroom feeds` lists them')
    if as_json:
        print_json(page_object(page))
        return
    from rich.console import Console

    console = Console(highlight=False)
    for line in page_lines(page, console.width):
        console.print(line, overflow="fold")
