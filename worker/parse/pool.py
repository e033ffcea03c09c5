"""Feeds read in child processes with a deadline and a memory limit."""

from datetime import datetime
from types import TracebackType
from typing import Self

from worker.errors import FencedError, ParseError
from worker.fence import Fence
from worker.parse.reader import read_feed
from worker.records import ParsedFeed

# Below this a document is read in the calling process: handing it over costs more than reading it, and the
# worst that so few bytes can do is hold the interpreter for some tenths of a second.
SMALL_BYTES = 32 * 1024


class ParsePool:
    """Reads feeds in up to `processes` children, started when first needed; safe for many threads.

    A document that takes longer than `deadline_s` seconds or needs more than `memory_bytes` beyond an idle
    child raises ParseError; the pool goes on with a new child.
    """

    def __init__(
        self, processes: int = 1, deadline_s: float = 20.0, memory_bytes: int = 512 * 1024 * 1024
    ) -> None:
        self.fence = Fence(
            "worker.parse.reader:read_feed",
            processes=processes,
            deadline_s=deadline_s,
            memory_bytes=memory_bytes,
        )

    def read_feed(
        self,
        body: bytes,
        *,
        url: str,
        content_type: str | None = None,
        lang: str | None = None,
        timezone: str | None = None,
        now: datetime,
    ) -> ParsedFeed:
        """As `worker.parse.read_feed`, within the pool's limits; raises ParseError."""
        keywords = {"url": url, "content_type": content_type, "lang": lang, "timezone": timezone, "now": now}
        if len(body) < SMALL_BYTES:
            return read_feed(body, **keywords)  # type: ignore[arg-type]
        try:
            feed: ParsedFeed = self.fence.call(body, **keywords)
        except FencedError as exc:
            raise ParseError(str(exc)) from exc
        return feed

    def close(self) -> None:
        """End all children; later calls raise ParseError."""
        self.fence.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
