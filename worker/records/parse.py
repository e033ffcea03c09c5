"""Records of a parsed feed: its articles and its hints to the schedule."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from worker.records.explanation import Explanation


class ArticleState(StrEnum):
    """Whether an article is valid, and the last thing that its outlet declared of it, which stays."""

    ACTIVE = "active"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"  # it was withdrawn and is run again


STATE_OF_TAKE = {"correction": ArticleState.CORRECTED, "withdrawal": ArticleState.WITHDRAWN}
"""What a kind of take declares of an article."""


@dataclass(frozen=True, slots=True)
class Article:
    """A normalized entry; texts contain no markup and no control characters."""

    entry_key: str
    guid: str | None
    url: str | None
    canonical_url: str | None
    title: str | None
    summary: str | None
    text: str | None
    author: str | None
    lang: str | None
    tags: tuple[str, ...]
    published_at: datetime | None
    updated_at: datetime | None
    sort_at: datetime
    content_hash: str
    published_raw: str | None = None
    published_from: str | None = None  # "pubDate", "dc:date", "updated", ...
    source_name: str | None = None
    possible_keys: tuple[str, ...] = ()  # keys it may be stored under, most specific first; not a column
    is_partial: bool = False  # it or its document ends inside one of its elements; not a column
    sources: str = ""  # the element of each field as published: "title=title url=link@href"


@dataclass(frozen=True, slots=True)
class FeedHints:
    """The schedule hints of a feed document (RSS 2.0 ttl, skipHours, skipDays; mod_syndication)."""

    ttl_s: float | None = None
    update_interval_s: float | None = None
    skip_hours: tuple[int, ...] = ()  # 0..23, GMT
    skip_days: tuple[int, ...] = ()  # Monday is 0, GMT


@dataclass(frozen=True, slots=True)
class ReadItems:
    """The items of a document that was read, as hashes; `worker.parse.known_items` says what they are for."""

    around: bytes  # of the text around the items
    records: bytes  # one after another, all of the same length


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document with its entries as articles, in document order.

    Entries that are known from the last document may be missing; `entries` counts them.
    """

    title: str | None
    lang: str | None
    articles: tuple[Article, ...]
    hints: FeedHints = FeedHints()
    warnings: tuple[str, ...] = ()
    cut: int = 0  # entries beyond the limit, which were not read
    complete: bool = True  # False: truncated or partly unreadable; its validators must not be kept
    entries: int = 0  # in the document, including those excluded by the feed's patterns
    explanation: Explanation | None = None  # if it was requested
    items: ReadItems | None = None  # if each can be read without the others


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed linked from a page: its absolute URL, and its title and format in the page."""

    url: str
    title: str = ""
    format: str = ""  # "RSS", "Atom", ...; empty if the page does not name it
