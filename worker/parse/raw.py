"""Records that the adapters pass to the normalizer: entries as published."""

from dataclasses import dataclass, field

from worker.records import FeedHints


@dataclass(slots=True)
class RawText:
    """A text construct as published; `is_html` if its value is markup."""

    value: str
    is_html: bool = True


@dataclass(slots=True)
class RawEntry:
    """One item as published; only its links are resolved."""

    guid: str | None = None
    links: list[str] = field(default_factory=list)  # best first
    title: RawText | None = None
    summary: RawText | None = None
    contents: list[RawText] = field(default_factory=list)
    author: str | None = None
    lang: str | None = None
    tags: list[str] = field(default_factory=list)
    published: list[tuple[str, str]] = field(default_factory=list)  # (element, value), best first
    updated: list[str] = field(default_factory=list)
    source_name: str | None = None
    base: str = ""  # for relative links inside its markup
    is_partial: bool = False  # the document ends inside it


@dataclass(slots=True)
class RawFeed:
    """A document as published."""

    title: str | None = None
    link: str | None = None
    lang: str | None = None
    entries: list[RawEntry] = field(default_factory=list)
    hints: FeedHints = field(default_factory=FeedHints)
    warnings: list[str] = field(default_factory=list)
    is_complete: bool = True
    cut: int = 0  # entries that were not read
