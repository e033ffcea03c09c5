"""What the credit of an article means for its story: whose text it is, and so which article leads."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from worker.flows import joins
from worker.records import Kind
from worker.store import articles as article_store
from worker.store import stories as story_store


def lock(connection: Connection, article: int) -> Collection[int]:
    """Take the story and the article for `take_in`, before the job: in the order of all who take several."""
    stories = set(story_store.lock_stories(connection, [article]).values())
    article_store.lock_articles(connection, [article])
    return stories


def take_in(
    connection: Connection, article: int, stories: Collection[int], payload: Mapping[str, Any], now: datetime
) -> None:
    """Keep whom an article is credited to; an agency's feed that ran another's text loses the lead."""
    agency = payload.get("agency") if payload.get("kind") == Kind.CREDIT else None
    if agency and stories and article_store.note_credit(connection, article, agency):
        joins.mend(connection, stories, now)
