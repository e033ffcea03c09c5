"""The table of extractors: which function makes which kind of result, and what it must be given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from worker.errors import ExtractError
from worker.extract.fulltext import NAME, VERSION, extract_fulltext
from worker.records import Extraction, Page


class Run(Protocol):
    """A pure function from a page and the clock to a result."""

    def __call__(self, page: Page, *, now: datetime) -> Extraction: ...


@dataclass(frozen=True, slots=True)
class Extractor:
    """One extractor; `needs` is a subset of network, html, text, feed."""

    kind: str
    name: str
    version: str
    needs: frozenset[str]
    run: Run


def _archivable(run: Callable[..., Extraction]) -> Run:
    """The same extractor for the archive: a page marked `noarchive` is read, and its text is not kept."""

    def extract(page: Page, *, now: datetime) -> Extraction:
        found = run(page, now=now)
        if not found.payload.get("noarchive"):
            return found
        return Extraction(found.status, "noarchive: the text is not kept", {**found.payload, "text": None})

    return extract


# kind -> extractor; the version changes whenever the same page would give another result
EXTRACTORS = {
    extractor.kind: extractor
    for extractor in (
        Extractor("fulltext", NAME, VERSION, frozenset({"network", "html"}), _archivable(extract_fulltext)),
    )
}


def extractor_of(kind: str) -> Extractor:
    """The extractor of a job kind. Raises ExtractError for a kind that nothing makes."""
    found = EXTRACTORS.get(kind)
    if found is None:
        raise ExtractError(f'no extractor makes "{kind}"; there are: {", ".join(sorted(EXTRACTORS))}')
    return found
