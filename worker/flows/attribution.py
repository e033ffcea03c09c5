"""What the credit of an article means for its story: whose text it is, and so which article leads."""

from collections.abc import Mapping
from typing import Any

from worker.flows import joins
from worker.flows.services import Services
from worker.store import articles as article_store
from worker.store import stories as story_store

CREDIT = "credit"


def take_in(services: Services, article: int, payload: Mapping[str, Any]) -> None:
    """Keep whom an article is credited to; an agency's feed that ran another's text loses the lead."""
    agency = payload.get("agency") if payload.get("kind") == CREDIT else None
    if not agency:
        return
    with services.db.write() as connection:
        stories = story_store.lock_stories(connection, [article])
        article_store.lock_articles(connection, [article])
        if stories and article_store.note_credit(connection, article, agency):
            joins.mend(connection, set(stories.values()), services.clock())
