"""`wireroom status`: the health check."""

import sys
from typing import Any

import click

from worker.text.amounts import spell_s
from worker.views.table import wide_option
from worker.views.times import zone_option

LABEL = 10  # columns before the value of a line
ATTENTION = "attention  "


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@wide_option
@zone_option
def status(as_json: bool) -> None:
    """Show the state of the service; exit 1 when something needs attention."""
    from worker.errors import ServiceError
    from worker.flows.local_service import describe_error
    from worker.flows.status import empty_status, read_status
    from worker.settings import find_odd_variables, read_settings
    from worker.views.output import print_json

    settings = read_settings()
    try:
        found = read_status(settings)
    except ServiceError as exc:
        found = empty_status(describe_error(exc, settings))
    for line in find_odd_variables():
        click.echo(f"warning: {line}", err=True)
    if as_json:
        print_json(found)
    else:
        _show(found)
    sys.exit(1 if found["needs"] else 0)


def _show(found: dict[str, Any]) -> None:
    from worker.flows.needs import tell_event
    from worker.views.output import shown
    from worker.views.table import cut, one_line, styled, table_width, wrapped

    config, dead = found["config"], found["jobs"].get("dead", 0)
    hint = "see `wireroom jobs --state dead`"
    look = f"; {hint}" if dead and not _is_told(hint, found["needs"]) else ""
    events = [event for event in found["recent_events"] if not _is_told(_said(event), found["needs"])]
    lines = {
        "config": f"{config['state']}, loaded {shown(config['loaded_at'])}",
        "workers": ", ".join(found["workers"]) or ("none" if found["broker"] == "ok" else "unknown"),
        "feeds": _counts(found["feeds"]),
        "polls": f"{found['polls_1h']} in the last hour, {found['failures_1h']} failed",
        "articles": str(found["articles"]),
        "stories": f"{found['stories']}, {found['copied_stories']} of them with several copies",
        "jobs": _counts(found["jobs"]) + look,
        "queue": f"oldest due feed waits {spell_s(round(found['oldest_due_s']))}",
    }
    for name, value in lines.items():
        click.echo(f"{name:{LABEL}}{wrapped(value, LABEL)}")
    if events:
        click.echo(styled("\nlast day", bold=True))
    for event in events:
        click.echo(
            cut(
                f"{shown(event['at'])}  {one_line(tell_event(event['kind'], event['message']))}",
                table_width(),
            )
        )
    if found["needs"]:
        click.echo()
    for line in found["needs"]:
        said = wrapped(one_line(line), len(ATTENTION))
        click.echo(f"{styled(ATTENTION, bold=True, fg='red')}{said}")


def _is_told(words: str, needs: list[str]) -> bool:
    """Whether a line that needs attention says these words, so that they are not shown twice."""
    return any(words in line for line in needs)


def _said(event: dict[str, Any]) -> str:
    from worker.flows.needs import first_problem

    return first_problem(event["message"])


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{n} {name}" for name, n in sorted(counts.items())) or "none"
