"""Reads dates as feeds and pages write them; ambiguous dates are rejected rather than guessed.

Supports RFC 822 and 2822, RFC 3339, W3C-DTF, and what publishers write by hand in their own language.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from worker.text.month_names import MAX_NAME_WORDS, MONTH_OF, plain_word
from worker.text.zone_names import IANA_NAME, NUMERIC, find_zone

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # there was no web before: a default or a mistake
LATEST_YEAR = 2200
MAX_CHARACTERS = 120
MAX_RAW_CHARACTERS = 1_000  # including whitespace
# AM/PM marks; the Latin ones without their dots
HALF_DAY = {"am": 0, "pm": 12, "오전": 0, "오후": 12, "午前": 0, "午後": 12, "上午": 0, "下午": 12}
# matched in lower case only: "AT" is a zone
FILLER = {
    "at",
    "of",
    "de",
    "del",
    "den",
    "the",
    "um",
    "uhr",
    "Uhr",
    "a",
    "la",
    "el",
    "le",
    "il",
    "on",
    "h",
    "kl",
    "klo",
}
ORDINALS = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|ro|º|ª)\b", re.IGNORECASE)
TIME = re.compile(
    r"(?<![\d:])(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?(?![\d:])\s*(a\.?m\b\.?|p\.?m\b\.?)?",
    re.IGNORECASE,
)
ISO = re.compile(
    r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?"
    r"(?:(?:[Tt]|\s+)(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?\s*(\S.*)?)?"
)
ISO_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[Tt ]?(\d{2})(\d{2})(\d{2})?(?:[.,]\d+)?\s*(\S.*)?)?")
ISO_ORDINAL = re.compile(r"(\d{4})-(\d{3})")
YEAR_FIRST = re.compile(r"(\d{4})\s*[-./年년]\s*(\d{1,3}|[^\W\d_]+)\s*[-./月월]\s*(\d{1,2})\s*[日일.]?\s*T?")
NUMBERS_LAST_YEAR = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
SHORT_YEAR_FIRST = re.compile(r"(\d{2})-(\d{2})-(\d{2})")
EAST_ASIAN_TIME = re.compile(
    r"(\d{1,2})\s*[時시点]\s*(?:(\d{1,2})(?:\s*[分분]\s*(?:(\d{1,2})\s*[秒초])?|(?!\d)))?"
)
BARE_OFFSET = re.compile(r"\d{2}:\d{2}")
EPOCH = re.compile(r"(\d{10})(\d{3})?")
ZONE_IN_TEXT = re.compile(rf"{IANA_NAME.pattern}|{NUMERIC.pattern}(?![:\d])", re.IGNORECASE)  # not "+00:xx"
# months that are numbers with a word, as blog software of East Asia writes them in the place of a name
NUMBERED_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})\s*(?:[月월]|-р сар)|\bth(?:áng|ang|g)?\.?\s*(\d{1,2})(?!\d)", re.IGNORECASE
)
NUMBERED_DAY = re.compile(r"(?<=\d)\s*[日일号號]")
ENGLISH = (
    "", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
BEFORE_COMMA = re.compile(r"((?:[^\d,،、:]|T\d){1,40})[,،、]")
_UNNAMED = timezone(timedelta(0), "unnamed")  # marks a date that names no zone
# a word may contain marks that are not word characters for Python: vowel signs, joiners
WORDS = re.compile(
    r"[^\W\d_][^\s\d!-/:-@\[-`{-~\u00a0-\u00bf\u2000-\u200b\u200e-\u206f\u060c\u3000-\u3003]*|\d+|[^\s\w]"
)
# Language tags that write the month first: United States, Philippines, Canada, and English without region
_MONTH_FIRST = frozenset({"en", "en-us", "en-ph", "en-ca"})


def read_date(
    value: str | None, zone: tzinfo | None = None, *, day_first: bool | None = None
) -> datetime | None:
    """Returns a published date as a UTC datetime; None if it is ambiguous, invalid or before 1990.

    A time without a zone is interpreted in `zone`, or in UTC. `day_first` resolves dates such as 10/05/2022,
    which are ambiguous without it.
    """
    try:
        moment = _read(value, zone, day_first)
        moment = moment.astimezone(UTC) if moment else None
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment and moment >= EARLIEST and moment.year <= LATEST_YEAR else None


def is_day_first(lang: str | None) -> bool | None:
    """Whether dates in a language have the day before the month (Unicode CLDR); None without a tag."""
    return lang.lower().replace("_", "-") not in _MONTH_FIRST if lang else None


def offset_of(value: str | None) -> int | None:
    """Returns the UTC offset in seconds that a date names ("+0900", "KST"), positive east, or None.

    Returns None for "Z": the local offset is then unknown (RFC 9557, section 2).
    """
    if (value or "").rstrip()[-1:] in {"Z", "z"}:
        return None
    try:
        moment = _read(value, _UNNAMED, None)
        offset = moment.utcoffset() if moment and moment.tzinfo is not _UNNAMED else None
    except (ValueError, OverflowError, OSError):
        return None
    return None if offset is None else int(offset.total_seconds())


def _read(value: str | None, zone: tzinfo | None, day_first: bool | None) -> datetime | None:
    if not value or len(value) > MAX_RAW_CHARACTERS:
        return None
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if not text or len(text) > MAX_CHARACTERS:
        return None
    return _read_epoch(text, zone) or _read_iso(text, zone) or _read_free(text, zone, day_first)


def _read_iso(text: str, default_zone: tzinfo | None) -> datetime | None:
    """Reads RFC 3339, W3C-DTF and the ISO 8601 basic format."""
    match = ISO.fullmatch(text) or ISO_COMPACT.fullmatch(text)
    if match:
        year, month, day, hour, minute, second, zone = match.groups()
        clock = (int(hour or 0), int(minute or 0), int(second or 0))
        return _moment((int(year), int(month or 1), int(day or 1)), clock, zone, default_zone)
    ordinal = ISO_ORDINAL.fullmatch(text)
    if ordinal:
        first = _moment((int(ordinal[1]), 1, 1), (0, 0, 0), None, default_zone)
        days = int(ordinal[2])
        return first + timedelta(days=days - 1) if first and 1 <= days <= 366 else None
    return None


def _read_epoch(text: str, zone: tzinfo | None) -> datetime | None:
    """Reads seconds or milliseconds since 1970, as some scripts print them; names no zone."""
    match = EPOCH.fullmatch(text)
    return datetime.fromtimestamp(int(match[1]), zone or UTC) if match else None


def _read_free(text: str, default_zone: tzinfo | None, day_first: bool | None) -> datetime | None:
    """Reads RFC 822 and handwritten dates: a date, an optional time and zone, and no unknown words."""
    text = re.sub(r"\([^()]*\)", " ", text)
    clock, text, is_clear = _take_time(text)
    if not is_clear:
        return None
    date, text = _take_numeric_date(text, day_first)
    zone, text = _take_zone(text, has_clock=clock is not None)
    if date is None:
        text = _with_named_month(text)
    words = _name_words(text)
    rest = words
    if date is None:
        date, rest = _take_named_date(words)
    if date is None:
        return None
    zone, rest = _zone_among(rest, zone)
    # a weekday in any language may precede the date; any other word makes the date ambiguous
    if rest and (len(rest) > 1 or rest[0].isdigit() or rest[0] != words[0]):
        return None
    return _moment(date, clock or (0, 0, 0), zone, default_zone)


def _with_named_month(text: str) -> str:
    """Returns the text with an English name for a numbered month, and without a weekday before a comma."""
    text = NUMBERED_DAY.sub(" ", NUMBERED_MONTH.sub(_name_month, text))
    before = BEFORE_COMMA.match(text)
    if before and not any(plain_word(word) in MONTH_OF for word in WORDS.findall(before[1])):
        text = text[before.end() :]  # in some languages it has two words
    return text


def _name_month(match: re.Match[str]) -> str:
    number = int(match[1] or match[2])
    return f" {ENGLISH[number]} " if 1 <= number <= 12 else match[0]


def _name_words(text: str) -> list[str]:
    """Returns the words and numbers of a text; the words of one month name are joined."""
    words = [
        word for word in WORDS.findall(ORDINALS.sub("", text)) if word[0].isalnum() and word not in FILLER
    ]
    words = [plain_word(word) for word in words]
    joined: list[str] = []
    at = 0
    while at < len(words):
        sizes = range(min(MAX_NAME_WORDS, len(words) - at), 1, -1)
        size = next((size for size in sizes if " ".join(words[at : at + size]) in MONTH_OF), 1)
        joined.append(" ".join(words[at : at + size]))
        at += size
    return joined


def _take_time(text: str) -> tuple[tuple[int, int, int] | None, str, bool]:
    """Returns the time of day, the text without it, and whether the time is unambiguous."""
    asian = EAST_ASIAN_TIME.search(text)
    match = asian or TIME.search(text)
    half = next((hours for mark, hours in HALF_DAY.items() if not mark.isascii() and mark in text), None)
    for mark in HALF_DAY:
        text = text if mark.isascii() else text.replace(mark, " " * len(mark))
    if not match:
        return None, text, ":" not in NUMERIC.sub("", text)
    hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if not asian and match[4]:
        half = HALF_DAY[match[4].lower().replace(".", "")]
    if half is not None and hour <= 12:
        hour = hour % 12 + half
    return (hour, minute, second), text[: match.start()] + " @ " + text[match.end() :], True


def _take_numeric_date(text: str, day_first: bool | None) -> tuple[tuple[int, int, int] | None, str]:
    """Returns an all-numeric date if it is unambiguous, and the text without it."""
    match = YEAR_FIRST.search(text)
    if match:
        month = int(match[2]) if match[2].isdigit() else MONTH_OF.get(plain_word(match[2]), 0)
        return (int(match[1]), month, int(match[3])), text[: match.start()] + " " + text[match.end() :]
    match = NUMBERS_LAST_YEAR.search(text)
    if match:
        first, second = int(match[1]), int(match[3])
        # day first with dots and hyphens (Europe); with slashes only if one number cannot be a month
        is_clear = match[2] != "/" or first > 12 or second > 12 or first == second
        if not is_clear and day_first is None:
            return None, text
        month_first = second > 12 or (not is_clear and not day_first)
        day, month = (second, first) if month_first else (first, second)
        return (int(match[4]), month, day), text[: match.start()] + " " + text[match.end() :]
    match = SHORT_YEAR_FIRST.fullmatch(text.strip())
    if match and int(match[1]) > 31:
        return (1900 + int(match[1]), int(match[2]), int(match[3])), ""
    return None, text


def _take_zone(text: str, *, has_clock: bool) -> tuple[str | None, str]:
    """Returns a zone given as offset or IANA name after the time, and the text without it."""
    after = text.find("@") + 1 if has_clock else 0
    match = ZONE_IN_TEXT.search(text, after) if has_clock else None
    if not match:
        return None, text.replace("@", " ")
    return match[0], (text[: match.start()] + " " + text[match.end() :]).replace("@", " ")


def _take_named_date(words: list[str]) -> tuple[tuple[int, int, int] | None, list[str]]:
    """Returns the date of a day, a month name and a year in either order, and the other words."""
    numbers = [i for i, word in enumerate(words) if word.isdigit()]
    if len(numbers) != 2:
        return None, words
    day, year = sorted(numbers, key=lambda i: len(words[i]) > 2)
    if len(words[day]) > 2 or len(words[year]) not in {2, 4}:
        return None, words
    # next to the day; of two, the last: "mar. 1 déc." is a Tuesday in December
    months = [i for i in (day - 1, day + 1) if 0 <= i < len(words) and words[i] in MONTH_OF]
    if not months:
        return None, words
    at = months[-1]
    number = int(words[year])
    if len(words[year]) == 2:
        number += 2000 if number < 70 else 1900  # RFC 2822, section 4.3, with a later pivot year
    rest = [word for i, word in enumerate(words) if i not in {at, day, year}]
    return (number, MONTH_OF[words[at]], int(words[day])), rest


def _zone_among(words: list[str], zone: str | None) -> tuple[str | None, list[str]]:
    """Returns the last word if it names a zone, and the words without it."""
    if words and (find_zone(words[-1], datetime(2000, 1, 1), None) is not None):  # noqa: DTZ001 - any datetime will do
        return zone or words[-1], words[:-1]
    return zone, words


def _moment(
    date: tuple[int, int, int], clock: tuple[int, int, int], zone: str | None, default_zone: tzinfo | None
) -> datetime | None:
    """Returns the aware datetime, None if the zone is unknown; raises ValueError for an invalid date."""
    hour, minute, second = clock
    naive = datetime(*date, hour, minute, 59 if second == 60 else second)  # noqa: DTZ001 - the zone is added below
    if zone is None:
        return naive.replace(tzinfo=default_zone or UTC)
    # "08:00:00 00:00": a plus sign that was URL-decoded to a space
    found = find_zone(f"+{zone}" if BARE_OFFSET.fullmatch(zone) else zone, naive, default_zone)
    return naive.replace(tzinfo=found) if found else None
