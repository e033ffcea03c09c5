"""Header fields that affect the next poll: freshness (RFC 9111) and Retry-After (RFC 9110)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from worker.schedule.words import quote
from worker.text.amounts import spell_s

RETRY_AFTER_MAX_S = 86_400.0  # whatever the server requests, one request a day is fair
_SECONDS_MAX = 10.0**9  # longer numbers mean "very long"; each use has its own ceiling
_DIGITS = re.compile(r"[0-9]+")
# tried once for each word and each run of blanks: what follows a part of one is what follows the whole
_DIRECTIVE = re.compile(
    r'(?<!\s)\s*+(?<![^\s=,"])([^\s=,"]++)\s*+(?:=\s*+("(?:[^"\\]|\\.)*+"|[^,]*+))?\s*+(?:,|$)'
)
_HEADER_MAX = 4_096  # characters of a field that are read
_NOT_REUSABLE = ("no-cache", "no-store")  # RFC 9111 sections 5.2.2.4 and 5.2.2.5


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """A Retry-After field: its text, and the seconds to wait, or None if it is not usable."""

    raw: str
    wait_s: float | None
    is_cut: bool = False  # requested more than a day


def read_seconds(text: str) -> float | None:
    """Delta-seconds (RFC 9111 section 1.2.2) of any length; None if the text is not one."""
    digits = text.strip().strip('"').strip()
    if not _DIGITS.fullmatch(digits):
        return None
    significant = digits.lstrip("0") or "0"
    return _SECONDS_MAX if len(significant) > 9 else float(significant)


def spell_field(text: str) -> str:
    """Delta-seconds as other durations are shown, `15 min`; another text, or a very long one, as it came."""
    seconds = read_seconds(text)
    return quote(text) if seconds is None or seconds >= _SECONDS_MAX else spell_s(seconds)


def read_http_date(text: str) -> datetime | None:
    """An HTTP-date in any of its three forms (RFC 9110 section 5.6.7) as aware UTC, or None."""
    if ":" not in text or len(text) > 100:
        return None
    try:
        moment = parsedate_to_datetime(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def read_cache_control(text: str) -> dict[str, str]:
    """The directives by lower-case name; of duplicates the first counts (RFC 9111 section 4.2.1)."""
    directives: dict[str, str] = {}
    for match in _DIRECTIVE.finditer(text[:_HEADER_MAX]):
        directives.setdefault(match[1].lower(), (match[2] or "").strip())
    return directives


def find_freshness(headers: Mapping[str, str], now: datetime) -> tuple[float, str] | None:
    """Seconds that the response is fresh and why, or None if no field says so.

    `max-age` less `Age`, else `Expires` less `Date` (RFC 9111 section 4.2). `s-maxage` is for shared
    caches and ignored. None as well for values that are not positive, `no-cache` and `no-store`.
    """
    directives = read_cache_control(headers.get("cache-control", ""))
    if any(name in directives and not directives[name] for name in _NOT_REUSABLE):
        return None
    if "max-age" in directives:
        lifetime = read_seconds(directives["max-age"]) or 0.0
        age = read_seconds(headers.get("age", "").split(",")[0]) or 0.0
        shown = f"max-age {spell_field(directives['max-age'])}" + (f" less Age {spell_s(age)}" if age else "")
        return (lifetime - age, f"{shown} from the server") if lifetime > age else None
    expires = read_http_date(headers.get("expires", ""))
    if expires is None:
        return None
    fresh_s = (expires - (read_http_date(headers.get("date", "")) or now)).total_seconds()
    return (fresh_s, f"Expires {quote(headers['expires'])} from the server") if fresh_s > 0 else None


def read_retry_after(headers: Mapping[str, str], now: datetime) -> RetryAfter | None:
    """The Retry-After field, or None if there is none.

    A date is relative to the response's `Date`, so that only the server's clock matters (RFC 9110 section
    10.2.3). Zero, past dates and other texts request no wait.
    """
    raw = headers.get("retry-after")
    if raw is None:
        return None
    wait_s = read_seconds(raw)
    if wait_s is None and (until := read_http_date(raw)) is not None:
        sent_at = read_http_date(headers.get("date", "")) or now
        wait_s = (until - sent_at).total_seconds()
    if wait_s is None or wait_s <= 0:
        return RetryAfter(raw, None)
    return RetryAfter(raw, min(wait_s, RETRY_AFTER_MAX_S), wait_s > RETRY_AFTER_MAX_S)
