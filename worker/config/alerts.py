"""Readers of the values of `[alerts]`."""

import base64
import binascii
import re
from typing import Any

from worker.config.addresses import host_name
from worker.config.values import BadValueError, nearest, show
from worker.records import NOT_ALERTED, EventKind, PushKind

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_MAIL = re.compile(r"[^\s@()<>,;:\"\\]{1,64}@[^\s@()<>,;:\"\\]{1,190}")
_KEY_BYTES = range(24, 65)  # Standard Webhooks: 192 to 512 bits
_KEY_PREFIX = "whsec_"


def quiet_hours(value: Any) -> tuple[int, int]:
    """Read `"22:00-07:00"`; returns both ends in minutes of the day."""
    ends = [_CLOCK.fullmatch(end.strip()) for end in value.split("-")] if isinstance(value, str) else []
    if len(ends) != 2 or not all(ends):
        raise BadValueError(f'{show(value)} is not a part of the day; write for example "22:00-07:00"')
    first, last = (int(end[1]) * 60 + int(end[2]) for end in ends if end)
    if first == last:
        raise BadValueError(f"{show(value)} begins when it ends, so nothing would ever be sent")
    return first, last


def mail_address(value: Any) -> str:
    """Read a plain mail address, without a name."""
    if not isinstance(value, str) or not value.isascii() or not _MAIL.fullmatch(value):
        raise BadValueError(f'{show(value)} is not a mail address; write for example "desk@example.org"')
    return value


def mail_server(value: Any) -> str:
    """Read `host` or `host:port`."""
    message = f'{show(value)} is not a server; write for example "smtp.example.org:587"'
    host, port = split_server(value) if isinstance(value, str) else ("", None)
    if not host or "@" in value or (port is not None and not 0 < port < 65_536):
        raise BadValueError(message)
    try:
        host_name(host)
    except BadValueError as exc:
        raise BadValueError(message) from exc
    return str(value)


def split_server(server: str) -> tuple[str, int | None]:
    """The host and the port of `host`, `host:port`, `[v6]` or `[v6]:port`; the port is None without one."""
    host, colon, port = server.rpartition(":")
    if colon and port.isdecimal() and (":" not in host or host.endswith("]")):
        return host.strip("[]"), int(port)
    return server.strip("[]"), None


def event_kind(value: Any) -> str:
    """Read a kind of event, or the name of a group of kinds such as "feed"."""
    kinds = [kind.value for kind in EventKind if kind not in NOT_ALERTED]
    known = [*kinds, *dict.fromkeys(kind.partition(".")[0] for kind in kinds)]
    if not isinstance(value, str) or value not in known:
        hint = nearest(str(value), known) or f"; known: {', '.join(known)}"
        raise BadValueError(f"{show(value)} is not a kind of event{hint}")
    return value


def push_kind(value: Any) -> str:
    """Read a kind of push message."""
    known = [kind.value for kind in PushKind]
    if not isinstance(value, str) or value not in known:
        hint = nearest(str(value), known) or f"; known: {', '.join(known)}"
        raise BadValueError(f"{show(value)} is not a kind of message{hint}")
    return value


def read_key(secret: str) -> bytes:
    """The key of a webhook's signatures, written as Standard Webhooks do; raises BadValueError."""
    try:
        key = base64.b64decode(secret.removeprefix(_KEY_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_KEY_PREFIX) or len(key) not in _KEY_BYTES:
        raise BadValueError(
            f'it is not "{_KEY_PREFIX}" and the base64 of 24 to 64 bytes; `wireroom alerts secret` makes one'
        )
    return key


def write_key(key: bytes) -> str:
    """The text from which `read_key` reads the key."""
    return _KEY_PREFIX + base64.b64encode(key).decode("ascii")
