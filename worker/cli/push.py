"""`wireroom push`: receivers and messages; send a test, replay what was given up, resume a receiver."""

import sys
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import click

from worker.cli.groups import NamingGroup
from worker.records import JobState, PushKind
from worker.redaction import redact
from worker.text.amounts import count_of
from worker.views.choices import OneOf, require, unknown
from worker.views.numbers import WholeNumber
from worker.views.table import table_width, wide_option
from worker.views.times import zone_option

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from worker.store.push_receivers import ReceiverState

ID_CHARS = 100  # no number and no webhook-id is as long
STATES = (JobState.PENDING, JobState.FAILED, JobState.DONE, JobState.DEAD)
RECEIVER_COLUMNS = ("name", "state", "waiting", "dead", "sent_at", "note")
COLUMNS = (
    "id", "created_at", "receiver", "kind", "story", "state", "attempts", "title", "note", "webhook_id"
)  # fmt: skip
WIDE = 180  # below, the webhook-id of 36 characters would leave no room for the title
DROPPED = ("webhook_id", "attempts", "title", "created_at", "note")  # first to last, on narrow terminals


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
    for row in rows:
        if row["paused_at"]:
            row["note"] = f"{row['note']}; `wireroom push resume {row['name']}` sends what waits"
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
    from worker.store.push_receivers import read_states
    from worker.views.output import print_json, print_rows

    with services().db.read() as connection:
        rows = list(
            list_messages(
                connection, receiver=receiver, state=state, kind=kind, limit=limit if as_json or limit else 40
            )
        )
        if receiver is not None and not rows:
            require("receiver", receiver, [one.name for one in read_states(connection)])
        if as_json:
            for row in rows:
                print_json(row)
            return
        shown = [{**row, "webhook_id": row["message"]} for row in rows]
    columns = COLUMNS if (table_width() or WIDE) >= WIDE else [n for n in COLUMNS if n != "webhook_id"]
    print_rows(shown, columns, dropped=DROPPED, whole=("receiver", "kind", "state", "webhook_id"))


@push.command()
@click.argument("message")
@click.option("--receiver", help="Of a webhook-id that several receivers have: the message to this one.")
def show(message: str, receiver: str | None) -> None:
    """Print the body of one MESSAGE, as it is posted. It is named by its number or its webhook-id."""
    from worker.flows.services import services
    from worker.store.push_messages import read_body

    with services().db.read() as connection:
        found = _find(connection, message, receiver)
        bodies = {read_body(connection, row["id"]): row for row in found}
    if len(bodies) > 1:
        names = " or ".join(f"--receiver {row['receiver']}" for row in found)
        raise click.UsageError(f"its receivers get {message} in different forms: add {names}")
    click.echo(redact(next(iter(bodies)) or ""))


@push.command()
@click.argument("message", required=False)
@click.option("--receiver", help="Only what was given up for this receiver.")
def replay(message: str | None, receiver: str | None) -> None:
    """Send again all that was given up, or one MESSAGE whether it was accepted or given up.

    MESSAGE is an id of `wireroom push list`: a number, or a webhook-id, which several receivers may have.
    One that still waits is sent anyway, so nothing is changed; `wireroom push resume` sends at once all that
    waits for its receiver.
    """
    from worker.flows.services import services
    from worker.store import push_messages, push_receivers

    current = services()
    with current.db.read() as connection:
        found = [] if message is None else _find(connection, message, receiver)
        states = {one.name: one for one in push_receivers.read_states(connection)}
        if receiver is not None and not found:
            _require_receiver(connection, receiver, states)
    ids = None if message is None else [row["id"] for row in found]
    with current.db.write() as connection:
        count = push_messages.replay(connection, current.clock(), receiver=receiver, messages=ids)
    for row in found:
        if row["finished_at"] is None:
            click.echo(_waits(row, states.get(row["receiver"]), current.clock()))
    if count:
        click.echo(f"{count_of(count, 'message')} will be sent again")
    elif not found:
        to = f" for {receiver}" if receiver else ""
        click.echo(
            f"no message was given up{to}, so none is sent again; to send one that was accepted, "
            "give its id: `wireroom push list` lists them"
        )


def _require_receiver(connection: "Connection", receiver: str, states: Collection[str]) -> None:
    """Raise ClickException for a receiver that is not known and has no message."""
    from worker.store.push_messages import list_messages

    if not any(list_messages(connection, receiver=receiver, limit=1)):
        require("receiver", receiver, states)


def _find(connection: "Connection", message: str, receiver: str | None) -> list[dict[str, Any]]:
    """The messages of a number or a webhook-id. Raises ClickException if there is none."""
    from worker.store.push_messages import list_messages

    by = {"message": int(message)} if message.isdecimal() else {"webhook_id": message}
    found = list(list_messages(connection, receiver=receiver, **by)) if len(message) < ID_CHARS else []
    if not found:
        to = f" to {receiver}" if receiver else ""
        raise click.ClickException(f"no message {message}{to}; `wireroom push list` lists them")
    return found


def _waits(row: Mapping[str, Any], receiver: "ReceiverState | None", now: "datetime") -> str:
    """That a message is sent without being replayed, and when."""
    said = f": {row['note']}" if row["note"] else ""
    after = f" after {count_of(row['attempts'], 'attempt')}{said}" if row["attempts"] else ""
    return redact(f"message {row['id']} to {row['receiver']} still waits{after}; {_when(row, receiver, now)}")


def _when(row: Mapping[str, Any], receiver: "ReceiverState | None", now: "datetime") -> str:
    """When a waiting message is sent, and how it is sent sooner."""
    from worker.views.times import due

    if receiver is None:
        return f"the config has no receiver {row['receiver']} any more, so it is not sent"
    resume = f"`wireroom push resume {receiver.name}` sends it"
    if receiver.paused_at:
        return f"{receiver.name} is paused: {resume}"
    due_at = max(row["next_attempt_at"], receiver.not_before_at or now)
    if due_at <= now:
        return "it is due, and sent without a replay"
    return f"it is sent without a replay, {due(due_at, now)} at the earliest; {resume} at once"


@push.command()
@click.argument("receiver")
def resume(receiver: str) -> None:
    """Let a RECEIVER get messages again, those that wait at once.

    For one that is paused, as it answered 410 Gone, or that is failing and mended by now: its next attempt
    may be hours away. `wireroom push receivers` shows both.
    """
    from worker.flows.services import services
    from worker.store import push_receivers

    current = services()
    with current.db.write() as connection:
        states = {row["name"]: row for row in push_receivers.list_receivers(connection)}
        if not push_receivers.resume(connection, receiver, current.clock()):
            raise click.ClickException(unknown("receiver", receiver, states))
    was, waiting = states[receiver]["state"], f"waiting: {count_of(states[receiver]['waiting'], 'message')}"
    if was == "ok":
        click.echo(f"{receiver} was neither paused nor failing; {waiting}")
    else:
        again = "; it is paused again if it still answers 410" if was == "paused" else ""
        click.echo(f"{receiver} was {was} and gets messages again; {waiting}{again}")


@push.command()
@click.argument("receiver", required=False)
def test(receiver: str | None) -> None:
    """Send a test message now to each receiver of the config file, or to one; exit 1 if one refuses it.

    The service need not run. Secrets are read from this shell's environment. Of a file with errors
    elsewhere, the receivers that can be read are tested.
    """
    from contextlib import closing

    from worker.cli.offline_config import read_channels
    from worker.flows.push_send import send_test
    from worker.flows.services import Services
    from worker.settings import read_settings
    from worker.store.clock import machine_time

    config, faults = read_channels()
    broken = {fault.receiver: str(fault) for fault in reversed(faults) if fault.receiver}
    known = dict.fromkeys([*(rule.name for rule in config.push), *broken])
    if not known:
        raise click.ClickException("the config names no receiver: add [[push]] with name and url")
    if receiver is not None:
        require("receiver", receiver, known)
        known = {name: None for name in known if name.casefold() == receiver.casefold()}
    results = [(name, False, said) for name, said in broken.items() if name in known]
    rules = [rule for rule in config.push if rule.name in known and rule.name not in broken]
    with closing(Services(read_settings(), machine_time)) as current:
        results += [(rule.name, *send_test(current, config, rule)) for rule in rules]
    for name, is_sent, said in results:
        click.secho(redact(f"{name}: {said}"), fg="green" if is_sent else "red")
    sys.exit(0 if all(is_sent for _, is_sent, _ in results) else 1)
