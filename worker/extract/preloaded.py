"""The entry of extraction processes: imports every built-in extractor before the first page."""

from collections.abc import Sequence
from datetime import datetime

from worker.extract import credit, fulltext, metadata
from worker.extract.facts import facts
from worker.extract.registry import run_built_in
from worker.records import Extraction, ExtractorInput, Page

__all__ = ["credit", "facts", "fulltext", "metadata", "run_all"]


def run_all(kinds: Sequence[str], given: Page | ExtractorInput, now: datetime) -> list[Extraction]:
    """The results of built-in extractors for one input, in the order of their kinds; errors as of each."""
    return [run_built_in(kind, given, now) for kind in kinds]
