"""Runs extractors in child processes with a deadline and a memory limit."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from worker.errors import ExtractError
from worker.extract.registry import BUILT_IN, Extractor, derive
from worker.records import Extraction, ExtractorInput, FeedMetadata, Page, ReadPage
from worker.sandbox import SandboxPool

DEADLINE_S = 30.0
MAX_TASKS = 5_000  # pages per child; its start costs 1 s of CPU time
MEMORY_BYTES = 1024 * 1024 * 1024


class ExtractPool:
    """Extracts in up to `processes` child processes, started on first use; thread-safe.

    Raises SandboxError if an input takes longer than `deadline_s` seconds or more than `memory_bytes` beyond
    an idle child, and for errors in an extractor; the pool then continues with a new child.
    """

    def __init__(
        self, processes: int = 1, deadline_s: float = DEADLINE_S, memory_bytes: int = MEMORY_BYTES
    ) -> None:
        self.sandbox = SandboxPool(
            "worker.extract.preloaded:run_all",
            processes=processes,
            deadline_s=deadline_s,
            memory_bytes=memory_bytes,
            max_tasks=MAX_TASKS,
        )

    def read_page(self, extractor: Extractor, page: Page, now: datetime) -> Extraction:
        """Runs a page extractor on a fetched page; raises ExtractError if the extractor takes no page."""
        if extractor.run is None:
            raise ExtractError(f'"{extractor.kind}" does not fetch pages')
        [found] = self.sandbox.call((extractor.kind,), page, now)
        return cast("Extraction", found)

    def read_lead(
        self, extractor: Extractor, page: Page, kinds: Sequence[str], feed: FeedMetadata, now: datetime
    ) -> ReadPage:
        """Runs a page extractor, and on its result the built-in extractors of these kinds, in one call."""
        found: ReadPage = self.sandbox.call((extractor.kind, *kinds), page, now, feed=feed)
        return found

    def derive(self, extractor: Extractor, given: ExtractorInput, now: datetime) -> Extraction:
        """Runs an extractor that needs no network; plug-ins run in their own sandbox."""
        if extractor.kind in BUILT_IN:
            return self.derive_all([extractor.kind], given, now)[extractor.kind]
        return derive(extractor, given)

    def derive_all(self, kinds: Sequence[str], given: ExtractorInput, now: datetime) -> dict[str, Extraction]:
        """Runs built-in extractors that need no network on one input, in one call; the result by kind."""
        return dict(zip(kinds, self.sandbox.call(tuple(kinds), given, now), strict=True))

    def close(self) -> None:
        """Stop all child processes; later calls raise SandboxError."""
        self.sandbox.close()
