"""Extracts text, metadata, credits and facts from article pages, in sandboxed processes."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from worker.extract.extractor_input import make_extractor_input
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
    "derive",
    "extract_all",
    "extract_fulltext",
    "extractor_of",
    "installed",
    "known_kinds",
    "make_extractor_input",
]

# imported on first use: trafilatura and lxml take a second of CPU time and 60 MB
_MODULES = {
    "extract_fulltext": "worker.extract.fulltext",
    "Installed": "worker.extract.installation",
    "extract_all": "worker.extract.installation",
    "extractor_of": "worker.extract.installation",
    "installed": "worker.extract.installation",
    "known_kinds": "worker.extract.installation",
    "make_extractor_input": "worker.extract.extractor_input",
    "ExtractPool": "worker.extract.pool",
    "BUILT_IN": "worker.extract.registry",
    "NETWORK": "worker.extract.registry",
    "Extractor": "worker.extract.registry",
    "derive": "worker.extract.registry",
}


def __getattr__(name: str) -> Any:
    """Import the module that defines a public name when the name is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULES[name]), name)
    return value
