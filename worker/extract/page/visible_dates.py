"""Reads dates in visible lines of a page, and checks whether dates are credible."""

import re
from datetime import datetime, timedelta, tzinfo

from worker.text.dates import EARLIEST, read_date

AHEAD = timedelta(days=2)  # its zone and an embargo may put a page's date ahead of the clock
APART = timedelta(days=30)  # a date farther from the feed's belongs to something else on the page
_NO_DAY = re.compile(r"\s*(?:\d{4}(?:\s?[-/.]\s?\d{1,2})?|\d{1,2}\s?[-/.]\s?\d{4}|\d{6})\s*")
_LABEL = re.compile(
    (
        r"^[^\d]{0,40}?[:：]\s*|^(?:(?:first |last )?(?:published|posted|updated)(?: on| at)?"
        r"|veröffentlicht am|am|(?:기사)?\s?(?:입력|등록|수정|발행)|公開|更新|发布|發布|опубликовано)\s+"
    ),
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"\s[-–|•·]\s|\b(?:um|uhr|at|à|alle|de)\b", re.IGNORECASE)
_WEEKDAY = re.compile(r"^[^\W\d]{2,12}\.?,\s(?=\d)")
# A date with day, month and year, and the clock time after it.
DAY = re.compile(
    r"(?<![\d./-])(?:\d{1,2}([./-])\s?\d{1,2}\1\s?(?:(?:19|20)\d\d|\d\d)(?![\d/-])"
    r"|(?:19|20)\d\d\s?[-./年년]\s?\d{1,2}\s?[-./月월]\s?\d{1,2}[日일]?(?!\d)"
    r"|\d{1,2}(?:\.|st|nd|rd|th|er)?[\s-](?:de\s|of\s)?[^\W\d_]{3,12}[.,]{0,2}[\s-](?:de\s)?(?:19|20)\d\d(?!\d)"
    r"|(?<![^\W\d_])[^\W\d_]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d(?!\d))"
    r"(?:(?:[\s,|/•·–(-]|\bum\b|\bat\b|\bà\b|오[전후]){1,8}(?:\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?))?",
    re.IGNORECASE,
)
SENTENCE_WORDS = 3  # at least this many words and a full stop after a date make the line a sentence
_SHORT_YEAR = re.compile(r"(\d{1,2}\.)\s?(\d{1,2}\.)\s?(\d\d)(?!\d)")
_SPACED_DOTS = re.compile(r"(?<=\d\.)\s(?=\d)")
# What may precede a date in its line: a label of publication, a weekday, a word such as "on", or another part
# of the line that ends with a separator.
_BEFORE = re.compile(
    r"(?:.{0,40}[|•·/–—,(-]\s?)?(?:[^:：]{0,20}\b(?:publi\w*|posted|updated|modified|written|created|date|datum|data"
    r"|fecha|stand|erstellt\w*|geschrieben|veröffentlicht|actualis\w*|pubblicato|dat[ao]|день|дата)\b[^:：]{0,12}"
    r"[:：]?\s?)?(?:(?:[^\W\d_]{2,12}\.?,?\s)?(?:am|on|le|vom|den|du|el|il|d\.)\s|[^\W\d_]{2,12}\.?,?\s)?",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:\s?(?:uhr|h|hrs|[a-z]{3,4}t)\b)?\s?(?:[|•·/–—,.()-].*|(?:by|von|par|por|di)\s.*)?", re.IGNORECASE
)
_UNTIL_CLOCK = re.compile(r"[^:]{6,40}?\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?", re.IGNORECASE)


def read_stated(
    raw: str | None, zone: tzinfo | None = None, *, day_first: bool | None = None
) -> datetime | None:
    """Returns a date that a page states as a UTC datetime, or None; a year or a month alone is not a date."""
    return None if not raw or _NO_DAY.fullmatch(raw) else read_date(raw, zone, day_first=day_first)


def find_day(line: str) -> str | None:
    """Returns the date in a line that consists of a date and little else, with its clock time, or None."""
    found = DAY.search(line)
    if not found or not _BEFORE.fullmatch(line[: found.start()]) or not _AFTER.fullmatch(line[found.end() :]):
        return None
    after = line[found.end() :].split()
    if len(after) >= SENTENCE_WORDS and after[-1][-1] in ".!?。":
        return None
    return _SHORT_YEAR.sub(r"\g<1>\g<2>20\g<3>", _SPACED_DOTS.sub("", found[0]))


def read_date_line(
    text: str, zone: tzinfo | None = None, *, day_first: bool | None = None
) -> datetime | None:
    """Returns the datetime in a visible line, or None; labels in many languages are skipped."""
    plain = _WEEKDAY.sub("", _LABEL.sub("", " ".join(text.split()), count=1))
    plain = _SEPARATORS.sub(" ", plain)
    until_clock = _UNTIL_CLOCK.match(plain)  # initials or a place may follow the time
    tries = (plain, until_clock[0] if until_clock else "", find_day(text) or "")
    found = (read_stated(text.strip(" ,."), zone, day_first=day_first) for text in tries)
    return next((moment for moment in found if moment), None)


def within_bounds(moment: datetime | None, now: datetime, feed_at: datetime | None = None) -> datetime | None:
    """Returns the datetime if it is between 1990 and two days ahead, and within 30 days of `feed_at`."""
    if moment is None or not EARLIEST <= moment <= now + AHEAD:
        return None
    if feed_at is not None and abs(moment - feed_at) > APART:
        return None
    return moment
