"""Reads dates in visible lines of a page, and checks whether dates are credible."""

import re
from datetime import datetime, timedelta, tzinfo

from worker.text.dates import EARLIEST, read_date

AHEAD = timedelta(days=2)  # its zone and an embargo may put a page's date ahead of the clock
APART = timedelta(days=30)  # a date farther from the feed's belongs to something else on the page
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
    """Returns the datetime in a visible line, or None; labels in many languages are skipped."""
    plain = _WEEKDAY.sub("", _LABEL.sub("", " ".join(text.split()), count=1))
    plain = _SEPARATORS.sub(" ", plain)
    until_clock = _UNTIL_CLOCK.match(plain)  # initials or a place may follow the time
    tries = (plain, until_clock[0] if until_clock else "")
    found = (read_date(text.strip(" ,."), zone) for text in tries)
    return next((moment for moment in found if moment), None)


def within_bounds(moment: datetime | None, now: datetime, feed_at: datetime | None = None) -> datetime | None:
    """Returns the datetime if it is between 1990 and two days ahead, and within 30 days of `feed_at`."""
    if moment is None or not EARLIEST <= moment <= now + AHEAD:
        return None
    if feed_at is not None and abs(moment - feed_at) > APART:
        return None
    return moment
