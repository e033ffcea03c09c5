"""The patterns of dates in one language, made from its words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from worker.extract.facts import (
    dates_european_words,
    dates_words_asia,
    dates_words_nordic,
    dates_words_north_east,
    dates_words_romance,
    dates_words_south_slavic,
)
from worker.extract.facts.date_words import Words, joins_of
from worker.extract.facts.dates_present import PAST_PARTICIPLES, PRESENT

_TABLES = (
    dates_european_words,
    dates_words_romance,
    dates_words_north_east,
    dates_words_nordic,
    dates_words_asia,
    dates_words_south_slavic,
)
WORDS = {lang: words for table in _TABLES for lang, words in table.WORDS.items()}
COUNTS = {lang: tuple(one.split()) for table in _TABLES for lang, one in table.ONE_TO_TEN.items()}
LANGUAGES = frozenset(WORDS)
_AHEAD = re.compile(r"\(\?=(?:[^()]|\([^()]*\))*\)")  # what must be behind a word
YEAR = r"(?:1[6-9]|20)\d\d"


@dataclass(frozen=True, slots=True)
class Forms:
    """The compiled forms of one language."""

    words: Words
    joins: re.Pattern[str]  # before a date that opens a clause of its own
    whole: re.Pattern[str]
    days_numbered: re.Pattern[str]
    done: re.Pattern[str]
    month: re.Pattern[str]
    weekday: re.Pattern[str]
    spans: tuple[re.Pattern[str], ...]
    near: re.Pattern[str]
    counts: tuple[tuple[int, re.Pattern[str]], ...]  # -1 for ago, 1 for ahead
    recurring: re.Pattern[str]
    not_before: re.Pattern[str]
    not_after: re.Pattern[str]
    tense: re.Pattern[str]
    present: re.Pattern[str]
    is_past_known: bool
    participle: re.Pattern[str]

    def is_ahead(self, before: str, after: str) -> bool:
        """Whether a clause around a date that has no known future or past verb lies ahead."""
        if self.is_past_known:
            return bool(re.search(r"\w{3}", before + after)) and not self.participle.search(before + after)
        return bool(self.present.search(before) or self.present.search(after))


def _any(forms: Iterable[str]) -> str:
    return f"(?:{'|'.join(forms)})"


def _whole_date(words: Words, day: str, month: str) -> re.Pattern[str]:
    """The form of a day and a month, with or without a weekday and a year."""
    of = rf"(?:{words.of}\s)?" if words.of else ""
    ordinal = f"(?:{words.ordinal})?" if words.ordinal else ""
    return re.compile(
        rf"(?<!\w)(?:(?P<day>{day})(?:,\s|\s)(?:\w{{1,3}}\s)?)?(?<![\d.,])(?P<number>[0-3]?\d){ordinal}\s{of}"
        rf"(?P<month>{month})(?!\w)(?:,?\s(?:del?\s|do\s)?(?P<year>{YEAR})(?!\w))?",
        re.IGNORECASE,
    )


def _counted_spans(words: Words, counted: str) -> tuple[tuple[int, re.Pattern[str]], ...]:
    """The forms of "N days ago" and "in N days"."""
    forms = [*((-1, form) for form in words.ago), (1, words.ahead)]
    return tuple(
        (sign, re.compile(rf"(?<!\w){form.replace('{n}', counted)}(?!\w)", re.IGNORECASE))
        for sign, form in forms
    )


@cache
def compile_forms(lang: str) -> Forms:
    """Returns the compiled forms of a language."""
    words = WORDS[lang]
    day, month, unit = _any(words.weekdays), _any(words.months), f"(?P<unit>{_any(words.units)})"
    before = rf"(?:(?P<last>{words.last})\s|(?P<next>{words.next})\s|(?P<this>{words.this}))"
    after = rf"\s(?:(?P<last2>{words.last})|(?P<next2>{words.next}))(?!\w)(?!\s{_any(words.units)})"
    counted = rf"(?P<count>\d{{1,3}}|{_any(COUNTS[lang])})\s{unit}"
    near = _any(sorted([*words.days, *_capitalized(words.days)], key=len, reverse=True))
    return Forms(
        words,
        joins_of(lang),
        _whole_date(words, day, month),
        re.compile(words.days_numbered, re.IGNORECASE),
        re.compile(rf"(?:^|\s)(?:{words.done})\s\Z", re.IGNORECASE),
        re.compile(
            rf"(?<!\w)(?P<lead>{words.month_lead}(?:{before})?)?(?P<month>{month})(?!\w)"
            rf"(?:\s(?:de\s)?(?P<year>{YEAR})(?!\w)|(?!\s?\d)(?:{after})?)"
        ),
        re.compile(
            rf"(?<!\w)(?P<lead>{words.lead})?(?i:{before})?(?P<day>(?i:{day})){words.weekday_tail}(?!\w)"
            rf"(?:\s?\((?P<inside>\d{{1,2}})(?:/\d{{1,2}}(?:/\d{{2,4}})?)?\)|\s(?P<number>[0-3]?\d)(?![\d:%]|[.,]\d|\s?(?:h|Uhr)\b)"
            rf"|{after})?",
        ),
        (
            re.compile(rf"(?<!\w){before}{unit}(?!\w)", re.IGNORECASE),
            re.compile(rf"(?<!\w){unit}{after}", re.IGNORECASE),
        ),
        re.compile(rf"(?<!\w){near}(?!\w)"),
        _counted_spans(words, counted),
        re.compile(rf"(?<!\w)(?:{words.recurring})\Z"),
        re.compile(rf"(?<!\w)(?:{words.not_before})\Z"),
        re.compile(words.not_after),
        re.compile(rf"(?<!\w)(?:(?P<future>{words.future})|(?P<past>{words.past}))(?!\w)", re.IGNORECASE),
        re.compile(rf"(?<!\w)(?:{PRESENT.get(lang, '(?!)')})(?!\w)", re.IGNORECASE),
        lang in PAST_PARTICIPLES,
        re.compile(rf"(?<!\w)(?:{PAST_PARTICIPLES.get(lang, '(?!)')})(?!\w)", re.IGNORECASE),
    )


def _capitalized(days: Iterable[str]) -> list[str]:
    """Returns the words as at the start of a sentence; German "Morgen" is also a noun."""
    return [
        f"{form[0].upper()}{form[1:]}" for form in days if form[0].upper() != form[0] and form != "morgen"
    ]


def index_of(forms: Iterable[str], word: str) -> int:
    """Returns which of some forms a word matches, whatever must be behind the word in the text."""
    return next(
        at for at, form in enumerate(forms) if re.fullmatch(_AHEAD.sub("", form), word, re.IGNORECASE)
    )
