"""Removes invisible characters, which must not reach the database or a reader."""

import re
from typing import Any

# Unicode controls except tab and line ends, soft hyphen, zero-width and bidirectional marks, lone surrogates
INVISIBLE_CHARS = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)


def drop_invisible(text: str) -> str:
    """Returns the text without invisible characters."""
    return INVISIBLE_CHARS.sub("", text)


def drop_invisible_in(value: Any) -> Any:
    """Returns a JSON value without invisible characters in its strings; the caller limits its nesting."""
    if isinstance(value, str):
        return drop_invisible(value)
    if isinstance(value, list):
        return [drop_invisible_in(part) for part in value]
    if isinstance(value, dict):
        return {drop_invisible(key): drop_invisible_in(part) for key, part in value.items()}
    return value
