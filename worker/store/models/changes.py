"""The order in which rows were committed, which incremental readers follow."""

from sqlalchemy import BigInteger, Index

from worker.store.models.base import Base
from worker.store.tables import Mapped, mapped_column
from worker.store.types import Name


class ChangeState(Base):
    """The single row (id 1) with the origin of all numbers in `changes`.

    A restored or copied database has another `origin`. `number` is the last one given in SQLite.
    """

    __tablename__ = "change_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str]
    number: Mapped[int] = mapped_column(BigInteger)


class Change(Base):
    """The last change of a row that is exported; triggers write it.

    `number` is the number of the transaction in PostgreSQL, and counts the changes in SQLite, whose writers
    take turns; 0 was there before numbers were.
    """

    __tablename__ = "changes"
    __table_args__ = (
        Index("ix_changes_number", "number", "kind", "ref_id"),
        {"sqlite_with_rowid": False},
    )

    kind: Mapped[str] = mapped_column(Name(20), primary_key=True)  # "article" | "story" | …
    ref_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
