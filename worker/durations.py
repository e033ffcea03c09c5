"""Durations as they are written in settings, in the config file and on the command line."""

import re

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_UNIT_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}


def parse_duration(text: str) -> float:
    """Seconds of `"15m"`, `"500ms"`, `"2s"`, `"7d"`. Raises ValueError, also for a number without a unit."""
    match = _DURATION.fullmatch(text.strip())
    if not match and _NUMBER.fullmatch(text.strip()):
        raise ValueError(f'"{text}" has no unit; write for example "{text.strip()}s" or "{text.strip()}m"')
    if not match:
        raise ValueError(f'"{text}" is not a duration; write for example "30s", "15m", "24h" or "7d"')
    return float(match[1]) * _UNIT_S[match[2]]
