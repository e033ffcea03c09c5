"""The pages of push: receivers, the log of messages, and one message as it is posted."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from worker.records import PushKind
from worker.store import push_messages, push_receivers
from worker.store.push_receivers import ReceiverState
from worker.views.choices import unknown
from worker.web.page import Page, Request, page_of
from worker.web.params import NotFoundError, make_cursor
from worker.web.stories import id_of
from worker.web.words import clock

PARAMS = ("receiver", "state", "kind", "limit", "cursor")
USUAL, MOST = 50, 200
TONES = {
    "pending": "", "failed": "warn", "done": "good", "dead": "bad", "ok": "good", "failing": "warn",
    "paused": "bad",
}  # fmt: skip


def show_messages(request: Request) -> Page:
    """The receivers, and the newest messages. Raises NotFoundError for an unknown receiver."""
    params, kinds = request.params, [kind.value for kind in PushKind]
    wanted: dict[str, Any] = {"receiver": params.text("receiver"), "kind": params.one_of("kind", kinds)}
    wanted["state"] = params.one_of("state", push_messages.STATES)
    top, after = params.number("limit", USUAL, MOST), params.after_id()
    with request.db.read() as connection:
        receivers = list(push_receivers.list_receivers(connection))
        rows = list(push_messages.list_messages(connection, limit=top + 1, after=after, **wanted))
        states = {one.name: one for one in push_receivers.read_states(connection)}
    name = wanted["receiver"]
    if name is not None and not rows and name not in states:
        raise NotFoundError(unknown("receiver", name, states))
    data = {**page_of(rows, top, lambda row: make_cursor(row["id"])), "receivers": receivers}
    more = {"states": push_messages.STATES, "kinds": kinds, "tones": TONES, "receiver_states": states}
    return Page(
        "Push", "push.html", data, {**more, "next_attempt": next_attempt, "receiver_due": receiver_due}
    )


def show_message(request: Request) -> Page:
    """One message with its body. Raises NotFoundError."""
    number = id_of(request.path[0], "message")
    with request.db.read() as connection:
        row = next(push_messages.list_messages(connection, message=number), None)
        body = push_messages.read_body(connection, number)
        states = {one.name: one for one in push_receivers.read_states(connection)}
    if row is None or body is None:
        raise NotFoundError(f"no message {number}")
    said: dict[str, Any] = json.loads(body)
    shown = json.dumps(said, ensure_ascii=False, indent=2)
    waits = None if row["finished_at"] else next_attempt(row, states.get(row["receiver"]), request.now)
    more = {"row": row, "shown": shown, "tones": TONES, "waits": waits}
    return Page(f"Message {number}", "push_message.html", {**row, "body": said}, more)


def receiver_due(receiver: Mapping[str, Any], now: datetime) -> str:
    """When a receiver that fails is tried next; empty if nothing waits for it, or it is paused."""
    due_at = receiver["not_before_at"]
    if due_at is None or receiver["paused_at"] or not receiver["waiting"]:
        return ""
    return "now" if due_at <= now else clock(due_at, now)


def next_attempt(row: Mapping[str, Any], receiver: ReceiverState | None, now: datetime) -> str:
    """When a message that waits is tried next, or why it is not; without a receiver it is not."""
    if receiver is None:
        return f"not sent: the config has no receiver {row['receiver']} any more"
    if receiver.paused_at:
        return f"not sent while {receiver.name} is paused: `wireroom push resume {receiver.name}`"
    due_at = max(row["next_attempt_at"], receiver.not_before_at or row["next_attempt_at"])
    return "next attempt now" if due_at <= now else f"next attempt {clock(due_at, now)}"
