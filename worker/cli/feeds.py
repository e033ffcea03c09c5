"""`wireroom feeds`: what is watched, how it is, and when it is next polled and why."""

import sys

import click

COLUMNS = (
    "id",
    "state",
    "http_status",
    "last_polled_at",
    "last_new_at",
    "articles",
    "next_due_at",
    "next_due_reason",
)
POLLS_SHOWN = 20


@click.command()
@click.argument("feed", required=False)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one feed a line.")
@click.option("--limit", type=int, default=60, show_default=True, help="Rows in the table.")
def feeds(feed: str | None, as_json: bool, limit: int) -> None:
    """List the feeds, or show one FEED with its last polls."""
    from worker.cli.output import print_json, print_rows
    from worker.flows.services import services
    from worker.store import listing

    with services().db.read() as connection:
        rows = listing.list_feeds(connection, feed)
        polls = listing.list_polls(connection, feed, POLLS_SHOWN) if feed else []
    if feed and not rows:
        raise click.ClickException(f'no feed "{feed}"; `wireroom feeds` lists them')
    if as_json:
        for row in rows:
            print_json(row)
        return
    if feed:
        _show_one(rows[0], polls)
        return
    print_rows(rows[:limit], COLUMNS)
    if len(rows) > limit:
        click.echo(f"{len(rows) - limit} more; --limit {len(rows)} shows all", err=True)
    troubled = [row for row in rows if row["last_error"]]
    for row in troubled[:limit]:
        click.echo(f"{row['id']}: {row['last_error']}")
    sys.exit(0)


def _show_one(row: dict[str, object], polls: list[dict[str, object]]) -> None:
    from worker.cli.output import print_rows, shown

    for name, value in row.items():
        click.echo(f"{name.replace('_', ' '):16} {shown(value)}")
    click.echo()
    columns = (
        "ended_at",
        "outcome",
        "http_status",
        "entries",
        "new",
        "updated",
        "fetch_s",
        "next_due_reason",
        "error",
    )
    print_rows(polls, columns, title="last polls")
