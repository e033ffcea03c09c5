"""The words of one language for dates, as regular expressions."""

import re
from dataclasses import dataclass, field

CLAUSE_END = re.compile(r"[.!?;:·\n]\s|[,،(«»–—]")
# Before a date that opens a clause of its own: y este domingo se espera
JOINS = re.compile(
    r"(?:^|\s)(?:und|et|y|e|en|och|og|ja|i|a|ve|și|και|и|та|й|і|dan|và|और|و|oraz|ale|aber|mais|pero|mas|ma|maar|men|no|но|але|und"
    r"|és|a zároveň)\s\Z"
)


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
    days_numbered: str = r"(?!)"  # groups whole, number, month (a number, or m1 to m12 by name), year
    extra: dict[str, tuple[str, int]] = field(default_factory=dict)  # one word for a span: unit, steps
