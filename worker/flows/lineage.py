"""Tell a story's lineage: what each outlet made of the lead's text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection

from worker.dedupe import FURNITURE_SIGHTINGS, paragraph_keys
from worker.dedupe.comparable_text import Body, extract_bodies
from worker.dedupe.furniture import unit_keys
from worker.dedupe.lineage import Edits, is_correction, trace_edits
from worker.flows.second_look import PAGE_BIT
from worker.store import articles as article_store
from worker.store.lineage import KnownText, article_states, companions, known_texts

SHARED_BY = 2  # sources


@dataclass(frozen=True, slots=True)
class Trace:
    """An article's known text, its edits against another article of its story (its base), its correction.

    `corrected_at` is when its feed was first seen to mark a correction of it, if ever.
    """

    text: KnownText
    base: KnownText
    edits: Edits
    corrected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts, and of each the body that is compared with that of the other."""

    old: KnownText
    new: KnownText
    old_body: Body
    new_body: Body


def trace_story(connection: Connection, bases: Mapping[int, int]) -> dict[int, Trace]:
    """The trace of each article against its base (article -> base), of those that are still stored."""
    texts = known_texts(connection, {*bases, *bases.values()})
    furniture = _furniture_of_all(connection, texts)
    traces = {}
    for article, base in bases.items():
        if article in texts and base in texts:
            pair = (texts[base].document, texts[article].document)
            edits = trace_edits(*pair, furniture[base], furniture[article])
            corrected_at = _corrected_at(connection, article) if texts[article].number > 1 else None
            traces[article] = Trace(texts[article], texts[base], edits, corrected_at)
    return traces


def read_pair(connection: Connection, first: int, second: int) -> Pair | None:
    """Two articles ready to be compared as `trace_story` does it, or None when one is not stored."""
    found = known_texts(connection, companions(connection, (first, second)))
    if not {first, second} <= found.keys():
        return None
    old, new = found[first], found[second]
    furniture = _furniture_of_all(connection, found)
    worn = (furniture[first], furniture[second])
    return Pair(old, new, *extract_bodies(old.document.text, new.document.text, *worn))


def _corrected_at(connection: Connection, article: int) -> datetime | None:
    states = article_states(connection, article)
    edits = pairwise(states)
    return next((new.at for old, new in edits if is_correction(old.document, new.document)), None)


def _furniture_of_all(connection: Connection, texts: Mapping[int, KnownText]) -> dict[int, frozenset[int]]:
    """The furniture of each text of a story; what two sources have is the story's, however often it came."""
    holders: dict[int, set[str]] = {}
    for text in texts.values():
        for key in unit_keys(text.document.text):
            holders.setdefault(key, set()).add(text.document.source)
    return {
        article: frozenset(k for k in _furniture(connection, text) if len(holders.get(k, ())) < SHARED_BY)
        for article, text in texts.items()
    }


def _furniture(connection: Connection, text: KnownText) -> frozenset[int]:
    """What of the text its source repeats; pages are counted apart, and this article is in the counts."""
    bit = PAGE_BIT if text.known_from == "page" else 0
    keys = {key ^ bit: key for key in paragraph_keys(text.document)}
    counts = article_store.paragraph_counts(connection, text.document.source, keys)
    return frozenset(keys[counted] for counted, n in counts.items() if n > FURNITURE_SIGHTINGS)
