"""Dates in the visible lines of a page, and which of its dates are credible."""

import re
from datetime import datetime, timedelta, tzinfo

from worker.text.dates import EARLIEST, read_date

AHEAD = timedelta(days=2)  # a page may be dated ahead of us by its zone and an embargo
APART = timedelta(days=30)  # a page's date that is farther from the feed's belongs to something else
# the United States, the Philippines and undecided English
_MONTH_FIRST = frozenset({"en", "en-us", "en-ph", "en-ca"})
_LABEL = re.compile(
    (
        r"^[^\d]{0,40}?[:：]\s*|^(?:(?:first |last )?(?:published|posted|updated)(?: on| at)?"
        r"|veröffentlicht am|am|(?:기사)?\s?(?:입력|등록|수정|발행)|公開|更新|发布|發布|опубликовано)\s+"
    ),
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"\s[-–|•·]\s|\b(?:um|uhr|at|à|alle|de)\b", re.IGNORECASE)
_WEEKDAY = re.compile(r"^[^\W\d]{2,12}\.?,\s(?=\d)")
_UNTIL_CLOCK = re.compile(r"[^:]{6,40}?\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?", re.IGNORECASE)


def read_date_line(text: str, zone: tzinfo | None = None) -> datetime | None:
    """Returns the moment that a visible line states, or None; labels in many languages are left out."""
    plain = _WEEKDAY.sub("", _LABEL.sub("", " ".join(text.split()), count=1))
    plain = _SEPARATORS.sub(" ", plain)
    until_clock = _UNTIL_CLOCK.match(plain)  # initials or a place may follow
    tries = (plain, until_clock[0] if until_clock else "")
    found = (read_date(text.strip(" ,."), zone) for text in tries)
    return next((moment for moment in found if moment), None)


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
