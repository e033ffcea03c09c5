"""Select the newest entries of a document that has more than are read, whatever their order is."""

import html
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from worker.text.dates import read_date

MAX_ENTRIES = 10_000  # of a document
MAX_DATED = 50_000  # entries at either end of a document whose dates are read
SHORTEST_ENTRY = len("<item/>")
UNDATED = datetime.min.replace(tzinfo=UTC)
ENTRY_START = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)(?=[\s/>])", re.IGNORECASE)
ENTRY_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
DATE = re.compile(
    r"<(?:[\w.-]+:)?(?:pubDate|published|updated|issued|modified|created|date)(?:\s[^<>]{0,500})?>"
    r"(?:<!\[CDATA\[)?([^<>]{4,120})",
    re.IGNORECASE,
)


def keep_newest(text: str) -> tuple[str, int]:
    """Return an XML document with its newest MAX_ENTRIES entries, and the number of those removed."""
    if len(text) < MAX_ENTRIES * SHORTEST_ENTRY:
        return text, 0
    starts = [match.start() for match in ENTRY_START.finditer(text)]
    if len(starts) <= MAX_ENTRIES:
        return text, 0
    last_end = ENTRY_END.search(text, starts[-1])
    bounds = [*starts, last_end.end() if last_end else len(text)]
    dates = [_first_date(text, bounds, at) for at in range(len(starts))]
    kept = select_newest(dates)
    entries = (text[bounds[at] : bounds[at + 1]] for at in kept)
    return "".join([text[: starts[0]], *entries, text[bounds[-1] :]]), len(starts) - len(kept)


def select_newest(dates: Sequence[datetime | None]) -> list[int]:
    """Return the indexes of the newest MAX_ENTRIES entries in document order; the first of those undated."""
    ranked = sorted(range(len(dates)), key=lambda at: (dates[at] or UNDATED, -at), reverse=True)
    return sorted(ranked[:MAX_ENTRIES])


def count_starts(text: str) -> int:
    """Return the number of entries of a document, with those in comments and sections."""
    return sum(1 for _ in ENTRY_START.finditer(text))


def count_unread(text: str, read: int) -> int:
    """Return the number of entries of a document beyond those that were read, at least 1."""
    return max(1, count_starts(text) - read)


def describe_cut(cut: int) -> str:
    """Return a warning about the entries that are not read."""
    return f"{cut + MAX_ENTRIES:,} entries; only the newest {MAX_ENTRIES:,} are read"


def _first_date(text: str, bounds: Sequence[int], at: int) -> datetime | None:
    if MAX_DATED <= at < len(bounds) - 1 - MAX_DATED:
        return None
    found = DATE.search(text, bounds[at], bounds[at + 1])
    return read_date(html.unescape(found[1])) if found else None
