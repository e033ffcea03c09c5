"""Column types for any value: text without NUL and lone surrogates, keys limited in bytes."""

import hashlib
import json
import math
import re
from typing import Any

from sqlalchemy import Dialect, String, Text, TypeDecorator

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# signs in JSON of values that may need cleaning; escaped surrogate pairs (emoji) match as well
SUSPECT = re.compile(r"\\u(?:0000|d[89a-f])|NaN|Infinity")
HASH_CHARS = 32


def storable(value: str) -> str:
    """The text without NUL, which PostgreSQL rejects, and lone surrogates, which cannot be encoded."""
    return value if value.isascii() and "\x00" not in value else UNSTORABLE.sub("", value)


def bounded(value: str, max_bytes: int) -> str:
    """The text in at most `max_bytes` bytes of UTF-8; longer text is cut and ends in a hash of the whole."""
    encoded = value.encode()
    if len(encoded) <= max_bytes:
        return value
    digest = hashlib.sha256(encoded).hexdigest()[:HASH_CHARS]
    head = encoded[: max_bytes - HASH_CHARS - 1].decode(errors="ignore")
    return f"{head}~{digest}"


def to_json(value: Any) -> str:
    """The value as JSON for both databases: storable strings, null for NaN and infinity."""
    written = json.dumps(value)
    return json.dumps(_cleaned(value)) if SUSPECT.search(written) else written


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    return [_cleaned(item) for item in value] if isinstance(value, list | tuple) else value


class StoredText(TypeDecorator[str]):
    """Text of any length; characters that cannot be stored are removed."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class _Bounded(TypeDecorator[str]):
    """Text in an index, at most `max_bytes` bytes: a row of a PostgreSQL index holds 2,704 bytes.

    A longer value is stored and looked up cut and with its hash, so that different values remain distinct.
    """

    impl: Any = Text

    def __init__(self, max_bytes: int) -> None:
        super().__init__(max_bytes)
        self.max_bytes = max_bytes

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else bounded(storable(value), self.max_bytes)


class Key(_Bounded):
    """Bounded text in a column of type TEXT."""

    cache_ok = True


class Name(_Bounded):
    """Bounded text in a column of type VARCHAR(max_bytes)."""

    impl = String
    cache_ok = True
