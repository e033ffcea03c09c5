"""Extract the comparable bodies of two texts: without what outlets and agencies add around a text.

A paragraph that one outlet repeats as furniture, but that the other text contains too (verbatim or edited),
is part of the text and is compared.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from worker.agencies.closing import find_credit_line
from worker.dedupe.furniture import strip_furniture, unit_keys
from worker.dedupe.text import split_paragraphs
from worker.dedupe.wording import classify_paragraphs, find_stretches

CACHED_CHARS = 4_000  # of a paragraph: longer ones are rare, and would take much memory
_END_MARK = re.compile(r"[(（\[【][^)）\]】]{1,24}[)）\]】]|-?\s?(?:30|0)\s?-?")  # "(END)", "(끝)", "-30-"


@dataclass(frozen=True, slots=True)
class Body:
    """The paragraphs of a text proper, and what was removed around them, in order."""

    paragraphs: list[str]
    around: list[str]


def extract_bodies(
    old: str, new: str, old_furniture: Collection[int] = (), new_furniture: Collection[int] = ()
) -> tuple[Body, Body]:
    """Return the comparable bodies of two texts; furniture of each source as in `strip_furniture`."""
    bare = _body(old, ()), _body(new, ())
    unshared = (frozenset(old_furniture) - unit_keys(new), frozenset(new_furniture) - unit_keys(old))
    if not any(unshared):
        return bare
    before, after = (body.paragraphs for body in bare)
    changes = classify_paragraphs(before, after, find_stretches(before, after))
    unmatched = ({before[n] for n in changes.cut}, {after[n] for n in changes.added})
    return _body(old, unshared[0], unmatched[0]), _body(new, unshared[1], unmatched[1])


def _body(text: str, furniture: Collection[int], unmatched: Collection[str] = ()) -> Body:
    """Return a text without dateline, byline and credit lines, and unmatched paragraphs without furniture."""
    body = Body([], [])
    for paragraph in split_paragraphs(text):
        own = _bare(paragraph)
        if own in unmatched:
            found = strip_furniture(paragraph, furniture)
            own = "" if found.is_worn else _bare(found.text)
        around = " ".join(paragraph.split())
        if own:
            body.paragraphs.append(own)
            around = around.replace(own, "", 1).strip()
        if around:
            body.around.append(around)
    return body


def _bare(paragraph: str) -> str:
    """Return a paragraph without dateline, byline, credit and boilerplate."""
    return _known_bare(paragraph) if len(paragraph) <= CACHED_CHARS else _make_bare(paragraph)


@lru_cache(maxsize=512)  # copies of one text have most paragraphs in common
def _known_bare(paragraph: str) -> str:
    return _make_bare(paragraph)


def _make_bare(paragraph: str) -> str:
    credit = find_credit_line(paragraph)
    if credit:
        paragraph = f"{paragraph[: credit.start]}{paragraph[credit.end :]}"
    own = " ".join(strip_furniture(paragraph, ()).text.split())
    return "" if _END_MARK.fullmatch(own) else own
