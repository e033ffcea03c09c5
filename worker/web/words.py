"""What templates call: times, sizes, links. Results are plain text, which the template escapes.

`with_commands` makes HTML, and escapes its text itself.
"""

from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import quote, urlsplit

from worker.flows.needs import tell_event
from worker.text.amounts import count_of, spell_lag_s, spell_s
from worker.views.output import rfc3339
from worker.views.times import ago, show_time, until

STATUS_TITLES = {
    400: "This request cannot be answered", 401: "Login needed", 403: "Not allowed", 404: "Not found",
    405: "Not allowed", 503: "Not now",
}  # fmt: skip
STATUS_WORDS = {
    400: "the request cannot be read",
    404: "there is no page at this address",
    405: "pages can only be read: use GET",
    413: "a request has no body here",
}
DAY_S = 86_400.0


def link_of(url: str | None) -> str | None:
    """A URL that may be a link: http or https with a host; None for anything else, such as a script."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def host_of(url: str | None) -> str:
    """The host of a URL, in lower case; empty if it has none."""
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""


def clock(at: datetime | None, now: datetime) -> str:
    """A time in at most 12 characters, UTC: `12:05`, `11-24 12:05` or `2025-11-24`; `-` for none."""
    if at is None:
        return "-"
    at, now = at.astimezone(UTC), now.astimezone(UTC)
    if at.date() == now.date():
        return f"{at:%H:%M}"
    is_far = abs((now - at).total_seconds()) > 180 * DAY_S
    return f"{at:%Y-%m-%d}" if is_far else f"{at:%m-%d %H:%M}"


def with_commands(text: str | None) -> str:
    """A message as HTML, escaped, with `code` for what is between backticks if all of them are in pairs."""
    parts = escape(text or "").split("`")
    if len(parts) % 2 == 0:
        return "`".join(parts)
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))


def segment(text: str) -> str:
    """A name as one part of an address."""
    return quote(text, safe="")


def iso(at: datetime | None) -> str:
    """A time for the attribute `datetime`."""
    return rfc3339(at) if at is not None else ""


def full(at: datetime | None) -> str:
    """A time with its date and seconds, UTC; `-` for none."""
    return "-" if at is None else show_time(at)


def share(value: float | None) -> str:
    """A share in percent, or `-`."""
    return "-" if value is None else f"{value:.0%}"


HELPERS: dict[str, Any] = {
    "ago": ago, "clock": clock, "count_of": count_of, "full": full, "tell_event": tell_event,
    "host_of": host_of, "iso": iso, "lag": spell_lag_s, "link_of": link_of, "segment": segment,
    "share": share, "spell_s": spell_s, "until": until, "with_commands": with_commands,
}  # fmt: skip
