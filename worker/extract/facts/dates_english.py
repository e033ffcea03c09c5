"""Finds dates in English text: weekdays (by the tense of their clause), named spans, days of a month."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from worker.extract.facts.calendar import begins_word, day_of_month, iso_week, month_of
from worker.extract.facts.dates_numeric import find_numeric_days
from worker.extract.facts.months_english import find_months, find_numbered_days
from worker.extract.facts.tense_english import is_event, tense_before
from worker.extract.facts.weekdays_english import find_weekdays
from worker.extract.facts.weekdays_in_names import HOURS
from worker.text.numerals import cardinals

Hit = tuple[str, str, int]
_COUNTS = {"a": 1, "an": 1, **cardinals("en", (*range(1, 13), 20, 30))}
_DAYS = {
    "the day before yesterday": -2, "the night before last": -2, "last evening": -1, "yesterday": -1,
    "last night": -1, "today": 0, "tonight": 0,
    "this morning": 0, "this afternoon": 0, "this evening": 0, "tomorrow": 1, "the day after tomorrow": 2,
}  # fmt: skip
# Each pattern begins with literal letters, not an assertion, so that the regex engine can skip ahead.
_NEAR_DAY = re.compile(
    "(?:"
    + "|".join(form for word in sorted(_DAYS, key=len, reverse=True) for form in (word, word.capitalize()))
    + r")\b"
)
_UNIT = re.compile(r"(?P<unit>week|month|year)\b(?!['’-]?(?:long|old|end))")
_WHICH = re.compile(r"(?<![Tt]he )\b(?P<which>last|next|this|past|current)\s\Z", re.IGNORECASE)
_AGO = re.compile(r"ago\b(?P<today>\stoday\b)?")
_COUNT = re.compile(
    rf"\b(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)})\s(?P<unit>day|week|month|year)s?\s\Z", re.IGNORECASE
)
# What lies ahead: three days from now, in two weeks' time, will reopen in ten days
_AHEAD = re.compile(
    rf"(?<![\w-])(?:(?P<in>[Ii]n)\s)?(?P<count>\d{{1,2}}|{'|'.join(_COUNTS)})\s(?P<unit>day|week|month"
    rf"|year)s?\b(?:(?P<time>['’]s?\stime)"
    r"|(?P<now>\sfrom now)\b|(?=[.,;]|\sat\b|\sin\b|\swhen\b|\sto\b|$))",
    re.IGNORECASE,
)
# Before a span that is a period: the fifth vote in two years
_RANKED = re.compile(
    r"\b(?:first|second|third|\w{2,}th|\w{2,}est|times?|once|twice|only|than)\s(?:[a-z]+\s)?\Z"
)
# Two days ago the mill was idle; today
_BY_CONTRAST = re.compile(
    r"\b(?:(?:hours?|days?|weeks?) ago|[Yy]esterday|last (?:night"
    r"|week))\b[^.!?\n]{0,60}[;,:—–]\s(?:but\s|and\s)?\Z"
)
_DIRECTIONS = {"last": -1, "past": -1, "next": 1}
_LOOK_BACK_CHARS = 24
# Before yesterday or tomorrow as the past and the future: lives in yesterday, nothing to say about tomorrow
_IS_TIME = re.compile(
    r"(?:\bin|(?<!\bas)(?<!hours)(?<!morning)(?<!night)(?<!evening)(?<!afternoon)(?<!close)(?<!end)"
    r"(?<!start)(?<!events) of|\b(?:say|offer|think|thinking|dream|dreaming|worry) about) \Z"
)
_OF_TIME = re.compile(
    r"['’]s\s(?:man|men|world|leaders|jobs|heroes|stars|children|workforce|technolog(?:y|ies)|problems"
    r"|ideas|generations?"
    r"|champions|battles)\b(?!\s[a-z]*(?:summit|meeting|final|game|show))"
)
# The title of a work in quotation marks
_WORK = re.compile(
    r"\b(?:novel|film|movie|book|play|song|single|album|series|show|poem|memoir|documentary|musical|game"
    r"|painting|sitcom|episode)"
    r",?\s[\"“‘'][^\"”’\n]{1,60}[\"”’']"
)
# Words that continue the clause before "today".
_GOES_ON = re.compile(
    r"\s(?:in|at|on|and|for|to|with|as|by|after|before|from|when|while|but|or|because|amid|over|that|if"
    r"|whether)\b"
)


def find_dates(text: str, day: date, *, month_first: bool | None = None) -> Iterator[Hit]:
    """Yields each date as (text, ISO date, offset); some may be inside others.

    `month_first` says how the outlet writes days in digits; None if that is unknown.
    """
    works = [found.span() for found in _WORK.finditer(text)]
    found = (*find_months(text, day), *find_numbered_days(text, day), *find_weekdays(text, day))
    yield from (hit for hit in found if not any(start < hit[2] < end for start, end in works))
    yield from find_numeric_days(text, day, month_first=month_first)
    yield from _counts(text, day)
    yield from _spans(text, day)
    yield from _near_days(text, day)


def _counts(text: str, day: date) -> Iterator[Hit]:
    """Finds "three weeks ago"; the precision is that of the unit."""
    for found in _AGO.finditer(text):
        count = _COUNT.search(text, max(0, found.start() - _LOOK_BACK_CHARS), found.start())
        if count:
            word, unit = count["count"].lower(), count["unit"].lower()
            steps = -(int(word) if word.isdigit() else _COUNTS[word])
            meant = _shifted(day, unit, steps)
            if found["today"]:  # a week ago today
                days = {"day": 1, "week": 7}.get(unit, 0) * steps
                months = {"month": 1, "year": 12}.get(unit, 0) * steps
                same = (day + timedelta(days=days)) if days else day_of_month(day, day.day, months)
                meant = same.isoformat() if same else meant
            yield text[count.start() : found.end()], meant, count.start()
    for count in _AHEAD.finditer(text):
        at = count.start()
        if count["now"] or count["time"] or (count["in"] and tense_before(text, at) > 0):
            if count["in"] and _RANKED.search(text, max(0, at - _LOOK_BACK_CHARS), at):
                continue
            word = count["count"].lower()
            steps = int(word) if word.isdigit() else _COUNTS[word]
            yield count[0], _shifted(day, count["unit"].lower(), steps), at


def _spans(text: str, day: date) -> Iterator[Hit]:
    """Finds "last month", "next year", but not "the last year" (a duration) or "Last Week Tonight"."""
    for found in _UNIT.finditer(text):
        which = _WHICH.search(text, max(0, found.start() - _LOOK_BACK_CHARS), found.start())
        if which:
            steps = _DIRECTIONS.get(which["which"].lower(), 0)
            yield text[which.start() : found.end()], _shifted(day, found["unit"], steps), which.start()


def _shifted(day: date, unit: str, steps: int) -> str:
    if unit == "day":
        return (day + timedelta(days=steps)).isoformat()
    if unit == "week":
        return iso_week(day, steps)
    return month_of(day, steps) if unit == "month" else f"{day.year + steps}"


def _near_days(text: str, day: date) -> Iterator[Hit]:
    for found in _NEAR_DAY.finditer(text):
        if begins_word(text, found.start()) and not _is_other(found, text):
            yield found[0], (day + timedelta(days=_DAYS[found[0].lower()])).isoformat(), found.start()


def _is_other(found: re.Match[str], text: str) -> bool:
    """Whether the word is part of a name (USA Today) or means an era (the engineers of tomorrow)."""
    word, before = found[0], text[max(0, found.start() - 90) : found.start()]
    after = text[found.end() : found.end() + 120]
    kept = before.rstrip(" \"“'‘(")
    opens = not kept or (kept[-1] in ".!?\n:" and not kept.endswith(HOURS))
    if word[0].isupper() and (not opens or re.match(r"\s[A-Z]\w+\s[A-Z]|['’]s\s[A-Z]", after)):
        return True
    if before[-1:] in {'"', "“", "‘"} and after[:1] in {'"', "”", "’"}:
        return True  # a title
    if word[0].isupper() and re.match(r"\sby\s(?:the\s)?[A-Z]", after):
        return True
    is_time = (_IS_TIME.search(before) and not re.match(r"['’]s\b", after)) or _OF_TIME.match(after)
    if is_time and word.lower() in {"yesterday", "tomorrow"}:
        return True
    if word.lower() not in {"today", "tomorrow"}:
        return False
    if re.search(r"(?<!\bas )\bof \Z", before) or re.match(r"\sthan\b", after):
        return True
    if word.lower() == "today" and re.match(r"['’]s\b", after):
        return True  # "today's world"
    return (
        word.lower() == "today"
        and not _BY_CONTRAST.search(before)
        and _is_era(opens, text, found.start(), after)
    )


def _is_era(opens: bool, text: str, at: int, after: str) -> bool:
    """Whether "today" belongs to a general statement: "Farmers today earn less"."""
    if not opens and (not re.match(r"\s[a-z]", after) or _GOES_ON.match(after) or tense_before(text, at)):
        return False
    return not is_event(re.split(r"(?<=\w),|;|\b(?:than|that|who|which)\b", after.lstrip(","), maxsplit=1)[0])
