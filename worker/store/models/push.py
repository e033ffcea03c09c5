"""Push: what happened and is to be reported, the receivers, and the messages to each of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint

from worker.store.models.base import Base, BigId, ShownText
from worker.store.tables import Mapped, mapped_column, partial_index
from worker.store.types import Key, Name


class PushNote(Base):
    """Something to report, written in the transaction that did it; deleted when its messages are made."""

    __tablename__ = "push_notes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(Key(100))
    story_id: Mapped[int | None] = mapped_column(BigInteger)
    article_id: Mapped[int | None] = mapped_column(BigInteger)
    details: Mapped[dict[str, Any]]


class PushReceiver(Base):
    """A receiver that the config names, and its state; one sender at a time holds its lease."""

    __tablename__ = "push_receivers"

    name: Mapped[str] = mapped_column(Name(200), primary_key=True)
    events: Mapped[list[str]]
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    not_before_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]  # it wants no more; until an operator resumes it
    note: Mapped[str | None] = mapped_column(ShownText)
    lease: Mapped[str | None]
    lease_until_at: Mapped[datetime | None]
    turn_at: Mapped[datetime | None]  # when the last turn of a sender ended


class PushMessage(Base):
    """One message to one receiver: the outbox, the retry state and the dead letter in one row, like a job."""

    __tablename__ = "push_messages"
    __table_args__ = (
        UniqueConstraint("receiver", "message"),
        # each unfinished message in the order of its attempts
        partial_index("ix_push_messages_due", "receiver", "next_attempt_at", "id",
                      where="finished_at IS NULL"),
        Index("ix_push_messages_state", "state", "finished_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    receiver: Mapped[str] = mapped_column(Key(200))
    message: Mapped[str] = mapped_column(Key(100))  # `webhook-id`, the same in all attempts
    kind: Mapped[str] = mapped_column(Key(100))
    story_id: Mapped[int] = mapped_column(BigInteger)
    article_id: Mapped[int | None] = mapped_column(BigInteger)
    title: Mapped[str | None]
    body: Mapped[str]  # as it is posted
    state: Mapped[str] = mapped_column(Key(100))  # pending | failed | done | dead
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(ShownText)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class PushMessageStory(Base):
    """A story that a message is about or names; messages that share one are sent in their order."""

    __tablename__ = "push_message_stories"
    __table_args__ = (
        partial_index("ix_push_message_stories_order", "receiver", "story_id", "message_id",
                      where="finished_at IS NULL"),
    )  # fmt: skip

    message_id: Mapped[int] = mapped_column(
        ForeignKey("push_messages.id", ondelete="CASCADE"), primary_key=True
    )
    story_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    receiver: Mapped[str] = mapped_column(Key(200))  # and
    finished_at: Mapped[datetime | None]  # are those of the message, for the index
