"""Dates in English text: weekdays by the tense of their clause, spans by name, days of a month."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from worker.extract.spans import iso_week, make_date, month_of, nearest, weekday_near
from worker.extract.tense import tense_after, tense_before

Hit = tuple[str, str, int]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, (
        "nov"
    ): 11,
    "dec": 12,
}  # fmt: skip
_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, (
        "nine"
    ): 9,
    "ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30,
}  # fmt: skip
# Names that a weekday is part of: feasts, treaties, papers, songs, and the servant.
_NAME_BEFORE = frozenset({
    "black", "good", "ash", "super", "ruby", "holy", "easter", "palm", "cyber", "giving", "fat",
    "shrove", "maundy", "bloody", "whit", "mad", "freaky", "casual", "man", "girl", "blue", "pancake",
    "small", "silent", "red", "sheffield", "stormy", "happy", "gray", "grey", "trinity", "taco",
    "throwback",
})  # fmt: skip
_NAME_AFTER = frozenset({
    "bloody", "times", "night", "group", "mail", "telegraph", "express", "herald", "post", "mirror", "world",
    "agreement", "club", "market", "league", "star", "sun", "people", "record", "football", "lights",
    "tribune", "review", "business", "brunch", "school", "mass",
})  # fmt: skip
_WEEKDAY = re.compile(
    r"\b(?:(?P<which>last|next|this|past|this past|this coming|coming)\s)?"
    r"(?P<day>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)(?P<more>['’]s|s)?\b"
)
_EVERY = re.compile(
    r"\b(?:every|each|any|most|weekly)\s+(?:other\s|single\s|second\s)?(?:\w+day(?:,| and| or)\s){0,3}$",
    re.IGNORECASE,
)
_NEAR_WORD = re.compile(
    r"\b(?:(?P<before>the day before yesterday)|(?P<after>the day after tomorrow)|(?P<yesterday>yesterday)"
    r"|(?P<tomorrow>tomorrow)|(?P<night>last night)|(?P<today>today|tonight|this (?:morning"
    r"|afternoon|evening)))\b",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"\b(?P<which>last|next|this|past|current)\s(?P<unit>week|month|year)\b(?!['’-]?(?:long|old|end))",
    re.IGNORECASE,
)
_AGO = re.compile(
    (
        rf"\b(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)})\s(?P<unit>day|week|month|year)s?\s(?:ago|earlier"
        rf"(?=[.,]))\b"
    ),
    re.IGNORECASE,
)
_NAMES = (
    r"(?P<month>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_MONTH_DAY = re.compile(
    rf"\b{_NAMES}\s(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?![\d:%]|,\d|\.\d|\s?(?:million|billion|percent"
    rf"|per cent))"
    r"(?:,?\s(?P<year>(?:19|20)\d\d)\b)?"
)
_DAY_MONTH = re.compile(
    rf"(?<![\d.,$])\b(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\s(?:of\s)?{_NAMES}\b(?:,?\s(?P<year>(?:19|20)\d\d)\b)?"
)
_MONTH_YEAR = re.compile(rf"\b{_NAMES}(?:,|\sof)?\s(?P<year>(?:19|20)\d\d)\b")
_IN_MONTH = re.compile(
    rf"\b(?:in|since|until|by|early|late|mid-?|through|of)\s?(?:(?:early|late|mid)[ -])?(?P<whole>(?:"
    rf"(?P<which>last|next|this)\s)?{_NAMES})\b(?!\s?\d|['’])"
)
_ISO = re.compile(r"(?<![\d/-])(?P<year>(?:19|20)\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?![\d-])")


def find_dates(text: str, day: date) -> Iterator[Hit]:
    """Each date as (text, ISO date, offset); some may lie within others."""
    resolvers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str, date], str | None]], ...] = (
        (_MONTH_DAY, _of_day),
        (_DAY_MONTH, _of_day),
        (_MONTH_YEAR, _of_month),
        (_ISO, _of_iso),
        (_AGO, _of_count),
        (_SPAN, _of_span),
        (_NEAR_WORD, _of_word),
        (_WEEKDAY, _of_weekday),
    )
    for pattern, resolve in resolvers:
        for found in pattern.finditer(text):
            if meaning := resolve(found, text, day):
                yield found[0], meaning, found.start()
    yield from _in_months(text, day)


def _number_of(month: str) -> int:
    return _MONTHS[month[:3].lower()]


def _of_day(found: re.Match[str], _: str, day: date) -> str | None:
    month, number = _number_of(found["month"]), int(found["day"])
    years = [int(found["year"])] if found["year"] else [day.year - 1, day.year, day.year + 1]
    meant = nearest(day, (make_date(year, month, number) for year in years))
    return meant.isoformat() if meant else None


def _of_month(found: re.Match[str], _: str, __: date) -> str | None:
    return f"{found['year']}-{_number_of(found['month']):02}"


def _of_iso(found: re.Match[str], _: str, __: date) -> str | None:
    meant = make_date(int(found["year"]), int(found["month"]), int(found["day"]))
    return meant.isoformat() if meant else None


def _of_count(found: re.Match[str], _: str, day: date) -> str | None:
    word = found["count"].lower()
    count = int(word) if word.isdigit() else _COUNTS[word]
    unit = found["unit"].lower()
    if unit == "day":
        return (day - timedelta(days=count)).isoformat()
    if unit == "week":
        return iso_week(day, -count)
    return month_of(day, -count) if unit == "month" else f"{day.year - count}"


def _of_span(found: re.Match[str], _: str, day: date) -> str | None:
    step = {"last": -1, "past": -1, "next": 1}.get(found["which"].lower(), 0)
    unit = found["unit"].lower()
    if unit == "week":
        return iso_week(day, step)
    return month_of(day, step) if unit == "month" else f"{day.year + step}"


_STEPS = {"before": -2, "yesterday": -1, "night": -1, "today": 0, "tomorrow": 1, "after": 2}


def _of_word(found: re.Match[str], text: str, day: date) -> str | None:
    word, after = found[0], text[found.end() : found.end() + 120]
    if re.match(r"['’]s\b", after) and found.lastgroup == "today":
        return None  # "today's world"
    if word[0].isupper() and not _opens_sentence(text, found.start()):
        return None  # USA Today
    if word[0].isupper() and re.match(r"\s[A-Z]\w+\s[A-Z]", after):
        return None  # Tomorrow Never Dies
    if word == "Today" and not after.startswith(",") and not tense_after(after.split(",")[0]):
        return None  # "Today most families own two phones"
    return (day + timedelta(days=_STEPS[found.lastgroup or "today"])).isoformat()


def _opens_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - 3) : at].rstrip(" \"“'‘(")
    return not before or before[-1] in ".!?\n:" or text[max(0, at - 1) : at] in {"", "\n"}


def _of_weekday(found: re.Match[str], text: str, day: date) -> str | None:
    if found["more"] == "s" or _is_name(found, text):
        return None
    weekday, which = WEEKDAYS.index(found["day"].lower()), (found["which"] or "").lower()
    if which in {"last", "past", "this past"}:
        return weekday_near(day, weekday, -1, with_today=False).isoformat()
    if which in {"next", "coming", "this coming"}:
        return weekday_near(day, weekday, 1, with_today=False).isoformat()
    if found["more"] and re.search(r"\bafter $", text[max(0, found.start() - 6) : found.start()]):
        return weekday_near(day, weekday, -1, with_today=True).isoformat()
    tense = tense_before(text, found.start()) or tense_after(text[found.end() : found.end() + 160])
    if which == "this" and not tense:
        tense = 1
    return weekday_near(day, weekday, tense or -1, with_today=True).isoformat()


def _is_name(found: re.Match[str], text: str) -> bool:
    before, after = text[max(0, found.start() - 40) : found.start()], text[found.end() : found.end() + 30]
    if _EVERY.search(before) or before.endswith("Mail on "):
        return True
    previous = re.search(r"([\w'’]+)[ -]$", before)
    word = previous[1].lower() if previous else ""
    if not found["which"] and word in _NAME_BEFORE:
        return True
    following = re.match(r"[ -]([A-Z][\w'’]+)", after)
    if not following:
        return False
    if following[1].lower() in _NAME_AFTER:
        return True
    return word in {"the", "a", "an"}


def _in_months(text: str, day: date) -> Iterator[Hit]:
    """Months without a year, after a preposition: the one that the tense points to."""
    for found in _IN_MONTH.finditer(text):
        month, which = _number_of(found["month"]), (found["which"] or "").lower()
        tense = {"last": -1, "next": 1}.get(which) or tense_before(text, found.start())
        tense = tense or tense_after(text[found.end() : found.end() + 160]) or -1
        behind = (day.month - month) % 12
        months = -behind if tense < 0 else (month - day.month) % 12
        yield found["whole"], month_of(day, months), found.start("whole")
