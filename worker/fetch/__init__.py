"""HTTP: one bounded, guarded, conditional GET."""

from worker.fetch.fetcher import FEED_ACCEPT, MAX_REDIRECTS, PAGE_ACCEPT, Fetcher, user_agent
from worker.fetch.guard import check_address
from worker.fetch.url import display_url

__all__ = [
    "FEED_ACCEPT",
    "MAX_REDIRECTS",
    "PAGE_ACCEPT",
    "Fetcher",
    "check_address",
    "display_url",
    "user_agent",
]
