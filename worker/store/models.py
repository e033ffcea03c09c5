"""The schema: one class per table, with constraints that make duplicates impossible."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    TypeDecorator,
    UniqueConstraint,
)

from worker.records import ArticleState, DueBy
from worker.redaction import redact
from worker.store.tables import Mapped, TableModel, mapped_column, partial_index
from worker.store.types import Key, Name, StoredText

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
MAX_URL_KEY = 2_048  # bytes; with a feed's id it fits in an index row
# SQLite generates ids only for INTEGER primary keys.
BigId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC datetimes: timestamptz in PostgreSQL, naive UTC in SQLite. Rejects naive values."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ShownText(StoredText):
    """A message for operators, stored without secrets."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return super().process_bind_param(None if value is None else redact(value), dialect)


class Base(TableModel):
    """The base class of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_of: ClassVar = {
        bool: Boolean,
        int: Integer,
        float: Double,
        datetime: UtcDateTime,
        dict[str, Any]: JSON(none_as_null=True),
        list[str]: JSON(none_as_null=True),
        bytes: LargeBinary,
        str: StoredText,
    }


class Feed(Base):
    """A feed: its config and its state between polls."""

    __tablename__ = "feeds"
    __table_args__ = (Index("ix_feeds_due", "enabled", "next_due_at"),)

    id: Mapped[str] = mapped_column(Name(200), primary_key=True)
    config: Mapped[dict[str, Any]]
    fingerprint: Mapped[str]
    host: Mapped[str] = mapped_column(Key(300), index=True)
    enabled: Mapped[bool]
    added_at: Mapped[datetime]
    lease: Mapped[str | None]
    lease_until_at: Mapped[datetime | None]
    started: Mapped[bool] = mapped_column(default=False)
    # polls begun since the last one that ended: each lost its worker
    unfinished_polls: Mapped[int] = mapped_column(default=0)
    # FeedState, field by field
    status: Mapped[str]
    effective_url: Mapped[str | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    interval_s: Mapped[float | None]
    error_streak: Mapped[int] = mapped_column(default=0)
    failing_since_at: Mapped[datetime | None]
    unmodified_streak: Mapped[int] = mapped_column(default=0)
    full_fetch_at: Mapped[datetime | None]
    lying_304: Mapped[int] = mapped_column(default=0)
    last_polled_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    last_new_at: Mapped[datetime | None]
    moved_to: Mapped[str | None]
    moved_hits: Mapped[int] = mapped_column(default=0)
    moved_since_at: Mapped[datetime | None]
    gone_hits: Mapped[int] = mapped_column(default=0)
    next_due_at: Mapped[datetime | None]
    next_due_reason: Mapped[str] = mapped_column(ShownText, default="")
    due_by: Mapped[str] = mapped_column(default=DueBy.NOW.value)
    last_outcome: Mapped[str | None]
    last_error: Mapped[str | None] = mapped_column(ShownText)
    http_status: Mapped[int | None]
    rhythm_s: Mapped[float | None]
    hints: Mapped[dict[str, Any] | None]
    rhythm: Mapped[dict[str, Any] | None]
    quiet_at: Mapped[datetime | None]
    overflow_at: Mapped[datetime | None]
    ended_readings: Mapped[int] = mapped_column(default=0)
    cut_entries: Mapped[int] = mapped_column(default=0)


class Host(Base):
    """A host that asked to wait, or with a crawl delay; stored here because Redis may be emptied.

    After the wait, `probe` is the lease token of the single first request. If robots.txt has a crawl delay,
    no article page is requested before `page_not_before_at`.
    """

    __tablename__ = "hosts"

    name: Mapped[str] = mapped_column(Name(300), primary_key=True)
    not_before_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(ShownText, default="")
    probe: Mapped[str | None]
    probe_until_at: Mapped[datetime | None]
    page_not_before_at: Mapped[datetime | None]


class Robots(Base):
    """The robots.txt of a site (scheme, host, port), as last fetched."""

    __tablename__ = "robots"

    origin: Mapped[str] = mapped_column(Name(300), primary_key=True)
    status: Mapped[int]
    body: Mapped[bytes]
    fetched_at: Mapped[datetime]


class Poll(Base):
    """One poll of a feed, with its outcome."""

    __tablename__ = "polls"
    __table_args__ = (Index("ix_polls_feed_ended", "feed_id", "ended_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    feed_id: Mapped[str] = mapped_column(ForeignKey("feeds.id"))
    ended_at: Mapped[datetime] = mapped_column(index=True)
    outcome: Mapped[str]
    http_status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(ShownText)
    entries: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    wire_bytes: Mapped[int] = mapped_column(default=0)
    fetch_s: Mapped[float] = mapped_column(default=0.0)
    parse_s: Mapped[float] = mapped_column(default=0.0)
    next_due_at: Mapped[datetime | None]
    next_due_reason: Mapped[str] = mapped_column(ShownText, default="")
    machine: Mapped[str | None]
    host: Mapped[str | None]
    fault: Mapped[str | None]  # a NetworkFault where no server responded; empty where one did


class NetworkOutage(Base):
    """A machine to which no server responds; deleted when one does."""

    __tablename__ = "network_outages"

    machine: Mapped[str] = mapped_column(Name(300), primary_key=True)
    since_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # the last poll that failed
    probe_at: Mapped[datetime]
    fault: Mapped[str] = mapped_column(default="")
    polls: Mapped[int] = mapped_column(default=0)


class ArticleRow(Base):
    """An entry of one feed as stored; `entry_key` is its identity within the feed."""

    __tablename__ = "articles"
    __table_args__ = (
        UniqueConstraint("feed_id", "entry_key"),
        Index("ix_articles_feed_url", "feed_id", "canonical_url"),
        Index("ix_articles_feed_content", "feed_id", "content_hash"),
        Index("ix_articles_feed_id", "feed_id", "id"),
        # covers the arrangement of stories, so that joins do not read the texts
        Index("ix_articles_story", "story_id", "feed_id", "role", "text_letters", "sort_at", "fetched_at",
              "take", "take_kind", "is_agency", "state"),
        partial_index("ix_articles_unmatched", "id", where="matched_at IS NULL"),
        {"sqlite_autoincrement": True},  # stories outlive their founder: its id is never reused
    )  # fmt: skip
    SHOWN = (  # by commands, besides feed and story
        "id", "guid", "url", "canonical_url", "title", "summary", "text", "author", "lang", "published_at",
        "updated_at", "fetched_at", "agency", "dateline", "role", "similarity", "state", "versions",
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    feed_id: Mapped[str] = mapped_column(ForeignKey("feeds.id"))
    entry_key: Mapped[str] = mapped_column(Key(100))
    guid: Mapped[str | None]
    url: Mapped[str | None]
    canonical_url: Mapped[str | None] = mapped_column(Key(MAX_URL_KEY))
    title: Mapped[str | None]
    summary: Mapped[str | None]
    text: Mapped[str | None]
    author: Mapped[str | None]
    lang: Mapped[str | None]
    tags: Mapped[list[str]]
    source_name: Mapped[str | None]
    published_at: Mapped[datetime | None]
    published_raw: Mapped[str | None]
    published_from: Mapped[str | None]
    sources: Mapped[
        str | None
    ]  # of the fields: "title=title url=link@href"; None if stored before it was kept
    updated_at: Mapped[datetime | None]
    sort_at: Mapped[datetime]
    content_hash: Mapped[str] = mapped_column(Key(100))
    fetched_at: Mapped[datetime] = mapped_column(index=True)
    versions: Mapped[int] = mapped_column(default=1)
    agency: Mapped[str | None]
    dateline: Mapped[str | None]
    state: Mapped[str] = mapped_column(Key(100), default=ArticleState.ACTIVE.value)
    text_letters: Mapped[int] = mapped_column(default=0)  # without furniture
    take: Mapped[int] = mapped_column(default=0)  # n: the n-th lead or update
    take_kind: Mapped[str] = mapped_column(Key(100), default="")
    is_agency: Mapped[bool] = mapped_column(default=False)
    wants_jobs: Mapped[bool] = mapped_column(default=True)
    story_id: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[str] = mapped_column(Key(100))
    similarity: Mapped[float | None]
    reasons: Mapped[dict[str, Any] | None]
    matched_at: Mapped[datetime | None]


class Version(Base):
    """An earlier state of an article's text; the newest state is in `articles`."""

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str | None]
    summary: Mapped[str | None]
    text: Mapped[str | None]
    content_hash: Mapped[str]
    replaced_at: Mapped[datetime]


class Story(Base):
    """The copies of one text. Its id is that of its first article, or else that of no article."""

    __tablename__ = "stories"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    lead_id: Mapped[int] = mapped_column(BigInteger)
    copies: Mapped[int]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)
    merged_into: Mapped[int | None] = mapped_column(BigInteger, index=True)
    merged_at: Mapped[datetime | None]  # first merge
    mark: Mapped[str] = mapped_column(default="")  # "" | "corrected" | "withdrawn"


class Link(Base):
    """A pair of copies, with reasons; a story consists of linked articles."""

    __tablename__ = "links"
    __table_args__ = (Index("ix_links_other", "other_id"), {"sqlite_with_rowid": False})

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    similarity: Mapped[float]
    is_provisional: Mapped[bool]  # decided by little text; decided again when more is known
    reasons: Mapped[dict[str, Any]]


class Relation(Base):
    """Two texts that are related but not copies: `article` contains or quotes `other`; joins nothing."""

    __tablename__ = "relations"
    __table_args__ = (Index("ix_relations_other", "other_id"), {"sqlite_with_rowid": False})

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(Key(100))  # "contains" | "quotes"
    share: Mapped[float]  # of the other text


class Decision(Base):
    """An editor's decision about stories, which the matching never overrules."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(Key(100))  # "detach" | "merge"
    made_by: Mapped[str] = mapped_column(Name(200))
    at: Mapped[datetime]
    article_id: Mapped[int | None] = mapped_column(BigInteger)  # detached
    story_id: Mapped[int] = mapped_column(BigInteger)  # that was left, or that remained
    other_id: Mapped[int] = mapped_column(BigInteger)  # that the article got, or that went into `story_id`
    before: Mapped[dict[str, Any]]  # what undoing restores
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(Name(200))


class KeptArticle(Base):
    """An article that a decision in force keeps together with others, or apart from them."""

    __tablename__ = "kept_articles"
    __table_args__ = (
        Index("ix_kept_articles_article", "article_id"),
        Index("ix_kept_articles_story", "story_id"),
        {"sqlite_with_rowid": False},
    )

    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    side: Mapped[int]  # one of the sides in `worker.store.decisions`
    story_id: Mapped[int] = mapped_column(BigInteger)  # the article's, so that look-ups need no articles


class SketchKey(Base):
    """The lookup keys of candidates: a few hashes of each recent text."""

    __tablename__ = "sketch_keys"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    article_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    seen_at: Mapped[int] = mapped_column(Integer)  # Unix time


class SignatureRow(Base):
    """The compact picture of a recent text that the verifier compares."""

    __tablename__ = "signatures"

    article_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(default=0)  # incremented with each change of the text
    source: Mapped[str]
    keys: Mapped[bytes]  # int64, little-endian: the rows in sketch_keys
    is_page: Mapped[bool] = mapped_column(default=False)  # of the page's text
    data: Mapped[bytes]
    seen_at: Mapped[int] = mapped_column(Integer, index=True)  # Unix time


class Paragraph(Base):
    """The number of articles of a source with a paragraph, from which furniture is learned."""

    __tablename__ = "paragraphs"
    __table_args__ = ({"sqlite_with_rowid": False},)

    source: Mapped[str] = mapped_column(Name(200), primary_key=True)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    articles: Mapped[int]
    seen_at: Mapped[int] = mapped_column(Integer, index=True)  # Unix time


class Job(Base):
    """One extraction job: the outbox, the retry state and the dead letter in one row."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("article_id", "kind", "extractor_version"),
        Index("ix_jobs_due", "state", "next_attempt_at"),
        # jobs that wait for their article's page: all others have one of the two times
        partial_index("ix_jobs_waiting", "id", where="next_attempt_at IS NULL AND finished_at IS NULL"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Key(200))
    extractor_version: Mapped[str] = mapped_column(Key(200))
    host: Mapped[str] = mapped_column(Key(300))
    state: Mapped[str] = mapped_column(Key(100))
    attempts: Mapped[int] = mapped_column(default=0)
    priority: Mapped[int] = mapped_column(default=1)  # 2: wire copy; 0: backfill
    next_attempt_at: Mapped[datetime | None]
    lease: Mapped[str | None]
    lease_until_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(ShownText)  # why it waits, failed, or ended as it did
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ExtractionRow(Base):
    """The result of one extractor version on one input."""

    __tablename__ = "extractions"
    __table_args__ = (
        UniqueConstraint("article_id", "kind", "extractor", "extractor_version", "input_sha256"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Key(200))
    extractor: Mapped[str] = mapped_column(Key(200))
    extractor_version: Mapped[str] = mapped_column(Key(200))
    input_sha256: Mapped[str] = mapped_column(Key(100))
    status: Mapped[str]
    reason: Mapped[str | None] = mapped_column(ShownText)
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class Event(Base):
    """An occurrence of interest to an operator."""

    __tablename__ = "events"
    __table_args__ = (partial_index("ix_events_unsent", "id", where="is_unsent"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str]
    feed_id: Mapped[str | None]
    article_id: Mapped[int | None] = mapped_column(BigInteger)
    job_id: Mapped[int | None] = mapped_column(BigInteger)
    message: Mapped[str] = mapped_column(ShownText)
    is_unsent: Mapped[bool] = mapped_column(default=False)  # not yet part of an alert


class Delivery(Base):
    """One alert for one channel: the outbox, the retry state and the dead letter in one row, like a job."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("alert", "channel"),
        Index("ix_deliveries_due", "state", "next_attempt_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    alert: Mapped[str] = mapped_column(Key(100))  # the same in all attempts: `webhook-id`, `Message-ID`
    channel: Mapped[str] = mapped_column(Key(100))  # "webhook" | "mail"
    events: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(Key(100))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    lease: Mapped[str | None]
    lease_until_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(ShownText)
    created_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]


class Tombstone(Base):
    """The identity of a purged article, so that it is never stored again as new."""

    __tablename__ = "tombstones"

    feed_id: Mapped[str] = mapped_column(Name(200), primary_key=True)
    entry_key: Mapped[str] = mapped_column(Name(100), primary_key=True)
    purged_at: Mapped[datetime]


class ConfigState(Base):
    """The single row (id 1) with the config in force."""

    __tablename__ = "config_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    loaded_at: Mapped[datetime | None]
    service: Mapped[dict[str, Any]]  # the config without its feeds


class ConfigFileRow(Base):
    """A config file as last read by its control; `source` is machine and path."""

    __tablename__ = "config_files"

    source: Mapped[str] = mapped_column(Name(600), primary_key=True)
    digest: Mapped[str]
    state: Mapped[str]  # "ok" | "refused" | "unreadable" | "other" | "superseded"
    error: Mapped[str | None]
    seen_at: Mapped[datetime]


class UpkeepState(Base):
    """The single row (id 1) with the lease and the progress of the upkeep."""

    __tablename__ = "upkeep_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    lease: Mapped[str | None]
    lease_until_at: Mapped[datetime | None]
    progress: Mapped[dict[str, Any]]


class ClockState(Base):
    """The single row (id 1) by which all processes agree on the time.

    A control updates it at each tick. `epoch` counts how often the clock was set; each time, all stored
    future times were moved by `step_s`. With a SQLite file, the other processes extrapolate from `at` by the
    steady clock that they share with the writer (`steady_s`, since the boot `boot`).
    """

    __tablename__ = "clock_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[int]
    at: Mapped[datetime]
    steady_s: Mapped[float | None]
    boot: Mapped[str | None]
    stepped_at: Mapped[datetime | None]
    step_s: Mapped[float | None]
