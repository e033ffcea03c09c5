"""What a request asks for: filters, times, ids and cursors, each checked, else BadRequestError."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from worker.durations import parse_duration
from worker.errors import WireroomError
from worker.text.cursors import decode_cursor, encode_cursor
from worker.views.output import rfc3339

MAX_CHARS = 200  # of a filter; a tag, an agency or a few words
MAX_WORDS = 8  # of a search: each is one more condition for every row
MAX_ID = 2**63 - 1
CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffd]")
EVERYTHING = "all"


class BadRequestError(WireroomError):
    """A request that cannot be answered as it is; the text says what to write."""


class NotFoundError(WireroomError):
    """There is no such thing; the text says what."""


@dataclass(frozen=True, slots=True)
class Params:
    """The arguments of a request's query string, each given once."""

    values: Mapping[str, str]
    now: datetime

    @classmethod
    def read(cls, raw: Mapping[str, Sequence[bytes]], known: Sequence[str], now: datetime) -> "Params":
        """The arguments that a page knows. Raises BadRequestError for others, repeated or unreadable ones."""
        values = {}
        for name, given in raw.items():
            if name not in known:
                names = ", ".join(known) or "none"
                raise BadRequestError(f"there is no parameter {quoted(name)} here; known: {names}")
            if len(given) > 1:
                raise BadRequestError(f"the parameter {name} is given more than once")
            try:
                values[name] = given[0].decode("utf-8").strip()
            except UnicodeDecodeError as exc:
                raise BadRequestError(f"the parameter {name} is not UTF-8") from exc
        return cls({name: value for name, value in values.items() if value}, now)

    def text(self, name: str) -> str | None:
        """A short text, or None. Raises BadRequestError."""
        value = self.values.get(name)
        if value is None:
            return None
        if len(value) > MAX_CHARS:
            raise BadRequestError(f"the parameter {name} has more than {MAX_CHARS} characters")
        if CONTROL.search(value):
            raise BadRequestError(f"the parameter {name} has a character that is not printable")
        return value

    def words(self, name: str) -> str | None:
        """Some words to search for, or None. Raises BadRequestError."""
        value = self.text(name)
        if value is not None and len(value.split()) > MAX_WORDS:
            raise BadRequestError(f"the parameter {name} has more than {MAX_WORDS} words")
        return value

    def one_of(self, name: str, known: Sequence[str]) -> str | None:
        """One of a few words, or None. Raises BadRequestError."""
        value = self.text(name)
        if value is not None and value not in known:
            raise BadRequestError(f"{name}={quoted(value)} is not one of {', '.join(known)}")
        return value

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to `most`. Raises BadRequestError."""
        value = self.text(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit() and len(value) < 20 and 1 <= int(value) <= most):
            raise BadRequestError(f"{name}={quoted(value)} is not a whole number from 1 to {most}")
        return int(value)

    def since(self, name: str, default: str) -> datetime | None:
        """A time: a duration back ("6h") or an RFC 3339 time; None for "all". Raises BadRequestError."""
        value = self.text(name) or default
        if value == EVERYTHING:
            return None
        try:
            return self.now - timedelta(seconds=parse_duration(value))
        except (ValueError, OverflowError):
            pass
        try:
            at = datetime.fromisoformat(value)
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError) as exc:
            raise BadRequestError(
                f'{name}={quoted(value)} is not a duration such as "6h" or "7d", '
                'a time such as "2026-11-24T10:00:00Z", or "all"'
            ) from exc

    def after(self) -> tuple[datetime, int] | None:
        """The time and the id behind which a list goes on, from a cursor. Raises BadRequestError."""
        cursor = self._cursor()
        if cursor is None:
            return None
        try:
            at, number = cursor
            moment = datetime.fromisoformat(at).astimezone(UTC)
        except (ValueError, TypeError, OverflowError) as exc:
            raise _bad_cursor() from exc
        if not _is_id(number):
            raise _bad_cursor()
        return moment, number

    def after_name(self) -> str | None:
        """The name behind which a list goes on, from a cursor. Raises BadRequestError."""
        cursor = self._cursor()
        if cursor is None:
            return None
        if len(cursor) != 1 or not isinstance(cursor[0], str) or CONTROL.search(cursor[0]):
            raise _bad_cursor()
        return str(cursor[0])

    def after_id(self) -> int | None:
        """The id behind which a list goes on, from a cursor. Raises BadRequestError."""
        cursor = self._cursor()
        if cursor is None:
            return None
        if len(cursor) != 1 or not _is_id(cursor[0]):
            raise _bad_cursor()
        return int(cursor[0])

    def query(self, **changes: str | None) -> str:
        """The query string of this request with changes, with its question mark; empty without arguments."""
        values = {name: value for name, value in {**self.values, **changes}.items() if value}
        return f"?{urlencode(values)}" if values else ""

    def _cursor(self) -> list[Any] | None:
        value = self.text("cursor")
        if value is None:
            return None
        cursor = decode_cursor(value)
        if cursor is None:
            raise _bad_cursor()
        return cursor


def make_cursor(*values: datetime | int | str) -> str:
    """An opaque cursor of the last row that was shown."""
    plain = [rfc3339(value) if isinstance(value, datetime) else value for value in values]
    return encode_cursor(plain)


def quoted(value: str) -> str:
    """A value from outside as it is shown in an error: short, in quotes, without control characters."""
    plain = CONTROL.sub("?", value)
    return f'"{plain[:40]}…"' if len(plain) > 40 else f'"{plain}"'


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_ID


def _bad_cursor() -> BadRequestError:
    return BadRequestError("the cursor is not one that a page returned; leave it out to begin at the start")
