"""Parse feeds in child processes with a deadline and a memory limit."""

from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from worker.errors import ParseError, ReadersBusyError, ReadingEndedError, SandboxBusyError, SandboxError
from worker.records import ParsedFeed, ReadItems
from worker.sandbox import SandboxPool

_WARM_UP = b"""<rss version="2.0"><channel><title>Harbor notes</title><item><guid>1</guid>
<title>The ferry is late and the harbor of the town is closed for the day</title></item></channel></rss>"""
MAX_WAIT_S = 30.0  # for a free child; with the deadline, less than the margin of a poll's lease
MAX_TASKS = 5_000  # documents per child; its start costs 0.3 s of CPU time


class ParsePool:
    """Parses feeds in up to `processes` children, started on demand; thread-safe.

    Every document is parsed in a child, whatever its size: a slow pattern cannot be interrupted in a thread,
    and it would block all others. A document that takes longer than `deadline_s` seconds or needs more than
    `memory_bytes` beyond an idle child raises ReadingEndedError; the child is then replaced. A document that
    waits longer than `max_wait_s` seconds for a child raises ReadersBusyError.
    """

    def __init__(
        self,
        processes: int = 1,
        deadline_s: float = 20.0,
        memory_bytes: int = 512 * 1024 * 1024,
        max_wait_s: float = MAX_WAIT_S,
    ) -> None:
        self.sandbox = SandboxPool(
            "worker.parse.reader:read_wanted",
            processes=processes,
            deadline_s=deadline_s,
            memory_bytes=memory_bytes,
            max_tasks=MAX_TASKS,
            max_wait_s=max_wait_s,
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
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        explain: bool = False,
        known: ReadItems | None = None,
    ) -> ParsedFeed:
        """Call `worker.parse.reader.read_wanted` within the pool's limits; raises ParseError."""
        keywords = {
            "url": url, "content_type": content_type, "lang": lang, "timezone": timezone, "now": now,
            "explain": explain, "known": known,
        }  # fmt: skip
        try:
            feed: ParsedFeed = self.sandbox.call(body, tuple(include), tuple(exclude), **keywords)
        except SandboxBusyError as exc:
            raise ReadersBusyError(str(exc)) from exc
        except SandboxError as exc:
            if exc.is_limit:
                raise ReadingEndedError(f"parsing was ended: {exc}") from exc
            raise ParseError(str(exc)) from exc
        return feed

    def warm_up(self) -> None:
        """Start a child and have it parse a short feed; raises ParseError.

        Otherwise the first document waits for the child's imports, 0.3 s of CPU time or more. Further
        children are started when documents wait for one: each takes 17 MB.
        """
        self.read_feed(_WARM_UP, url="https://example.org/", now=datetime.now(UTC))

    def close(self) -> None:
        """Kill all children; later calls raise ParseError."""
        self.sandbox.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
