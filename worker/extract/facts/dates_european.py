"""Finds dates in European languages, Turkish, Indonesian, Vietnamese, Arabic, Hebrew, Persian and Hindi."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from worker.extract.facts.calendar import (
    day_of_month,
    is_far,
    iso_week,
    last_day_numbered,
    make_date,
    month_of,
    nearest,
    next_day_numbered,
    on_side,
    weekday_near,
    weekday_of_week,
)
from worker.extract.facts.clause_tense import CLAUSE_CHARS, clause_tense
from worker.extract.facts.date_leads import is_due_by, is_moved_to
from worker.extract.facts.date_words import CLAUSE_END
from worker.extract.facts.dates_european_forms import COUNTS, LANGUAGES, Forms, compile_forms, index_of
from worker.extract.facts.dates_numeric import find_numeric_days
from worker.extract.facts.named_by_date import is_place, is_somebody
from worker.extract.facts.weekday_direction import weekday_direction

__all__ = ["LANGUAGES", "find_dates"]

Hit = tuple[str, str, int]
_BACK_CHARS = 32
# Before a weekday that lies ahead unless a verb says otherwise
_UNTIL = re.compile(
    r"(?<!natt )(?<!natten )(?<!nat )\b(?:jusqu['’](?:à|au)|bis(?: zum)?|hasta el|até(?: [ao])?|fino ad?|tot"
    r"|do|до|(?:fram |frem )?till?|până|έως|ως(?: την?)?|μέχρι(?: την?)?|hingga|sampai|đến|حتى(?: يوم)?"
    r"|עד(?: יום)?|تا)\s\Z",
    re.IGNORECASE,
)
# In French "de mardi à mercredi" recurs, except in "la nuit de mardi à mercredi"
_NIGHT = re.compile(r"\bnuit d[eu] (?:\w+di (?:à|au) )?\Z")
# Before a month from which something holds
_SINCE = re.compile(r"\b(?:seit|depuis|desde|sinds|sedan|siden)\s(?:\w+\s){0,2}\Z", re.IGNORECASE)
# A noun and "of" before a weekday
_OF_EVENT = re.compile(r"\w{4,}\s(?:de|del|da|do|di|du|vom|van|z|ze|od)\s\Z")
_OPENED = re.compile(r"[\"“„«'‘]\Z")
_CLOSED = re.compile(r"[\"”“»'’]")


def find_dates(text: str, day: date, lang: str) -> Iterator[Hit]:
    """Yields each date as (text, ISO date, offset), some inside others; `lang` is one of `LANGUAGES`."""
    forms = compile_forms(lang)
    yield from find_numeric_days(text, day, month_first=False)
    yield from _of_pattern(forms.days_numbered, text, day)
    yield from _whole_days(forms, text, day)
    yield from _months(forms, text, day)
    weekdays, spans = [*_weekdays(forms, text, day, lang)], [*_spans(forms, text, day)]
    yield from _of_weeks(text, weekdays, spans)
    yield from weekdays
    yield from spans
    yield from _counts(forms, text, day, lang)
    yield from _near_days(forms, text, day)


def _of_pattern(pattern: re.Pattern[str], text: str, day: date) -> Iterator[Hit]:
    """Finds days by the numbers of day and month: ngày 13/2, 15. 3., március 15-én."""
    for found in pattern.finditer(text):
        parts = found.groupdict()
        if _NUMBERED_PART.search(text, max(0, found.start() - _BACK_CHARS), found.start()):
            continue
        if parts.get("alone"):
            find = (
                next_day_numbered if parts.get("next") else last_day_numbered if parts.get("last") else None
            )
            lone = find(day, int(found["alone"])) if find else _nearest_numbered(day, int(found["alone"]))
            if lone:
                yield found["whole2"], lone.isoformat(), found.start("whole2")
            continue
        names = (int(key[1:]) for key in parts if key[0] == "m" and key[1:].isdigit() and parts[key])
        month = int(parts.get("month") or 0) or next(names, 0)
        years = [int(parts["year"])] if parts.get("year") else [day.year - 1, day.year, day.year + 1]
        if meant := nearest(day, (make_date(year, month, int(found["number"])) for year in years)):
            yield found["whole"], meant.isoformat(), found.start("whole")


def _nearest_numbered(day: date, number: int) -> date | None:
    return nearest(day, (day_of_month(day, number, months) for months in (-1, 0, 1)))


# Before the number of a version or a part of a text: Version 3.11.
_NUMBERED_PART = re.compile(
    r"(?:[Vv]ersion\w*|[Kk]apitel|[Aa]bschnitt|Punkt|Ziffer|Absatz|§|Art\.|Nr\.|[Kk]apitola|[Bb]od)\s\Z"
)
# Words between a week and its day: nächste Woche am Freitag
_OF_WEEK = re.compile(r",?\s(?:\w{1,4}\s){0,2}")


def _of_weeks(text: str, weekdays: list[Hit], spans: list[Hit]) -> Iterator[Hit]:
    """Joins a weekday to the week beside it: volgende week vrijdag."""
    for week_text, week, start in spans:
        if "-W" not in week:
            continue
        monday = date.fromisoformat(f"{week}-1")
        for day_text, meant, at in weekdays:
            first, last = sorted(((start, len(week_text)), (at, len(day_text))))
            if first[0] + first[1] < last[0] and _OF_WEEK.fullmatch(text, first[0] + first[1], last[0]):
                whole = text[first[0] : last[0] + last[1]]
                yield whole, (monday + timedelta(date.fromisoformat(meant).weekday())).isoformat(), first[0]


def _whole_days(forms: Forms, text: str, day: date) -> Iterator[Hit]:
    place_end = -1  # of the previous street or square
    for found in forms.whole.finditer(text):
        if is_place(text, found.start(), found.end(), place_end):
            place_end = found.end()
            continue
        month = index_of(forms.words.months, found["month"]) + 1
        years = [int(found["year"])] if found["year"] else [day.year - 1, day.year, day.year + 1]
        days = [one for year in years if (one := make_date(year, month, int(found["number"])))]
        weekday = index_of(forms.words.weekdays, found["day"]) if found["day"] else None
        fitting = [one for one in days if one.weekday() == weekday]
        if meant := nearest(day, fitting or days):
            if is_far(day, meant) and meant > day and not (fitting or found["year"]):
                is_past = clause_tense(forms, text[: found.end()], found.start(), found.end()) < 0
                meant = (
                    on_side(day, days, -1 if is_past and not is_moved_to(text, found.start()) else 1) or meant
                )
            yield found[0], meant.isoformat(), found.start()


def _months(forms: Forms, text: str, day: date) -> Iterator[Hit]:
    """Finds a month with a year, or alone after a preposition, in the direction of the clause's tense."""
    for found in forms.month.finditer(text):
        month, start = index_of(forms.words.months, found["month"]) + 1, found.start("month")
        if found["year"]:
            yield text[start : found.end()], f"{found['year']}-{month:02}", start
            continue
        sign = _which(found)
        before = text[max(0, start - _BACK_CHARS) : start]
        is_led = bool(forms.words.month_lead) and found["lead"] is not None
        if not (is_led or sign) or re.search(r"\d\S{0,2}\s(?:\w{1,3}\s)?\Z", before):
            continue
        tense = sign or (-1 if _SINCE.search(text, max(0, start - _BACK_CHARS), start) else 0)
        tense = tense or clause_tense(forms, text, start, found.end())
        on, back = (month - day.month) % 12, (day.month - month) % 12
        months = on if tense > 0 or (not tense and on < back) else -back
        if sign and not months:
            months = 12 * sign
        yield text[start : found.end()].strip(), month_of(day, months), start


def _weekdays(forms: Forms, text: str, day: date, lang: str) -> Iterator[Hit]:
    for found in forms.weekday.finditer(text):
        sign, start = _which(found), found.start()
        has_case = found["day"][0].isupper() == forms.words.weekdays[0][0].isupper()
        if not (has_case or forms.words.any_case or _opens(text, found)):
            continue
        number = found["inside"] or found["number"]
        if found["lead"] and not (found["last"] or found["next"] or found["this"]):
            start = found.start("day")
        is_sure = sign or number or found["this"]
        is_plain = found["day"].lower() in forms.words.plain_days
        if "tail" in found.re.groupindex and not (found["tail"] or is_sure or is_plain):
            continue
        if not is_sure and (
            (forms.words.lead and found["lead"] is None) or _is_other(forms, text, found, forms.recurring)
        ):
            continue
        weekday = index_of(forms.words.weekdays, found["day"])
        meant = _numbered(day, weekday, int(number)) if number else None
        if meant is None:
            is_this = found["this"] or re.match(forms.words.this, found["lead"] or "", re.IGNORECASE)
            beside = (
                sign
                or is_due_by(text, found.start("day"))
                or weekday_direction(text, found.start("day"), found.end(), lang, forms.tense)
            )
            tense = beside or clause_tense(forms, text, found.start(), found.end(), opens=bool(is_this))
            if tense > 0 and not beside and _is_of_event(forms, text, found):
                tense = -1
            if not tense and is_this:
                meant = weekday_of_week(day, weekday, 0)
            else:
                is_until = _UNTIL.search(text[max(0, found.start("day") - _BACK_CHARS) : found.start("day")])
                meant = weekday_near(day, weekday, tense or (1 if is_until else -1), with_today=not sign)
        yield text[start : found.end()], meant.isoformat(), start


def _is_of_event(forms: Forms, text: str, found: re.Match[str]) -> bool:
    """Whether a weekday is of an event whose verb has another: o apagão de segunda será debatido quarta."""
    if not _OF_EVENT.search(text[max(0, found.start("day") - _BACK_CHARS) : found.start("day")]):
        return False
    clause = CLAUSE_END.split(text[found.end() : found.end() + CLAUSE_CHARS], maxsplit=1)[0]
    verb = forms.tense.search(clause)
    return bool(verb and verb["future"] and forms.weekday.search(clause, verb.end()))


def _opens(text: str, found: re.Match[str]) -> bool:
    """Whether a capitalized weekday opens a sentence and is not a name: "Domenica Rossi"."""
    before = text[max(0, found.start() - 3) : found.start()].rstrip()
    is_first = found["day"][0].isupper() and (not before or before[-1] in '.!?:\n»”"')
    if is_somebody(text, found.end()):
        return False
    return is_first and not re.match(r"\s[^\W\d_a-zà-ÿа-я]", text[found.end() : found.end() + 2])


def _numbered(day: date, weekday: int, number: int) -> date | None:
    """Returns the nearest date with a weekday and a day of the month: "terça-feira (14)"."""
    dates = (day_of_month(day, number, months) for months in (-1, 0, 1))
    return nearest(day, (one for one in dates if one and one.weekday() == weekday))


def _is_other(forms: Forms, text: str, found: re.Match[str], not_before: re.Pattern[str]) -> bool:
    """Whether the word recurs ("every Monday"), is part of a name or alone in quotation marks."""
    start = found.start("day") if "day" in found.re.groupindex else found.start()
    before, after = text[max(0, start - _BACK_CHARS) : start], text[found.end() : found.end() + _BACK_CHARS]
    if _NIGHT.search(before):
        return False
    if not_before.search(before) or forms.not_after.match(after):
        return True
    if _OPENED.search(before) and _CLOSED.match(after):
        return True
    return bool(re.match(r"\.[a-z]{2,4}\b", after))


def _which(found: re.Match[str]) -> int:
    """Returns -1 or 1 for words such as "last" and "next" beside a noun, else 0."""
    parts = found.groupdict()
    if parts.get("last") or parts.get("last2"):
        return -1
    return 1 if parts.get("next") or parts.get("next2") else 0


def _spans(forms: Forms, text: str, day: date) -> Iterator[Hit]:
    for pattern in forms.spans:
        for found in pattern.finditer(text):
            unit, sign = _unit(forms, found["unit"]), _which(found)
            if unit and not _is_plural(found["unit"]) and not (unit == 3 and "últim" in found[0]):
                yield found[0], _shifted(day, unit, sign), found.start()
    for form, (name, steps) in forms.words.extra.items():
        for found in re.finditer(rf"(?<!\w){form}(?!\w)", text):
            yield found[0], _shifted(day, ("day", "week", "month", "year").index(name), steps), found.start()


def _unit(forms: Forms, word: str) -> int:
    return index_of(forms.words.units, word)


_PLURALS = re.compile(
    r"wochen|monaten?|jahren?|semaines|ans|années|semanas|meses|años|anos|settimane|mesi|anni|weken"
    r"|maanden|jaren"
    r"|недели|месяцев|лет|أسابيع|أشهر|سنوات|أعوام|أيام",
    re.IGNORECASE,
)


def _is_plural(word: str) -> bool:
    return bool(_PLURALS.fullmatch(word))


def _counts(forms: Forms, text: str, day: date, lang: str) -> Iterator[Hit]:
    """Finds "vor drei Tagen"; what lies ahead counts only in a clause about the future."""
    for sign, pattern in forms.counts:
        for found in pattern.finditer(text):
            if sign > 0 and clause_tense(forms, text, found.start(), found.end()) <= 0:
                continue
            word = found["count"]
            count = int(word) if word.isdigit() else index_of(COUNTS[lang], word) + 1
            yield found[0], _shifted(day, _unit(forms, found["unit"]), sign * count), found.start()


def _shifted(day: date, unit: int, steps: int) -> str:
    if unit == 0:
        return (day + timedelta(days=steps)).isoformat()
    if unit == 1:
        return iso_week(day, steps)
    return month_of(day, steps) if unit == 2 else f"{day.year + steps}"


def _near_days(forms: Forms, text: str, day: date) -> Iterator[Hit]:
    for found in forms.near.finditer(text):
        opens = (
            not text[: found.start()].rstrip(" \n")
            or text[: found.start()].rstrip(" \"“„«'‘(–—-")[-1:] in ".!?:;\n»”"
        )
        is_name = found[0][0].isupper() and not opens
        if not is_name and not _is_other(forms, text, found, forms.not_before):
            yield found[0], (day + timedelta(days=_steps(forms, text, found))).isoformat(), found.start()


def _steps(forms: Forms, text: str, found: re.Match[str]) -> int:
    """Returns the days from publication for a word; a form may look at what follows the word."""
    matches = (
        (re.compile(rf"(?:{form})(?!\w)", re.IGNORECASE).match(text, found.start()), days)
        for form, days in forms.words.days.items()
    )
    return next(days for match, days in matches if match and match.end() == found.end())
