"""Finds weekdays in English text and resolves them by the tense of their clause; skips names and habits."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from worker.extract.facts.calendar import begins_word, weekday_near, weekday_of_week
from worker.extract.facts.tense_english import (
    AHEAD,
    PAST,
    is_done,
    is_planned_or_past,
    tense_after,
    tense_before,
)
from worker.extract.facts.weekdays_in_names import is_name
from worker.text.numerals import cardinals

Hit = tuple[str, str, int]
_COUNTS = {"a": 1, **cardinals("en", range(1, 11))}
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ANY = "|".join(NAMES)
# Recurring things named after a weekday, by the word after it.
_HABIT_AFTER = frozenset({
    "school", "schools", "roast", "roasts", "lunches", "dinners", "services", "market", "markets", "best",
    "brunch", "league", "mass", "lunch", "prayers", "papers", "job",
    "driver", "drivers", "edition", "editions", "supplement", "newspaper", "mornings", "afternoons",
    "evenings", "nights",
})  # fmt: skip
_WEEKDAY = re.compile(
    rf"(?P<day>{_ANY})(?P<more>['’]s|s)?\b|(?P<short>Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\.(?![-–\w]"
    rf"|\s?[-–])"
)
# Before a weekday in short: on Mon.
_SHORT_LED = re.compile(r"\b(?:[Oo]n|[Ll]ast|[Nn]ext|[Tt]his|[Ll]ate|[Ee]arly|[Bb]y|[Uu]ntil|[Ss]ince)\s\Z")
# A week further: on Friday week, the Friday before last, the Friday after next
_FURTHER = re.compile(
    r"\s(?:(?P<week>week)\b(?!-|\s(?:of|and|on))|(?P<last>before last)|(?P<next>after next))\b"
)
_WHICH = re.compile(r"\b(?P<which>last|next|this|past|this past|this coming|coming)\s\Z", re.IGNORECASE)
_WEEK = re.compile(r"(?:\sof)?\s(?P<which>last|next|this)\sweek\b")
_EVERY = re.compile(
    r"\b(?:every|each|any|most|weekly|alternate|alternating|regular|typical)\s(?:other\s|single\s|second\s)?"
    r"(?:\w+day(?:,| and| or)\s){0,3}\Z",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\b(?:first|second|third|fourth|fifth|last)\s\Z", re.IGNORECASE)
# "the last Friday in May", not "last Friday in Dayton"
_OF_PERIOD = re.compile(
    r"\s(?:of|in)\s(?:(?:the|each|every|a|any|that)\s|(?:January|February|March|April|May|June|July|August"
    r"|September"
    r"|October|November|December|Jan|Feb|Aug|Sept|Oct|Nov|Dec|Lent|Advent)\b|(?:19|20)\d\d)"
)
_RANGE_AFTER = re.compile(rf"\s?(?:to|through|thru|-|–)\s?(?:{_ANY})\b")
_RANGE_BEFORE = re.compile(rf"(?:{_ANY})\s?(?:to|through|thru|-|–)\s?\Z")
_NEXT_WORD = re.compile(r"[ -]([A-Za-z][\w'’]+)")
_OWNER = re.compile(r"\s(?:night|morning|afternoon|evening)['’]s\b")
_SET_FOR = re.compile(r"\b(?:for|starting|beginning|effective|postponed to|moved to|delayed to|back to)\s\Z")
# Monday's session is set to be stormy
_OWNED_AHEAD = re.compile(
    r"(?:\s[a-z-]+){1,4}\s(?:is|are)\s(?:now\s|still\s|also\s|widely\s)?(?:set|due|expected|likely"
    r"|scheduled|going|slated|to)\s"
)
# A day that was moved: moved from Saturday to Sunday
_MOVED = re.compile(
    r"\b(?:moved|postponed|rescheduled|switched|shifted|pushed back|put back|brought forward|delayed"
    r"|pushed|extended|deferred)\s"
    r"(?:from\s(?:(?:this|next)\s)?(?:\w+day\s(?:to|until)\s(?:(?:this|next)\s)?)?|(?:to|until)\s)\Z"
)
_SPEECH_END = re.compile(r"([,.!?][\"”])")
_BY = re.compile(r"\b[Bb]y\s\Z")
# A day from which something holds, not one where something comes from: down from Friday, footage from Monday
_FROM_FIRST = re.compile(
    r"(?:(?:^|[.!?,;:—–]\s|\b(?:and|but|so|while)\s)from|\bas (?:of|from)|\beffective(?: from| as of)?"
    r"|\b(?:starting|beginning)(?: from)?)\s\Z",
    re.IGNORECASE,
)
_FROM_LATE = re.compile(
    r"\b(?!(?:down|up|far|different|higher|lower|unchanged|recovering|fresh|apart|footage|video|photos?"
    r"|pictures?|images?"
    r"|quotes?|results?|data|tape|audio|news|left|back|stem|date|out)\s)[a-z]{3,}\sfrom\s\Z"
)
# Nothing of the kind before that day: reported no shelling until Saturday
_NONE_UNTIL = re.compile(
    r"\b(?:(?:reported|recorded|saw|had|heard|found|received|made|won|scored)\sno\b|never\b|(?:did|could"
    r"|was|were|had)(?:\snot|n['’]t)\b)"
    r"[^.!?,;]{0,40}\suntil\s\Z"
)
_FROM_ENDS = re.compile(
    r"(?:\s(?:morning|evening|night|afternoon))?"
    r"(?:[.,;)]|\s(?:on|onwards?|until|at|with|under|because|as|when|if|and|but|after)\b|\Z)"
)
_SERIES_AFTER = re.compile(rf",?\s(?:and\s|or\s)?(?:{_ANY})\b")
_SERIES_BEFORE = re.compile(rf"(?:{_ANY}),?\s(?:and\s|or\s)?\Z")
# "on a Sunday night": any such day.
_ANY_SUCH = re.compile(r"\b(?:a|one)\s\Z")
_ON_ANY = re.compile(r"\b(?:on|of) a \Z")
_NO_NOUN_ON = re.compile(  # the last bus on a Saturday leaves
    r"(?:\s(?:night|morning|afternoon|evening))?"
    r"\s(?:[a-z]+(?<!s)s|is|are|was|were|can|will|would|may|might|you|we|they|he|she|it|I|the|a)\b"
)
_NO_NOUN = re.compile(
    r"(?:\s(?:night|morning|afternoon|evening))?(?:[,.?!;:)]|\s(?:and|or|when|in|at|with|to|for)\b|\Z)"
)
# A day counted from another one: on Friday, two days before the strike was due to begin on Sunday
_COUNTED_FROM = re.compile(
    rf"\W{{1,3}}(?P<count>{'|'.join(_COUNTS)}|the)\sdays?\s(?P<way>before|after"
    rf"|ahead of)\b[^.!?\n]{{0,80}}\Z",
    re.IGNORECASE,
)
_BACK_CHARS, _ON_CHARS = 60, 160
_SIGNS = {"last": -1, "past": -1, "this past": -1, "next": 1, "coming": 1, "this coming": 1}


def find_weekdays(text: str, day: date) -> Iterator[Hit]:
    """Yields each weekday that is a date as (text, ISO date, offset)."""
    last: tuple[int, date] | None = None  # where the previous weekday ends, and its date
    for found in _WEEKDAY.finditer(text):
        if not begins_word(text, found.start()) or (
            found["short"] and not _SHORT_LED.search(text, max(0, found.start() - 8), found.start())
        ):
            continue
        before = text[max(0, found.start() - _BACK_CHARS) : found.start()]
        after = text[found.end() : found.end() + _ON_CHARS]
        if (
            found["more"] == "s"
            or _is_habit(found, text, before, after)
            or is_name(found, text, before, after)
        ):
            continue
        hit = _resolve(found, text, day, before, after)
        if counted := _counted_from(found, text, last) or _after_series(found, text, day, hit, last):
            hit = (hit[0], counted.isoformat(), hit[2])
        yield hit
        last = (found.end(), date.fromisoformat(hit[1]))


def _counted_from(found: re.Match[str], text: str, last: tuple[int, date] | None) -> date | None:
    """Returns the date counted from the previous weekday's if it has the weekday that is named, or None."""
    counted = _COUNTED_FROM.match(text, last[0], found.start()) if last else None
    if not last or not counted:
        return None
    days = _COUNTS.get(counted["count"].lower(), 1)
    meant = last[1] + timedelta(days=-days if counted["way"].lower() == "after" else days)
    return meant if NAMES[meant.weekday()] == found["day"] else None


def _after_series(
    found: re.Match[str], text: str, day: date, hit: Hit, last: tuple[int, date] | None
) -> date | None:
    """Returns the date a week from today for today's weekday behind days to come, or None.

    Tuesday will be dry, with rain from Wednesday, written on a Wednesday.
    """
    if not last or last[1] <= day or hit[1] != day.isoformat() or hit[0] != found[0]:
        return None
    between = text[last[0] : found.start()]
    return (
        day + timedelta(weeks=1)
        if len(between) <= _BACK_CHARS and not re.search(r"[.!?\n]", between)
        else None
    )


def _resolve(found: re.Match[str], text: str, day: date, before: str, after: str) -> Hit:
    weekday, lead, week = _index(found), _WHICH.search(before), _WEEK.match(after)
    if further := _FURTHER.match(after):
        sign = -1 if further["last"] else 1
        meant = weekday_near(day, weekday, sign, with_today=False) + timedelta(weeks=sign)
        return found[0] + further[0], meant.isoformat(), found.start()
    if week:
        weeks = {"last": -1, "next": 1, "this": 0}[week["which"]]
        return found[0] + week[0], weekday_of_week(day, weekday, weeks).isoformat(), found.start()
    which = lead["which"].lower() if lead else ""
    start = found.start() - (len(lead[0]) if lead else 0)
    sign = _SIGNS.get(which, 0)
    meant = weekday_near(
        day, weekday, sign or _direction(found, text, before, after, which), with_today=not sign
    )
    return text[start : found.end()], meant.isoformat(), start


def _index(found: re.Match[str]) -> int:
    """Returns 0 for Monday, also in short."""
    return next(at for at, name in enumerate(NAMES) if name.startswith(found["day"] or found["short"]))


def _direction(found: re.Match[str], text: str, before: str, after: str, which: str) -> int:
    """Returns -1 or 1: whether the clause around a weekday refers to the past or the future."""
    is_owner = bool(found["more"] or _OWNER.match(after))  # Monday's talks, Monday night's talks
    if is_owner and before.endswith(("fter ", "head of ")):
        return -1 if before.endswith("fter ") else 1
    if _is_past_until(found, text, before, after):
        return -1
    is_set = not is_owner and _SET_FOR.search(before)
    if is_set or (is_owner and _OWNED_AHEAD.match(after)) or _MOVED.search(before):
        return 1
    if re.match(r"\s[a-z]", after) and is_done(after):
        return -1
    is_from = _FROM_FIRST.search(before) or (_FROM_LATE.search(before) and _FROM_ENDS.match(after))
    if is_from and not is_owner:
        return _from_direction(text, found, after)
    said, closed, _ = _SPEECH_END.split(after, maxsplit=1) if _SPEECH_END.search(after) else (after, "", "")
    tense = tense_before(text, found.start()) or tense_after(said)
    if tense == PAST or (is_owner and tense != AHEAD):
        return -1
    # without a tense: "See you Thursday," he said
    return 1 if tense or closed or which == "this" or _BY.search(before) else -1


def _is_past_until(found: re.Match[str], text: str, before: str, after: str) -> bool:
    """Whether "until" is before a day that has passed: it was not until Monday that rescuers came."""
    if before.endswith("ot until ") and re.match(r"\s(?:[a-z]+\s){0,2}(?:that|did)\b", after):
        return True
    if _NONE_UNTIL.search(before) and tense_before(text, found.start() - len("until ")) == PAST:
        return True
    return before.endswith("ntil ") and bool(re.match(r",\s[^.!?,]{2,40}\bhad\b", after))


def _from_direction(text: str, found: re.Match[str], after: str) -> int:
    """Returns -1 if the clause of a day from which something holds is past, else 1."""
    start = max(0, found.start() - _ON_CHARS)
    clause = _CLAUSE.split(text[start : found.start()])[-1]
    tense = tense_before(clause, len(clause)) if clause.strip() else 0
    return -1 if (tense or tense_after(after)) == PAST else 1


# Where a clause begins before a day from which something holds
_CLAUSE = re.compile(
    r"[.!?,;:—–]\s|\b(?:and|but|so|while)\s(?=(?:as\s)?(?:from|of|effective|starting|beginning)\b)"
)


def _is_habit(found: re.Match[str], text: str, before: str, after: str) -> bool:
    """Whether a weekday is recurring: "every Thursday", "Monday to Friday"."""
    ordinal = _ORDINAL.search(before)
    if _EVERY.search(before) or (ordinal and _OF_PERIOD.match(after)):
        return True
    following = _NEXT_WORD.match(after)
    if re.match(r"\strading (?:laws?|hours|rules)\b", after):
        return True
    if following and not found["more"] and following[1] in _HABIT_AFTER:
        return True
    if before.endswith(("a week on ", "a week from ", "weeks on ")):
        return True
    if (_ANY_SUCH.search(before) and _NO_NOUN.match(after)) or (
        _ON_ANY.search(before) and _NO_NOUN_ON.match(after)
    ):
        return True
    in_series = _SERIES_AFTER.match(after) or _SERIES_BEFORE.search(before)
    if in_series and tense_after(after) in {PAST, AHEAD}:
        return False
    in_range = in_series or _RANGE_AFTER.match(after) or _RANGE_BEFORE.search(before)
    return bool(in_range) and not is_planned_or_past(text, found.start())
