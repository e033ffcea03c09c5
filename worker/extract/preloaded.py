"""The entry of extraction processes: imports every built-in extractor before the first page."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from worker.extract import credit, fulltext, metadata
from worker.extract.extractor_input import digest_of, make_extractor_input
from worker.extract.facts import facts
from worker.extract.registry import run_built_in
from worker.records import Extraction, ExtractorInput, FeedMetadata, Page, ReadPage

__all__ = ["credit", "facts", "fulltext", "metadata", "run_all"]


def run_all(
    kinds: Sequence[str], given: Page | ExtractorInput, now: datetime, feed: FeedMetadata | None = None
) -> list[Extraction] | ReadPage:
    """The results of built-in extractors for one input, in the order of their kinds; errors as of each.

    With the metadata of a feed, only the first kind is of the page; the others are of its result.
    """
    if feed is not None and isinstance(given, Page):
        return _read_lead(kinds[0], kinds[1:], given, feed, now)
    return [run_built_in(kind, given, now) for kind in kinds]


def _read_lead(kind: str, others: Sequence[str], page: Page, feed: FeedMetadata, now: datetime) -> ReadPage:
    """The result of a page and what follows from it; nothing follows if one of the others fails."""
    found = run_built_in(kind, page, now)
    stored = _as_stored(found.payload)
    if not stored:
        return ReadPage(found)
    given = make_extractor_input(page.asked_url, stored, feed)
    try:
        return ReadPage(found, {one: run_built_in(one, given, now) for one in others}, digest_of(given))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - each is then run by itself, which reports it
        return ReadPage(found)


def _as_stored(payload: Mapping[str, Any]) -> dict[str, Any] | None:
    """The payload as it is read back from the database; None if the database would clean a value."""
    try:
        written = json.dumps(payload, ensure_ascii=False, allow_nan=False)
        written.encode()
    except ValueError:
        return None
    return None if "\\u0000" in written else json.loads(written)
