"""Characters that nobody sees, and that neither a database nor a reader should get."""

import re
from typing import Any

# Unicode's controls but tab and line ends, soft hyphen, zero-width and bidirectional marks, half surrogates
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)


def drop_unseen(text: str) -> str:
    """The text without them."""
    return _UNSEEN.sub("", text)


def drop_unseen_in(value: Any) -> Any:
    """A JSON value with none of them in its strings; the caller bounds its nesting."""
    if isinstance(value, str):
        return drop_unseen(value)
    if isinstance(value, list):
        return [drop_unseen_in(part) for part in value]
    if isinstance(value, dict):
        return {drop_unseen(key): drop_unseen_in(part) for key, part in value.items()}
    return value
