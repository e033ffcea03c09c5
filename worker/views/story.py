"""Phrases for the copies of a story: what each outlet changed, and why it was joined."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from worker.text.amounts import count_of
from worker.views.lineage import edits_words, reasons_words, unit_of

if TYPE_CHECKING:
    from worker.flows.story_report import StoryPage

BRIEF = {"summary", "nothing"}  # the full text may contain more
MARK_WORDS = {
    "corrected": "CORRECTED: the source corrected this text",
    "withdrawn": "WITHDRAWN: the source withdrew this text, do not use it",
    "restored": "RUN AGAIN: the source withdrew this text and later ran it again",
}


def size_words(page: "StoryPage", member: Mapping[str, Any]) -> str:
    """The length of a copy, and its share of the lead's: `212 words, 62% of the lead`."""
    trace = page.traces[member["article"]]
    words, of = trace.edits.words, page.traces[page.story["lead"]].edits.words
    size = count_of(words, unit_of(trace.text.document.text))
    return f"{size}, {words / of:.0%} of the lead" if member is not page.lead and of else size


def edit_phrases(page: "StoryPage", member: Mapping[str, Any]) -> Iterator[str]:
    """What an outlet changed against the text it is compared with, and whether it kept the credit."""
    trace = page.traces[member["article"]]
    if not trace.edits.title:
        yield "same headline" if member["title"] else "no headline"
    is_brief, base_is_brief = (text.known_from in BRIEF for text in (trace.text, trace.base))
    unit = unit_of(trace.base.document.text)
    yield from edits_words(trace.edits, unit, is_brief=is_brief, lead_is_brief=base_is_brief)
    agency, own = page.lead["agency"], member["agency"]
    if member["is_agency"]:
        return
    if agency and own:
        yield f"credit to {agency} kept" if own == agency else f"credits {own}, not {agency}"
    elif agency and not is_brief and not re.search(rf"\b{re.escape(agency)}\b", trace.text.document.text):
        yield f"credit to {agency} dropped"


def why_joined(page: "StoryPage", member: Mapping[str, Any]) -> str:
    """Why an article was joined: its closest link to an earlier copy, or a later copy's link to it.

    Empty for the lead, to which the others were joined.
    """
    from worker.dedupe.lineage import changed_numbers

    article = member["article"]
    own = [link for link in page.links if link.article == article]
    late = [link for link in page.links if link.other == article]
    if member["article"] == page.story["lead"] or not (own or late):
        return ""
    late.sort(key=lambda link: link.article != page.story["lead"])
    link = (own or late)[0]
    other = link.other if own else link.article
    texts = [page.traces[n].text.document.text for n in (other, article) if n in page.traces]
    numbers = changed_numbers(*texts) if len(texts) > 1 and _differ(link.reasons) else []
    longer_by = _words_of(page, article) / _words_of(page, other)
    said = reasons_words(link.reasons, other, longer_by=longer_by, numbers=numbers)
    more = [str(n) for n in sorted(link.other for link in own[1:])]
    also = f"; also a copy of article{'s' if len(more) > 1 else ''} {', '.join(more)}" if more else ""
    return f"Joined: {said}{also}"


def _words_of(page: "StoryPage", article: int) -> int:
    """The length of an article's known text, at least 1."""
    return max(1, page.traces[article].edits.words) if article in page.traces else 1


def _differ(reasons: Mapping[str, Any]) -> bool:
    """Whether a pair was joined although numbers differ, which are then named."""
    return bool((reasons.get("numbers") or {}).get("differ"))
