"""Full-text search: SQLite's FTS5 and PostgreSQL's tsvector, over terms that are made here for both.

One row for each article has the terms of its title, its summary and the beginning of its fullest text.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Integer, Select, TextClause, column, func, select, text

from worker.errors import WireroomError
from worker.store.models import ArticleRow
from worker.store.session import chunks, is_postgres
from worker.store.sql_views import ARTICLES
from worker.text.search_terms import Term, index_terms, query_terms

TABLE = "article_search"
CHARS = 4_000  # of an article's title and texts: most are shorter, and each term costs time and space
NEWEST = (1_000, 30_000)  # matches that are looked through before all are
LISTED = 1_000  # ids in a statement: more are looked up within it
STREAM_ROWS = 500
EXPANDED = 1_000  # terms with a beginning that SQLite looks up one by one; if there are more, it merges them
MAX_TERMS = 200  # of a search: PostgreSQL ends at the depth of a condition of many thousands
_SQLITE_MATCH = "SELECT rowid AS article_id FROM article_search WHERE article_search MATCH :terms"
_POSTGRES_MATCH = "SELECT article_id FROM article_search WHERE terms @@ CAST(:terms AS tsquery)"
# with a sign: FTS5 would search again for each article of the feed
_SQLITE_OF_FEED = """ AND rowid >= :lowest
AND +rowid IN (SELECT id FROM articles WHERE feed_id = :feed AND id >= :lowest)"""
_POSTGRES_OF_FEED = " AND article_id IN (SELECT id FROM articles WHERE feed_id = :feed AND id >= :lowest)"
_BEGINNING = text(
    "SELECT term FROM temp.article_terms WHERE term >= :first AND term < :following LIMIT :most"
)
_SQLITE_DELETE = text("DELETE FROM article_search WHERE rowid = :id")
_SQLITE_INSERT = text("INSERT INTO article_search (rowid, terms) VALUES (:id, :terms)")
_POSTGRES_PUT = text("""
INSERT INTO article_search (article_id, terms) VALUES (:id, array_to_tsvector(CAST(:terms AS text[])))
ON CONFLICT (article_id) DO UPDATE SET terms = excluded.terms""")


class BadSearchError(WireroomError):
    """There is nothing in a search that could be found, or too much."""


def index_articles(connection: Connection, articles: Collection[int], *, is_new: bool = False) -> None:
    """Store the terms of articles as they are now, in place of those of before."""
    view = ARTICLES.c
    texts = (view.title, view.summary, func.substr(view.text, 1, CHARS))
    for part in chunks(sorted(articles)):
        rows = connection.execute(select(view.id, *texts).where(view.id.in_(part)).order_by(view.id))
        found = [(row[0], index_terms("\n".join(filter(None, row[1:]))[:CHARS])) for row in rows]
        if is_postgres(connection):
            _put(connection, _POSTGRES_PUT, [{"id": article, "terms": terms} for article, terms in found])
            continue
        if not is_new:
            _put(connection, _SQLITE_DELETE, [{"id": article} for article, _ in found])
        lines = [{"id": article, "terms": " ".join(terms)} for article, terms in found]
        _put(connection, _SQLITE_INSERT, lines)


def _put(connection: Connection, statement: TextClause, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)


def index_all(connection: Connection) -> None:
    """Store the terms of all articles, of which none has any yet."""
    last = 0
    query = select(ArticleRow.id).order_by(ArticleRow.id).limit(STREAM_ROWS)
    while part := list(connection.scalars(query.where(ArticleRow.id > last))):
        index_articles(connection, part, is_new=True)
        last = part[-1]


def search_rows(
    connection: Connection,
    search: str,
    narrowed: Callable[[Any], Select[Any]],
    limit: int | None,
    before: int | None = None,
) -> Sequence[Any]:
    """The rows of a query narrowed to articles that have all words of `search`.

    `narrowed` returns the query for the ids of such articles, a list or a subquery. With a limit the newest
    matches are tried first, so that a word that most articles have takes no longer than a rare one; only if
    they do not suffice, because of other conditions, all are. `before` bounds the ids. Raises BadSearchError.
    """
    terms = _terms(connection, search)
    match = _POSTGRES_MATCH if is_postgres(connection) else _SQLITE_MATCH
    for most in NEWEST if limit is not None else ():
        query = _newest(match, most, terms, before)
        newest = list(connection.scalars(query))
        within = newest if len(newest) <= LISTED else _as_subquery(query)
        rows = connection.execute(narrowed(within)).mappings().all() if newest else []
        if len(newest) < most or len(rows) >= (limit or 0):
            return rows
    return connection.execute(narrowed(_as_subquery(text(match).bindparams(terms=terms)))).mappings().all()


def newest_matches(connection: Connection, search: str, most: int, *, before: int | None = None) -> list[int]:
    """The ids of the newest articles, at most `most`, that have all words of `search`, newest first.

    `before` is an id that is higher than all of them. Raises BadSearchError.
    """
    match = _POSTGRES_MATCH if is_postgres(connection) else _SQLITE_MATCH
    return list(connection.scalars(_newest(match, most, _terms(connection, search), before)))


def feed_matches(
    connection: Connection, search: str, most: int, *, feed: str, lowest: int, before: int | None = None
) -> list[int]:
    """As `newest_matches`, of the articles of a feed whose ids are not below `lowest`."""
    match = _SQLITE_MATCH + _SQLITE_OF_FEED
    if is_postgres(connection):
        match = _POSTGRES_MATCH + _POSTGRES_OF_FEED
    query = _newest(match, most, _terms(connection, search), before)
    return list(connection.scalars(query.bindparams(feed=feed, lowest=lowest)))


def _as_subquery(query: TextClause) -> Select[Any]:
    return select(query.columns(column("article_id", Integer)).subquery().c.article_id)


def _newest(match: str, most: int, terms: str, before: int | None) -> TextClause:
    key = "rowid" if match.startswith(_SQLITE_MATCH) else "article_id"
    if before is None:
        return text(f"{match} ORDER BY {key} DESC LIMIT {most}").bindparams(terms=terms)
    bounded = f"{match} AND {key} < :before ORDER BY {key} DESC LIMIT {most}"
    return text(bounded).bindparams(terms=terms, before=before)


def _terms(connection: Connection, search: str) -> str:
    """The query in the language of the database; its terms are letters and digits only."""
    wanted = query_terms(search)
    if not wanted:
        raise BadSearchError("the search has no words; write at least one letter or digit")
    if len(wanted) > MAX_TERMS:
        raise BadSearchError(
            f"the search has {len(wanted):,} words or pairs of letters: at most {MAX_TERMS} fit"
        )
    if is_postgres(connection):
        return " & ".join(f"'{term.text}'{':*' if term.is_prefix else ''}" for term in wanted)
    return " AND ".join(_sqlite_term(connection, term) for term in wanted)


def _sqlite_term(connection: Connection, term: Term) -> str:
    """A term for FTS5; one that is a beginning as all terms that begin so, unless they are many.

    FTS5 merges the articles of all of these before it returns the first: of a common word, half a million.
    """
    if not term.is_prefix:
        return f'"{term.text}"'
    following = term.text[:-1] + chr(ord(term.text[-1]) + 1)
    bounds = {"first": term.text, "following": following, "most": EXPANDED + 1}
    found = connection.scalars(_BEGINNING, bounds).all()
    if not found or len(found) > EXPANDED:
        return f'"{term.text}"*'
    return "(" + " OR ".join(f'"{one}"' for one in found) + ")"
