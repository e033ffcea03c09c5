"""`wireroom jobs`: extraction jobs, and the replay of dead ones."""

from collections.abc import Mapping
from typing import Any

import click

from worker.records import JobState
from worker.views.times import zone_option

COLUMNS = ("id", "article", "kind", "state", "why", "title")
ENDED = (JobState.DONE.value, JobState.DEAD.value)


@click.group(invoke_without_command=True)
@click.option("--state", type=click.Choice([s.value for s in JobState]), help="Only in this state.")
@click.option("--kind", help="Only of this kind.")
@click.option("--feed", help="Only of articles of this feed.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help="At most so many, newest first. [default: 40 in the table, all with --json]",
)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one job a line.")
@zone_option
@click.pass_context
def jobs(
    ctx: click.Context,
    *,
    state: str | None,
    kind: str | None,
    feed: str | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """List extraction jobs, newest first, with why a job waits, failed or gave no text."""
    if ctx.invoked_subcommand is not None:
        return
    from worker.flows.services import services
    from worker.store import listing
    from worker.views.output import print_json, print_rows

    top = limit if as_json or limit else 40
    with services().db.read() as connection:
        if feed is not None and not listing.has_feed(connection, feed):
            raise click.ClickException(f'no feed "{feed}"; `wireroom feeds` lists them')
        rows, count = listing.list_jobs(connection, state=state, kind=kind, feed=feed, limit=top)
    if as_json:
        for row in rows:
            print_json(row)
        return
    print_rows([{**row, "why": _why(row)} for row in rows], COLUMNS, one_line=True)
    if len(rows) < count:
        click.echo(f"{len(rows)} of {count} jobs; --limit shows more, --state, --kind and --feed fewer")


def _why(row: Mapping[str, Any]) -> str:
    """Why a job is where it is: how often it was tried, when it is due, what was said of it last."""
    from worker.views.output import shown

    is_open = row["state"] not in ENDED
    parts = [f"attempt {row['attempts']}"] if row["attempts"] > 1 else []
    parts += [f"due {shown(row['next_attempt_at'])}"] if is_open and row["next_attempt_at"] else []
    return "; ".join([*parts, *filter(None, [row["error"]])]) or "-"


@jobs.command()
@click.argument("ids", type=click.IntRange(1, 2**63 - 1), nargs=-1)
@click.option("--dead", is_flag=True, help="All dead jobs.")
def retry(ids: tuple[int, ...], dead: bool) -> None:
    """Send jobs again: those with these IDS, or all dead ones."""
    from worker.flows.services import services
    from worker.store import jobs as job_store

    if bool(ids) == dead:
        raise click.UsageError("give job ids, or --dead")
    with services().db.write() as connection:
        count = job_store.retry(connection, None if dead else ids, services().clock())
    click.echo(f"{count} jobs will be tried again")
    if ids and count < len(ids):
        raise click.ClickException(f"{len(ids) - count} of {len(ids)} are neither dead nor failed")


@jobs.command()
@click.argument("kind")
@click.option("--since", required=True, help='Articles stored since: a duration back ("30d") or a time.')
def backfill(kind: str, since: str) -> None:
    """Do a KIND of extraction for older articles that lack its present version, after all fresh work."""
    from worker.errors import ExtractError
    from worker.flows import jobs as job_flow
    from worker.flows.services import services
    from worker.views.output import since_time

    moment = since_time(since)
    if moment is None:
        raise click.UsageError("--since names no time")
    try:
        count = job_flow.backfill(services(), kind, moment)
    except ExtractError as exc:
        raise click.UsageError(str(exc)) from exc
    click.echo(f"{count} articles will be extracted again ({kind})")
