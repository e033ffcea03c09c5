"""Which agency a text is of, as its dateline, its credit line or the config of its feed says."""

from collections.abc import Sequence
from dataclasses import dataclass

from worker.agencies.closing import find_credit_line
from worker.agencies.marks import read_dateline
from worker.agencies.naming import agency_of
from worker.records import FeedConfig


@dataclass(frozen=True, slots=True)
class WireMarks:
    """The agency of a text, its dateline as written, and whether the feed is that agency's own."""

    agency: str | None
    dateline: str | None
    is_own: bool


def find_wire_marks(feed: FeedConfig, text: str, agencies: Sequence[str] = ()) -> WireMarks:
    """The wire marks of a text; a text credited to another agency is not the feed agency's own.

    `agencies` are those of other feeds, whose names are known in datelines.
    """
    dateline = read_dateline(text, feed.agency, *agencies)
    credit = None if dateline and dateline.agency else find_credit_line(text)
    named = dateline.agency if dateline and dateline.agency else credit.agency if credit else None
    own = (agency_of(feed.agency) or feed.agency) if feed.agency else None
    is_own = own is not None and named in (None, own)
    written = text[dateline.start : dateline.end].strip() if dateline else None
    return WireMarks(own if is_own else named, written, is_own)
