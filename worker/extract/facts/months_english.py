"""Finds months in English text: with a day, with a year, or alone after a preposition."""

import re
from collections.abc import Iterator
from datetime import date

from worker.extract.facts.calendar import (
    begins_word,
    is_far,
    last_day_numbered,
    make_date,
    month_of,
    nearest,
    next_day_numbered,
    on_side,
)
from worker.extract.facts.tense_english import AHEAD, PAST, tense_after, tense_before
from worker.text.month_names import MONTH_OF

Hit = tuple[str, str, int]
_NAMES = (
    r"(?P<month>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?"
    r"|Sep(?:t(?:ember|\.)?|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
# Excludes counts and measures: "In March 12 people died", "Jan. 3.5 percent".
_NO_DAY = r"(?![\d:%]|,\d|\.\d|\s?(?:million|billion|percent|per cent|people|others|men|women|of them)\b)"
_MONTH = re.compile(
    rf"{_NAMES}(?!\w)(?:\s(?P<day>[0-3]?\d)(?:st|nd|rd|th)?{_NO_DAY}(?:,?\s(?P<year>(?:1[6-9]|20)\d\d)\b)?"
    r"|(?:,|\sof)?\s(?P<only>(?:1[89]|20)\d\d)\b|(?:\sof)?\s(?P<rel>last|this|next)\syear\b)?"
)
_DAY_BEFORE = re.compile(r"(?<![\d.,$])\b(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\s(?:of\s)?\Z")
_WEEKDAYS = ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun")
_WEEKDAY_BEFORE = re.compile(
    rf"\b(?:(?:[Nn]ext|[Ll]ast|[Tt]his|[Cc]oming)\s)?(?P<day>{'|'.join(_WEEKDAYS)})day,?\s\Z"
)
_LEAD = re.compile(
    r"\b(?:in|since|until|by|early|late|mid-?|through|of|(?:scheduled|planned|set|slated|due|booked"
    r"|rescheduled|postponed)\s(?:for|to))\s?(?:(?:early|late|mid)[ -])?(?P<whole>"
    r"(?:(?P<which>last|next|this)\s)?)\Z",
    re.IGNORECASE,
)
# Words that make a month a date unless it is also a name or a verb: "after a strong November"
_COMPARED = re.compile(
    r"\b(?:after|from|than|over|against|with)\s(?:a|an)\s(?:[a-z-]+\s){1,2}(?P<whole>(?P<which>))\Z"
)
_ALSO_NAMES = frozenset({"March", "April", "May", "June", "August"})
_BESIDE = re.compile(
    r"\b(?:before|after|from|during|than|as (?:soon|early|late) as)\s(?P<whole>"
    r"(?P<which>))\Z"
)
# Names that are months, after an article and a word that judges a month's figures
_JUDGED = re.compile(
    r"\b(?:a|an)\s(?:flat|strong|weak|dry|wet|record|cold|hot|warm|mild|difficult|busy|poor|good|revised"
    r"|slow|quiet|rainy"
    r"|disappointing|surprising|soft|solid)\s(?P<whole>(?P<which>))\Z"
)
_LAST_OR_NEXT = re.compile(r"(?<![Tt]he )\b(?P<whole>(?P<which>[Ll]ast|[Nn]ext)\s)\Z")
# Before a month that bears a person's name in the same text
_SURELY = re.compile(r"\b(?:in|since|until|early|late)\s\Z", re.IGNORECASE)
# The end of a period: in the year to February, in the three months through May
_PERIOD_TO = re.compile(
    r"\b(?:back|postponed|moved|delayed|deferred|forward|extended|year|quarter|(?:six|three|nine|twelve|12"
    r"|two|four|five)\smonths|period|season)\s(?:to|through|ended|ending|until|till)\s"
    r"(?P<whole>(?P<which>))\Z"
)
# A month as the subject of a comparison, beside another month
_IN_MONTH = re.compile(rf"\b(?:[Ii]n|[Ff]or|of) {_NAMES}(?!\w)")
_FIGURE = re.compile(
    r"\s(?:was|is|were|had been)\s(?:also\s|slightly\s|later\s)?(?:revised|unchanged|flat|down|up|weaker"
    r"|stronger|better|worse|little changed|lower|higher)\b"
)
_CLAUSE_START = re.compile(
    r"(?:^|[;,:—–]\s(?:and\s|but\s|while\s|though\s|although\s)?|\s(?:and|while|but)\s|[.]\s)\Z"
)
_EMPTY = re.compile(r"(?P<whole>(?P<which>))\Z")
_VERSUS = re.compile(
    r"\b(?:compared (?:with|to)|versus|up from|down from|than in|unchanged from)\s(?P<whole>(?P<which>))\Z"
)
# Excludes yearly dates (the third Monday in January) and titles (The Guns of August).
_OTHER_LEAD = re.compile(r"(?:day\s(?:in|of)|\b[A-Z]\w+\sof)\s\Z")
_NAMED_AFTER = re.compile(r"\s[A-Z]")
_STREET_AFTER = re.compile(
    r"\s(?:Street|St\.?|Avenue|Ave\.?|Road|Rd\.?|Square|Boulevard|Bridge|Park|Stadium|University|Hospital"
    r"|School|Movement"
    r"|Brigade|Highway|Lane|Plaza|Hall|Museum|Coalition|Party|Foundation)\b"
)
# A name that begins like a month: Sept-Îles, Mar-a-Lago, June-Marie; but Sept-Oct, April-June
_NAME_GOES_ON = re.compile(rf"-(?!{_NAMES}(?!\w))(?:[a-z]{{1,3}}-)?[^\W\d_a-zà-öø-ÿ]\w")
_PERSON_BEFORE = re.compile(r"(?:(?<=[a-z] )[A-Z][a-z]+|\b(?:Mr|Mrs|Ms|Dr)\.?)\s\Z")
_ARTICLE_BEFORE = re.compile(r"\b[Tt]he\s\Z")
_LOOK_BACK_CHARS = 32


def find_months(text: str, day: date) -> Iterator[Hit]:
    """Yields each date that names a month as (text, ISO date, offset)."""
    months = [found for found in _MONTH.finditer(text) if begins_word(text, found.start())]
    people = {found["month"] for found in months if _is_person(found, text)}
    for found in months:
        start = found.start()
        first = None if found["day"] else _DAY_BEFORE.search(text, max(0, start - 10), start)
        start = first.start() if first else start
        if number := found["day"] or (first and first["day"]):
            is_named = _NAMED_AFTER.match(text, found.end()) and _ends(_ARTICLE_BEFORE, text, start)
            is_body = re.match(
                r"\s(?:movement|agreement|alliance|coalition|party|group|brigades?)\b",
                text[found.end() :][:16],
            )
            if not (is_named or is_body or _STREET_AFTER.match(text, found.end())):
                yield from _whole(found, text, start, int(number), day)
        elif found["rel"]:
            year = day.year + {"last": -1, "this": 0, "next": 1}[found["rel"]]
            yield found[0], f"{year}-{_number_of(found):02}", start
        elif found["only"]:
            yield found[0], f"{found['only']}-{_number_of(found):02}", start
        elif found["month"] not in people or _ends(_SURELY, text, start):
            yield from _alone(found, text, day)


def _ends(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str] | None:
    return pattern.search(text, max(0, at - _LOOK_BACK_CHARS), at)


def _number_of(found: re.Match[str]) -> int:
    return MONTH_OF[found["month"][:3].lower()]


def _whole(found: re.Match[str], text: str, start: int, number: int, day: date) -> Iterator[Hit]:
    """Yields a full date with its weekday, which helps to determine the year: "Saturday, June 30"."""
    year, weekday = found["year"] or found["only"], _ends(_WEEKDAY_BEFORE, text, start)
    shift = {"last": -1, "this": 0, "next": 1}.get(found["rel"] or "")
    years = (
        [int(year)]
        if year
        else [day.year - 1, day.year, day.year + 1]
        if shift is None
        else [day.year + shift]
    )
    days = [meant for one in years if (meant := make_date(one, _number_of(found), number))]
    fitting = [meant for meant in days if weekday and _WEEKDAYS[meant.weekday()] == weekday["day"]]
    if meant := nearest(day, fitting or days):
        if is_far(day, meant) and len(days) > 1 and not fitting:
            meant = on_side(day, days, _side(text, start, found.end())) or meant
        start = weekday.start() if weekday else start
        yield text[start : found.end()], meant.isoformat(), start


_MOVED_TO = re.compile(r"\b(?:to|until|till|for|by|from|through)\s(?:the\s)?\Z")


def _side(text: str, start: int, end: int) -> int:
    """Returns -1 for a past clause, 1 for one about the future, 0 if its verb does not decide."""
    tense = tense_before(text, start) or tense_after(text[end : end + 160])
    if tense == PAST and not _MOVED_TO.search(text, max(0, start - _LOOK_BACK_CHARS), start):
        return -1
    return 1 if tense == AHEAD else 0


_NUMBERED = re.compile(
    r"\b(?:[Oo]n|[Bb]y|[Uu]ntil|[Bb]efore|[Ss]ince)\s(?P<day>the\s(?P<number>[0-3]?\d)(?:st|nd|rd|th)"
    r"(?:\sof\sthis\smonth)?)"
    r"(?=[.,;)]|\s(?:to|for|at|and(?!\s[A-Z])|but|when|after|before|as|with|he|she|they|it|we|the"
    r"(?!\s\w+\sfloor)|a|his|her)\b|\Z)"
)


def find_numbered_days(text: str, day: date) -> Iterator[Hit]:
    """Yields "the 28th" after a preposition, in the direction of the clause's tense."""
    for found in _NUMBERED.finditer(text):
        tense = tense_before(text, found.start()) or tense_after(text[found.end() : found.end() + 160])
        find = next_day_numbered if tense > 0 else last_day_numbered
        if meant := find(day, int(found["number"])):
            yield found["day"], meant.isoformat(), found.start("day")


def _alone(found: re.Match[str], text: str, day: date) -> Iterator[Hit]:
    """Yields a month without year after a preposition, in the direction of the clause's tense."""
    lead = _ends(_LEAD, text, found.start())
    if lead is None and found["month"] not in _ALSO_NAMES:
        lead = _ends(_COMPARED, text, found.start())
        lead = lead or _ends(_BESIDE, text, found.start())
    lead = lead or _ends(_LAST_OR_NEXT, text, found.start())
    lead = lead or _ends(_JUDGED, text, found.start()) or _ends(_PERIOD_TO, text, found.start())
    after = text[found.end() : found.end() + 160]
    lead = lead or _figure_lead(found, text, after)
    if not lead or _NAME_GOES_ON.match(after) or re.match(r"\s?\d|['’]|\s[A-Z&]", after):
        return
    if _ends(_OTHER_LEAD, text, found.start()):
        return
    month, which = _number_of(found), (lead["which"] or "").lower()
    start = lead.start("whole")
    tense = {"last": -1, "next": 1}.get(which) or tense_before(text, start) or tense_after(after) or -1
    months = -((day.month - month) % 12) if tense < 0 else (month - day.month) % 12
    yield text[start : found.end()], month_of(day, months), start


def _figure_lead(found: re.Match[str], text: str, after: str) -> re.Match[str] | None:
    """Returns the end of the text before a month that is compared with another one in its sentence, or None.

    Hiring slowed in May; April was revised down.
    """
    start = found.start()
    sentence = re.split(r"[.!?]\s|\n", text[max(0, start - 160) : start])[-1]
    others = {one["month"] for one in _IN_MONTH.finditer(f"{sentence} {after}")}
    if not others - {found["month"]}:
        return None
    is_figure = _FIGURE.match(after) and _ends(_CLAUSE_START, text, start)
    return _ends(_EMPTY, text, start) if is_figure else _ends(_VERSUS, text, start)


def _is_person(found: re.Match[str], text: str) -> bool:
    """Whether a month is part of a person's name: Theresa May, Ms. April."""
    return not found["day"] and not found["only"] and bool(_ends(_PERSON_BEFORE, text, found.start()))
