"""Article pages to text, metadata, credits and facts; pure functions, and the processes they run in."""

from worker.extract.fulltext import extract_fulltext
from worker.extract.installed import Installed, extract_all, extractor_of, installed, known_kinds
from worker.extract.material import make_material
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
    "make_material",
]
