"""Opaque cursors: a few values as one word that survives shells, URLs and files."""

import base64
import binascii
import json
from collections.abc import Sequence


def encode_cursor(values: Sequence[int | str]) -> str:
    """The values as one word of letters, digits, `-` and `_`."""
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def decode_cursor(word: str) -> list[object] | None:
    """The values of a cursor, whose types the caller must check; None if it is not one."""
    try:
        decoded = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
        values = json.loads(decoded.decode("ascii"))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return values if isinstance(values, list) else None
