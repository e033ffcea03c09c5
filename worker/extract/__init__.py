"""Extracts text, metadata, credits and facts from article pages, in sandboxed processes."""

from worker.extract.extractor_input import make_extractor_input
from worker.extract.fulltext import extract_fulltext
from worker.extract.installation import (
    Installed,
    extract_all,
    extractor_of,
    installed,
    known_kinds,
)
from worker.extract.pool import ExtractPool
from worker.extract.registry import BUILT_IN, NETWORK, Extractor, derive

__all__ = [
    "BUILT_IN",
    "NETWORK",
    "ExtractPool",
    "Extractor",
    "Installed",
    "derive",
    "extract_all",
    "extract_fulltext",
    "extractor_of",
    "installed",
    "known_kinds",
    "make_extractor_input",
]
