"""Extraction jobs and their results; events and the alerts about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint

from worker.store.models.base import Base, BigId, ShownText
from worker.store.tables import Mapped, mapped_column, partial_index
from worker.store.types import Key

# Conditions of partial indexes: pending jobs that fetch a page, and those that no longer wait for one.
OPEN = "finished_at IS NULL AND lease_until_at IS NULL"
PACED = f"{OPEN} AND host <> ''"
LOCAL = f"{OPEN} AND host = '' AND next_attempt_at IS NOT NULL"
SENT_BY = (
    "priority", "article_id", "id", "next_attempt_at", "host", "kind", "finished_at", "lease_until_at"
)  # fmt: skip


class Job(Base):
    """One extraction job: the outbox, the retry state and the dead letter in one row."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("article_id", "kind", "extractor_version"),
        Index("ix_jobs_due", "state", "next_attempt_at"),
        # jobs that wait for their article's page: all others have one of the two times
        partial_index("ix_jobs_waiting", "id", where="next_attempt_at IS NULL AND finished_at IS NULL"),
        # in the order in which they are sent, with all columns that this reads
        partial_index("ix_jobs_paced", *SENT_BY, where=PACED),
        partial_index("ix_jobs_local", *SENT_BY, where=LOCAL),
        partial_index("ix_jobs_reread", "reread_at", where="reread_at IS NOT NULL"),
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
    # why it waits, failed, or ended as it did
    error: Mapped[str | None] = mapped_column(ShownText)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    # of a page whose text was found: the URL that it came from, `etag` and `last_modified`
    validators: Mapped[dict[str, Any] | None]
    reread_at: Mapped[datetime | None]  # when an ended job runs again, as its feed was edited


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
