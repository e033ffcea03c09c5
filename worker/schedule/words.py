"""Times and a server's texts in the reasons of due times."""

from datetime import UTC, datetime

_QUOTED_MAX = 60  # characters of a server's text shown in a reason


def spell_at(moment: datetime, now: datetime) -> str:
    """A time in UTC: `10:32Z` within half a day of `now`, else with its date."""
    utc = moment.astimezone(UTC)
    near = abs((moment - now).total_seconds()) < 43_200
    return utc.strftime("%H:%MZ" if near else "%Y-%m-%d %H:%MZ")


def quote(text: str) -> str:
    """A server's text for one line: printable characters only, at most sixty."""
    shown = "".join(mark if mark.isprintable() else "?" for mark in text[: _QUOTED_MAX + 1])
    return f"{shown[:_QUOTED_MAX]}…" if len(shown) > _QUOTED_MAX else shown
