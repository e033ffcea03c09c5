"""Recognize texts that are put together from parts: live blogs and digests of several stories."""

import re
from collections.abc import Sequence

from worker.dedupe.text import is_sentence_long

MIN_ENTRIES = 3
LIVE_SHARE = 0.3  # of the paragraphs begin with a time of day
DIGEST_SHARE = 0.15  # of the paragraphs begin an item; an item may have several
LIVE, DIGEST = "live", "digest"
_FORMS = ("", LIVE, DIGEST)

_CLOCK = re.compile(
    r"\W{0,3}(?:[01]?\d|2[0-3])(?:[:.h]|\s?[時时点點시]\s?)[0-5]\d(?:\s?[分분])?(?![\d.:%])"
    r"(?:\s?(?:[ap]\.?m\.?|uhr|[A-Z]{2,4}\b))?\W",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\W{0,2}(\d{1,2})\s?[.)\]:、．]\s*\S|([•●▪■◆▶*–—-])\s+\S")
# how outlets title rolling reports and digests; agencies' "The Latest" is run by outlets like other texts
_LIVE_TITLE = re.compile(
    r"^\W{0,2}(?:live(?: (?:blog|updates?|coverage|text))?|liveblog|live-?ticker|en direct|direct"
    r"|en vivo|en directo|in diretta|diretta|ao vivo|онлайн|прямая трансляция|canlı|실시간|속보 상황"
    r"|実況|ライブ|【?直播】?|مباشر)\s?[:：|–—-]"
    r"|\b(?:live ?blog|live updates?|as it happened|minute by minute|live-?ticker)\b",
    re.IGNORECASE,
)
_DIGEST_TITLE = re.compile(
    r"\b(?:(?:news|morning|evening|daily|weekly|world|business|sports?) "
    r"(?:in brief|briefs?|briefing|digest|round-?up|wrap)|(?:\w+|\d+) things to know|top stories"
    r"|week in review|the day in)\b",
    re.IGNORECASE,
)


def find_form(title: str, paragraphs: Sequence[str]) -> str:
    """Return LIVE for a rolling report of timed entries, DIGEST for numbered items, "" for one text."""
    timed = sum(_CLOCK.match(paragraph) is not None for paragraph in paragraphs)
    if timed >= MIN_ENTRIES and timed >= LIVE_SHARE * len(paragraphs):
        return LIVE
    if _LIVE_TITLE.search(title):
        return LIVE
    if _DIGEST_TITLE.search(title) or _has_items(paragraphs):
        return DIGEST
    return ""


def form_code(form: str) -> int:
    """Return the number (0 to 3) by which a form is stored."""
    return _FORMS.index(form)


def form_of(code: int) -> str:
    """Return the form of a stored number; raises IndexError for an unknown one."""
    return _FORMS[code]


def _has_items(paragraphs: Sequence[str]) -> bool:
    """Whether long paragraphs are items, numbered in order or marked alike; short ones list facts."""
    found = [match for match in map(_ITEM.match, filter(is_sentence_long, paragraphs)) if match]
    numbers = [int(match[1]) for match in found if match[1]]
    marks = [match[2] for match in found if match[2]]
    rising = sorted(set(numbers)) == numbers
    counts = (len(numbers) if rising and numbers[:1] <= [2] else 0, len(marks) if len(set(marks)) == 1 else 0)
    return max(counts) >= max(MIN_ENTRIES, DIGEST_SHARE * len(paragraphs))
