"""Tell a story's lineage: what each outlet made of the lead's text."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from worker.dedupe import FURNITURE_SIGHTINGS, paragraph_keys
from worker.dedupe.bodies import Body, take_bodies
from worker.dedupe.lineage import Edits, trace_edits
from worker.flows.second_look import PAGE_BIT
from worker.store import articles as article_store
from worker.store.lineage import KnownText, known_texts


@dataclass(frozen=True, slots=True)
class Trace:
    """An article's known text and its edits against another article of its story (its base)."""

    text: KnownText
    base: KnownText
    edits: Edits


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
    furniture = {article: _furniture(connection, text) for article, text in texts.items()}
    traces = {}
    for article, base in bases.items():
        if article in texts and base in texts:
            pair = (texts[base].document, texts[article].document)
            edits = trace_edits(*pair, furniture[base], furniture[article])
            traces[article] = Trace(texts[article], texts[base], edits)
    return traces


def read_pair(connection: Connection, first: int, second: int) -> Pair | None:
    """Two articles ready to be compared as `trace_story` does it, or None when one is not stored."""
    found = known_texts(connection, (first, second))
    if not {first, second} <= found.keys():
        return None
    old, new = found[first], found[second]
    worn = (_furniture(connection, text) for text in (old, new))
    return Pair(old, new, *take_bodies(old.document.text, new.document.text, *worn))


def _furniture(connection: Connection, text: KnownText) -> frozenset[int]:
    """What of the text its source repeats; pages are counted apart, and this article is in the counts."""
    bit = PAGE_BIT if text.known_from == "page" else 0
    keys = {key ^ bit: key for key in paragraph_keys(text.document)}
    counts = article_store.paragraph_counts(connection, text.document.source, keys)
    return frozenset(keys[counted] for counted, n in counts.items() if n > FURNITURE_SIGHTINGS)
