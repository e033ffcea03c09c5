"""Relations: articles that contain or quote others without being their copies; they join no stories."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select

from worker.records import Relation, RelationKind
from worker.redaction import redact_data
from worker.store.models import ArticleRow
from worker.store.models import Relation as RelationRow
from worker.store.session import chunks
from worker.store.stories import stories_of
from worker.store.tables import aliased

MAX_RELATIONS = 20  # texts that one article contains or quotes; those with the largest shares are kept
MAX_SHOWN = 20  # articles that contain or quote one; the newest are shown
INVERSE = {RelationKind.CONTAINS.value: "contained_in", RelationKind.QUOTES.value: "quoted_in"}


_IDS: Any = bindparam("ids", expanding=True)
_relations: Any = RelationRow.__table__
_STORED = select(_relations).where(_relations.c.article_id.in_(_IDS))
_DROP_OWN = delete(_relations).where(_relations.c.article_id.in_(_IDS))
_DROP = delete(RelationRow).where(or_(RelationRow.article_id.in_(_IDS), RelationRow.other_id.in_(_IDS)))


def drop_relations(connection: Connection, articles: Collection[int]) -> None:
    """Delete the relations of articles, whose texts have changed."""
    for part in chunks(articles):
        connection.execute(_DROP, {"ids": part})


def put_relations(connection: Connection, found: Iterable[Relation]) -> None:
    """Store relations among stored articles, for each article at most MAX_RELATIONS.

    Of several articles of one story, an article contains or quotes one. The stories of all articles must be
    locked.
    """
    relations = {(int(one.article), int(one.other)): one for one in found}
    if not relations:
        return
    relations = {**_stored(connection, {pair[0] for pair in relations}), **relations}
    story_of = stories_of(connection, {article for pair in relations for article in pair})
    taken: dict[int, set[int]] = {}
    kept = []
    for pair, one in sorted(relations.items(), key=lambda item: (-item[1].share, item[0])):
        article, other = pair
        if article in story_of and other in story_of:
            stories = taken.setdefault(article, {story_of[article]})
            if story_of[other] not in stories and len(stories) <= MAX_RELATIONS:
                stories.add(story_of[other])
                kept.append(one)
    for part in chunks({pair[0] for pair in relations}):
        connection.execute(_DROP_OWN, {"ids": part})
    rows = [
        {"article_id": one.article, "other_id": one.other, "kind": one.kind.value, "share": one.share}
        for one in kept
    ]
    if rows:
        connection.execute(_relations.insert(), rows)


def _stored(connection: Connection, articles: Collection[int]) -> dict[tuple[int, int], Relation]:
    found = {}
    for part in chunks(articles):
        for row in connection.execute(_STORED, {"ids": part}):
            one = Relation(row.article_id, row.other_id, RelationKind(row.kind), row.share)
            found[row.article_id, row.other_id] = one
    return found


def relations_of(connection: Connection, articles: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """The relations of each article, with the related article; without those of its own story.

    `kind` is `contains` or `quotes`, or the inverse `contained_in` or `quoted_in`; `share` is that of the
    contained or quoted text. What an article contains comes first, then the newest MAX_SHOWN others.
    """
    found: dict[int, list[dict[str, Any]]] = {}
    for part in chunks(articles):
        for row in connection.execute(_related(RelationRow.article_id, RelationRow.other_id, part)):
            found.setdefault(row.mine, []).append(_shown(row, row.kind))
        counts: dict[int, int] = {}
        for row in connection.execute(_related(RelationRow.other_id, RelationRow.article_id, part)):
            counts[row.mine] = counts.get(row.mine, 0) + 1
            if counts[row.mine] <= MAX_SHOWN:
                found.setdefault(row.mine, []).append(_shown(row, INVERSE[row.kind]))
    return found


def _related(mine: Any, theirs: Any, articles: list[int]) -> Any:
    own, other = aliased(ArticleRow), aliased(ArticleRow)
    return (
        select(
            mine.label("mine"), RelationRow.kind, RelationRow.share, other.id, other.feed_id, other.title,
            other.url, other.story_id,
        )
        .join(own, own.id == mine)
        .join(other, other.id == theirs)
        .where(mine.in_(articles), own.story_id != other.story_id)
        .order_by(other.id.desc())
    )  # fmt: skip


def _shown(row: Any, kind: str) -> dict[str, Any]:
    facts = {
        "kind": kind, "article": row.id, "feed": row.feed_id, "title": row.title, "url": row.url,
        "story": row.story_id, "share": row.share,
    }  # fmt: skip
    shown: dict[str, Any] = redact_data(facts)
    return shown
