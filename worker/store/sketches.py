"""Sketches of recent texts: keys to look up candidates, and signatures to compare.

These are the hot tables: a few statements serve a whole poll, each written for its database.
"""

import json
import struct
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, delete, func, select, text, update

from worker.store.models import ArticleRow, SignatureRow
from worker.store.session import chunks, is_postgres

_INSERT_KEY = (
    "INSERT INTO sketch_keys (key, article_id, seen_at) VALUES (?, ?, ?) "
    "ON CONFLICT (key, article_id) DO NOTHING"
)
_DELETE_KEY = "DELETE FROM sketch_keys WHERE key = ? AND article_id = ?"
# Integers are passed to PostgreSQL as text: its driver is much slower with lists.
_INSERT_KEYS = text(
    "INSERT INTO sketch_keys (key, article_id, seen_at) SELECT * FROM unnest("
    "CAST(string_to_array(:keys, ',') AS bigint[]), CAST(string_to_array(:articles, ',') AS bigint[]), "
    "CAST(string_to_array(:times, ',') AS integer[])) ON CONFLICT (key, article_id) DO NOTHING"
)
_DELETE_KEYS = text(
    "DELETE FROM sketch_keys s USING unnest("
    "CAST(string_to_array(:keys, ',') AS bigint[]), CAST(string_to_array(:articles, ',') AS bigint[])"
    ") AS gone (k, a) WHERE s.key = gone.k AND s.article_id = gone.a"
)
# One bounded lookup per key: a key of very many texts costs no more than others.
_HOLDERS_SQLITE = text(
    "SELECT wanted.value, (SELECT group_concat(article_id) FROM (SELECT article_id FROM sketch_keys "
    "WHERE key = wanted.value AND seen_at >= :since LIMIT :most)) FROM json_each(:keys) AS wanted"
)
_HOLDERS_POSTGRES = text(
    "SELECT wanted.k, string_agg(CAST(held.article_id AS text), ',') "
    "FROM unnest(CAST(string_to_array(:keys, ',') AS bigint[])) AS wanted (k) "
    "CROSS JOIN LATERAL (SELECT article_id FROM sketch_keys "
    "WHERE key = wanted.k AND seen_at >= :since LIMIT :most) AS held GROUP BY wanted.k"
)

_IDS: Any = bindparam("ids", expanding=True)
_SKETCHES = select(
    SignatureRow.article_id,
    SignatureRow.source,
    SignatureRow.keys,
    SignatureRow.data,
    SignatureRow.seen_at,
    SignatureRow.is_page,
    SignatureRow.revision,
).where(SignatureRow.article_id.in_(_IDS))
_REVISIONS = select(SignatureRow.article_id, SignatureRow.revision).where(SignatureRow.article_id.in_(_IDS))
_ADD = SignatureRow.__table__.insert()  # type: ignore[attr-defined]
_DROP = delete(SignatureRow).where(SignatureRow.article_id.in_(_IDS))
_articles: Any = ArticleRow.__table__
_MARK_MATCHED = update(_articles).where(_articles.c.id.in_(_IDS)).values(matched_at=bindparam("now"))


@dataclass(frozen=True, slots=True)
class Sketch:
    """The sketch of an article's text."""

    source: str
    keys: tuple[int, ...]
    signature: bytes
    paragraphs: tuple[int, ...]
    seen_at: int  # Unix time
    is_page: bool = False  # of the page's text, not of the feed's


@dataclass(frozen=True, slots=True)
class Stored:
    """The sketch of a stored article."""

    article: int
    source: str
    keys: tuple[int, ...]
    signature: bytes
    seen_at: int
    is_page: bool
    revision: int  # incremented whenever the text changes


def add_sketches(
    connection: Connection, sketches: Sequence[tuple[int, Sketch]], revisions: Mapping[int, int] | None = None
) -> None:
    """Store the keys and signatures of articles that have none yet."""
    if not sketches:
        return
    _add_keys(connection, [(key, i, sketch.seen_at) for i, sketch in sketches for key in sketch.keys])
    rows = [
        {
            "article_id": i, "source": s.source, "keys": _packed(s.keys), "data": s.signature,
            "seen_at": s.seen_at, "is_page": s.is_page, "revision": (revisions or {}).get(i, 0),
        }
        for i, s in sketches
    ]  # fmt: skip
    connection.execute(_ADD, rows)


def put_sketches(connection: Connection, sketches: Sequence[tuple[int, Sketch]]) -> None:
    """Replace sketches and mark their articles for matching."""
    ids = [article for article, _ in sketches]
    revisions = {article: number + 1 for article, number in read_revisions(connection, ids).items()}
    drop_sketches(connection, ids)
    add_sketches(connection, sketches, revisions)
    mark_unmatched(connection, ids)


def load_sketches(connection: Connection, ids: Collection[int]) -> list[Stored]:
    """The sketches of the articles that have one, by id."""
    found = [
        Stored(row[0], row[1], _unpacked(row[2]), *row[3:])
        for part in chunks(ids)
        for row in connection.execute(_SKETCHES, {"ids": part})
    ]
    return sorted(found, key=lambda stored: stored.article)


def read_revisions(connection: Connection, ids: Collection[int]) -> dict[int, int]:
    """The sketch revision of each article that has a sketch."""
    return {row[0]: row[1] for part in chunks(ids) for row in connection.execute(_REVISIONS, {"ids": part})}


def page_sketches(connection: Connection, ids: Collection[int]) -> set[int]:
    """Those of the articles whose sketch is of their page's text."""
    query = select(SignatureRow.article_id).where(SignatureRow.is_page)
    found = (connection.scalars(query.where(SignatureRow.article_id.in_(part))) for part in chunks(ids))
    return {article for part in found for article in part}


def key_holders(
    connection: Connection, keys: Collection[int], *, since: int, max_holders: int
) -> dict[int, list[int]]:
    """The recent articles with each key, without keys of more than `max_holders` articles."""
    if not keys:
        return {}
    values = {"since": since, "most": max_holders + 1}
    if is_postgres(connection):
        rows = connection.execute(_HOLDERS_POSTGRES, {"keys": _listed(keys), **values})
    else:
        rows = connection.execute(_HOLDERS_SQLITE, {"keys": json.dumps(list(keys)), **values})
    found = {key: sorted(map(int, held.split(","))) for key, held in rows if held}
    return {key: held for key, held in found.items() if len(held) <= max_holders}


def drop_keys(connection: Connection, articles: Collection[int]) -> None:
    """Delete the keys of articles, which are then found only through other copies of their story."""
    _drop_keys(connection, [(key, s.article) for s in load_sketches(connection, articles) for key in s.keys])


def drop_sketches(connection: Connection, articles: Collection[int]) -> None:
    """Delete the keys and signatures of articles."""
    drop_keys(connection, articles)
    for part in chunks(articles):
        connection.execute(_DROP, {"ids": part})


def show_again(connection: Connection, stories: Collection[int], holders: int) -> None:
    """Store the keys of the newest articles of stories again, after those with keys were deleted."""
    newest = func.row_number().over(partition_by=ArticleRow.story_id, order_by=ArticleRow.id.desc())
    for part in chunks(stories):
        ranked = (
            select(ArticleRow.id, newest.label("place"))
            .join(SignatureRow, SignatureRow.article_id == ArticleRow.id)
            .where(ArticleRow.story_id.in_(part))
            .subquery()
        )
        query = (
            select(SignatureRow.article_id, SignatureRow.keys, SignatureRow.seen_at)
            .join(ranked, ranked.c.id == SignatureRow.article_id)
            .where(ranked.c.place <= holders)
        )
        rows = connection.execute(query).all()
        shown = [(key, row.article_id, row.seen_at) for row in rows for key in _unpacked(row.keys)]
        _add_keys(connection, shown)


def prune_sketches(connection: Connection, before: int, limit: int) -> list[int]:
    """Delete sketches older than the window (Unix time); returns their articles."""
    query = (
        select(SignatureRow.article_id)
        .where(SignatureRow.seen_at < before)
        .order_by(SignatureRow.seen_at)
        .limit(limit)
    )
    old = list(connection.scalars(query))
    drop_sketches(connection, old)
    return old


def unmatched(connection: Connection, before: datetime, limit: int) -> list[int]:
    """Articles stored before a time that were not matched, for example after a crash."""
    query = (
        select(ArticleRow.id)
        .where(ArticleRow.matched_at.is_(None), ArticleRow.fetched_at < before)
        .order_by(ArticleRow.id)
        .limit(limit)
    )
    return list(connection.scalars(query))


def still_unmatched(connection: Connection, ids: Collection[int]) -> list[int]:
    """Those of the articles that were not matched since they were stored or edited."""
    query = select(ArticleRow.id).where(ArticleRow.matched_at.is_(None)).order_by(ArticleRow.id)
    return [
        article
        for part in chunks(ids)
        for article in connection.scalars(query.where(ArticleRow.id.in_(part)))
    ]


def mark_matched(connection: Connection, ids: Collection[int], now: datetime) -> None:
    """Mark these articles as matched."""
    _mark(connection, ids, now)


def mark_unmatched(connection: Connection, ids: Collection[int]) -> None:
    """Have these articles compared with others once more, by the next sweep."""
    _mark(connection, ids, None)


def _mark(connection: Connection, ids: Collection[int], matched_at: datetime | None) -> None:
    for part in chunks(ids):
        connection.execute(_MARK_MATCHED, {"ids": part, "now": matched_at})


def _add_keys(connection: Connection, rows: list[tuple[int, int, int]]) -> None:
    _run_all(connection, rows, _INSERT_KEY, _INSERT_KEYS, ("keys", "articles", "times"))


def _drop_keys(connection: Connection, rows: list[tuple[int, int]]) -> None:
    _run_all(connection, rows, _DELETE_KEY, _DELETE_KEYS, ("keys", "articles"))


def _run_all(
    connection: Connection,
    rows: Sequence[tuple[int, ...]],
    each: str,
    arrays: TextClause,
    names: Iterable[str],
) -> None:
    """Execute a statement for many rows, ordered by key: per row in SQLite, with arrays in PostgreSQL."""
    if not rows:
        return
    rows = sorted(rows)  # concurrent transactions lock the same keys in the same order
    if is_postgres(connection):
        columns = zip(*rows, strict=True)
        connection.execute(
            arrays, {name: _listed(column) for name, column in zip(names, columns, strict=True)}
        )
    else:
        connection.exec_driver_sql(each, rows)


def _listed(values: Iterable[int]) -> str:
    """Integers as text, to be split by PostgreSQL."""
    return ",".join(map(str, values))


def _packed(keys: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(keys)}q", *keys)


def _unpacked(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 8}q", data)
