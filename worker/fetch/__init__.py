"""HTTP: one bounded, guarded, conditional GET."""

from typing import TYPE_CHECKING

from worker.public_names import import_on_use

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
__getattr__ = import_on_use(
    __name__,
    {
        "worker.fetch.fetch_state": "RESERVED_HEADERS user_agent",
        "worker.fetch.fetcher": "FEED_ACCEPT MAX_REDIRECTS PAGE_ACCEPT Fetcher",
        "worker.fetch.guard": "check_address",
        "worker.redaction": "display_url",
    },
)
