"""Parse feed documents into articles: `read_feed` in this process, `ParsePool` in limited child processes."""

from typing import TYPE_CHECKING

from worker.public_names import import_on_use

if TYPE_CHECKING:
    from worker.parse.autodiscovery import find_page_feeds
    from worker.parse.pool import ParsePool
    from worker.parse.reader import read_feed
    from worker.parse.urls import UNKNOWN_BASE, canonicalize_url
    from worker.text.zone_names import load_zone

__all__ = [
    "UNKNOWN_BASE",
    "ParsePool",
    "canonicalize_url",
    "find_page_feeds",
    "load_zone",
    "read_feed",
]

# imported on first use: only the child processes of the pool need feedparser and lxml
__getattr__ = import_on_use(
    __name__,
    {
        "worker.parse.autodiscovery": "find_page_feeds",
        "worker.parse.pool": "ParsePool",
        "worker.parse.reader": "read_feed",
        "worker.parse.urls": "UNKNOWN_BASE canonicalize_url",
        "worker.text.zone_names": "load_zone",
    },
)
