"""`wireroom feeds`: the feeds, their state, and when and why each is polled next."""

from typing import TYPE_CHECKING, Any

import click

from worker.cli.forget import forget
from worker.cli.groups import SubjectGroup
from worker.cli.lookups import complete_feed, no_feed, require_known
from worker.records import FeedStatus
from worker.views.choices import OneOf
from worker.views.numbers import WholeNumber
from worker.views.table import cut, one_line, page_width, print_table, table_width, wide_option
from worker.views.times import zone_option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

POLLS_SHOWN = 12
EVENTS_SHOWN = 8
ARTICLES_SHOWN = 6
COLUMNS = ("id", "state", "http", "polled", "last_news", "articles", "next", "error", "reason")
WHOLE = ("id", "state", "http", "polled", "last_news", "articles", "next")
# first to last, on narrow terminals
DROPPED = ("reason", "articles", "http", "last_news", "polled", "next", "state")
QUIET = "quiet"  # active or moved, and silent beyond its rhythm
STATES = (*(status.value for status in FeedStatus), QUIET)


@click.group(cls=SubjectGroup, invoke_without_command=True)
@click.argument("feed", required=False, shell_complete=complete_feed)
@click.option("--state", type=OneOf("feed state", STATES), help="Only feeds in this state.")
@click.option("--tag", help="Only feeds with this tag.")
@click.option("--host", help="Only feeds on this host.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one feed per line.")
@click.option(
    "--limit",
    type=WholeNumber(),
    help="Show at most N feeds, or N polls of one FEED. [default: 60 and 12]",
)
@wide_option
@zone_option
@click.pass_context
def feeds(
    ctx: click.Context,
    *,
    state: str | None,
    tag: str | None,
    host: str | None,
    as_json: bool,
    limit: int | None,
    feed: str | None = None,
) -> None:
    """List the feeds, or show one FEED in detail."""
    if ctx.invoked_subcommand is not None:
        return
    if feed:
        _show_one(feed, limit or POLLS_SHOWN, as_json=as_json)
    else:
        _show_all(state, {"tag": tag, "host": host}, limit, as_json=as_json)


def _show_all(
    state: str | None, wanted: "Mapping[str, str | None]", limit: int | None, *, as_json: bool
) -> None:
    from worker.flows.services import services
    from worker.store import filters, listing
    from worker.store.removed_feeds import REMOVED
    from worker.views.output import print_json

    current = services()
    with current.db.read() as connection:
        found = listing.list_feeds(connection, where=list(filters.feed_conditions(connection, **wanted)))
        if not found:
            require_known(connection, wanted)
    found.sort(key=lambda row: str(row["next_due_reason"]).startswith(REMOVED))  # else by id
    rows = [row for row in found if state is None or state in {row["state"], _state(row)}]
    if as_json:
        for row in rows[:limit]:
            print_json(row)
        return
    shown = rows[: limit or 60]
    _print_table(shown, current.clock(), is_all=state is None and not any(wanted.values()))
    if len(rows) > len(shown):
        click.echo(f"{len(rows) - len(shown)} more; --limit {len(rows)} shows all", err=True)


def _state(row: "Mapping[str, Any]") -> str:
    state: str = row["state"]
    return QUIET if row["quiet_at"] and state in {"active", "moved"} else state


def _print_table(rows: "Sequence[dict[str, Any]]", now: "datetime", *, is_all: bool) -> None:
    """Print the feeds; errors are a column, or on a terminal lines below the table."""
    from worker.views.times import ago, until

    if not rows and is_all:
        click.echo("no feeds yet: add some to config/feeds.toml")
        return
    width = table_width()
    cells = [
        {
            "id": row["id"],
            "state": _state(row),
            "http": str(row["http_status"] or "-"),
            "polled": ago(row["last_polled_at"], now),
            "last_news": ago(row["last_new_at"], now),
            "articles": str(row["articles"]),
            "next": until(row["next_due_at"], now),
            "error": (row["last_error"] if row["enabled"] else None) or "-",
            "reason": row["next_due_reason"],
        }
        for row in rows
    ]
    columns = [name for name in COLUMNS if name != "error" or width is None]
    print_table(cells, columns, dropped=DROPPED, whole=WHOLE, right=("http", "articles"))
    for row in cells if width is not None else ():
        if row["error"] != "-":
            click.echo(cut(one_line(f"{row['id']}: {row['error']}"), width))


def _show_one(feed: str, polls: int, *, as_json: bool) -> None:
    from worker.flows.feed_report import read_feed_page
    from worker.flows.services import services
    from worker.views.feed_report import page_lines, page_object
    from worker.views.output import print_json

    page = read_feed_page(services(), feed, polls=polls, events=EVENTS_SHOWN, articles=ARTICLES_SHOWN)
    if page is None:
        with services().db.read() as connection:
            raise no_feed(connection, feed, feeds.commands)
    if as_json:
        print_json(page_object(page))
        return
    from rich.console import Console

    console = Console(highlight=False, width=page_width())
    for line in page_lines(page, console.width):
        console.print(line, overflow="fold")


feeds.add_command(forget)
