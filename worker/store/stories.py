"""Stories: candidates by sketch keys, joins under row locks, leads.

Race-free by "publish, then check": an article is committed with its keys before it looks for
candidates, so of two copies that arrive together at least one sees the other. Joins lock the stories
in the order of their ids and follow pointers, so both orders of events end in the same story.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Select,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)

from worker.records import Match, Role, StoryMember
from worker.store.articles import chunks
from worker.store.models import ArticleRow, Feed, SignatureRow, SketchKey, Story
from worker.store.session import pairs

MAX_POINTERS = 20


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A recent article that shares sketch keys with a new one."""

    article: int
    story: int
    source: str
    signature: bytes
    seen_at: int
    canonical_url: str | None


def key_holders(
    connection: Connection, keys: Sequence[int], *, since: int, max_holders: int
) -> list[tuple[int, int]]:
    """(key, article) for each key that at most `max_holders` recent articles hold."""
    if not keys:
        return []
    values = {f"k{i}": key for i, key in enumerate(keys)} | {"since": since, "most": max_holders + 1}
    rows = [(row[0], row[1]) for row in connection.execute(_holders_query(len(keys)), values)]
    held: dict[int, int] = {}
    for key, _ in rows:
        held[key] = held.get(key, 0) + 1
    return [(key, article) for key, article in rows if held[key] <= max_holders]


@cache
def _holders_query(keys: int) -> CompoundSelect[int, int]:
    """One limited look-up a key, put together once: built anew it would cost more than it takes to run."""
    parts: list[Select[int, int]] = [
        select(literal_column(f"p{n}.key"), literal_column(f"p{n}.article_id")).select_from(
            select(SketchKey.key, SketchKey.article_id)
            .where(SketchKey.key == bindparam(f"k{n}"), SketchKey.seen_at >= bindparam("since"))
            .limit(bindparam("most"))
            .subquery(f"p{n}")
        )
        for n in range(keys)
    ]
    return union_all(*parts)


def load_candidates(connection: Connection, ids: Collection[int]) -> list[CandidateRow]:
    """The candidates with these ids, oldest first."""
    found = []
    for part in chunks(ids):
        query = (
            select(
                ArticleRow.id, ArticleRow.story_id, SignatureRow.source, SignatureRow.data,
                SignatureRow.seen_at, ArticleRow.canonical_url,
            )
            .join(SignatureRow, SignatureRow.article_id == ArticleRow.id)
            .where(ArticleRow.id.in_(part))
        )  # fmt: skip
        found += [CandidateRow(*row) for row in connection.execute(query)]
    return sorted(found, key=lambda c: c.article)


def lock_pair(connection: Connection, article: int, other: int) -> tuple[int, int] | None:
    """The stories of two articles, locked in the order of their ids; None when one of them is gone.

    Locks, then reads again: a story may have been merged while we waited. Then its locks are let go
    before others are taken, since whoever holds those may wait for ours.
    """
    for _ in range(MAX_POINTERS):
        before = _stories_of(connection, (article, other))
        if before is None:
            return None
        ids = sorted(set(before))
        savepoint = connection.begin_nested()
        connection.execute(
            select(Story.id).where(Story.id.in_(ids)).order_by(Story.id).with_for_update()
        ).all()
        if _stories_of(connection, (article, other)) == before:
            savepoint.commit()
            return before
        savepoint.rollback()
    return None


def _stories_of(connection: Connection, articles: tuple[int, int]) -> tuple[int, int] | None:
    rows = pairs(connection, select(ArticleRow.id, ArticleRow.story_id).where(ArticleRow.id.in_(articles)))
    return (rows[articles[0]], rows[articles[1]]) if len(rows) == len(set(articles)) else None


def pick_survivor(connection: Connection, first: int, second: int) -> tuple[int, int]:
    """(the story that stays, the one that goes): the larger if one has a single article, else the older."""
    sizes = pairs(connection, select(Story.id, Story.copies).where(Story.id.in_((first, second))))
    low, high = sorted((first, second))
    if sizes.get(low, 1) == 1 and sizes.get(high, 1) > 1:
        return high, low
    return low, high


def merge(connection: Connection, stays: int, goes: int) -> None:
    """Move all articles of one story into another; the emptied one keeps a pointer."""
    gone = connection.execute(select(Story.first_seen_at, Story.last_seen_at).where(Story.id == goes)).one()
    kept = connection.execute(select(Story.first_seen_at, Story.last_seen_at).where(Story.id == stays)).one()
    connection.execute(update(ArticleRow).where(ArticleRow.story_id == goes).values(story_id=stays))
    connection.execute(update(Story).where(Story.merged_into == goes).values(merged_into=stays))
    connection.execute(update(Story).where(Story.id == goes).values(merged_into=stays, copies=0))
    copies = connection.scalar(select(func.count()).where(ArticleRow.story_id == stays)) or 0
    connection.execute(
        update(Story)
        .where(Story.id == stays)
        .values(
            copies=copies,
            first_seen_at=min(kept.first_seen_at, gone.first_seen_at),
            last_seen_at=max(kept.last_seen_at, gone.last_seen_at),
        )
    )


def members(connection: Connection, story: int) -> list[StoryMember]:
    """The articles of a story as lead election sees them."""
    length = func.coalesce(func.length(ArticleRow.text), func.length(ArticleRow.summary), 0)
    query = (
        select(ArticleRow.id, ArticleRow.feed_id, length, ArticleRow.sort_at, Feed.config, ArticleRow.state)
        .join(Feed, Feed.id == ArticleRow.feed_id)
        .where(ArticleRow.story_id == story)
        .order_by(ArticleRow.id)
    )
    return [
        StoryMember(
            article=row[0], source=row[1], length=row[2], seen_at=row[3],
            is_agency=bool(row[4].get("agency")), withdrawn=row[5] == "withdrawn",
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def set_match(connection: Connection, article: int, match: Match) -> None:
    """Store what an article was joined by, unless it is known by a better match."""
    connection.execute(
        update(ArticleRow)
        .where(
            ArticleRow.id == article,
            or_(ArticleRow.similarity.is_(None), ArticleRow.similarity < match.similarity),
        )
        .values(
            role=match.role.value,
            similarity=match.similarity,
            reasons={"matched": match.article, **match.reasons},
        )
    )


def set_lead(connection: Connection, story: int, lead: int) -> int | None:
    """Make an article the lead of its story; gives the former lead when it was another."""
    former = connection.scalar(select(Story.lead_id).where(Story.id == story))
    connection.execute(update(Story).where(Story.id == story).values(lead_id=lead))
    connection.execute(
        update(ArticleRow)
        .where(ArticleRow.story_id == story, ArticleRow.role == Role.LEAD.value, ArticleRow.id != lead)
        .values(role=Role.COPY.value)
    )
    connection.execute(update(ArticleRow).where(ArticleRow.id == lead).values(role=Role.LEAD.value))
    return None if former == lead else former


def count_members(connection: Connection, story: int) -> int:
    """How many articles a story has."""
    return connection.scalar(select(Story.copies).where(Story.id == story)) or 0


def drop_keys(connection: Connection, article: int) -> None:
    """Let an article be found by its story's other copies only."""
    connection.execute(delete(SketchKey).where(SketchKey.article_id == article))


def mark_matched(connection: Connection, ids: Collection[int], now: datetime) -> None:
    """Note that the story of these articles is decided."""
    for part in chunks(ids):
        connection.execute(update(ArticleRow).where(ArticleRow.id.in_(part)).values(matched_at=now))


def prune_sketches(connection: Connection, before: int, limit: int) -> int:
    """Forget sketches older than the window; gives how many articles were forgotten."""
    old = list(
        connection.scalars(
            select(SignatureRow.article_id)
            .where(SignatureRow.seen_at < before)
            .order_by(SignatureRow.seen_at)
            .limit(limit)
        )
    )
    for part in chunks(old):
        connection.execute(delete(SketchKey).where(SketchKey.article_id.in_(part)))
        connection.execute(delete(SignatureRow).where(SignatureRow.article_id.in_(part)))
    return len(old)


def story_facts(connection: Connection, story: int) -> dict[str, Any] | None:
    """Where a story is now: its id (after following a merge) and lead."""
    row = connection.execute(
        select(Story.id, Story.merged_into, Story.lead_id).where(Story.id == story)
    ).first()
    for _ in range(MAX_POINTERS):
        if row is None or row.merged_into is None:
            break
        row = connection.execute(
            select(Story.id, Story.merged_into, Story.lead_id).where(Story.id == row.merged_into)
        ).first()
    return None if row is None else {"id": row.id, "lead": row.lead_id}
