"""Records of extraction: what an extractor gets and what it returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """The built-in extraction kinds. Plug-ins add others: a kind of any extractor is a plain string."""

    FULLTEXT = "fulltext"
    METADATA = "metadata"
    CREDIT = "credit"
    FACTS = "facts"


class ExtractionStatus(StrEnum):
    """How an extraction ended."""

    OK = "ok"
    EMPTY = "empty"  # nothing was found
    REFUSED = "refused"  # the page is not an article
    THIN = "thin"  # less than the whole article
    ERROR = "error"  # the extractor failed


class JobState(StrEnum):
    """The states of an extraction job."""

    PENDING = "pending"
    QUEUED = "queued"
    RUNNING = "running"
    FAILED = "failed"  # will be retried at next_attempt_at
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Page:
    """A page to extract from, with the feed's data on its article."""

    body: bytes
    url: str
    content_type: str = ""
    feed_title: str | None = None
    feed_text: str | None = None
    published_at: datetime | None = None
    timezone: str | None = None
    lang: str | None = None
    asked_url: str = ""  # the link in the feed; `url` is the final URL
    robots_tag: str = ""  # the X-Robots-Tag field


@dataclass(frozen=True, slots=True)
class FeedMetadata:
    """The feed's metadata of an article; `published_raw` is the date as written, with its zone."""

    title: str | None = None
    text: str | None = None
    author: str | None = None
    source: str | None = None  # the outlet or agency that the entry names
    lang: str | None = None
    tags: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_raw: str | None = None
    updated_at: datetime | None = None
    timezone: str | None = None  # IANA name, of the feed's config
    agency: str | None = None  # of the feed's config: the agency whose feed it is


@dataclass(frozen=True, slots=True)
class ExtractorInput:
    """The input of extractors without network: what is known of an article after its page is processed."""

    url: str = ""
    text: str = ""  # of the page if extracted well, else of the feed
    text_from: str = ""  # "page" | "feed" | "": none
    lang: str | None = None
    published_at: datetime | None = None  # in its publication zone: its day is the local day
    page: Mapping[str, Any] = field(default_factory=dict)  # the payload of `fulltext`, `marks` included
    feed: FeedMetadata = FeedMetadata()


@dataclass(frozen=True, slots=True)
class Extraction:
    """The result of an extractor for an article; `status` is an ExtractionStatus."""

    status: str
    reason: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadPage:
    """The result of a page and, if it was read with other kinds, their results, by kind.

    `digest` is the SHA-256 of their input. Without them the page has no result they could be made of.
    """

    own: Extraction
    others: Mapping[str, Extraction] = field(default_factory=dict)
    digest: str = ""
