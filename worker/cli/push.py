"""`wireroom push`: receivers and messages; send a test, replay what was given up, resume a receiver."""

import sys

import click

from worker.cli.groups import NamingGroup
from worker.records import JobState, PushKind
from worker.redaction import redact
from worker.text.amounts import count_of
from worker.views.choices import OneOf
from worker.views.errors import BadSubjectError
from worker.views.numbers import WholeNumber
from worker.views.table import wide_option
from worker.views.times import zone_option

STATES = (JobState.PENDING, JobState.FAILED, JobState.DONE, JobState.DEAD)
RECEIVER_COLUMNS = ("name", "state", "waiting", "dead", "sent_at", "note")
COLUMNS = ("id", "created_at", "receiver", "kind", "story", "state", "attempts", "title", "note")
DROPPED = ("attempts", "title", "created_at", "note")  # first to last, on narrow terminals


@click.group(cls=NamingGroup)
def push() -> None:
    """List receivers and messages, send a test, replay, resume."""


@push.command()
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one receiver per line.")
@wide_option
@zone_option
def receivers(*, as_json: bool) -> None:
    """List the receivers: their state, what waits, what was given up."""
    from worker.flows.services import services
    from worker.store.push_receivers import list_receivers
    from worker.views.output import print_json, print_rows

    with services().db.read() as connection:
        rows = list(list_receivers(connection))
    if as_json:
        for row in rows:
            print_json(row)
        return
    print_rows(rows, RECEIVER_COLUMNS, dropped=("sent_at", "note"), whole=("name", "state"))


@push.command("list")
@click.option("--receiver", help="Only messages to this receiver.")
@click.option("--state", type=OneOf("message state", [s.value for s in STATES]), help="Only in this state.")
@click.option("--kind", type=OneOf("kind of message", [k.value for k in PushKind]), help="Only this kind.")
@click.option("--limit", type=WholeNumber(), help="Show at most N, newest first. [default: 40]")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one message per line.")
@wide_option
@zone_option
def list_all(
    *, receiver: str | None, state: str | None, kind: str | None, limit: int | None, as_json: bool
) -> None:
    """List the messages, newest first, and what their receivers said."""
    from worker.flows.services import services
    from worker.store.push_messages import list_messages
    from worker.views.output import print_json, print_rows

    with services().db.read() as connection:
        rows = list_messages(
            connection, receiver=receiver, state=state, kind=kind, limit=limit if as_json or limit else 40
        )
        if as_json:
            for row in rows:
                print_json(row)
            return
        shown = list(rows)
    print_rows(shown, COLUMNS, dropped=DROPPED, whole=("receiver", "kind", "state"))


@push.command()
@click.argument("message", type=WholeNumber())
def show(message: int) -> None:
    """Print the body of one MESSAGE, as it is posted."""
    from worker.flows.services import services
    from worker.store.push_messages import read_body

    with services().db.read() as connection:
        body = read_body(connection, message)
    if body is None:
        raise BadSubjectError(f"no message {message}; `wireroom push list` lists them")
    click.echo(redact(body))


@push.command()
@click.argument("message", type=WholeNumber(), required=False)
@click.option("--receiver", help="Only what was given up for this receiver.")
def replay(message: int | None, receiver: str | None) -> None:
    """Send again what was given up, or one MESSAGE whether it was accepted or given up."""
    from worker.flows.services import services
    from worker.store import push_messages

    current = services()
    with current.db.write() as connection:
        count = push_messages.replay(connection, current.clock(), receiver=receiver, message=message)
    if message is not None and count == 0:
        raise BadSubjectError(f"no message {message} that ended; `wireroom push list` lists them")
    click.echo(f"{count_of(count, 'message')} will be sent again")


@push.command()
@click.argument("receiver")
def resume(receiver: str) -> None:
    """Let a paused RECEIVER get messages again, those that wait at once."""
    from worker.flows.services import services
    from worker.store import push_receivers

    with services().db.write() as connection:
        known = sorted(push_receivers.read_events(connection))
        if not push_receivers.resume(connection, receiver):
            raise BadSubjectError(f"no receiver {receiver}; known: {', '.join(known) or 'none'}")
    click.echo(f"{receiver} gets messages again")


@push.command()
@click.argument("receiver", required=False)
def test(receiver: str | None) -> None:
    """Send a test message now to each receiver of the config file, or to one; exit 1 if one refuses it.

    The service need not run. Secrets are read from this shell's environment.
    """
    from contextlib import closing

    from worker.config import load_config
    from worker.flows.push_send import send_test
    from worker.flows.services import Services
    from worker.settings import read_settings
    from worker.store.clock import machine_time

    settings = read_settings()
    config = load_config(settings.config)
    rules = [rule for rule in config.push if receiver in (None, rule.name)]
    if not rules:
        raise click.ClickException("the config names no such receiver: add [[push]] with name and url")
    with closing(Services(settings, machine_time)) as current:
        results = [(rule.name, *send_test(current, config, rule)) for rule in rules]
    for name, is_sent, said in results:
        click.secho(redact(f"{name}: {said}"), fg="green" if is_sent else "red")
    sys.exit(0 if all(is_sent for _, is_sent, _ in results) else 1)
