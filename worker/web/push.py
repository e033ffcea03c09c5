"""The pages of push: receivers, the log of messages, and one message as it is posted."""

import json
from typing import Any

from worker.records import PushKind
from worker.store import push_messages, push_receivers
from worker.web.page import Page, Request, page_of
from worker.web.params import NotFoundError, make_cursor
from worker.web.stories import id_of

PARAMS = ("receiver", "state", "kind", "limit", "cursor")
USUAL, MOST = 50, 200
TONES = {
    "pending": "", "failed": "warn", "done": "good", "dead": "bad", "ok": "good", "failing": "warn",
    "paused": "bad",
}  # fmt: skip


def show_messages(request: Request) -> Page:
    """The receivers, and the newest messages."""
    params, kinds = request.params, [kind.value for kind in PushKind]
    wanted: dict[str, Any] = {"receiver": params.text("receiver"), "kind": params.one_of("kind", kinds)}
    wanted["state"] = params.one_of("state", push_messages.STATES)
    top, after = params.number("limit", USUAL, MOST), params.after_id()
    with request.db.read() as connection:
        receivers = list(push_receivers.list_receivers(connection))
        rows = list(push_messages.list_messages(connection, limit=top + 1, after=after, **wanted))
    data = {**page_of(rows, top, lambda row: make_cursor(row["id"])), "receivers": receivers}
    return Page("Push", "push.html", data, {"states": push_messages.STATES, "kinds": kinds, "tones": TONES})


def show_message(request: Request) -> Page:
    """One message with its body. Raises NotFoundError."""
    number = id_of(request.path[0], "message")
    with request.db.read() as connection:
        row = next(push_messages.list_messages(connection, message=number), None)
        body = push_messages.read_body(connection, number)
    if row is None or body is None:
        raise NotFoundError(f"no message {number}")
    said: dict[str, Any] = json.loads(body)
    shown = json.dumps(said, ensure_ascii=False, indent=2)
    more = {"row": row, "shown": shown, "tones": TONES}
    return Page(f"Message {number}", "push_message.html", {**row, "body": said}, more)
