"""What outlets declare of their own articles: corrections, withdrawals, and texts that are run again."""

from datetime import datetime

from sqlalchemy import ForeignKey

from worker.store.models.base import Base, BigId
from worker.store.tables import Mapped, mapped_column, partial_index
from worker.store.types import Key


class Notice(Base):
    """A correction, a withdrawal or a return of an article; told once, as an event and by push."""

    __tablename__ = "notices"
    __table_args__ = (partial_index("ix_notices_due", "due_at", where="told_at IS NULL"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(Key(100))  # "corrected" | "withdrawn" | "restored"
    known_from: Mapped[str] = mapped_column(Key(100))  # "headline" | "text"
    note: Mapped[str | None]  # the beginning of the note in the text
    title_before: Mapped[str | None]
    title: Mapped[str | None]
    due_at: Mapped[datetime]  # not told sooner
    told_at: Mapped[datetime | None]
