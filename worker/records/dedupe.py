"""Records of the recognition of copies: texts, matches and the members of a story."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Document:
    """A text to compare, with its metadata."""

    id: int | str
    title: str
    text: str
    source: str = ""
    lang: str | None = None
    published_at: datetime | None = None
    agency: str | None = None  # the source is this agency's own feed
    together: tuple[int | str, ...] = ()  # earlier documents that an editor keeps together with it
    apart: tuple[int | str, ...] = ()  # and those that an editor keeps apart from it


class Role(StrEnum):
    """The role of an article in its story."""

    LEAD = "lead"
    COPY = "copy"
    EXCERPT = "excerpt"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Match:
    """The decision that a document belongs to the story of an earlier article, and why."""

    article: int | str
    role: Role
    similarity: float  # 0..1
    reasons: Mapping[str, Any] = field(default_factory=dict)
    is_part: bool = False  # one of both texts is less than half of the other


class RelationKind(StrEnum):
    """How a text is related to another one of which it is not a copy."""

    CONTAINS = "contains"  # at least half of it, beside much else
    QUOTES = "quotes"  # a passage of it


@dataclass(frozen=True, slots=True)
class Relation:
    """The finding that a text contains or quotes another, of which it is not a copy."""

    article: int | str
    other: int | str  # contained or quoted
    kind: RelationKind
    share: float  # of the other text found in the article, 0..1


@dataclass(frozen=True, slots=True)
class StoryMember:
    """An article of a story, for lead election and lineage."""

    article: int | str
    source: str
    length: int  # letters of the text without furniture
    seen_at: datetime
    first_length: int = 0  # the most before it had copies; no edit since then changes it
    is_agency: bool = False
    take: int = 0  # 0: the first; n: the n-th lead
    state: str = "active"  # as in `ArticleState`
    is_rerun_correction: bool = False  # was declared a correction, withdrawn, and is run again
    feed_chars: int = 0  # of the text that the feed gives; 0 if not needed
    is_read: bool = True  # its page, so that `length` is of all that is known
    declared: int = 0  # what was declared later has a higher number; 0 if not needed
