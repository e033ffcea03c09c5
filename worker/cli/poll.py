"""`wireroom poll`: poll one feed now and explain the result."""

import sys
from typing import TYPE_CHECKING

import click

from worker.cli.lookups import complete_feed, no_feed
from worker.errors import ServiceError
from worker.redaction import redact
from worker.views.errors import BAD, CANNOT, DONE
from worker.views.times import zone_option

if TYPE_CHECKING:
    from worker.flows.services import Services
    from worker.flows.store_poll import PollSummary

ENVIRONMENT_HINT = "run the command with the service's environment, see docs/operations.md"


@click.command()
@click.argument("feed", shell_complete=complete_feed)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@zone_option
def poll(feed: str, as_json: bool) -> None:
    """Poll FEED now, through the same flow as the service, and explain what happened."""
    from dataclasses import asdict

    from worker.records import Outcome
    from worker.views.output import print_json

    summary = _run(feed)
    if as_json:
        print_json(asdict(summary))
    else:
        _explain(summary)
    if summary.outcome in {Outcome.DEFERRED, Outcome.STALE}:
        sys.exit(CANNOT)
    is_good = summary.outcome in {Outcome.UPDATED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED}
    sys.exit(DONE if is_good else BAD)


def _run(feed: str) -> "PollSummary":
    from worker.config import find_secret_faults, sum_up_faults
    from worker.flows import poll as poll_flow
    from worker.flows.dispatch import QUEUE_LEASE_S
    from worker.flows.services import services
    from worker.logs import without_logs
    from worker.store import claims as claim_store
    from worker.store import events as event_store
    from worker.store import feeds as feed_store

    current = services()
    with current.db.read() as connection:
        config = feed_store.read_feed(connection, feed)
        if config is None:
            raise no_feed(connection, feed)
    if faults := list(find_secret_faults(config.auth, config.headers)):
        why = redact(sum_up_faults(faults))
        raise click.ClickException(f'feed "{feed}" was not polled: {why}; {ENVIRONMENT_HINT}')
    _require_broker(current)
    with current.db.write() as connection:
        claim = claim_store.claim_one(connection, feed, current.clock(), QUEUE_LEASE_S)
    if claim is None:
        raise click.ClickException(f'feed "{feed}" is being polled right now')
    try:
        with without_logs(event_store.__name__):  # what they say of the feed is explained
            return poll_flow.run(current, feed, claim.lease)
    finally:
        current.close()


def _require_broker(current: "Services") -> None:
    """Report a broker that fails before the feed is claimed: without it no request may be sent."""
    from redis import RedisError, ResponseError

    from worker.fault_words import broker_hint, describe_broker_fault

    try:
        current.redis.ping()
    except RedisError as exc:
        is_refused = isinstance(exc, ResponseError)
        hint = broker_hint(current.settings.broker_url)
        raise ServiceError(describe_broker_fault(str(exc), is_refused=is_refused, hint=hint)) from exc


def _explain(summary: "PollSummary") -> None:
    """What happened in one line, then when the feed is polled next and why."""
    from worker.records import Outcome
    from worker.views.times import due

    if summary.outcome in {Outcome.DEFERRED, Outcome.STALE}:
        why = summary.next_due_reason or "the service is polling it right now"
        click.echo(f"{summary.feed}: not polled: {why}")
        return
    detail = {
        Outcome.UPDATED: f": {summary.new} new, {summary.updated} changed, {summary.copies} of them copies",
        Outcome.UNCHANGED: "",
        Outcome.NOT_MODIFIED: "",
    }.get(summary.outcome, f": {summary.error}")
    said = f"{summary.outcome.value}{detail}"
    code = str(summary.http_status or "")
    status = f" (HTTP {code})" if code and not (summary.error or "").startswith(code) else ""
    click.echo(f"{summary.feed}: {said}{status}")
    if summary.error and summary.error not in said:  # of single entries
        click.echo(summary.error)
    if summary.next_due_at is None:
        click.echo(f"next poll: none. {summary.next_due_reason}")
    else:
        click.echo(f"next poll: {due(summary.next_due_at)}\nwhy: {summary.next_due_reason}")
