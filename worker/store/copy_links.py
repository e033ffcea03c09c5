"""Links: pairs of copies, with reasons; a story consists of linked articles."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from worker.records import Match, Role
from worker.store.models import ArticleRow, Link
from worker.store.session import chunks, insert_for

_IDS: Any = bindparam("ids", expanding=True)
_LINKS = [
    select(Link.article_id, Link.other_id, Link.is_provisional).where(column.in_(_IDS))
    for column in (Link.article_id, Link.other_id)
]
_PROVISIONAL = [
    select(Link.article_id, Link.other_id, Link.reasons).where(Link.is_provisional, column.in_(_IDS))
    for column in (Link.article_id, Link.other_id)
]
_BEST_LINKS = (
    select(Link.article_id, Link.other_id, Link.similarity, Link.reasons)
    .where(Link.article_id.in_(_IDS))
    .order_by(Link.similarity)
)
_articles: Any = ArticleRow.__table__
_SET_MATCH = (
    update(_articles)
    .where(_articles.c.id == bindparam("id_"))
    .values(similarity=bindparam("similarity"), reasons=bindparam("reasons"))
)


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A pair of copies: `article` has the text of `other`."""

    article: int
    other: int
    is_provisional: bool


def put_links(connection: Connection, found: Mapping[tuple[int, int], Match]) -> None:
    """Store links as (article, other) -> match, replacing earlier ones of the same pairs."""
    if not found:
        return
    rows = [
        {
            "article_id": article, "other_id": other, "similarity": match.similarity,
            "is_provisional": bool(match.reasons.get("provisional")), "reasons": dict(match.reasons),
        }
        for (article, other), match in sorted(found.items())
    ]  # fmt: skip
    connection.execute(_putting(insert_for(connection)), rows)


@cache
def _putting(insert: Any) -> Any:
    statement = insert(Link)
    news = {name: statement.excluded[name] for name in ("similarity", "is_provisional", "reasons")}
    return statement.on_conflict_do_update(index_elements=["article_id", "other_id"], set_=news)


def drop_links(connection: Connection, links: Sequence[tuple[int, int]]) -> None:
    """Delete the links of these pairs (article, other)."""
    if links:
        where = (Link.article_id == bindparam("a"), Link.other_id == bindparam("b"))
        connection.execute(delete(Link).where(*where), [{"a": a, "b": b} for a, b in sorted(set(links))])


def joined(connection: Connection, articles: Collection[int]) -> set[tuple[int, int]]:
    """The pairs (article, other) of the links from these articles to others."""
    rows = (row for part in chunks(articles) for row in connection.execute(_LINKS[0], {"ids": part}))
    return {(row[0], row[1]) for row in rows}


def links_of(connection: Connection, articles: Collection[int]) -> list[LinkRow]:
    """The links of these articles in either direction."""
    found: set[tuple[int, int, bool]] = set()
    for part in chunks(articles):
        for query in _LINKS:
            found |= {(row[0], row[1], row[2]) for row in connection.execute(query, {"ids": part})}
    return [LinkRow(*row) for row in sorted(found)]


def partners(connection: Connection, articles: Collection[int]) -> dict[int, frozenset[int]]:
    """The articles that each of these is linked with, of those that are linked."""
    links = [(link.article, link.other) for link in links_of(connection, articles)]
    found: dict[int, set[int]] = {}
    for article, other in (*links, *((b, a) for a, b in links)):
        if article in articles:
            found.setdefault(article, set()).add(other)
    return {article: frozenset(others) for article, others in found.items()}


def provisional_partners(connection: Connection, articles: Collection[int]) -> dict[int, dict[int, int]]:
    """The articles that each article is provisionally linked with, until a fuller text refutes it.

    With the size of the article's own text, in shingles, as it was linked; 0 where that is not known.
    """
    found: dict[int, dict[int, int]] = {}
    for part in chunks(articles):
        for article, other, reasons in (
            row for q in _PROVISIONAL for row in connection.execute(q, {"ids": part})
        ):
            mine, others = reasons.get("shingles") or (0, 0)
            found.setdefault(article, {})[other] = mine
            found.setdefault(other, {})[article] = others
    return found


def matches_of(connection: Connection, article: int) -> dict[tuple[int, int], Match]:
    """The links of an article in either direction, in the form that `put_links` stores."""
    query = select(Link.article_id, Link.other_id, Link.similarity, Link.reasons)
    rows = connection.execute(query.where(or_(Link.article_id == article, Link.other_id == article)))
    return {(row[0], row[1]): Match(row[1], Role.COPY, row[2], row[3]) for row in rows}


def refresh_matches(connection: Connection, articles: Collection[int]) -> None:
    """Set the similarity and reasons of each article to those of its best link, or none."""
    best: dict[int, dict[str, Any]] = {
        article: {"id_": article, "similarity": None, "reasons": None} for article in sorted(articles)
    }
    for part in chunks(articles):
        for row in connection.execute(_BEST_LINKS, {"ids": part}):
            shown = {"matched": row.other_id, **row.reasons}
            best[row.article_id] |= {"similarity": row.similarity, "reasons": shown}
    if best:
        connection.execute(_SET_MATCH, list(best.values()))
