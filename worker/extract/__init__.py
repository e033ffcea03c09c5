"""Article pages to text and metadata; pure functions."""

from worker.extract.fulltext import extract_fulltext
from worker.extract.registry import EXTRACTORS, Extractor, extractor_of

__all__ = ["EXTRACTORS", "Extractor", "extract_fulltext", "extractor_of"]
