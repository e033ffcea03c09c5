"""`wireroom events`: what happened, newest first."""

from collections.abc import Mapping
from typing import Any

import click

from worker.cli.lookups import complete_feed, require_feed
from worker.records import EventKind
from worker.views.choices import OneOf
from worker.views.numbers import WholeNumber
from worker.views.table import wide_option
from worker.views.times import zone_option

COLUMNS = ("at", "kind", "feed", "message")
DROPPED = ("kind",)  # on narrow terminals
KINDS = (
    *(kind.value for kind in EventKind),
    *dict.fromkeys(kind.value.partition(".")[0] for kind in EventKind),
)


@click.command()
@click.option("--feed", shell_complete=complete_feed, help="Only events of this feed.")
@click.option(
    "--kind", type=OneOf("kind of event", KINDS), metavar="KIND", help="Only of this kind, or group."
)
@click.option("--since", help='Happened since: a duration back ("6h", "7d") or a time.')
@click.option(
    "--limit",
    type=WholeNumber(),
    help="Show at most N, newest first. [default: 40 in the table, all with --json]",
)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one event per line.")
@wide_option
@zone_option
def events(
    *, feed: str | None, kind: str | None, since: str | None, limit: int | None, as_json: bool
) -> None:
    """List events, newest first: failing feeds, dead jobs, config changes, decisions, clocks, the network."""
    from worker.flows.services import services
    from worker.store.events import iter_events
    from worker.views.output import print_json, print_rows, since_time

    top = limit if as_json or limit else 40
    with services().db.read() as connection:
        require_feed(connection, feed)
        rows = iter_events(connection, feed=feed, kind=kind, since=since_time(since), limit=top)
        if as_json:
            for row in rows:
                print_json(row)
            return
        found = [{**row, "message": _line(row)} for row in rows]
    print_rows(found, COLUMNS, dropped=DROPPED, whole=("at", "kind"))


def _line(row: Mapping[str, Any]) -> str:
    """An event in one line, without the feed, which has a column of its own.

    Of several problems of a config the first, and how many more there are.
    """
    from worker.flows.needs import first_problem

    if row["kind"] == EventKind.CONFIG_REFUSED:
        return first_problem(row["message"])
    message: str = row["message"]
    return message.removeprefix(f"{row['feed']}: ")
