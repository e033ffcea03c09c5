"""Records of corrections and withdrawals."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class NoticeKind(StrEnum):
    """What an outlet declares of its article."""

    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"  # run again without the mark of its withdrawal


@dataclass(frozen=True, slots=True)
class Notice:
    """A declaration of an outlet about its article, with the headlines before and after.

    `known_from` is headline or text; `note` is the beginning of a note in the text; `waits_until` is when it
    is reported at the earliest, if it waits for that.
    """

    article: int
    feed: str
    at: datetime
    kind: str
    known_from: str
    note: str | None
    title_before: str | None
    title: str | None
    id: int = 0
    waits_until: datetime | None = None

    def as_object(self) -> dict[str, Any]:
        """The fields that commands, pages and push show."""
        names = ("article", "feed", "at", "kind", "known_from", "note", "title_before", "title")
        return {name: getattr(self, name) for name in names}

    def as_listed(self) -> dict[str, Any]:
        """The same with whether it waits to be reported, as the lists of articles and stories have it."""
        return {**self.as_object(), "waits_until": self.waits_until}
