"""`wireroom status`: the health check."""

import sys

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def status(as_json: bool) -> None:
    """Show how the service is; exit 1 when something wants a person."""
    from rich.console import Console

    from worker.cli.output import print_json, shown
    from worker.flows.status import read_status
    from worker.settings import read_settings

    found = read_status(read_settings())
    if as_json:
        print_json(found)
        sys.exit(1 if found["needs"] else 0)
    console = Console(highlight=False)
    config = found["config"]
    console.print(f"config    {config['state']}, loaded {shown(config['loaded_at'])}")
    console.print(f"workers   {', '.join(found['workers']) or 'none'}")
    console.print(f"feeds     {_counts(found['feeds'])}")
    console.print(f"polls     {found['polls_1h']} in the last hour, {found['failures_1h']} failed")
    console.print(f"articles  {found['articles']}")
    console.print(f"stories   {found['stories']}, {found['copied_stories']} of them with several copies")
    console.print(f"jobs      {_counts(found['jobs'])}")
    console.print(f"queue     oldest due feed waits {found['oldest_due_s']:.0f} s")
    for line in found["needs"]:
        console.print(f"[bold red]needs you[/]  {line}", markup=True)
    sys.exit(1 if found["needs"] else 0)


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{n} {name}" for name, n in sorted(counts.items())) or "none"
