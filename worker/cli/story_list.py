"""The list of `wireroom stories`."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from worker.cli.lookups import require_known

if TYPE_CHECKING:
    from sqlalchemy import Connection

COLUMNS = ("id", "copies", "agency", "last_seen_at", "title")
MORE = ("mark", "decided_by")  # shown if a story has them
DROPPED = ("decided_by", "agency", "last_seen_at")  # first to last, on narrow terminals


def list_stories(
    connection: "Connection",
    wanted: Mapping[str, str | None],
    since: datetime | None,
    top: int | None,
    least: int,
    *,
    search: str | None,
    as_json: bool,
) -> None:
    """Print the `top` latest stories with at least `least` copies that meet all wanted conditions.

    `search` has words that one of the copies has. Raises ClickException for a tag or agency that nothing has.
    """
    from worker.store import filters, listing
    from worker.views.output import print_json, print_rows

    where, _ = filters.story_conditions(connection, **wanted)
    rows = listing.iter_stories(
        connection, since=since, limit=top, min_copies=least, where=where, search=search
    )
    found = []
    for row in rows:
        if as_json:
            print_json(row)
        decided_by = dict.fromkeys(decision["by"] for decision in row["decisions"])
        found.append(
            {"decided_by": ", ".join(decided_by), **{name: row[name] for name in (*COLUMNS, "mark")}}
        )
    if not found:
        require_known(connection, wanted)
    if not as_json:
        more = [name for name in MORE if any(row[name] for row in found)]
        print_rows(found, (*COLUMNS[:-1], *more, "title"), dropped=DROPPED)
