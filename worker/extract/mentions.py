"""Agencies that a text names as its source: "Reuters reported", "told AFP"."""

import re
from collections.abc import Iterator

from worker.agencies.credit_forms import SHORT
from worker.agencies.mention_forms import MENTIONS
from worker.agencies.naming import agency_id_of

MENTION_CHARS = 60_000  # of a text, searched for mentions
_FIRST_NAME = r"\b(?!(?:The|By|And|But|On|At|In|From|As|For|To)\b)[A-Z][a-z]+\s(?:[A-Z]\.\s)?"


def find_mentions(title: str, text: str) -> Iterator[re.Match[str]]:
    """Yields the mentions in a text, in order, then those in its title; the group `agency` is the name."""
    opening = text[:MENTION_CHARS]
    for part in (opening, title):
        hits = [hit for pattern in MENTIONS for hit in pattern.finditer(part)]
        for hit in sorted(hits, key=re.Match.start):
            name = hit["agency"] or ""
            is_other = name in SHORT and _is_redefined(name, opening)
            if not is_other and not _is_person_or_label(part, hit):
                yield hit


def _is_redefined(name: str, text: str) -> bool:
    """Whether a text uses a short name otherwise: "Federal Police (AFP)", "Michael Bloomberg"."""
    at = max(0, text.find(f"({name})"))
    long = re.search(r"((?:[A-Z][\w-]+\s(?:(?:of|the|for|and|de)\s){0,2}){2,6})$", text[max(0, at - 80) : at])
    if long is not None and agency_id_of(long[1]) is None:
        return True
    return not name.isupper() and re.search(rf"{_FIRST_NAME}{name}\b", text) is not None


def _is_person_or_label(text: str, hit: re.Match[str]) -> bool:
    """Whether a short name is bracketed after words that it may abbreviate, or is a person's surname."""
    name = hit["agency"] or ""
    before = text[max(0, hit.start("agency") - 24) : hit.start("agency")]
    if name not in SHORT:
        return False
    is_surname = not name.isupper() and re.search(f"{_FIRST_NAME}$", before)
    return before.endswith(("(", "（")) or bool(is_surname)
