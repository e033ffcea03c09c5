"""`wireroom jobs`: list extraction jobs, retry dead ones, backfill older articles."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from worker.cli.groups import SubjectGroup
from worker.cli.lookups import complete_feed, require_feed, require_known
from worker.records import JobState
from worker.text.amounts import count_of
from worker.views.choices import OneOf, require
from worker.views.errors import BadSubjectError
from worker.views.numbers import WholeNumber
from worker.views.table import wide_option
from worker.views.times import zone_option

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

DROPPED = ("article", "title", "kind")  # first to last, on narrow terminals
COLUMNS = ("id", "article", "kind", "state", "why", "title")
RETRIED = (JobState.DEAD.value, JobState.FAILED.value)
ENDED = (JobState.DONE.value, JobState.DEAD.value)


@click.group(cls=SubjectGroup, invoke_without_command=True)
@click.argument("job", type=WholeNumber(), required=False)
@click.option("--state", type=OneOf("job state", [s.value for s in JobState]), help="Only in this state.")
@click.option("--kind", help="Only jobs of this kind.")
@click.option("--feed", shell_complete=complete_feed, help="Only jobs for articles of this feed.")
@click.option("--host", help="Only jobs whose page is on this host.")
@click.option(
    "--limit",
    type=WholeNumber(),
    help="Show at most N, newest first. [default: 40 in the table, all with --json]",
)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one job per line.")
@wide_option
@zone_option
@click.pass_context
def jobs(
    ctx: click.Context,
    *,
    state: str | None,
    kind: str | None,
    feed: str | None,
    host: str | None,
    limit: int | None,
    as_json: bool,
    job: int | None = None,
) -> None:
    """List extraction jobs, newest first, with the reason of their state, or show one JOB by its id."""
    if ctx.invoked_subcommand is not None:
        return
    from worker.flows.services import services
    from worker.store import job_listing
    from worker.views.output import print_json, print_rows

    if job is not None:
        _show_one(job, as_json=as_json)
        return
    top = limit if as_json or limit else 40
    with services().db.read() as connection:
        require_feed(connection, feed)
        rows, count = job_listing.list_jobs(
            connection, state=state, kind=kind, feed=feed, host=host and host.lower(), limit=top
        )
        if not rows:
            _require_known_filters(connection, host, kind)
    if as_json:
        for row in rows:
            print_json(row)
        return
    now = services().clock()
    print_rows([{**row, "why": _why(row, now)} for row in rows], COLUMNS, dropped=DROPPED)
    if len(rows) < count:
        click.echo(f"{len(rows)} of {count} jobs; --limit shows more, the filters show fewer")


def _require_known_filters(connection: "Connection", host: str | None, kind: str | None) -> None:
    """Raise ClickException for a host that no job has, or a kind without a job and an extractor."""
    from worker.extract import known_kinds
    from worker.store import job_listing

    require_known(connection, {"job_host": host})
    if kind is None or job_listing.list_jobs(connection, kind=kind, limit=1)[1]:
        return
    known = known_kinds()
    if known is not None and kind not in known:
        require("extraction kind", kind, known)


def _show_one(job: int, *, as_json: bool) -> None:
    """Everything about one job: its row, its article, its result, and the command that retries it."""
    from worker.flows.services import services
    from worker.store import job_listing, results
    from worker.views.extractions import finding_lines
    from worker.views.output import print_json, shown
    from worker.views.table import one_line
    from worker.views.times import due

    with services().db.read() as connection:
        rows, _ = job_listing.list_jobs(connection, job=job)
        if not rows:
            raise click.ClickException(f"no job {job}; `wireroom jobs` lists them")
        [row] = rows
        found = [
            one for one in results.newest_results(connection, row["article"]) if one["kind"] == row["kind"]
        ]
    if as_json:
        print_json({**row, "extracted": found})
        return
    when = due(row["next_attempt_at"], services().clock())
    for name, value in {**row, "next_attempt_at": when}.items():
        click.echo(f"{name.replace('_', ' '):16} {one_line(shown(value))}")
    if row["state"] in RETRIED:
        click.echo(f"try again: wireroom jobs retry {job}")
    click.echo("\n".join(finding_lines(found)), nl=bool(found))


def _why(row: Mapping[str, Any], now: "datetime") -> str:
    """The reason for a job's state: attempts, when the next one is as in the list of feeds, last error."""
    from worker.views.times import until

    is_open = row["state"] not in ENDED
    parts = [f"attempt {row['attempts']}"] if row["attempts"] > 1 else []
    due_at = row["next_attempt_at"] if is_open else None
    parts += [f"next attempt {until(due_at, now)}"] if due_at else []
    return "; ".join([*parts, *filter(None, [row["error"]])]) or "-"


@jobs.command()
@click.argument("ids", type=WholeNumber(), nargs=-1)
@click.option("--dead", is_flag=True, help="All dead jobs.")
def retry(ids: tuple[int, ...], dead: bool) -> None:
    """Retry jobs: those with these IDS, or all dead ones."""
    from worker.flows.services import services
    from worker.store import job_reruns

    if bool(ids) == dead:
        raise click.UsageError("give job ids, or --dead")
    with services().db.write() as connection:
        states = job_reruns.read_states(connection, ids)
        if unknown := [str(job) for job in ids if job not in states]:
            raise click.ClickException(f"no job {', '.join(unknown)}; `wireroom jobs` lists them")
        count = job_reruns.retry(connection, None if dead else ids, services().clock())
    others = [f"job {job} is {state}" for job, state in states.items() if state not in RETRIED]
    if count or not others:
        click.echo(f"{count_of(count, 'job')} will be retried")
    if others:
        raise BadSubjectError(f"{', '.join(others)}: only dead and failed jobs are retried")


@jobs.command()
@click.argument("kind")
@click.option("--since", required=True, help='Articles stored since: a duration back ("30d") or a time.')
def backfill(kind: str, since: str) -> None:
    """Run a KIND of extraction on older articles without its current version, at low priority."""
    from worker.errors import ExtractError
    from worker.flows import jobs as job_flow
    from worker.flows.services import services
    from worker.views.output import since_time

    moment = since_time(since)
    if moment is None:
        raise click.UsageError("--since is not a time")
    try:
        count = job_flow.backfill(services(), kind, moment)
    except ExtractError as exc:
        raise click.UsageError(str(exc)) from exc
    click.echo(f"{count_of(count, 'article')} will be extracted again ({kind})")
