"""Which forms of datelines may match a text: one pattern for all of them rules out most texts at once."""

import re
from collections.abc import Iterable

from worker.agencies.bare_datelines import AFTER_DAY, BARE_DATELINES
from worker.agencies.forms import CAPITALS, DATELINES, MONTHS, PLACE
from worker.agencies.further_datelines import FURTHER_DATELINES
from worker.agencies.lazy_pattern import LazyPattern
from worker.agencies.spellings import spellings_in

AGENCY_DATELINES = (*DATELINES, *BARE_DATELINES, *FURTHER_DATELINES)
# Any text may begin like a place. Of the forms that do, these may match a text without an agency's name as a
# word of its own.
_NAMELESS = tuple(
    form
    for form in AGENCY_DATELINES
    if form.text == AFTER_DAY or "(?P<agency" not in form.text or not form.text.startswith((PLACE, CAPITALS))
)
# forms that may begin with an ASCII letter or digit; the others begin with a bracket or in another script
_OPENED_BY_ASCII = (
    *(PLACE, CAPITALS, "(?P<place>[A-Z", "(?P<place>(?i:", "(?P<date>", "(?P<agency>", "(?P<id_"),
    *("/?(?P<agency>", r"[^\n()/]"),
)
_ASCII_DATELINES = tuple(form for form in AGENCY_DATELINES if form.text.startswith(_OPENED_BY_ASCII))
_ANY_MONTH = r"[^\W\d_]{2,12}\.?"
_NAMED_GROUP = re.compile(r"\(\?P<\w+>")
_SAME_AS_GROUP = re.compile(r"\(\?P=\w+\)")


def opening_of(forms: Iterable[LazyPattern]) -> LazyPattern:
    """Returns a pattern that matches where one of the forms does, and at few other places.

    It has no groups, any word for the name of a month, and the place only once for all forms that begin with
    it. Such a form must not have an alternative to the place.
    """
    rests: dict[str, list[str]] = {PLACE: [], CAPITALS: [], "": []}
    for form in forms:
        opening = next(opening for opening in rests if form.text.startswith(opening))
        rests[opening].append(form.text.removeprefix(opening))
    text = "|".join(f"{opening}(?:{'|'.join(some)})" for opening, some in rests.items() if some)
    text = _SAME_AS_GROUP.sub(r"[^\n]+?", _NAMED_GROUP.sub("(?:", text))
    return LazyPattern(text.replace(MONTHS, _ANY_MONTH))


OPENINGS = (opening_of(_NAMELESS), opening_of(_ASCII_DATELINES))


def agency_forms_for(head: str, at: int) -> tuple[LazyPattern, ...]:
    """Returns the forms with an agency that may match the start of a text at an offset."""
    nameless, in_ascii = OPENINGS
    if not spellings_in(head):
        return _NAMELESS if nameless.match(head, at) else ()
    first = head[at : at + 1]
    if not (first.isascii() and first.isalnum()):
        return AGENCY_DATELINES
    return _ASCII_DATELINES if in_ascii.may_match_at(head, at) else ()
