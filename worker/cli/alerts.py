"""`wireroom alerts`: list the messages to receivers, send a test, retry."""

import sys

import click

from worker.cli.groups import NamingGroup
from worker.redaction import redact
from worker.text.amounts import count_of
from worker.views.numbers import WholeNumber
from worker.views.table import wide_option
from worker.views.times import zone_option

COLUMNS = ("created_at", "channel", "state", "attempts", "next_attempt", "title", "note")
DROPPED = ("next_attempt", "attempts", "note")  # first to last, on narrow terminals


@click.group(cls=NamingGroup)
def alerts() -> None:
    """List alerts, send a test, retry what failed."""


@alerts.command("list")
@click.option("--limit", type=WholeNumber(), help="Show at most N, newest first. [default: 40]")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one message per line.")
@wide_option
@zone_option
def list_alerts(limit: int | None, *, as_json: bool) -> None:
    """List the messages to each channel, newest first, and whether they arrived."""
    from worker.flows.alert_words import alert_from_json, title_of
    from worker.flows.services import services
    from worker.store.alerts import list_deliveries
    from worker.views.output import print_json, print_rows
    from worker.views.times import until

    with services().db.read() as connection:
        rows = (
            {**{name: value for name, value in row.items() if name != "events"}, "title": title_of(alert)}
            for row in list_deliveries(connection, limit if as_json or limit else 40)
            for alert in [alert_from_json(row["events"])]
        )
        if as_json:
            for row in rows:
                print_json(row)
            return
        now = services().clock()
        shown = [{**row, "next_attempt": until(row["next_attempt_at"], now)} for row in rows]
    print_rows(shown, COLUMNS, dropped=DROPPED, whole=("channel", "state"))


@alerts.command()
def test() -> None:
    """Send a test message now by each channel of the config file; exit 1 if one does not accept it.

    The service need not run. Secrets are read from this shell's environment. Quiet hours do not apply. Of a
    file with errors elsewhere, the channels that can be read are tested.
    """
    from contextlib import closing

    from worker.cli.offline_config import read_channels
    from worker.flows.alerts import channels_of, send_test
    from worker.flows.services import Services
    from worker.settings import read_settings
    from worker.store.clock import machine_time

    config, faults = read_channels()
    channels = channels_of(config.alerts)
    if not channels:
        where = "that can be read" if faults else "of alerts"
        raise click.ClickException(
            f'the config names no channel {where}: add webhook = "env:NAME", or smtp and mail_to, to [alerts]'
        )
    with closing(Services(read_settings(), machine_time)) as current:
        results = [(channel, *send_test(current, config, channel)) for channel in channels]
    for channel, is_sent, said in results:
        click.secho(redact(f"{channel}: {said}"), fg="green" if is_sent else "red")
    sys.exit(0 if all(is_sent for _, is_sent, _ in results) else 1)


@alerts.command()
def retry() -> None:
    """Send again what was given up."""
    from worker.flows.services import services
    from worker.store.alerts import retry_dead

    current = services()
    with current.db.write() as connection:
        count = retry_dead(connection, current.clock())
    click.echo(f"{count_of(count, 'message')} will be sent again")


@alerts.command()
def secret() -> None:
    """Print a new key for `webhook_secret`, as Standard Webhooks write it."""
    import secrets

    from worker.config.alerts import write_key

    click.echo(write_key(secrets.token_bytes(32)))
