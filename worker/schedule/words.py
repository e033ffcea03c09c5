"""Times and a server's texts in the reasons of due times."""

from datetime import UTC, datetime

_QUOTED_MAX = 60  # characters of a header field shown in a reason


def spell_at(moment: datetime, now: datetime) -> str:
    """A time in UTC: `10:32Z` within half a day of `now`, else with its date."""
    utc = moment.astimezone(UTC)
    near = abs((moment - now).total_seconds()) < 43_200
    return utc.strftime("%H:%MZ" if near else "%Y-%m-%d %H:%MZ")


def quote(text: str, most: int = _QUOTED_MAX) -> str:
    """A server's text for one line: printable characters only, at most `most` and an ellipsis."""
    shown = "".join(mark if mark.isprintable() else "?" for mark in text[: most + 1])
    return f"{shown[:most]}…" if len(shown) > most else shown
