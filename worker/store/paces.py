"""How fast large stories spread, counted in an index over all of their articles."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, select

from worker.store.models import ArticleRow


@dataclass(frozen=True, slots=True)
class Pace:
    """The copies published in a stretch of time, and the seconds from the first copy of all to the last."""

    recent: int
    span_s: float


def read_paces(
    connection: Connection, stories: Collection[int], start: datetime, end: datetime
) -> dict[int, Pace]:
    """The pace of each story; a copy without a date counts from when it was stored."""
    at: Any = ArticleRow.sort_at
    recent = func.sum(case(((at > start) & (at <= end), 1), else_=0))
    query = select(ArticleRow.story_id, recent, func.min(at), func.max(at))
    rows = connection.execute(query.where(ArticleRow.story_id.in_(stories)).group_by(ArticleRow.story_id))
    return {story: Pace(count, (last - first).total_seconds()) for story, count, first, last in rows}
