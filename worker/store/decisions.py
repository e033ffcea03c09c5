"""Editors' decisions about stories, and the articles that those in force keep apart or together.

`kept_articles` has a row for each article that a decision is about. The row names the article's story, too:
it follows the article through merges and splits, and passes to another article of the story when the article
is purged. So a look-up by story needs no other table, and a decision remains in force as long as its stories.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from itertools import product
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from worker.store.models import ArticleRow, Decision, KeptArticle
from worker.store.session import chunks, insert_ignore


class DecisionKind(StrEnum):
    """What an editor decided."""

    DETACH = "detach"
    MERGE = "merge"


class Side(IntEnum):
    """The side of an article in a decision."""

    DETACHED = 0
    LEFT = 1  # of the story that the detached article left
    STAYED = 2  # of the merged story that kept its id
    WENT = 3  # of the story that went into it


APART = (Side.DETACHED, Side.LEFT)
TOGETHER = (Side.STAYED, Side.WENT)

_IDS: Any = bindparam("ids", expanding=True)
_APART = (
    select(KeptArticle.decision_id, KeptArticle.side, KeptArticle.story_id)
    .where(KeptArticle.story_id.in_(_IDS), KeptArticle.side.in_(APART))
    .distinct()
)
_TOGETHER = select(KeptArticle.article_id).where(
    KeptArticle.article_id.in_(_IDS), KeptArticle.side.in_(TOGETHER)
)


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """A stored decision; see the columns of the table."""

    id: int
    kind: str
    made_by: str
    at: datetime
    article: int | None
    story: int
    other: int
    before: dict[str, Any]
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Kept:
    """An article on one side of a decision, and its story."""

    decision: int
    article: int
    side: int
    story: int


_DECISION = select(
    Decision.id, Decision.kind, Decision.made_by, Decision.at, Decision.article_id, Decision.story_id,
    Decision.other_id, Decision.before, Decision.undone_at,
)  # fmt: skip
_KEPT = select(KeptArticle.decision_id, KeptArticle.article_id, KeptArticle.side, KeptArticle.story_id)


def add_decision(connection: Connection, **columns: Any) -> int:
    """Store a decision; returns its id."""
    statement = Decision.__table__.insert().returning(Decision.id)  # type: ignore[attr-defined]
    return int(connection.scalar(statement, {**columns, "undone_at": None, "undone_by": None}))


def read_decision(connection: Connection, decision: int | None) -> DecisionFacts | None:
    """A decision, by default the latest one in force; None if there is none."""
    query = _DECISION.order_by(Decision.id.desc()).limit(1)
    where = Decision.undone_at.is_(None) if decision is None else Decision.id == decision
    row = connection.execute(query.where(where)).first()
    return None if row is None else DecisionFacts(*row)


def end_decision(connection: Connection, decision: int, by: str, now: datetime) -> None:
    """Mark a decision as undone, and release its articles."""
    values = {"undone_at": now, "undone_by": by}
    connection.execute(update(Decision).where(Decision.id == decision).values(**values))
    connection.execute(delete(KeptArticle).where(KeptArticle.decision_id == decision))


def keep(connection: Connection, rows: Sequence[Kept]) -> None:
    """Store the articles of a decision; rows that exist are not changed."""
    values = [
        {"decision_id": row.decision, "article_id": row.article, "side": row.side, "story_id": row.story}
        for row in rows
    ]
    insert_ignore(connection, KeptArticle, values, unique=("decision_id", "article_id"))


def restore(connection: Connection, rows: Iterable[Sequence[int]]) -> None:
    """Store rows (decision, article, side) again, of decisions in force and of articles that are stored."""
    for part in chunks(list(rows)):
        in_force = select(Decision.id).where(Decision.id.in_({row[0] for row in part}))
        decisions = set(connection.scalars(in_force.where(Decision.undone_at.is_(None))))
        query = select(ArticleRow.id, ArticleRow.story_id).where(ArticleRow.id.in_({row[1] for row in part}))
        story_of = {row.id: row.story_id for row in connection.execute(query)}
        again = [row for row in part if row[0] in decisions and row[1] in story_of]
        keep(connection, [Kept(row[0], row[1], row[2], story_of[row[1]]) for row in again])


def release(connection: Connection, rows: Sequence[Kept]) -> list[list[int]]:
    """Delete rows; returns them as (decision, article, side), the form that `restore` reads."""
    where = (KeptArticle.decision_id == bindparam("d"), KeptArticle.article_id == bindparam("a"))
    if rows:
        connection.execute(
            delete(KeptArticle).where(*where), [{"d": row.decision, "a": row.article} for row in rows]
        )
    return [[row.decision, row.article, row.side] for row in rows]


def rows_of_decision(connection: Connection, decision: int) -> list[Kept]:
    """The articles of a decision that are still stored."""
    return _rows(connection, _KEPT.where(KeptArticle.decision_id == decision))


def rows_of_stories(connection: Connection, stories: Collection[int], sides: Collection[int]) -> list[Kept]:
    """The articles in these stories that decisions in force have on one of these sides."""
    where = (KeptArticle.story_id.in_(list(stories)), KeptArticle.side.in_(sides))
    return _rows(connection, _KEPT.where(*where))


def all_rows(connection: Connection) -> list[Kept]:
    """The articles of all decisions in force."""
    return _rows(connection, _KEPT)


def _rows(connection: Connection, query: Any) -> list[Kept]:
    query = query.order_by(KeptArticle.decision_id, KeptArticle.article_id)
    return [Kept(*row) for row in connection.execute(query)]


def apart_stories(connection: Connection, stories: Collection[int]) -> set[tuple[int, int]]:
    """The pairs among these stories that must not become one, as (story, story)."""
    sides: dict[int, tuple[set[int], set[int]]] = {}
    for part in chunks(stories):
        for decision, side, story in connection.execute(_APART, {"ids": part}):
            sides.setdefault(decision, (set(), set()))[side].add(story)
    return {(a, b) for both in sides.values() for a, b in product(*both) if a != b}


def kept_together(connection: Connection, articles: Collection[int]) -> set[int]:
    """Those of the articles that a decision keeps in their story."""
    found = (connection.scalars(_TOGETHER, {"ids": part}) for part in chunks(articles))
    return {article for part in found for article in part}


def groups_within(connection: Connection, story: int) -> list[list[int]]:
    """The articles of a story that must stay together, one list for each decision."""
    groups: dict[int, list[int]] = {}
    for row in rows_of_stories(connection, [story], TOGETHER):
        groups.setdefault(row.decision, []).append(row.article)
    return list(groups.values())


def rows_of_articles(connection: Connection, articles: Collection[int]) -> list[Kept]:
    """The rows of these articles."""
    queries = (_KEPT.where(KeptArticle.article_id.in_(part)) for part in chunks(articles))
    return [row for query in queries for row in _rows(connection, query)]


def pass_on(connection: Connection, purged: Sequence[Kept]) -> None:
    """Give the rows of purged articles to the oldest article left in the story, so that it stays apart.

    Stories kept together need none: the rows of the articles that are left are enough.
    """
    apart = [row for row in purged if row.side in APART]
    heirs: dict[int, int] = {}
    for part in chunks({row.story for row in apart}):
        oldest = select(ArticleRow.story_id, func.min(ArticleRow.id)).where(ArticleRow.story_id.in_(part))
        heirs |= {row[0]: row[1] for row in connection.execute(oldest.group_by(ArticleRow.story_id))}
    left = [row for row in apart if row.story in heirs]
    keep(connection, [Kept(row.decision, heirs[row.story], row.side, row.story) for row in left])


def decisions_of(connection: Connection, stories: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """The decisions in force of each story, oldest first: id, kind, by, at, article, stories."""
    found: dict[int, list[dict[str, Any]]] = {}
    for part in chunks(stories):
        held = select(KeptArticle.story_id, KeptArticle.decision_id).where(KeptArticle.story_id.in_(part))
        pairs = sorted((row[0], row[1]) for row in connection.execute(held.distinct()))
        facts = _shown(connection, {decision for _, decision in pairs})
        for story, decision in pairs:
            found.setdefault(story, []).append(facts[decision])
    return found


def _shown(connection: Connection, decisions: Collection[int]) -> Mapping[int, dict[str, Any]]:
    rows = (
        DecisionFacts(*row)
        for part in chunks(decisions)
        for row in connection.execute(_DECISION.where(Decision.id.in_(part)))
    )
    return {
        row.id: {
            "id": row.id, "kind": row.kind, "by": row.made_by, "at": row.at, "article": row.article,
            "story": row.story, "other_story": row.other,
        }
        for row in rows
    }  # fmt: skip
