"""Extracts text, metadata, credits and facts from article pages, in sandboxed processes."""

from typing import TYPE_CHECKING

from worker.public_names import import_on_use

if TYPE_CHECKING:
    from worker.extract.compared_texts import compare_with_kept
    from worker.extract.extractor_input import digest_of, make_extractor_input
    from worker.extract.fulltext import extract_fulltext
    from worker.extract.installation import Installed, extract_all, extractor_of, installed, known_kinds
    from worker.extract.pool import ExtractPool
    from worker.extract.registry import BUILT_IN, NETWORK, Extractor, derive

__all__ = [
    "BUILT_IN",
    "NETWORK",
    "ExtractPool",
    "Extractor",
    "Installed",
    "compare_with_kept",
    "derive",
    "digest_of",
    "extract_all",
    "extract_fulltext",
    "extractor_of",
    "installed",
    "known_kinds",
    "make_extractor_input",
]

# imported on first use: trafilatura and lxml take a second of CPU time and 60 MB
__getattr__ = import_on_use(
    __name__,
    {
        "worker.extract.compared_texts": "compare_with_kept",
        "worker.extract.fulltext": "extract_fulltext",
        "worker.extract.installation": "Installed extract_all extractor_of installed known_kinds",
        "worker.extract.extractor_input": "digest_of make_extractor_input",
        "worker.extract.pool": "ExtractPool",
        "worker.extract.registry": "BUILT_IN NETWORK Extractor derive",
    },
)
