"""HTTP: one bounded, guarded, conditional GET."""

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
