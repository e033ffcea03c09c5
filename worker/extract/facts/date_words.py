"""The words of one language for dates, as regular expressions."""

import re
from dataclasses import dataclass, field
from functools import cache

CLAUSE_END = re.compile(r"[.!?;:·\n]\s|[,،(«»–—]")
# Words between clauses, by language
_CONJUNCTIONS = {
    "de": "und|aber", "nl": "en|maar", "fr": "et|mais", "es": "y|e|pero", "pt": "e|mas", "it": "ed?|ma",
    "sv": "och|men", "no": "og|men", "da": "og|men", "fi": "ja|mutta", "pl": "i|a|oraz|ale", "cs": "a|i|ale",
    "sk": "a|i|ale", "uk": "і|й|та|але|а", "ru": "и|а|но", "bg": "и|а|но", "hr": "i|a|ali",
    "sr": "i|a|ali|и|а|али",
    "sl": "in|a|pa", "hu": "és|de|a zároveň", "ro": "și|iar|dar", "el": "και|αλλά", "tr": "ve|ama",
    "id": "dan|tetapi",
    "vi": "và|nhưng", "ar": "و", "fa": "و|اما", "hi": "और|लेकिन",
}  # fmt: skip


@cache
def joins_of(lang: str) -> re.Pattern[str]:
    """Returns the form of a conjunction before a date that opens a clause: y este domingo se espera."""
    return re.compile(rf"(?:^|\s)(?:{_CONJUNCTIONS.get(lang, '(?!)')})\s\Z")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language as regular expressions; tuples of weekdays begin with Monday.

    `lead` must be before a weekday that has no word such as "last" or "next" beside it; `recurring`,
    `not_before` and `not_after` are around words that are not dates.
    """

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    days: dict[str, int]
    last: str  # before or after a noun
    next: str
    this: str
    units: tuple[str, str, str, str]  # day, week, month, year
    ago: tuple[str, ...]  # {n} is a number with its unit
    ahead: str
    future: str
    past: str
    lead: str = ""
    month_lead: str = ""
    recurring: str = r"(?!)"  # before a weekday
    not_before: str = r"(?!)"  # before a word such as "today"
    not_after: str = r"(?!)"
    weekday_tail: str = ""
    ordinal: str = ""
    of: str = ""
    any_case: bool = False  # weekdays are written with and without a capital
    done: str = r"(?!)"  # a participle directly before a date: entamée mercredi
    plain_days: frozenset[str] = frozenset()  # weekdays that need no tail
    days_numbered: str = r"(?!)"  # groups whole, number, month (a number, or m1 to m12 by name), year
    extra: dict[str, tuple[str, int]] = field(default_factory=dict)  # one word for a span: unit, steps
