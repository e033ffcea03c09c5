"""Records of what the handlers note while they read one entry."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from worker.parse.raw import Dropped, RawDate, Sourced


class Summary(NamedTuple):
    """A summary as published, with its media type and its element."""

    value: str
    type: str
    source: str


@dataclass(slots=True)
class Marks:
    """Values recorded for one entry while it is read."""

    element: str = ""  # of the entry
    guid: Sourced | None = None
    lang: str | None = None
    base: str = ""
    is_closed: bool = False
    is_broken: bool = False  # whether it ends, or another entry begins, inside one of its fields
    is_flat: bool = False  # some of its elements were read as plain text
    dates: list[RawDate] = field(default_factory=list)  # in document order
    creators: list[Sourced] = field(default_factory=list)  # dc:creator
    permalink: str | None = None
    summaries: list[Summary] = field(default_factory=list)  # in document order
    media_title: Sourced | None = None
    media_text: Sourced | None = None
    origins: dict[str, str] = field(default_factory=dict)  # elements of what feedparser keeps, by field
    authors_from: list[str] = field(default_factory=list)  # beside feedparser's list of authors
    tags_from: list[str] = field(default_factory=list)  # beside feedparser's list of tags
    dropped: list[Dropped] = field(default_factory=list)
    elements: list[Any] | None = None  # if they are traced
