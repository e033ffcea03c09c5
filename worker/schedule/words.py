"""Times and lengths of time as an operator reads them."""

from datetime import UTC, datetime

_UNITS = ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min"), (1.0, "s"))
_QUOTED_MAX = 60  # characters of a server's own words that a reason shows


def spell_s(seconds: float) -> str:
    """A length of time in its largest fitting unit: `45 s`, `15 min`, `2.5 h`, `7 d`."""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{round(seconds / size, 1):g} {unit}"
    return f"{round(seconds, 2):g} s"


def spell_at(moment: datetime, now: datetime) -> str:
    """A moment in UTC: `10:32Z` when it is within half a day, else with its date."""
    utc = moment.astimezone(UTC)
    near = abs((moment - now).total_seconds()) < 43_200
    return utc.strftime("%H:%MZ" if near else "%Y-%m-%d %H:%MZ")


def quote(text: str) -> str:
    """What a server wrote, fit for one line: printable characters only, cut after sixty."""
    shown = "".join(mark if mark.isprintable() else "?" for mark in text[: _QUOTED_MAX + 1])
    return f"{shown[:_QUOTED_MAX]}…" if len(shown) > _QUOTED_MAX else shown
