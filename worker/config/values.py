"""Readers of config values: each returns a typed value or raises BadValueError with a hint what to write."""

import math
import re
import zoneinfo
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

from worker.durations import parse_duration
from worker.redaction import redact
from worker.text.amounts import spell_s

Read = Callable[[Any], Any]

DAY_S = 86_400.0
_PATTERN_MAX = 500  # characters of one regular expression
KEEP_MIN_S = 3600.0  # shorter is a mistake, and deletes nearly all that is stored
_LIST_MAX = 100
_KIND_MAX = 60
_SHOWN_MAX = 80
_SIZE_UNITS = {
    "b": 1,
    "kb": 1_000,
    "mb": 1_000_000,
    "gb": 1_000_000_000,
    "kib": 1_024,
    "mib": 1_024**2,
    "gib": 1_024**3,
}
_RATE_UNITS = {"s": 1.0, "m": 60.0, "h": 3_600.0}
_SIZE = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,3})?)\s*([A-Za-z]{1,3})")
_RATE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)\s*/\s*([smh])")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_TAG = re.compile(r"[^\s,\x00-\x1f\x7f]{1,60}")
_LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,6}")  # BCP 47, without registry lookup


class BadValueError(ValueError):
    """An invalid config value; its text says what to write instead.

    A list or table has a fault for each of its `parts` that is wrong: the part's place in it, and the text.
    """

    def __init__(self, text: str, parts: Iterable[tuple[tuple[str | int, ...], str]] = ()) -> None:
        super().__init__(text)
        self.parts = tuple(parts)

    @classmethod
    def of_parts(cls, parts: Iterable[tuple[tuple[str | int, ...], str]]) -> "BadValueError | None":
        """The error of a value with these faulty parts; None without any."""
        told = tuple(parts)
        return cls("; ".join(dict.fromkeys(text for _, text in told)), told) if told else None


def show(value: object) -> str:
    """A value as the operator wrote it, redacted, on one line and truncated."""
    written = redact(f'"{value}"' if isinstance(value, str) else str(value))
    text = "".join(mark if mark.isprintable() else ascii(mark)[1:-1] for mark in written)
    return f"{text[:_SHOWN_MAX]}…" if len(text) > _SHOWN_MAX else text


def nearest(word: str, known: list[str]) -> str:
    """`, did you mean "url"?` for a word close to a known one, else empty."""
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f', did you mean "{close[0]}"?' if close else ""


def text(value: Any) -> str:
    """A string without control characters, at most 200 characters."""
    if not isinstance(value, str):
        raise BadValueError(f"{show(value)} is not text; write it in quotes")
    if len(value) > 200 or any(not mark.isprintable() for mark in value):
        raise BadValueError("longer than 200 characters or with control characters")
    return value


def boolean(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise BadValueError(f"{show(value)} is neither true nor false (written without quotes)")
    return value


def whole(low: int, high: int) -> Read:
    """A reader of integers from `low` to `high`."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise BadValueError(
                f"{show(value)} is not a whole number from {low} to {high}, written without quotes"
            )
        return value

    return read


def choice(*allowed: str) -> Read:
    """A reader of one of the allowed words."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            options = " or ".join(f'"{word}"' for word in allowed)
            raise BadValueError(f"{show(value)} is not {options}{nearest(str(value), list(allowed))}")
        return value

    return read


def duration(low_s: float = 0.001, high_s: float = 36_500 * DAY_S) -> Read:
    """A reader of durations such as "15m"; returns seconds."""

    def read(value: Any) -> float:
        if not isinstance(value, str):
            raise BadValueError(f'{show(value)} is not a duration; include a unit, for example "15m"')
        seconds = parse_duration(value)
        if not low_s <= seconds <= high_s:
            if seconds < low_s:
                least = spell_s(low_s) if round(low_s, 2) else f"{low_s * 1000:g} ms"
                raise BadValueError(f"{show(value)} is too short; write at least {least}")
            raise BadValueError(f"{show(value)} is too long; write at most {spell_s(high_s)}")
        return seconds

    return read


def duration_or(*words: str, low_s: float = 0.001) -> Read:
    """A reader of a duration or one of the given words, which are returned unchanged."""
    read_duration = duration(low_s)

    def read(value: Any) -> float | str:
        if isinstance(value, str) and value in words:
            return value
        try:
            return float(read_duration(value))
        except ValueError as exc:
            options = " or ".join(f'"{word}"' for word in words)
            raise BadValueError(f"{exc}; or {options}") from exc

    return read


def keep(value: Any) -> float | None:
    """Seconds to keep articles; None for "forever". A unit that was mistaken must not delete all of them."""
    try:
        seconds = duration_or("forever", low_s=KEEP_MIN_S)(value)
    except ValueError as exc:
        raise BadValueError(
            f'{exc}. "m" is minutes, "h" hours and "d" days: write for example "90d"'
        ) from exc
    return None if seconds == "forever" else float(seconds)


def size(value: Any) -> int:
    """Read a size such as "10MiB" or "500kB" between 1 KiB and 1 GiB; returns bytes."""
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    unit = _SIZE_UNITS.get(match[2].lower()) if match else None
    if match is None or unit is None:
        raise BadValueError(f'{show(value)} is not a size; write for example "10MiB" or "500kB"')
    size_bytes = math.floor(float(match[1]) * unit)
    if not 1_024 <= size_bytes <= 1_024**3:
        raise BadValueError(f"{show(value)} is not between 1KiB and 1GiB")
    return size_bytes


def rate(value: Any) -> float:
    """Read a rate such as "50/s", "10/m" or "600/h"; returns starts per second."""
    match = _RATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or float(match[1]) <= 0:
        raise BadValueError(f'{show(value)} is not a rate; write for example "50/s" or "10/m"')
    return float(match[1]) / _RATE_UNITS[match[2]]


def strings(read_one: Read) -> Read:
    """A reader of a list of strings, each read by `read_one`."""

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise BadValueError(f'{show(value)} is not a list; write ["…", "…"]')
        if len(value) > _LIST_MAX:
            raise BadValueError(f"more than {_LIST_MAX} items")
        items: list[Any] = []
        faults: list[tuple[tuple[str | int, ...], str]] = []
        for number, item in enumerate(value):
            try:
                items.append(read_one(item))
            except ValueError as exc:
                faults.append(((number,), str(exc)))
        if error := BadValueError.of_parts(faults):
            raise error
        return tuple(items)

    return read


def tag(value: Any) -> str:
    """One tag: a word without spaces and commas, at most 60 characters."""
    if not isinstance(value, str) or not _TAG.fullmatch(value):
        raise BadValueError(f"{show(value)} is not a tag: one word of at most 60 characters, in quotes")
    return value


def kinds(value: Any) -> tuple[str, ...]:
    """A list of extraction kinds."""
    if value == []:
        raise BadValueError('the list is empty; write extract = "off" to have no jobs')
    found: tuple[str, ...] = strings(kind)(value)
    return found


def kind(value: Any) -> str:
    """An extraction kind: a name of at most 60 letters, digits and underscores."""
    if not isinstance(value, str) or not value.isidentifier() or len(value) > _KIND_MAX:
        raise BadValueError(f'{show(value)} is not a kind; write for example "fulltext"')
    return value


def pattern(value: Any) -> str:
    """A regular expression that compiles, at most 500 characters; returns its text."""
    if not isinstance(value, str) or not value or len(value) > _PATTERN_MAX:
        raise BadValueError(f"{show(value)} is not a regular expression of 1 to {_PATTERN_MAX} characters")
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as exc:
        raise BadValueError(
            f"{show(value)} is not a regular expression: {exc}; put \\ before a literal mark"
        ) from exc
    return value


def feed_id(value: Any) -> str:
    """A stable id: letters, digits, dot, dash and underscore, at most 100."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise BadValueError(
            f'{show(value)} is not an id; use letters, digits, ".", "-" and "_" (at most 100)'
        )
    return value


def language(value: Any) -> str:
    """A language tag as in BCP 47: "en", "ko", "zh-Hant", "pt-BR"."""
    if not isinstance(value, str) or not _LANG.fullmatch(value):
        raise BadValueError(f'{show(value)} is not a language tag; write for example "en", "ko" or "pt-BR"')
    return value


def timezone(value: Any) -> str:
    """The name of a time zone that exists in the IANA database."""
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, TypeError, OSError) as exc:
        is_short = str(value).isupper() and "/" not in str(value)  # KST is not like MST
        close = "" if is_short else nearest(str(value), sorted(zoneinfo.available_timezones()))
        example = close or '; write for example "Asia/Seoul"'
        raise BadValueError(f"{show(value)} is not a time zone{example}") from exc
    return str(value)
