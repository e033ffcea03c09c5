"""The vocabulary of wireroom: frozen records that pass between the stages; imports nothing of ours.

Times are aware UTC datetimes and end in `_at`; lengths of time are seconds and end in `_s`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from worker.redaction import display_url


# ---- catalog: what the operator wrote ------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Auth:
    """How a feed logs in; secrets are references (`env:NAME`, `file:PATH`), never values."""

    type: str  # "basic" | "bearer"
    user: str = ""
    password: str = ""  # reference
    token: str = ""  # reference


@dataclass(frozen=True, slots=True)
class FeedConfig:
    """One `[[feed]]` with the `[defaults]` merged in; durations in seconds."""

    id: str
    url: str
    tags: tuple[str, ...] = ()
    lang: str | None = None
    timezone: str | None = None  # IANA name, for dates that name no zone
    agency: str | None = None  # this source is the wire itself
    auth: Auth | None = None
    headers: tuple[tuple[str, str], ...] = ()  # values may be references
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    enabled: bool = True
    interval_s: float = 900.0
    min_interval_s: float = 300.0
    max_interval_s: float = 86_400.0
    adaptive: bool = True
    timeout_s: float = 30.0
    max_body_bytes: int = 10 * 1024 * 1024
    extract: str = "new"  # "new" | "new+updated" | "off"
    extract_copies: bool = False
    extract_kinds: tuple[str, ...] | None = None  # None: every kind that is installed
    first_poll_s: float = 7 * 86_400.0
    keep_s: float | None = 90 * 86_400.0  # None: for ever
    quiet_alert: str | float = "auto"  # "auto" | "off" | seconds
    recheck_s: float = 86_400.0
    moved_after_s: float = 86_400.0
    moved_hits: int = 3
    dead_after_s: float = 14 * 86_400.0


@dataclass(frozen=True, slots=True)
class HostRule:
    """Pacing of one host (`name`) or of every host that has no rule of its own (`*`)."""

    name: str = "*"
    concurrency: int = 1
    delay_s: float = 2.0
    retry_after_scope: str = "host"  # "host" | "feed"


@dataclass(frozen=True, slots=True)
class KindRule:
    """How many jobs of a kind may run at once, over all workers."""

    name: str
    concurrency: int


@dataclass(frozen=True, slots=True)
class Config:
    """A whole, valid configuration."""

    feeds: tuple[FeedConfig, ...]
    contact: str = ""
    allow_private: tuple[str, ...] = ()  # CIDR, host or host:port
    global_rate_per_s: float = 50.0
    hosts: tuple[HostRule, ...] = (HostRule(),)
    kinds: tuple[KindRule, ...] = ()
    window_s: float = 7 * 86_400.0
    webhook: str = ""  # reference
    digest: str = ""  # sha256 of the files it was read from
    notes: tuple[str, ...] = ()  # keys that are accepted but have no effect yet, one line each

    def host_rule(self, host: str) -> HostRule:
        """The rule for a host: its own by exact name, else that of `*`."""
        by_name = {rule.name: rule for rule in self.hosts}
        return by_name.get(host.lower()) or by_name.get("*") or HostRule()

    def kind_limit(self, kind: str) -> int | None:
        """How many jobs of a kind may run at once; None when the config does not say."""
        return next((rule.concurrency for rule in self.kinds if rule.name == kind), None)


# ---- fetch ---------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One document to get; `headers` and `authorization` go to the URL's own origin only."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    authorization: str | None = None
    accept: str = "*/*"
    timeout_s: float = 30.0
    max_bytes: int = 10 * 1024 * 1024
    allow_private: tuple[str, ...] = ()
    contact: str = ""
    configured_url: str | None = None  # whose origin alone gets the secrets; None: `url` (not adopted)
    ports: tuple[int, ...] | None = None  # besides 80 and 443; None: the configured URL's (pages: the feed's)

    def __repr__(self) -> str:
        """Secrets stay out of logs and tracebacks."""
        return f"FetchRequest(url={display_url(self.url)!r})"


@dataclass(frozen=True, slots=True)
class Redirect:
    """One hop that was followed: the status that sent us and where to."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """A complete 200/226 answer, decoded. Header names are lower case."""

    url: str  # final
    status: int
    headers: Mapping[str, str]
    body: bytes
    redirects: tuple[Redirect, ...] = ()
    elapsed_s: float = 0.0
    wire_bytes: int = 0


@dataclass(frozen=True, slots=True)
class NotModified:
    """A 304: a success without a document. Header names are lower case."""

    url: str
    headers: Mapping[str, str]
    redirects: tuple[Redirect, ...] = ()
    elapsed_s: float = 0.0
    wire_bytes: int = 0
    status: int = 304


class NetworkFault(StrEnum):
    """Why no server responded at all: the host's fault, or that of our own network."""

    NAME = "name"  # the host name was not resolved
    ROUTE = "route"  # no way to the address: no route, interface down, not permitted, no socket left
    TIMEOUT = "timeout"
    REFUSED = "refused"
    RESET = "reset"


# ---- parse ---------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Article:
    """One entry after normalizing; every text is free of markup and of control characters."""

    entry_key: str
    guid: str | None
    url: str | None
    canonical_url: str | None
    title: str | None
    summary: str | None
    text: str | None
    content_html: str | None
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
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedHints:
    """What a feed document says of its own rhythm (RSS 2.0 ttl, skipHours, skipDays; mod_syndication)."""

    ttl_s: float | None = None
    update_interval_s: float | None = None
    skip_hours: tuple[int, ...] = ()  # 0..23, GMT
    skip_days: tuple[int, ...] = ()  # Monday is 0, GMT
    hub: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document with its entries as articles, in document order."""

    title: str | None
    lang: str | None
    articles: tuple[Article, ...]
    hints: FeedHints = FeedHints()
    warnings: tuple[str, ...] = ()
    complete: bool = True  # False: cut off or partly readable; its validators must not be kept
    entries: int = 0  # in the document, those included that the feed's patterns do not want


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that a page points to: its absolute URL, and what the page says of it."""

    url: str
    title: str = ""
    format: str = ""  # "RSS", "Atom", ...; empty when the page does not say


# ---- schedule ------------------------------------------------------------------------------------
class FeedStatus(StrEnum):
    """The states of a feed, as `wireroom feeds` shows them."""

    NEW = "new"
    ACTIVE = "active"
    FAILING = "failing"
    DEAD = "dead"
    GONE = "gone"
    BLOCKED = "blocked"
    MOVED = "moved"
    DISABLED = "disabled"


class Outcome(StrEnum):
    """How one poll ended."""

    UPDATED = "updated"  # 200 with new or changed entries
    UNCHANGED = "unchanged"  # 200, nothing new
    NOT_MODIFIED = "not_modified"  # 304
    DEFERRED = "deferred"  # a host was busy or asked to wait, or our own network is away
    STALE = "stale"  # the lease was no longer ours; nothing was sent
    FAILED = "failed"  # network, HTTP or parse failure
    BLOCKED = "blocked"  # the address is not allowed
    GONE = "gone"  # 410


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Arrivals seen and seconds watched, by hour of the day and day of the week (UTC); both fade."""

    hours: tuple[float, ...] = (0.0,) * 24  # arrivals
    hours_s: tuple[float, ...] = (0.0,) * 24  # seconds watched
    days: tuple[float, ...] = (0.0,) * 7  # Monday is 0
    days_s: tuple[float, ...] = (0.0,) * 7
    page_s: float | None = None  # the shortest time in which a page of entries came


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between polls; the schedule turns one into the next."""

    status: FeedStatus = FeedStatus.NEW
    effective_url: str | None = None  # an adopted permanent redirect
    etag: str | None = None
    last_modified: str | None = None
    interval_s: float | None = None  # learned; None until the first success
    error_streak: int = 0
    failing_since_at: datetime | None = None
    unmodified_streak: int = 0
    full_fetch_at: datetime | None = None  # last answer to an unconditional request
    lying_304: int = 0  # unconditional re-checks that found news behind a 304
    last_polled_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None
    moved_to: str | None = None
    moved_hits: int = 0
    moved_since_at: datetime | None = None
    gone_hits: int = 0
    next_due_at: datetime | None = None
    next_due_reason: str = ""
    last_outcome: str | None = None
    last_error: str | None = None
    http_status: int | None = None
    rhythm_s: float | None = None  # median gap between recent arrivals; None until enough are known
    hints: FeedHints | None = None  # of the last document; they hold through the 304s that follow
    rhythm: Rhythm | None = None  # by hour and day; None until enough arrivals are known
    quiet_at: datetime | None = None  # when it was told that the feed fell silent; None: it is not
    overflow_at: datetime | None = None  # when it was last told that entries may have been missed
    ended_readings: int = 0  # documents since the last one read whose reading a limit ended


@dataclass(frozen=True, slots=True)
class PollReport:
    """What the schedule must know of a poll that ended."""

    outcome: Outcome
    http_status: int | None = None
    error: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    redirects: tuple[Redirect, ...] = ()
    conditional: bool = False  # validators were sent
    new: int = 0
    updated: int = 0
    entries: int = 0  # in the document
    hints: FeedHints | None = None  # None: no document this time
    complete: bool = True  # False: the document was cut off or broken; the old validators stay
    reading_ended: bool = False  # a document came, and a limit of time or memory ended its reading
    arrivals: tuple[datetime, ...] = ()  # recent publication times of the feed, newest first
    fault: str = ""  # a NetworkFault where no server responded
    may_be_ours: bool = False  # nothing has reached the server, and the fault may be ours: no back-off
    wait_s: float = 0.0  # of a deferred poll: how long the host that is in its way is not free


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from a poll: the feed's next state (due time and reason included) and what to tell."""

    state: FeedState
    host_not_before_at: datetime | None = None  # the host as a whole asked to wait
    events: tuple[tuple[str, str], ...] = ()  # (kind, sentence), for example ("feed.dead", "…")


# ---- dedupe --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Document:
    """A text to compare, with what is known of it."""

    id: int | str
    title: str
    text: str
    source: str = ""
    lang: str | None = None
    published_at: datetime | None = None
    agency: str | None = None  # the source is this agency's own feed


class Role(StrEnum):
    """What an article is within its story."""

    LEAD = "lead"
    COPY = "copy"
    EXCERPT = "excerpt"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Match:
    """The decision that a document belongs to the story of an earlier article, and why."""

    article: int | str
    story: int | str
    role: Role
    similarity: float  # 0..1
    reasons: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoryMember:
    """An article of a story, as lead election and the lineage see it."""

    article: int | str
    source: str
    length: int  # letters of text without furniture
    seen_at: datetime
    is_agency: bool = False
    take: int = 0  # 0: the first; n: the n-th lead
    take_kind: str = ""  # "" | lead | update | correction | withdrawal
    withdrawn: bool = False


# ---- extract -------------------------------------------------------------------------------------
class JobState(StrEnum):
    """The states of an extraction job."""

    PENDING = "pending"
    QUEUED = "queued"
    RUNNING = "running"
    FAILED = "failed"  # will be tried again at next_attempt_at
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Page:
    """A page to extract from, with what the feed said of its article."""

    body: bytes
    url: str
    content_type: str = ""
    feed_title: str | None = None
    feed_text: str | None = None
    published_at: datetime | None = None
    timezone: str | None = None
    lang: str | None = None
    asked_url: str = ""  # what the feed linked to; `url` is where that led
    robots_tag: str = ""  # the field X-Robots-Tag


@dataclass(frozen=True, slots=True)
class FeedMetadata:
    """What a feed said of an article; `published_raw` is the date as written, with its zone."""

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


@dataclass(frozen=True, slots=True)
class ExtractorInput:
    """What is known of an article once its page is done with: all that extractors without network get."""

    url: str = ""
    text: str = ""  # of the page where that was extracted well, else of the feed
    text_from: str = ""  # "page" | "feed" | "": there is none
    lang: str | None = None
    published_at: datetime | None = None  # in the zone it was published in: its day is the local day
    page: Mapping[str, Any] = field(default_factory=dict)  # the payload of `fulltext`, `marks` included
    feed: FeedMetadata = FeedMetadata()


@dataclass(frozen=True, slots=True)
class Extraction:
    """The result of one extractor on one article; `status` is ok, empty, refused, thin or error."""

    status: str
    reason: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
