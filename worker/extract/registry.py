"""The table of extractors: which function makes which kind of result, and what it must be given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from worker.errors import ExtractError
from worker.extract.credit import VERSION as CREDIT_VERSION
from worker.extract.credit import extract_credit
from worker.extract.facts.facts import VERSION as FACTS_VERSION
from worker.extract.facts.facts import extract_facts
from worker.extract.fulltext import NAME, extract_fulltext
from worker.extract.fulltext import VERSION as FULLTEXT_VERSION
from worker.extract.metadata import VERSION as METADATA_VERSION
from worker.extract.metadata import extract_metadata
from worker.extract.schemas import check_payload
from worker.records import Extraction, ExtractorInput, Page

NETWORK, HTML, TEXT, FEED = "network", "html", "text", "feed"
MAX_REASON_CHARS = 300


class Run(Protocol):
    """A pure function from a page and the clock to a result."""

    def __call__(self, page: Page, *, now: datetime) -> Extraction: ...


@dataclass(frozen=True, slots=True)
class Extractor:
    """One extractor; `needs` is a subset of network, html, text, feed.

    One that needs the network has `run`; the others have `derive`, and get what the first made of the page
    and what the feed said. `concurrency` is how many of its jobs may run at once, None: any number.
    """

    kind: str
    name: str
    version: str
    needs: frozenset[str]
    run: Run | None = None
    derive: Callable[[ExtractorInput], Extraction] | None = None
    concurrency: int | None = None


def _archivable(run: Callable[..., Extraction]) -> Run:
    """The same extractor for the archive: a page marked `noarchive` is read, and its text is not kept."""

    def extract(page: Page, *, now: datetime) -> Extraction:
        found = run(page, now=now)
        if not found.payload.get("noarchive"):
            return found
        return Extraction(found.status, "noarchive: the text is not kept", {**found.payload, "text": None})

    return extract


# the version changes whenever the same page would give another result
_ALL = (
    Extractor(
        "fulltext", NAME, FULLTEXT_VERSION, frozenset({NETWORK, HTML}), run=_archivable(extract_fulltext)
    ),
    Extractor("metadata", NAME, METADATA_VERSION, frozenset({HTML, FEED}), derive=extract_metadata),
    Extractor("credit", NAME, CREDIT_VERSION, frozenset({TEXT, HTML, FEED}), derive=extract_credit),
    Extractor("facts", NAME, FACTS_VERSION, frozenset({TEXT}), derive=extract_facts),
)
BUILT_IN = {extractor.kind: extractor for extractor in _ALL}


def run_built_in(kind: str, given: Page | ExtractorInput, now: datetime) -> Extraction:
    """What a built-in extractor makes of a page or of material, checked against its schema.

    Raises ExtractError for what it cannot take, msgspec.ValidationError for what must not be stored.
    """
    extractor = BUILT_IN[kind]
    if isinstance(given, ExtractorInput):
        found = derive(extractor, given)
    elif extractor.run is None:
        raise ExtractError(f'"{kind}" does not fetch pages')
    else:
        found = extractor.run(given, now=now)
    check_payload(found.payload)
    return found


def derive(extractor: Extractor, material: ExtractorInput) -> Extraction:
    """What an extractor without network finds; `empty`, with the reason, when what it needs is not there."""
    if extractor.derive is None:
        raise ExtractError(f'"{extractor.kind}" needs the page itself')
    if extractor.needs == {TEXT} and not material.text:
        return Extraction("empty", "neither the page nor the feed has a text")
    if extractor.needs == {HTML} and not material.page:
        return Extraction("empty", "there is no page")
    return extractor.derive(material)
