"""When the content of stories last changed, apart from copies that joined them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from worker.records import Role
from worker.store.models import ArticleRow, Story, Version
from worker.store.session import chunks, pairs
from worker.store.stories import IS_MARKED


def change_times(connection: Connection, stories: Collection[int]) -> dict[int, datetime]:
    """When each story last changed by an edit of its lead, of a correction or withdrawal, or by a merge.

    Stories that none of these changed are omitted.
    """
    decisive = or_(ArticleRow.role == Role.LEAD.value, IS_MARKED)
    edits = (
        select(ArticleRow.story_id, func.max(Version.replaced_at))
        .join(Version, Version.article_id == ArticleRow.id)
        .where(decisive)
        .group_by(ArticleRow.story_id)
    )
    merges = select(Story.merged_into, func.max(Story.merged_at)).group_by(Story.merged_into)
    found: dict[int, datetime] = {}
    for part in chunks(stories):
        found |= pairs(connection, edits.where(ArticleRow.story_id.in_(part)))
        for story, at in pairs(connection, merges.where(Story.merged_into.in_(part))).items():
            found[story] = max(at, found.get(story, at))
    return found
