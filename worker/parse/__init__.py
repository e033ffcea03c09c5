"""Parse feed documents into articles: `read_feed` in this process, `ParsePool` in limited child processes."""

from worker.parse.autodiscovery import find_page_feeds
from worker.parse.pool import ParsePool
from worker.parse.reader import read_feed
from worker.parse.urls import canonicalize_url
from worker.text.zone_names import load_zone

__all__ = ["ParsePool", "canonicalize_url", "find_page_feeds", "load_zone", "read_feed"]
