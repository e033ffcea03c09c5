"""Feeds, their hosts and polls, and the outages of networks."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index

from worker.records import DueBy
from worker.store.models.base import Base, BigId, ShownText
from worker.store.tables import Mapped, mapped_column, partial_index
from worker.store.types import Key, Name


class Feed(Base):
    """A feed: its config and its state between polls."""

    __tablename__ = "feeds"
    __table_args__ = (
        Index("ix_feeds_due", "enabled", "next_due_at", "id", "host"),
        partial_index("ix_feeds_leased", "host", "lease_until_at", where="lease IS NOT NULL"),
    )

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
    validated_url: Mapped[str | None]
    interval_s: Mapped[float | None]
    error_streak: Mapped[int] = mapped_column(default=0)
    sent_failures: Mapped[int] = mapped_column(default=0)
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
