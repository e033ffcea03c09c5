"""The entry of extraction processes: imports every built-in extractor before the first page."""

from worker.extract import credit, fulltext, metadata
from worker.extract.facts import facts
from worker.extract.registry import run_built_in

__all__ = ["credit", "facts", "fulltext", "metadata", "run_built_in"]
