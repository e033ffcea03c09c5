"""Extraction in child processes with a deadline and a memory limit."""

from datetime import datetime
from typing import cast

from worker.errors import ExtractError
from worker.extract.registry import BUILT_IN, Extractor, derive
from worker.records import Extraction, ExtractorInput, Page
from worker.sandbox import SandboxPool

DEADLINE_S = 30.0
MEMORY_BYTES = 1024 * 1024 * 1024


class ExtractPool:
    """Extracts in up to `processes` children, started when first needed; safe for many threads.

    Input that takes longer than `deadline_s` seconds or needs more than `memory_bytes` beyond an idle child
    raises FencedError, and so does an error in an extractor; the pool goes on with a new child.
    """

    def __init__(
        self, processes: int = 1, deadline_s: float = DEADLINE_S, memory_bytes: int = MEMORY_BYTES
    ) -> None:
        self.fence = SandboxPool(
            "worker.extract.registry:run_built_in",
            processes=processes,
            deadline_s=deadline_s,
            memory_bytes=memory_bytes,
        )

    def read_page(self, extractor: Extractor, page: Page, now: datetime) -> Extraction:
        """What an extractor that needs the network makes of its page; raises ExtractError for others."""
        if extractor.run is None:
            raise ExtractError(f'"{extractor.kind}" does not fetch pages')
        return cast("Extraction", self.fence.call(extractor.kind, page, now))

    def derive(self, extractor: Extractor, material: ExtractorInput, now: datetime) -> Extraction:
        """What an extractor without network finds; a plug-in runs in a process of its own."""
        if extractor.kind in BUILT_IN:
            return cast("Extraction", self.fence.call(extractor.kind, material, now))
        return derive(extractor, material)

    def close(self) -> None:
        """End all children; later calls raise FencedError."""
        self.fence.close()
