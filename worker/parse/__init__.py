"""Feed documents to articles: `read_feed` does it here, `ParsePool` in child processes with limits."""

from worker.parse.pool import ParsePool
from worker.parse.reader import read_feed

__all__ = ["ParsePool", "read_feed"]
