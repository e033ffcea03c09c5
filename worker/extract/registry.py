"""The built-in extractors: the function for each kind of result, and the input it needs.

A function's module is imported when it is first called: most processes only need to know which kinds exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol, cast

from worker.errors import ExtractError
from worker.extract.schemas import check_payload
from worker.records import Extraction, ExtractorInput, Page

NETWORK, HTML, TEXT, FEED = "network", "html", "text", "feed"
MAX_REASON_CHARS = 300


class Run(Protocol):
    """A pure function from a page and the current time to a result."""

    def __call__(self, page: Page, *, now: datetime) -> Extraction: ...


@dataclass(frozen=True, slots=True)
class Extractor:
    """One extractor; `needs` is a subset of network, html, text, feed.

    An extractor that needs the network has `run`; the others have `derive`, which takes the result of the
    page extractor and the feed's metadata. `concurrency` is its maximum number of concurrent jobs, or None.
    """

    kind: str
    name: str
    version: str
    needs: frozenset[str]
    run: Run | None = None
    derive: Callable[[ExtractorInput], Extraction] | None = None
    concurrency: int | None = None


def _call(path: str, *args: Any, **named: Any) -> Extraction:
    """Calls a function of this package, given as module:function."""
    module, _, name = path.partition(":")
    return cast("Extraction", getattr(import_module(f"worker.extract.{module}"), name)(*args, **named))


def _page_extractor(path: str) -> Run:
    """A page extractor that does not store the text of a page marked `noarchive`."""

    def extract(page: Page, *, now: datetime) -> Extraction:
        found = _call(path, page, now=now)
        if not found.payload.get("noarchive"):
            return found
        return Extraction(found.status, "noarchive: the text is not stored", {**found.payload, "text": None})

    return extract


def _deriver(path: str) -> Callable[[ExtractorInput], Extraction]:
    return lambda given: _call(path, given)


# increase the version whenever the same page would yield another result
_ALL = (
    Extractor(
        "fulltext",
        "wireroom",
        "5",
        frozenset({NETWORK, HTML}),
        run=_page_extractor("fulltext:extract_fulltext"),
    ),
    Extractor(
        "metadata", "wireroom", "2", frozenset({HTML, FEED}), derive=_deriver("metadata:extract_metadata")
    ),
    Extractor(
        "credit", "wireroom", "8", frozenset({TEXT, HTML, FEED}), derive=_deriver("credit:extract_credit")
    ),
    Extractor("facts", "wireroom", "8", frozenset({TEXT}), derive=_deriver("facts.facts:extract_facts")),
)
BUILT_IN = {extractor.kind: extractor for extractor in _ALL}


def run_built_in(kind: str, given: Page | ExtractorInput, now: datetime) -> Extraction:
    """Runs a built-in extractor on a page or an extractor input, and checks the payload against its schema.

    Raises ExtractError if it does not take such input, msgspec.ValidationError for an invalid payload.
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


def derive(extractor: Extractor, given: ExtractorInput) -> Extraction:
    """Runs an extractor that needs no network; returns `empty` with the reason if its input is missing."""
    if extractor.derive is None:
        raise ExtractError(f'"{extractor.kind}" needs the page itself')
    if extractor.needs == {TEXT} and not given.text:
        return Extraction("empty", "neither the page nor the feed has a text")
    if extractor.needs == {HTML} and not given.page:
        return Extraction("empty", "there is no page")
    return extractor.derive(given)
