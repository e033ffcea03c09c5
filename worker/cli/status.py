"""`wireroom status`: the health check."""

import sys
from typing import TYPE_CHECKING, Any

import click

from worker.text.amounts import spell_s
from worker.views.times import zone_option

if TYPE_CHECKING:
    from rich.console import Console


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@zone_option
def status(as_json: bool) -> None:
    """Show the state of the service; exit 1 when something needs attention."""
    from rich.console import Console

    from worker.errors import ServiceError
    from worker.flows.status import empty_status, read_status
    from worker.settings import read_settings
    from worker.views.output import print_json

    try:
        found = read_status(read_settings())
    except ServiceError as exc:
        found = empty_status(str(exc))
    if as_json:
        print_json(found)
    else:
        _show(Console(highlight=False), found)
    sys.exit(1 if found["needs"] else 0)


def _show(console: "Console", found: dict[str, Any]) -> None:
    from rich.text import Text

    from worker.views.output import shown

    config, dead = found["config"], found["jobs"].get("dead", 0)
    look = "; see `wireroom jobs --state dead`" if dead else ""
    lines = {
        "config": f"{config['state']}, loaded {shown(config['loaded_at'])}",
        "workers": ", ".join(found["workers"]) or "none",
        "feeds": _counts(found["feeds"]),
        "polls": f"{found['polls_1h']} in the last hour, {found['failures_1h']} failed",
        "articles": str(found["articles"]),
        "stories": f"{found['stories']}, {found['copied_stories']} of them with several copies",
        "jobs": _counts(found["jobs"]) + look,
        "queue": f"oldest due feed waits {spell_s(round(found['oldest_due_s']))}",
    }
    for name, value in lines.items():
        console.print(Text(f"{name:9} {value}"))
    if found["recent_events"]:
        console.print(Text("\nlast day", style="bold"))
    for event in found["recent_events"]:
        console.print(Text(f"{shown(event['at'])}  {_tell(event['kind'], event['message'])}"))
    if found["needs"]:
        console.print()
    for line in found["needs"]:
        console.print(Text.assemble(("attention", "bold red"), f"  {line}"))


def _tell(kind: str, message: str) -> str:
    """An event in one line; those of the config do not say themselves what they are about."""
    from worker.flows.status import first_problem

    said = first_problem(message)
    return f"{kind.replace('.', ' ')}: {said}" if kind.startswith("config.") else said


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{n} {name}" for name, n in sorted(counts.items())) or "none"
