"""Resolves time zone names and abbreviations as publishers write them."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Abbreviation -> hours east of UTC (RFC 822, section 5; abbreviations of the IANA time zone database). If an
# abbreviation is ambiguous, the meaning common in news feeds; the caller's zone outranks this table.
OFFSETS = {
    "UTC": 0, "UT": 0, "GMT": 0, "Z": 0, "WET": 0, "UCT": 0, "ZULU": 0, "WEST": 1, "CET": 1, "MET": 1,
    "MEZ": 1, "BST": 1, "WAT": 1, "CEST": 2, "MEST": 2, "MESZ": 2, "EET": 2, "SAST": 2, "CAT": 2,
    "HAEC": 2, "EEST": 3, "MSK": 3, "EAT": 3, "TRT": 3, "IDT": 3, "MSD": 4, "SAMT": 4, "GST": 4,
    "AZT": 4, "GET": 4, "IRST": 3.5, "IRDT": 4.5, "AFT": 4.5, "PKT": 5, "UZT": 5, "YEKT": 5, "IST": 5.5,
    "SLST": 5.5, "NPT": 5.75, "OMST": 6, "BDT": 6, "MMT": 6.5, "ICT": 7, "WIB": 7, "NOVT": 7, "KRAT": 7,
    "HKT": 8, "SGT": 8, "MYT": 8, "PHT": 8, "PHST": 8, "AWST": 8, "WITA": 8, "IRKT": 8, "ULAT": 8,
    "KST": 9, "JST": 9, "WIT": 9, "YAKT": 9, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "VLAT": 10,
    "CHST": 10, "AEDT": 11, "MAGT": 11, "NZST": 12, "NZDT": 13, "AZOT": -1, "BRST": -2, "NDT": -2.5,
    "BRT": -3, "ART": -3, "ADT": -3, "CLST": -3, "UYT": -3, "NST": -3.5, "AST": -4, "EDT": -4,
    "CLT": -4, "BOT": -4, "VET": -4, "PYT": -3, "EST": -5, "CDT": -5, "COT": -5, "PET": -5, "ECT": -5,
    "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8, "AKDT": -8, "AKST": -9, "HST": -10,
    "SST": -11,
}  # fmt: skip
# Names that do not tell standard from summer time (as US broadcasters write them): the region decides
REGIONS = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "AT": "America/Halifax",
    "UK": "Europe/London",
}
NUMERIC = re.compile(r"(?:GMT|UTC|UT)?\s*([+\-\u2212])\s*(\d{1,2})(?::?(\d{2}))?(?::?\d{2})?", re.IGNORECASE)
IANA_NAME = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z]{1,30}(?:/[A-Z][A-Za-z_+-]{1,30}){1,2}")
MAX_OFFSET_HOURS = 14  # Line Islands; a larger offset is a mistake


def find_zone(name: str, moment: datetime, default_zone: tzinfo | None) -> tzinfo | None:
    """Returns the zone that a name or offset denotes at a naive local time; None if unknown."""
    name = name.strip()
    numeric = NUMERIC.fullmatch(name)
    if numeric:
        return _offset(numeric)
    if IANA_NAME.fullmatch(name):
        return load_zone(name)
    key = name.upper().replace(".", "")
    # "CST" in a feed of Shanghai, "IST" in one of Dublin, "EST" in one of Sydney
    if default_zone is not None and default_zone.tzname(moment) == key:
        return default_zone
    if key in REGIONS:
        return load_zone(REGIONS[key])
    hours = OFFSETS.get(key)
    return None if hours is None else timezone(timedelta(hours=hours))


def _offset(match: re.Match[str]) -> tzinfo | None:
    hours, minutes = int(match[2]), int(match[3] or 0)
    if minutes > 59 or hours * 60 + minutes > MAX_OFFSET_HOURS * 60:
        return None
    size = timedelta(hours=hours, minutes=minutes)
    return timezone(size if match[1] == "+" else -size)


def load_zone(name: str | None) -> tzinfo | None:
    """Returns the zone of an IANA name; None if there is no such zone."""
    if not name:
        return None
    if name.upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
