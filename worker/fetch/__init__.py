"""HTTP: one bounded, guarded, conditional GET."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from worker.fetch.fetch_state import RESERVED_HEADERS, user_agent
    from worker.fetch.fetcher import FEED_ACCEPT, MAX_REDIRECTS, PAGE_ACCEPT, Fetcher
    from worker.fetch.guard import check_address
    from worker.redaction import display_url

__all__ = [
    "FEED_ACCEPT",
    "MAX_REDIRECTS",
    "PAGE_ACCEPT",
    "RESERVED_HEADERS",
    "Fetcher",
    "check_address",
    "display_url",
    "user_agent",
]

# imported on first use: most commands send no request and need no httpx
_MODULES = {
    "RESERVED_HEADERS": "worker.fetch.fetch_state",
    "user_agent": "worker.fetch.fetch_state",
    "FEED_ACCEPT": "worker.fetch.fetcher",
    "MAX_REDIRECTS": "worker.fetch.fetcher",
    "PAGE_ACCEPT": "worker.fetch.fetcher",
    "Fetcher": "worker.fetch.fetcher",
    "check_address": "worker.fetch.guard",
    "display_url": "worker.redaction",
}


def __getattr__(name: str) -> Any:
    """Import the module that defines a public name when the name is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULES[name]), name)
    return value
