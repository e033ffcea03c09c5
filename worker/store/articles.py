"""Articles: look up a feed's known entries, store new ones and new versions of known ones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from worker.parse.choices import merge_sources
from worker.records import Article, ArticleState, ExtractionStatus, Role
from worker.store import paragraphs
from worker.store.models import ArticleRow, ExtractionRow, Story, Tombstone, Version
from worker.store.search import index_articles
from worker.store.session import chunks, insert_for, is_postgres
from worker.store.sketches import Sketch, add_sketches, page_sketches, put_sketches

# each is a column
NOT_STORED = ("possible_keys", "is_partial")
ARTICLE_FIELDS = tuple(field.name for field in fields(Article) if field.name not in NOT_STORED)
MARKS = ("agency", "dateline", "is_agency")
TEXT_FIELDS = ("title", "summary", "text", "content_hash", "versions", "sources", *MARKS)


@dataclass(frozen=True, slots=True)
class Known:
    """The identifying fields of a stored article."""

    id: int
    entry_key: str
    guid: str | None
    canonical_url: str | None
    title: str | None
    content_hash: str
    versions: int
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A new article, or a new version of a known one, with the findings of intake."""

    article: Article
    sketch: Sketch
    agency: str | None = None
    dateline: str | None = None
    state: ArticleState = ArticleState.ACTIVE
    text_letters: int = 0  # letters of the text without furniture
    take: int = 0  # 0: the first; n: the n-th lead, update or correction
    take_kind: str = ""
    is_agency: bool = False  # of the agency's own feed
    wants_jobs: bool = True
    known: Known | None = None


# Built once: building them costs more than running them.
_VALUES: Any = bindparam("values", expanding=True)
_KNOWN_BY = {
    name: select(*(getattr(ArticleRow, field) for field in Known.__dataclass_fields__)).where(
        ArticleRow.feed_id == bindparam("feed"), getattr(ArticleRow, name).in_(_VALUES)
    )
    for name in ("entry_key", "canonical_url", "content_hash")
}
_PURGED = select(Tombstone.entry_key).where(
    Tombstone.feed_id == bindparam("feed"), Tombstone.entry_key.in_(_VALUES)
)
_FIRST = select(ArticleRow.id).where(ArticleRow.feed_id == bindparam("feed")).limit(1)
_ARRIVALS = (
    select(ArticleRow.sort_at)
    .where(ArticleRow.feed_id == bindparam("feed"))
    .order_by(ArticleRow.id.desc())
    .limit(bindparam("most"))
)
_FOUND = update(ArticleRow).where(ArticleRow.id.in_(_VALUES)).values(story_id=ArticleRow.id)
_KEY: Any = ArticleRow.entry_key.type  # in which a long key is cut
_STORIES = Story.__table__.insert()  # type: ignore[attr-defined]


def known_entries(connection: Connection, feed: str, articles: Sequence[Article]) -> list[Known]:
    """The stored articles of a feed that share a key or a canonical URL with these entries."""
    return _find_known(
        connection,
        feed,
        ("entry_key", {a.entry_key for a in articles}),
        ("canonical_url", {a.canonical_url for a in articles if a.canonical_url}),
    )


def alike_entries(connection: Connection, feed: str, articles: Sequence[Article]) -> list[Known]:
    """The stored articles of a feed that have a possible key or the content of one of these entries."""
    return _find_known(
        connection,
        feed,
        ("entry_key", {key for a in articles for key in a.possible_keys}),
        ("content_hash", {a.content_hash for a in articles}),
    )


def _find_known(connection: Connection, feed: str, *lookups: tuple[str, Collection[str]]) -> list[Known]:
    found: dict[int, Known] = {}
    for column, values in lookups:
        for part in chunks(values):
            rows = connection.execute(_KNOWN_BY[column], {"feed": feed, "values": part})
            found |= {row[0]: Known(*row) for row in rows}
    return list(found.values())


def purged_keys(connection: Connection, feed: str, keys: Collection[str]) -> set[str]:
    """Those of the entry keys that were purged and must not be stored again."""
    found: set[str] = set()
    for part in chunks(keys):
        found |= set(connection.scalars(_PURGED, {"feed": feed, "values": part}))
    return found


def recent_arrivals(connection: Connection, feed: str, limit: int = 60) -> tuple[datetime, ...]:
    """The publication times of a feed's newest articles, newest first."""
    found = connection.scalars(_ARRIVALS, {"feed": feed, "most": limit})
    return tuple(sorted(found, reverse=True))


def add_articles(
    connection: Connection, feed: str, incoming: Sequence[Incoming], now: datetime
) -> list[tuple[int, Incoming]]:
    """Store new articles, each as its own story and unmatched; returns them with their ids, in order.

    Articles whose key was stored by a concurrent poll are omitted.
    """
    rows = [
        {
            **{name: getattr(item.article, name) for name in ARTICLE_FIELDS}, **_findings(item),
            "feed_id": feed, "wants_jobs": item.wants_jobs, "fetched_at": now, "versions": 1, "story_id": 0,
            "role": Role.LEAD.value, "first_letters": item.text_letters,
        }
        for item in incoming
    ]  # fmt: skip
    ids: dict[str, int] = {}
    if rows:
        found = connection.execute(_adding(insert_for(connection)), rows)
        ids = {row.entry_key: row.id for row in found}
    keys = ((item, _KEY.process_bind_param(item.article.entry_key, connection.dialect)) for item in incoming)
    stored = [(ids.pop(key), item) for item, key in keys if key in ids]
    if stored:
        _found_stories(connection, [article_id for article_id, _ in stored], now)
        add_sketches(connection, [(article_id, item.sketch) for article_id, item in stored])
        paragraphs.count_paragraphs(connection, [item.sketch for _, item in stored])
        index_articles(connection, [article_id for article_id, _ in stored], is_new=True)
    return stored


@cache
def _adding(insert: Any) -> Any:
    statement = insert(ArticleRow).on_conflict_do_nothing(index_elements=["feed_id", "entry_key"])
    return statement.returning(ArticleRow.id, ArticleRow.entry_key)


def _findings(item: Incoming) -> dict[str, Any]:
    names = ("agency", "dateline", "state", "text_letters", "take", "take_kind", "is_agency")
    return {name: getattr(item, name) for name in names}


def _found_stories(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    for part in chunks(ids):
        connection.execute(_FOUND, {"values": part})
    rows = [
        {"id": i, "lead_id": i, "copies": 1, "first_seen_at": now, "last_seen_at": now, "merged_into": None}
        for i in ids
    ]
    connection.execute(_STORIES, rows)


def lock_articles(connection: Connection, articles: Collection[int]) -> None:
    """Lock articles until the transaction ends.

    Required before changing articles; several are locked in the order of their ids. No-op on SQLite, which
    has one writer.
    """
    for part in chunks(sorted(articles)) if is_postgres(connection) else ():
        query = select(ArticleRow.id).where(ArticleRow.id.in_(part)).order_by(ArticleRow.id)
        connection.execute(query.with_for_update()).all()


def add_versions(connection: Connection, incoming: Sequence[Incoming], now: datetime) -> list[int]:
    """Save the current state of changed articles as a version, then replace it; returns their ids.

    The articles are marked for matching, unless their sketch is of the page's text, which is fuller. The
    agency and the dateline of a page stay unless the new text names others. How long the text was at first is
    settled once the article has copies, and so is whether it is the own text of its feed's agency. Articles
    that were purged meanwhile are omitted.
    """
    changed = {item.known.id: item for item in incoming if item.known}
    lock_articles(connection, changed)
    texts = _texts(connection, changed)
    changed = {article: item for article, item in changed.items() if article in texts}
    by_page, read_pages = page_sketches(connection, changed), _with_page(connection, changed)
    for article, item in sorted(changed.items()):
        old = texts[article]
        connection.execute(
            Version.__table__.insert(),  # type: ignore[attr-defined]
            {
                "article_id": article, "number": old.versions, "title": old.title,
                "summary": old.summary, "text": old.text,
                "content_hash": old.content_hash, "replaced_at": now,
            },
        )  # fmt: skip
        kept = {"entry_key", "guid", "published_at", "published_raw", "published_from", "sort_at"}
        values = {name: getattr(item.article, name) for name in ARTICLE_FIELDS if name not in kept}
        values |= _findings(item)
        del values["state"]  # what was declared of an article stays until a notice says otherwise
        if article in read_pages:
            values |= _marks_kept(old, item)
        if old.copies == 1:
            values["first_letters"] = max(old.first_letters, item.text_letters)
        elif _changes_publisher(old, item):
            values |= {"agency": old.agency, "is_agency": old.is_agency}
        if article in by_page:
            del values["text_letters"]
        values["versions"] = old.versions + 1
        values["sources"] = merge_sources(old.sources, item.article.sources, kept)
        connection.execute(update(ArticleRow).where(ArticleRow.id == article).values(**values))
    put_sketches(connection, [(i, item.sketch) for i, item in changed.items() if i not in by_page])
    index_articles(connection, changed)
    return list(changed)


def begin_anew(connection: Connection, article: int) -> None:
    """Have an article whose text was replaced by another count as of that text, and from when it got it.

    What was declared of the text before is not of this one.
    """
    replaced_at = select(func.max(Version.replaced_at)).where(Version.article_id == article)
    values = {
        "first_letters": ArticleRow.text_letters, "sort_at": replaced_at.scalar_subquery(),
        "state": ArticleState.ACTIVE.value,
    }  # fmt: skip
    connection.execute(update(ArticleRow).where(ArticleRow.id == article).values(values))


def _with_page(connection: Connection, articles: Collection[int]) -> set[int]:
    """Those of the articles whose page was read."""
    query = select(ExtractionRow.article_id).where(
        ExtractionRow.kind == "fulltext", ExtractionRow.status == ExtractionStatus.OK.value
    )
    found = (connection.scalars(query.where(ExtractionRow.article_id.in_(part))) for part in chunks(articles))
    return {article for part in found for article in part}


def _marks_kept(old: Any, item: Incoming) -> dict[str, Any]:
    """The wire marks that an edit of the feed's text leaves: it may not repeat what only the page says."""
    is_named = item.agency is not None and not item.is_agency  # otherwise nothing, or the feed's own agency
    if is_named and item.agency != old.agency:
        return {}
    kept = {"dateline": item.dateline or old.dateline}
    return kept if old.agency is None else {**kept, "agency": old.agency, "is_agency": old.is_agency}


def _changes_publisher(old: Any, item: Incoming) -> bool:
    """Whether an edit drops or adds the credit of another agency in the feed of an agency."""
    is_known = old.agency is not None and item.agency is not None
    return is_known and old.is_agency != item.is_agency


def _texts(connection: Connection, articles: Collection[int]) -> dict[int, Any]:
    columns = (*(getattr(ArticleRow, name) for name in TEXT_FIELDS), ArticleRow.first_letters, Story.copies)
    query = select(ArticleRow.id, *columns).join(Story, Story.id == ArticleRow.story_id)
    parts = (connection.execute(query.where(ArticleRow.id.in_(part))) for part in chunks(articles))
    return {row.id: row for rows in parts for row in rows}


def feed_of(connection: Connection, article: int) -> str | None:
    """The feed of an article; None if the article is not stored."""
    return connection.scalar(select(ArticleRow.feed_id).where(ArticleRow.id == article))


def has_articles(connection: Connection, feed: str) -> bool:
    """Whether any article of a feed is stored."""
    return connection.scalar(_FIRST, {"feed": feed}) is not None
