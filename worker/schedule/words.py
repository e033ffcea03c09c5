"""Times and a server's texts in the reasons of due times."""

from datetime import UTC, datetime

_QUOTED_MAX = 60  # characters of a header field shown in a reason


def spell_at(moment: datetime, now: datetime) -> str:
    """A time in UTC: `10:32:05Z` within ten minutes of `now`, `10:32Z` in half a day, else with its date."""
    away_s = abs((moment - now).total_seconds())
    form = "%H:%M:%SZ" if away_s < 600 else "%H:%MZ" if away_s < 43_200 else "%Y-%m-%d %H:%MZ"
    return moment.astimezone(UTC).strftime(form)


def quote(text: str, most: int = _QUOTED_MAX) -> str:
    """A server's text for one line: printable characters only, at most `most` and an ellipsis."""
    shown = "".join(mark if mark.isprintable() else "?" for mark in text[: most + 1])
    return f"{shown[:most]}…" if len(shown) > most else shown
