"""Durations, sizes, counts and long texts in words, for messages and reports."""

REASON_CHARS = 2_000  # of a reason as it is stored
_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3_600, 60
_DURATIONS = ((float(_DAY_S), "d"), (float(_HOUR_S), "h"), (float(_MINUTE_S), "min"), (1.0, "s"))
_SIZES = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))


def spell_s(seconds: float) -> str:
    """A duration in its largest fitting unit, to a tenth: `0.25 s`, `45 s`, `2.5 h`, `7 d`."""
    for size, unit in _DURATIONS:
        if (count := round(seconds / size, 1)) >= 1.0:
            return f"{count:g} {unit}"
    return f"{round(max(0.0, seconds), 2):g} s"


def shorten(text: str, most: int) -> str:
    """A text in at most `most` characters, with an ellipsis where it was cut."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def spell_lag_s(seconds: float) -> str:
    """A time after another one, in at most two units: `+45 s`, `+12 min`, `+3 h 05 min`, `+2 d 4 h`."""
    lag = int(seconds)
    if lag < _MINUTE_S:
        return f"+{lag} s"
    if lag < _HOUR_S:
        return f"+{lag // _MINUTE_S} min"
    if lag < _DAY_S:
        return f"+{lag // _HOUR_S} h {lag % _HOUR_S // _MINUTE_S:02} min"
    return f"+{lag // _DAY_S} d {lag % _DAY_S // _HOUR_S} h"


def spell_bytes(count: float) -> str:
    """A number of bytes in its largest fitting decimal unit: `512 B`, `12.3 kB`."""
    for size, unit in _SIZES:
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count:.0f} B"


def count_of(number: int, word: str) -> str:
    """A number with its word: `1 copy`, `2 stories`, `1,204 words`."""
    many = f"{word[:-1]}ies" if word.endswith(("py", "ry")) else f"{word}s"
    return f"{number:,} {word if number == 1 else many}"
