"""`wireroom feeds`: the feeds, their state, and when and why each is polled next."""

from typing import TYPE_CHECKING, Any

import click

from worker.views.times import zone_option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

POLLS_SHOWN = 12
EVENTS_SHOWN = 8
ARTICLES_SHOWN = 6
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
    table.add_column("id", overflow="fold", min_width=min(32, max((len(r["id"]) for r in rows), default=2)))
    for name in ("state", "http", "polled", "last news", "articles", "next"):
        table.add_column(name, no_wrap=True, justify="right" if name in {"http", "articles"} else "left")
    if has_reason:
        table.add_column("reason", no_wrap=True, overflow="ellipsis", ratio=1)
    for row in rows:
        cells = [
            row["id"],
            "quiet" if row["quiet_at"] and row["state"] in {"active", "moved"} else row["state"],
            str(row["http_status"] or "-"),
            ago(row["last_polled_at"], now),
            ago(row["last_new_at"], now),
            str(row["articles"]),
            until(row["next_due_at"], now),
        ]
        table.add_row(
            *(Text(cell) for cell in cells), *([Text(row["next_due_reason"])] if has_reason else [])
        )
    console.print(table if rows else "no feeds yet: add some to config/feeds.toml")
    for row in rows:
        if row["last_error"]:
            console.print(Text(f"{row['id']}: {row['last_error']}"))


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
