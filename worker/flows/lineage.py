"""A story's lineage: how each outlet edited the lead's text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection

from worker.dedupe import find_furniture, paragraph_keys
from worker.dedupe.comparable_text import Body, extract_bodies
from worker.dedupe.furniture import unit_keys
from worker.dedupe.lineage import Edits, read_correction, trace_edits
from worker.dedupe.text import split_paragraphs
from worker.flows.second_look import PAGE_BIT
from worker.store import paragraphs as paragraph_store
from worker.store.lineage import KnownText, article_states, companions, known_texts

SHARED_BY = 2  # sources
COMPANIONS = 50  # other copies of a story whose paragraphs show what is of the story, not of an outlet


@dataclass(frozen=True, slots=True)
class Trace:
    """An article's known text, its base (another article of the story), and the edits between them.

    `corrected_at` is when a correction of it was first seen in its feed, if ever.
    """

    text: KnownText
    base: KnownText
    edits: Edits
    corrected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts, and the body of each that is compared."""

    old: KnownText
    new: KnownText
    old_body: Body
    new_body: Body


def trace_story(connection: Connection, bases: Mapping[int, int]) -> dict[int, Trace]:
    """The trace of each article that is still stored against its base (article -> base)."""
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
    """Two articles prepared for comparison as in `trace_story`; None if one is not stored."""
    found = known_texts(connection, companions(connection, (first, second), COMPANIONS))
    if not {first, second} <= found.keys():
        return None
    old, new = found[first], found[second]
    furniture = _furniture_of_all(connection, found)
    own_furniture = (furniture[first], furniture[second])
    return Pair(old, new, *extract_bodies(old.document.text, new.document.text, *own_furniture))


def edit_pair(old: KnownText, new: KnownText) -> Pair:
    """Two versions of an article's text prepared for comparison: in full, with all boilerplate."""
    return Pair(old, new, *(Body(split_paragraphs(state.document.text), []) for state in (old, new)))


def _corrected_at(connection: Connection, article: int) -> datetime | None:
    states = article_states(connection, article)
    edits = pairwise(states)
    return next((new.at for old, new in edits if read_correction(old.document, new.document)), None)


def _furniture_of_all(connection: Connection, texts: Mapping[int, KnownText]) -> dict[int, frozenset[int]]:
    """The furniture of each text of a story; paragraphs of several sources belong to the story instead."""
    holders: dict[int, set[str]] = {}
    for text in texts.values():
        for key in unit_keys(text.document.text):
            holders.setdefault(key, set()).add(text.document.source)
    return {
        article: frozenset(k for k in _furniture(connection, text) if len(holders.get(k, ())) < SHARED_BY)
        for article, text in texts.items()
    }


def _furniture(connection: Connection, text: KnownText) -> frozenset[int]:
    """The paragraphs that the source repeats; the counts are separate for pages, and include this article."""
    bit = PAGE_BIT if text.known_from == "page" else 0
    keys = {key ^ bit: key for key in paragraph_keys(text.document)}
    counts = paragraph_store.paragraph_counts(connection, text.document.source, keys)
    return find_furniture(text.document, {keys[counted]: n - 1 for counted, n in counts.items()})
