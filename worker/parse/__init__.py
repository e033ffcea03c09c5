"""Parse feed documents into articles: `read_feed` in this process, `ParsePool` in limited child processes."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from worker.parse.autodiscovery import find_page_feeds
    from worker.parse.pool import ParsePool
    from worker.parse.reader import read_feed
    from worker.parse.urls import canonicalize_url
    from worker.text.zone_names import load_zone

__all__ = [
    "ParsePool",
    "canonicalize_url",
    "find_page_feeds",
    "load_zone",
    "read_feed",
]

# imported on first use: only the child processes of the pool need feedparser and lxml
_MODULES = {
    "find_page_feeds": "worker.parse.autodiscovery",
    "ParsePool": "worker.parse.pool",
    "read_feed": "worker.parse.reader",
    "canonicalize_url": "worker.parse.urls",
    "load_zone": "worker.text.zone_names",
}


def __getattr__(name: str) -> Any:
    """Import the module that defines a public name when the name is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULES[name]), name)
    return value
