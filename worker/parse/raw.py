"""Records that the adapters pass to the normalizer: entries as published."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from worker.records import FeedHints


class Sourced(NamedTuple):
    """A value with the element, attribute or key that it was read from, such as `link@href`."""

    value: str
    source: str


class RawDate(NamedTuple):
    """A date as published; its kind decides which of several dates counts."""

    kind: str
    value: str
    source: str


class Dropped(NamedTuple):
    """A value that was read for a field and not used, with the reason."""

    field: str
    source: str
    value: str
    reason: str


@dataclass(slots=True)
class RawText:
    """A text construct as published; `is_html` if its value is markup."""

    value: str
    is_html: bool = True
    source: str = ""


@dataclass(slots=True)
class RawEntry:
    """One item as published; only its links are resolved."""

    guid: Sourced | None = None
    links: list[Sourced] = field(default_factory=list)  # best first
    title: RawText | None = None
    summary: RawText | None = None
    contents: list[RawText] = field(default_factory=list)
    author: Sourced | None = None
    lang: Sourced | None = None
    tags: list[Sourced] = field(default_factory=list)
    published: list[RawDate] = field(default_factory=list)  # best first
    updated: list[Sourced] = field(default_factory=list)
    source_name: Sourced | None = None
    base: str = ""  # for relative links inside its markup
    is_partial: bool = False  # it or the document ends inside one of its elements
    dropped: list[Dropped] = field(default_factory=list)
    is_flat: bool = False  # some of its elements were read as plain text
    unread: tuple[str, ...] = ()  # keys that no field is read from
    elements: list[Any] | None = None  # if they were traced


@dataclass(slots=True)
class RawFeed:
    """A document as published."""

    title: str | None = None
    link: str | None = None
    lang: Sourced | None = None
    entries: list[RawEntry] = field(default_factory=list)
    hints: FeedHints = field(default_factory=FeedHints)
    warnings: list[str] = field(default_factory=list)
    is_complete: bool = True
    cut: int = 0  # entries that were not read
    is_even: bool = False  # whether each entry left the parser as it found it
    lost: int = 0  # entries in which the document ends before their guid or title
    format: str = ""  # "rss20", "atom10", "JSON Feed", ...; empty if the document does not show it
    namespaces: dict[str, str] = field(default_factory=dict)  # by prefix
