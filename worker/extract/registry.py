"""The table of extractors: which function makes which kind of result, and what it must be given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from worker.errors import ExtractError
from worker.extract.credit import VERSION as CREDIT_VERSION
from worker.extract.credit import extract_credit
from worker.extract.facts import VERSION as FACTS_VERSION
from worker.extract.facts import extract_facts
from worker.extract.fulltext import NAME, extract_fulltext
from worker.extract.fulltext import VERSION as FULLTEXT_VERSION
from worker.extract.metadata_result import VERSION as METADATA_VERSION
from worker.extract.metadata_result import extract_metadata
from worker.records import Extraction, Material, Page

NETWORK, HTML, TEXT, FEED = "network", "html", "text", "feed"
MAX_REASON_CHARS = 300
NEEDS = frozenset({NETWORK, HTML, TEXT, FEED})


class Run(Protocol):
    """A pure function from a page and the clock to a result."""

    def __call__(self, page: Page, *, now: datetime) -> Extraction: ...


@dataclass(frozen=True, slots=True)
class Extractor:
    """One extractor; `needs` is a subset of network, html, text, feed.

    One that needs the network has `run`; the others have `derive`, and get what the first made of the page
    and what the feed said.
    """

    kind: str
    name: str
    version: str
    needs: frozenset[str]
    run: Run | None = None
    derive: Callable[[Material], Extraction] | None = None
    is_plugin: bool = False


def _archivable(run: Callable[..., Extraction]) -> Run:
    """The same extractor for the archive: a page marked `noarchive` is read, and its text is not kept."""

    def extract(page: Page, *, now: datetime) -> Extraction:
        found = run(page, now=now)
        if not found.payload.get("noarchive"):
            return found
        return Extraction(found.status, "noarchive: the text is not kept", {**found.payload, "text": None})

    return extract


def derive(
    extractor: Extractor, material: Material, *, passing: tuple[type[Exception], ...] = ()
) -> Extraction:
    """What an extractor without network finds; `empty`, with the reason, when what it needs is not there.

    A plug-in that breaks gives an `error`, unless it broke by one of the errors in `passing`.
    """
    if extractor.derive is None:
        raise ExtractError(f'"{extractor.kind}" needs the page itself')
    if extractor.needs == {TEXT} and not material.text:
        return Extraction("empty", "neither the page nor the feed has a text")
    if extractor.needs == {HTML} and not material.page:
        return Extraction("empty", "there is no page")
    try:
        return extractor.derive(material)
    except Exception as exc:
        if not extractor.is_plugin or isinstance(exc, passing):
            raise
        reason = f'plug-in "{extractor.name}" broke: {type(exc).__name__}: {exc}'.splitlines()[0]
        return Extraction("error", reason[:MAX_REASON_CHARS])


# the version changes whenever the same page would give another result
_BUILT_IN = (
    Extractor(
        "fulltext", NAME, FULLTEXT_VERSION, frozenset({NETWORK, HTML}), run=_archivable(extract_fulltext)
    ),
    Extractor("metadata", NAME, METADATA_VERSION, frozenset({HTML, FEED}), derive=extract_metadata),
    Extractor("credit", NAME, CREDIT_VERSION, frozenset({TEXT, HTML, FEED}), derive=extract_credit),
    Extractor("facts", NAME, FACTS_VERSION, frozenset({TEXT}), derive=extract_facts),
)
EXTRACTORS: dict[str, Extractor] = {extractor.kind: extractor for extractor in _BUILT_IN}


def extractor_of(kind: str) -> Extractor:
    """The extractor of a job kind. Raises ExtractError for a kind that nothing makes."""
    found = EXTRACTORS.get(kind)
    if found is None:
        raise ExtractError(f'no extractor makes "{kind}"; there are: {", ".join(sorted(EXTRACTORS))}')
    return found
