"""Webhooks: signed as Standard Webhooks do, sent once, under the rules of every other request."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from worker.errors import PermanentFetchError, TransientFetchError
from worker.fetch.fetcher import Fetcher
from worker.fetch.url import host_of
from worker.records import FetchRequest

TIMEOUT_S = 15.0  # recommended by Standard Webhooks: 15 to 30 s
_ANSWER_BYTES = 64 * 1024  # of the head; the body is not read
GONE = 410  # Standard Webhooks: the receiver wants no more


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where and how messages are posted; without keys they are not signed, with several by each of them."""

    url: str
    keys: tuple[bytes, ...] = ()
    allow_private: tuple[str, ...] = ()
    contact: str = ""

    def __repr__(self) -> str:
        """Omits the URL and the keys, which are secrets."""
        return "Webhook()"


def sign(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The `webhook-signature` of a message: version 1, HMAC-SHA256 over id, time and body."""
    signed = b".".join([message_id.encode(), str(timestamp).encode(), body])
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode("ascii")


def post_message(
    fetcher: Fetcher, hook: Webhook, message_id: str, payload: Mapping[str, Any], now: datetime
) -> int:
    """Post a payload as JSON; returns the status and raises as `post_body` does."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return post_body(fetcher, hook, message_id, body, now)


def post_body(fetcher: Fetcher, hook: Webhook, message_id: str, body: bytes, now: datetime) -> int:
    """Post a JSON message; returns the status, which is 2xx.

    A receiver recognizes a repeated message by its id. Raises PermanentFetchError for 410, after which
    nothing more should be sent, and TransientFetchError for any other status, redirects included; otherwise
    as `Fetcher.fetch`.
    """
    timestamp = int(now.timestamp())
    fields = {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
    }
    if hook.keys:
        signatures = (sign(key, message_id, timestamp, body) for key in hook.keys)
        fields["webhook-signature"] = " ".join(signatures)
    request = FetchRequest(
        hook.url,
        headers=tuple(fields.items()),
        timeout_s=TIMEOUT_S,
        max_bytes=_ANSWER_BYTES,
        allow_private=hook.allow_private,
        contact=hook.contact,
    )
    status, headers = fetcher.post(request, body)
    if 200 <= status < 300:
        return status
    error = PermanentFetchError if status == GONE else TransientFetchError
    words = {GONE: "410: the receiver wants no more messages"}
    redirect = f"{status}: redirects are not followed"
    message = words.get(status) or (redirect if 300 <= status < 400 else f"{status} from {host_of(hook.url)}")
    raise error(message, status=status, headers=headers)
