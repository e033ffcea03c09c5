"""`wireroom poll`: one poll at once, through the same flow, explained."""

import sys

import click


@click.command()
@click.argument("feed")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def poll(feed: str, as_json: bool) -> None:
    """Poll FEED now, through the same flow as the service, and explain what happened."""
    from dataclasses import asdict

    from worker.cli.output import print_json, shown
    from worker.flows import poll as poll_flow
    from worker.flows.dispatch import QUEUE_LEASE_S
    from worker.flows.services import services
    from worker.records import Outcome
    from worker.store import feeds as feed_store

    desk = services()
    with desk.db.write() as connection:
        known = feed_store.read_feed(connection, feed)
        claim = feed_store.claim_one(connection, feed, desk.clock(), QUEUE_LEASE_S) if known else None
    if known is None:
        raise click.ClickException(f'no feed "{feed}"; `wireroom feeds` lists them')
    if claim is None:
        raise click.ClickException(f'feed "{feed}" is being polled at this moment')
    try:
        summary = poll_flow.run(desk, feed, claim.lease)
    finally:
        desk.close()
    if as_json:
        print_json(asdict(summary))
    else:
        for name, value in asdict(summary).items():
            click.echo(f"{name.replace('_', ' '):16} {shown(value)}")
    if summary.outcome in {Outcome.DEFERRED, Outcome.STALE}:
        click.echo(
            f"nothing was sent: {summary.next_due_reason or 'the service polls it at this moment'}", err=True
        )
    is_good = summary.outcome in {Outcome.UPDATED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED}
    sys.exit(0 if is_good else 1)
