"""One pattern for the many forms of datelines, which rules out most texts at once."""

import re
from collections.abc import Iterable

from worker.agencies.forms import CAPITALS, MONTHS, PLACE
from worker.agencies.lazy_pattern import LazyPattern

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
