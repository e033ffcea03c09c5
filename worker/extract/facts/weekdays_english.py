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
from worker.text.numerals import cardinals

Hit = tuple[str, str, int]
_COUNTS = {"a": 1, **cardinals("en", range(1, 11))}
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ANY = "|".join(NAMES)
# Holidays, songs, clubs and other names, by the word before the weekday.
_NAME_BEFORE = frozenset({
    "black", "good", "ash", "super", "ruby", "holy", "easter", "palm", "cyber", "giving", "fat",
    "shrove", "maundy", "bloody", "whit", "mad", "freaky", "casual", "man", "girl", "blue", "pancake",
    "silent", "red", "sheffield", "stormy", "happy", "gray", "grey", "trinity", "taco", "throwback",
    "manic", "gloomy", "lazy", "clean", "low", "spy", "mothering", "remembrance", "selection", "meatless",
    "bowl", "business", "orange", "plough", "green", "sorry", "tgi",
})  # fmt: skip
# Newspapers, clubs and works, by the capitalized word after the weekday.
_NAME_AFTER = frozenset({
    "bloody", "times", "night", "group", "mail", "telegraph", "express", "herald", "post", "mirror", "world",
    "agreement", "club", "market", "league", "star", "sun", "people", "record", "football", "lights",
    "tribune", "review", "business", "brunch", "school", "mass", "live", "evening", "island", "addams",
    "weld",
})  # fmt: skip
# Recurring things named after a weekday, by the word after it.
_HABIT_AFTER = frozenset({
    "school", "schools", "roast", "roasts", "lunches", "dinners", "services", "market", "markets", "best",
    "brunch", "league", "mass", "lunch", "prayers", "papers", "job",
    "driver", "drivers", "edition", "editions", "supplement", "newspaper", "mornings", "afternoons",
    "evenings", "nights",
})  # fmt: skip
# Before a weekday and without a verb, these indicate a title.
_WORKS = frozenset({
    "film", "movie", "song", "novel", "book", "show", "series", "album", "single", "band", "character",
    "actress", "singer", "actor", "named", "called", "as",
})  # fmt: skip
_FUNCTION_WORDS = frozenset({
    "was", "is", "of", "the", "a", "on", "my", "our", "his", "her", "like", "it's", "from", "to", "for",
    "back",
})  # fmt: skip
_WEEKDAY = re.compile(rf"(?P<day>{_ANY})(?P<more>['’]s|s)?\b")
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
_LAST_WORD = re.compile(r"([\w'’]+)[ -]\Z")
_NEXT_WORD = re.compile(r"[ -]([A-Za-z][\w'’]+)")
# The part of a work: the third season of Wednesday
_PART_OF = re.compile(
    r"\b(?:season|episode|series|cast|finale|premiere|star|version|remake|fan|creator)s?\sof\s\Z"
)
# A person's first name after a role: singer April Friday
_PERSON_LED = re.compile(
    r"\b(?i:actor|actress|singer|director|author|writer|player|striker|coach|pitcher|drummer|poet|chef|presenter|mr|mrs|ms|dr)"
    r"\.?\s(?:[A-Z][a-z]+\s)?\Z"
)
_SONG = re.compile(r"(?:\s[\w’']+){0,4}\s[A-Z][\w’']*[\"”’](?=[\s,.;])")  # “Friday I’m in Love”
# A firm after a conjunction or preposition: monday.com and Friday Health Plans
_JOINED = frozenset({"and", "or", "of", "by", "from", "with", "at", "for", "between"})
_TWO_NAMES = re.compile(
    r"\s(?!President|Prime|Minister|King|Queen|Pope|Police|Judge|Mayor|Governor|Gov|Sen|Senator|Rep|Chancellor|Defen|Foreign"
    r"|Secretary|Chief|Mr|Mrs|Ms|Dr|Gen)[A-Z][a-z]+\s[A-Z][a-z]+"
)
# An animal's name in apposition: Friday the cat
_ANIMAL = re.compile(
    r"\sthe\s(?:[a-z-]+\s)?(?:cat|dog|horse|pony|parrot|rabbit|hamster|goat|pig|cow|donkey|tortoise|kitten|puppy|hen|duck|owl"
    r"|fox|bear|gorilla|elephant|penguin|lamb|sheep|seal|camel|llama|alpaca|robot|clown|mascot)\b"
)
_ON = frozenset(
    {"on", "by", "until", "till", "since", "from", "last", "next", "this", "late", "early", "before", "after"}
)
_CAST = frozenset({"starring", "featuring", "opposite", "alongside", "with", "cast", "played"})
_OWNER = re.compile(r"\s(?:night|morning|afternoon|evening)['’]s\b")
_SET_FOR = re.compile(r"\b(?:for|starting|beginning|effective|postponed to|moved to|delayed to|back to)\s\Z")
_BY = re.compile(r"\b[Bb]y\s\Z")
# A day from which something holds, not one where something comes from: down from Friday, footage from Monday
_FROM_FIRST = re.compile(
    r"(?:(?:^|[.!?,;:—–]\s|\b(?:and|but|so|while)\s)from|\bas (?:of|from)|\beffective(?: from| as of)?"
    r"|\b(?:starting|beginning)(?: from)?)\s\Z",
    re.IGNORECASE,
)
_FROM_LATE = re.compile(
    r"\b(?!(?:down|up|far|different|higher|lower|unchanged|recovering|fresh|apart|footage|video|photos?|pictures?|images?"
    r"|quotes?|results?|data|tape|audio|news|left|back|stem|date|out)\s)[a-z]{3,}\sfrom\s\Z"
)
# Nothing of the kind before that day: reported no shelling until Saturday
_NONE_UNTIL = re.compile(
    r"\b(?:(?:reported|recorded|saw|had|heard|found|received|made|won|scored)\sno\b|never\b|(?:did|could|was|were|had)(?:\snot|n['’]t)\b)"
    r"[^.!?,;]{0,40}\suntil\s\Z"
)
_FROM_ENDS = re.compile(
    r"(?:\s(?:morning|evening|night|afternoon))?"
    r"(?:[.,;)]|\s(?:on|onwards?|until|at|with|under|because|as|when|if|and|but|after)\b|\Z)"
)
_SERIES_AFTER = re.compile(rf",?\s(?:and\s|or\s)?(?:{_ANY})\b")
_SERIES_BEFORE = re.compile(rf"(?:{_ANY}),?\s(?:and\s|or\s)?\Z")
# Roads, houses and goods named after a weekday: Sunday River Road, Monday Moon beer
_PROPER = re.compile(
    r"\s(?:[A-Z][\w’']+\s){0,2}(?:Road|Rd|Street|Lane|Avenue|Drive|River|Creek|Lake|Island|Inn|Hotel|Bar|Caf[eé]|Pub|Records"
    r"|Books|Press|Bakery|Kitchen|Brewery|Farms?|Hill|Beach|Bridge|Park|Highway|Trail|Church|Mine|Theat(?:re|er)|Studios?"
    r"|Foundation|Trust|Magazine|Mountain|Harbou?r|Bay|Wines?|Coffee)\b"
    r"|\s(?:[A-Z][\w’']+\s){1,2}(?:beer|wine|cider|lager|ale|coffee|brand|band|label|perfume|cocktail|tea|yacht|boat|app"
    r"|restaurant|bar|caf[eé]|pub|shop|store|gin|whisky|vodka)s?\b"
)
# A thing that is called so: a stew called Friday, not a strike called Friday
_CALLED = re.compile(
    r"\ban?\s(?:[a-z-]+\s){0,3}(?<!strike\s)(?<!election\s)(?<!meeting\s)(?<!vote\s)(?<!halt\s)(?<!session\s)(?<!summit\s)"
    r"(?<!protest\s)(?<!rally\s)(?<!truce\s)(?<!conference\s)(?<!referendum\s)(?<!boycott\s)(?<!inquiry\s)"
    r"(?:called|named|titled|dubbed|nicknamed)\s\Z"
)
# Verbs directly after a person's name; a date would follow the verb.
_STATE = re.compile(r"\s(?:was|is|and|has|had|who)\b")
# A person in apposition: Joe Friday, the detective, was
_APPOSED = re.compile(r",\s(?:the|a|an|his|her)\s[a-z]+,\s(?:was|is|had|has|who)\b")
# "on a Sunday night": any such day.
_ANY_SUCH = re.compile(r"\ba\s\Z")
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
HOURS = (" a.m.", " p.m.")  # their full stop ends no sentence
_BACK_CHARS, _ON_CHARS = 60, 160
_SIGNS = {"last": -1, "past": -1, "this past": -1, "next": 1, "coming": 1, "this coming": 1}


def find_weekdays(text: str, day: date) -> Iterator[Hit]:
    """Yields each weekday that is a date as (text, ISO date, offset)."""
    last: tuple[int, date] | None = None  # where the previous weekday ends, and its date
    for found in _WEEKDAY.finditer(text):
        if not begins_word(text, found.start()):
            continue
        before = text[max(0, found.start() - _BACK_CHARS) : found.start()]
        after = text[found.end() : found.end() + _ON_CHARS]
        if (
            found["more"] == "s"
            or _is_habit(found, text, before, after)
            or _is_name(found, text, before, after)
        ):
            continue
        hit = _resolve(found, text, day, before, after)
        if counted := _counted_from(found, text, last):
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


def _resolve(found: re.Match[str], text: str, day: date, before: str, after: str) -> Hit:
    weekday, lead, week = NAMES.index(found["day"]), _WHICH.search(before), _WEEK.match(after)
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


def _direction(found: re.Match[str], text: str, before: str, after: str, which: str) -> int:
    """Returns -1 or 1: whether the clause around a weekday refers to the past or the future."""
    is_owner = bool(found["more"] or _OWNER.match(after))  # Monday's talks, Monday night's talks
    if is_owner and before.endswith(("fter ", "head of ")):
        return -1 if before.endswith("fter ") else 1
    if _is_past_until(found, text, before, after):
        return -1
    if not is_owner and _SET_FOR.search(before):
        return 1
    if re.match(r"\s[a-z]", after) and is_done(after):
        return -1
    is_from = _FROM_FIRST.search(before) or (_FROM_LATE.search(before) and _FROM_ENDS.match(after))
    if is_from and not is_owner:
        return _from_direction(text, found, after)
    tense = tense_before(text, found.start()) or tense_after(after)
    if tense == PAST or (is_owner and tense != AHEAD):
        return -1
    return 1 if tense or which == "this" or _BY.search(before) else -1


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


def _is_name(found: re.Match[str], text: str, before: str, after: str) -> bool:
    if re.match(r"\.[a-z]{2,4}\b|\s\d{1,2}[-–]\d|-[A-Z]|\sthe\s\d", after):
        return True  # Monday.com, beat Monday 6-4, Mark Sunday-Smith, Friday the 13th
    previous, following = _LAST_WORD.search(before), _NEXT_WORD.match(after)
    word = previous[1] if previous else ""
    if word.lower() in _NAME_BEFORE or before.endswith("Mail on ") or _PERSON_LED.search(before):
        return True
    is_animal = word.lower() not in _ON and _ANIMAL.match(after)
    is_song = before[-1:] in {"“", '"', "‘"} and _SONG.match(after)
    is_proper = _PROPER.match(after) or _CALLED.search(before)
    if (
        is_proper
        or is_animal
        or is_song
        or _PART_OF.search(before)
        or (word in _JOINED and _TWO_NAMES.match(after))
    ):
        return True
    opens = _opens_sentence(before[: previous.start()] if previous else before)
    if word and word[0].isupper() and not opens and word.lower() in _FUNCTION_WORDS:
        return True  # The Man Who Was Thursday
    is_state = not word.endswith("s") and _STATE.match(after)  # Joe Friday was the hero
    if opens and word[:1].isupper() and (is_state or _APPOSED.match(after)):
        return True
    if word in _WORKS and not tense_before(text, found.start()):
        return True
    if not following or not following[1][0].isupper():
        return False
    return (
        following[1].lower() in _NAME_AFTER
        or word.lower() in {"the", "a", "an"}
        or word.lower() in _WORKS | _CAST
        or (not word and opens)
    )


def _opens_sentence(before: str) -> bool:
    kept = before.rstrip(" \"“'‘(")
    return not kept or (kept[-1] in ".!?:\n" and not kept.endswith(HOURS))
