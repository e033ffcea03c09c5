"""The bodies of two texts that are compared: without what outlets and agencies put around a text.

Where one outlet repeats a paragraph that the other has as well, in these or in a few other words, both have
it from the text, and it is compared.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from worker.agencies.closing import find_credit_line
from worker.dedupe.furniture import strip_furniture, unit_keys
from worker.dedupe.text import split_paragraphs
from worker.dedupe.wording import find_stretches, tell_fates

_END_MARK = re.compile(r"[(（\[【][^)）\]】]{1,24}[)）\]】]|-?\s?(?:30|0)\s?-?")  # "(END)", "(끝)", "-30-"


@dataclass(frozen=True, slots=True)
class Body:
    """The paragraphs of a text that are its own, and what stood around them, in order."""

    paragraphs: list[str]
    around: list[str]


def take_bodies(
    old: str, new: str, old_furniture: Collection[int] = (), new_furniture: Collection[int] = ()
) -> tuple[Body, Body]:
    """The bodies of two texts; furniture of each source as in `strip_furniture`."""
    bare = _body(old, ()), _body(new, ())
    worn = (frozenset(old_furniture) - unit_keys(new), frozenset(new_furniture) - unit_keys(old))
    if not any(worn):
        return bare
    before, after = (body.paragraphs for body in bare)
    fates = tell_fates(before, after, find_stretches(before, after))
    strangers = ({before[n] for n in fates.cut}, {after[n] for n in fates.added})
    return _body(old, worn[0], strangers[0]), _body(new, worn[1], strangers[1])


def _body(text: str, furniture: Collection[int], strangers: Collection[str] = ()) -> Body:
    """A text without dateline, byline, credit lines and, of the strangers to the other text, furniture."""
    body = Body([], [])
    for paragraph in split_paragraphs(text):
        own = _bare(paragraph)
        if own in strangers:
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
    """A paragraph without dateline, byline, credit and boilerplate."""
    credit = find_credit_line(paragraph)
    if credit:
        paragraph = f"{paragraph[: credit.start]}{paragraph[credit.end :]}"
    own = " ".join(strip_furniture(paragraph, ()).text.split())
    return "" if _END_MARK.fullmatch(own) else own
