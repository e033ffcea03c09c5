"""Dates as pages write them, to aware UTC within bounds."""

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from dateutil import parser as dateutil_parser

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=2)  # a page may be dated ahead of us by its zone and an embargo
APART = timedelta(days=30)  # a page's date that is farther from the feed's belongs to something else
MAX_CHARS = 80
# Zone abbreviations that news pages write, in hours ahead of UTC.
_ZONES_H = {
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "WET": 0,
    "BST": 1,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "IST": 5.5,
    "ICT": 7,
    "WIB": 7,
    "SGT": 8,
    "HKT": 8,
    "KST": 9,
    "JST": 9,
    "AEST": 10,
    "AEDT": 11,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "ET": -5,
    "PT": -8,
}
# the United States, the Philippines and undecided English
_MONTH_FIRST = frozenset({"en", "en-us", "en-ph", "en-ca"})
_TZINFOS = {name: int(hours * 3600) for name, hours in _ZONES_H.items()}
_EAST_ASIAN = re.compile(
    r"(\d{4})\s?[년年.\-/]\s?(\d{1,2})\s?[월月.\-/]\s?(\d{1,2})\s?[일日.]?(?:\s?\(?[월화수목금토일月火水木金土日]\)?)?"
    r"[\sT,|]{0,3}(?:(오전|오후|午前|午後)\s?)?(?:(\d{1,2})[:시時]\s?(\d{2})(?::(\d{2}))?)?"
)


# Month names of languages whose outlets write them out (Unicode CLDR), to what dateutil reads.
_MONTH_NAMES = {
    "januar": "Jan", "jänner": "Jan", "februar": "Feb", "märz": "Mar", "mai": "May", "juni": "Jun",
    "juli": "Jul", "oktober": "Oct", "dezember": "Dec",
    "janvier": "Jan", "février": "Feb", "mars": "Mar", "avril": "Apr", "juin": "Jun", "juillet": "Jul",
    "août": "Aug", "septembre": "Sep", "octobre": "Oct", "novembre": "Nov", "décembre": "Dec",
    "enero": "Jan", "febrero": "Feb", "marzo": "Mar", "abril": "Apr", "mayo": "May", "junio": "Jun",
    "julio": "Jul", "agosto": "Aug",
    "septiembre": "Sep", "octubre": "Oct", "noviembre": "Nov", "diciembre": "Dec",
    "gennaio": "Jan", "febbraio": "Feb", "aprile": "Apr", "maggio": "May", "giugno": "Jun", "luglio": "Jul",
    "settembre": "Sep", "ottobre": "Oct", "dicembre": "Dec",
}  # fmt: skip
_MONTH_NAME = re.compile(rf"\b(?:{'|'.join(_MONTH_NAMES)})\b", re.IGNORECASE)
_LABEL = re.compile(
    (
        r"^[^\d]{0,40}?[:：]\s*|^(?:(?:first |last )?(?:published|posted|updated)(?: on| at)?"
        r"|veröffentlicht am|am|(?:기사)?\s?(?:입력|등록|수정|발행)|公開|更新|发布|發布|опубликовано)\s+"
    ),
    re.IGNORECASE,
)
_SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})/(?:19|20)?\d\d\b")
_CLOCK_WORDS = re.compile(r"\s[-–|•·]\s|\b(?:um|uhr|at|à|alle|de)\b", re.IGNORECASE)


_WEEKDAY = re.compile(r"^[^\W\d]{2,12}\.?,\s(?=\d)")
_UNTIL_CLOCK = re.compile(r"[^:]{6,40}?\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?", re.IGNORECASE)


def read_line(text: str, zone: str | None = None, *, day_first: bool = False) -> datetime | None:
    """The moment that a visible line states, or None; labels and month names of many languages are read."""
    slashed = _SLASHED.search(text)
    if slashed and int(slashed[1]) <= 12 and int(slashed[2]) <= 12 and slashed[1] != slashed[2]:
        return None  # nobody can tell the day from the month
    plain = _WEEKDAY.sub("", _LABEL.sub("", " ".join(text.split()), count=1))
    plain = _MONTH_NAME.sub(lambda name: _MONTH_NAMES[name[0].lower()], _CLOCK_WORDS.sub(" ", plain))
    until_clock = _UNTIL_CLOCK.match(plain)  # initials or a place may follow
    tries = (plain, until_clock[0] if until_clock else "")
    found = (read_moment(text.strip(" ,."), zone, day_first=day_first) for text in tries)
    return next((moment for moment in found if moment), None)


def read_moment(raw: str | None, zone: str | None = None, *, day_first: bool = False) -> datetime | None:
    """The moment that a text states, in UTC, or None; a naive time is of `zone` (IANA name), else UTC.

    `day_first` tells how a date like 10/05/2022 is meant.
    """
    text = " ".join((raw or "").split())
    if not 6 <= len(text) <= MAX_CHARS or not any(character.isdigit() for character in text):
        return None
    text = _SHORT_OFFSET.sub(r"\g<1>0\2", text)
    moment = _read_epoch(text) or _read_iso(text) or _read_east_asian(text) or _read_loose(text, day_first)
    if moment is None:
        return None
    try:
        if moment.tzinfo is None or moment.utcoffset() is None:
            moment = moment.replace(tzinfo=_zone(zone))
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


_SHORT_OFFSET = re.compile(r"(:\d\d\s?[+-])(\d:\d\d)$")  # +9:00
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")  # seconds or milliseconds since 1970


def _read_epoch(text: str) -> datetime | None:
    found = _EPOCH.fullmatch(text)
    return datetime.fromtimestamp(int(found[1]), UTC) if found else None


def _read_iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _read_east_asian(text: str) -> datetime | None:
    found = _EAST_ASIAN.match(text)
    if not found or _HALF_DAY.search(text):
        return None
    year, month, day, half, hour, minute, second = found.groups(default="")
    clock = int(hour or 0) % 12 if half else int(hour or 0)
    clock += 12 if half in {"오후", "午後"} else 0
    ahead_s = offset_of(text)
    zone = None if ahead_s is None else timezone(timedelta(seconds=ahead_s))
    try:
        return datetime(
            int(year), int(month), int(day), clock, int(minute or 0), int(second or 0), tzinfo=zone
        )
    except ValueError:
        return None


_HALF_DAY = re.compile(r"\d\s?[ap]\.?m\b", re.IGNORECASE)


def _read_loose(text: str, day_first: bool) -> datetime | None:
    # a year must be there: dateutil fills what is missing from today
    if not re.search(r"\b(?:19|20)\d\d|\b\d{8}", text):
        return None
    try:
        # nobody writes the month first with full stops
        return dateutil_parser.parse(text, tzinfos=_TZINFOS, dayfirst=day_first or bool(_DOTTED.search(text)))
    except (ValueError, OverflowError, TypeError, AttributeError):
        return None


_DOTTED = re.compile(r"\b\d{1,2}\.\s?\d{1,2}\.\s?(?:19|20)\d\d")


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def is_day_first(lang: str) -> bool:
    """Whether a page of that language tag writes the day before the month (Unicode CLDR short dates)."""
    return bool(lang) and lang.lower().replace("_", "-") not in _MONTH_FIRST


def within_bounds(moment: datetime | None, now: datetime, feed_at: datetime | None = None) -> datetime | None:
    """The moment if it is credible: from 1990 to two days ahead, and within 30 days of the feed's date."""
    if moment is None or not EARLIEST <= moment <= now + AHEAD:
        return None
    if feed_at is not None and abs(moment - feed_at) > APART:
        return None
    return moment


def offset_of(raw: str | None) -> int | None:
    """The seconds ahead of UTC that a date as written names ("+0900", "KST"), or None."""
    found = _OFFSET.search((raw or "")[:MAX_CHARS])
    if not found:
        return None
    if found["name"]:
        return _TZINFOS.get(found["name"])
    seconds = (int(found["hours"]) * 60 + int(found["minutes"])) * 60
    return -seconds if found["sign"] == "-" else seconds


_OFFSET = re.compile(
    r"\d\d:?\d\d(?::\d\d(?:\.\d{1,9})?)?\s?(?:(?P<sign>[+-])(?P<hours>[01]\d):?(?P<minutes>[0-5]\d)"
    r"|(?P<name>[A-Z]{2,4}))\s*$"
)
