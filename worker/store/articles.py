"""Articles: look up a feed's known entries, store new ones and new versions of known ones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, literal, select, update

from worker.parse.choices import merge_sources
from worker.records import Article, ArticleState, ExtractionStatus, Role
from worker.store.models import ArticleRow, ExtractionRow, Paragraph, Story, Tombstone, Version
from worker.store.session import chunks, insert_for, is_postgres, pairs
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


def known_entries(connection: Connection, feed: str, articles: Sequence[Article]) -> list[Known]:
    """The stored articles of a feed that share a key or a canonical URL with these entries."""
    return _find_known(
        connection,
        feed,
        (ArticleRow.entry_key, {a.entry_key for a in articles}),
        (ArticleRow.canonical_url, {a.canonical_url for a in articles if a.canonical_url}),
    )


def alike_entries(connection: Connection, feed: str, articles: Sequence[Article]) -> list[Known]:
    """The stored articles of a feed that have a possible key or the content of one of these entries."""
    return _find_known(
        connection,
        feed,
        (ArticleRow.entry_key, {key for a in articles for key in a.possible_keys}),
        (ArticleRow.content_hash, {a.content_hash for a in articles}),
    )


def _find_known(connection: Connection, feed: str, *lookups: tuple[Any, Collection[str]]) -> list[Known]:
    columns = [getattr(ArticleRow, name) for name in Known.__dataclass_fields__]
    found: dict[int, Known] = {}
    for column, values in lookups:
        for part in chunks(values):
            query = select(*columns).where(ArticleRow.feed_id == feed, column.in_(part))
            found |= {row.id: Known(*row) for row in connection.execute(query)}
    return list(found.values())


def purged_keys(connection: Connection, feed: str, keys: Collection[str]) -> set[str]:
    """Those of the entry keys that were purged and must not be stored again."""
    found: set[str] = set()
    for part in chunks(keys):
        where = (Tombstone.feed_id == feed, Tombstone.entry_key.in_(part))
        found |= set(connection.scalars(select(Tombstone.entry_key).where(*where)))
    return found


def paragraph_counts(connection: Connection, source: str, keys: Collection[int]) -> dict[int, int]:
    """The number of articles of the source that contain each paragraph."""
    counts: dict[int, int] = {}
    for part in chunks(keys):
        where = (Paragraph.source == source, Paragraph.key.in_(part))
        counts |= pairs(connection, select(Paragraph.key, Paragraph.articles).where(*where))
    return counts


def recent_arrivals(connection: Connection, feed: str, limit: int = 60) -> tuple[datetime, ...]:
    """The publication times of a feed's newest articles, newest first."""
    query = (
        select(ArticleRow.sort_at)
        .where(ArticleRow.feed_id == feed)
        .order_by(ArticleRow.id.desc())
        .limit(limit)
    )
    return tuple(sorted(connection.scalars(query), reverse=True))


def add_articles(
    connection: Connection, feed: str, incoming: Sequence[Incoming], now: datetime
) -> list[tuple[int, Incoming]]:
    """Store new articles, each as its own story and unmatched; returns them with their ids, in order.

    Articles whose key was stored by a concurrent poll are omitted.
    """
    stored = []
    insert = insert_for(connection)(ArticleRow)
    statement = insert.on_conflict_do_nothing(index_elements=["feed_id", "entry_key"])
    statement = statement.returning(ArticleRow.id)
    for item in incoming:
        values = {name: getattr(item.article, name) for name in ARTICLE_FIELDS}
        values |= {
            "feed_id": feed,
            **_findings(item), "wants_jobs": item.wants_jobs,
            "fetched_at": now, "versions": 1, "story_id": 0, "role": Role.LEAD.value,
        }  # fmt: skip
        article_id = connection.scalar(statement, values)
        if article_id is not None:
            stored.append((article_id, item))
    if stored:
        _found_stories(connection, [article_id for article_id, _ in stored], now)
        add_sketches(connection, [(article_id, item.sketch) for article_id, item in stored])
        count_paragraphs(connection, [item.sketch for _, item in stored])
    return stored


def _findings(item: Incoming) -> dict[str, Any]:
    names = ("agency", "dateline", "state", "text_letters", "take", "take_kind", "is_agency")
    return {name: getattr(item, name) for name in names}


def _found_stories(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    for part in chunks(ids):
        connection.execute(update(ArticleRow).where(ArticleRow.id.in_(part)).values(story_id=ArticleRow.id))
    rows = [
        {"id": i, "lead_id": i, "copies": 1, "first_seen_at": now, "last_seen_at": now, "merged_into": None}
        for i in ids
    ]
    connection.execute(Story.__table__.insert(), rows)  # type: ignore[attr-defined]


def count_paragraphs(connection: Connection, sketches: Sequence[Sketch]) -> None:
    """Count the paragraphs of new articles, to learn which ones a source repeats."""
    counts: dict[tuple[str, int], int] = {}
    for sketch in sketches:
        for key in set(sketch.paragraphs):
            counts[sketch.source, key] = counts.get((sketch.source, key), 0) + 1
    if not counts:
        return
    seen_at = max(sketch.seen_at for sketch in sketches)
    insert = insert_for(connection)
    statement = insert(Paragraph)
    statement = statement.on_conflict_do_update(
        index_elements=["source", "key"],
        set_={"articles": Paragraph.articles + statement.excluded.articles, "seen_at": seen_at},
    )
    rows = [
        {"source": source, "key": key, "articles": n, "seen_at": seen_at}
        for (source, key), n in sorted(counts.items())
    ]
    connection.execute(statement, rows)


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
    agency and the dateline of a page stay unless the new text names others. Articles that were purged
    meanwhile are omitted.
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
        if article in read_pages:
            values |= _marks_kept(old, item)
        if article in by_page:
            del values["text_letters"]
        values["versions"] = old.versions + 1
        values["sources"] = merge_sources(old.sources, item.article.sources, kept)
        connection.execute(update(ArticleRow).where(ArticleRow.id == article).values(**values))
    put_sketches(connection, [(i, item.sketch) for i, item in changed.items() if i not in by_page])
    return list(changed)


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


def _texts(connection: Connection, articles: Collection[int]) -> dict[int, Any]:
    query = select(ArticleRow.id, *(getattr(ArticleRow, name) for name in TEXT_FIELDS))
    parts = (connection.execute(query.where(ArticleRow.id.in_(part))) for part in chunks(articles))
    return {row.id: row for rows in parts for row in rows}


def read_text_letters(connection: Connection, article: int) -> int:
    """The number of letters of an article's text, without furniture."""
    return connection.scalar(select(ArticleRow.text_letters).where(ArticleRow.id == article)) or 0


def note_page(
    connection: Connection, article: int, *, text_letters: int, agency: str | None, dateline: str | None
) -> None:
    """Store findings from the text of an article's page; those from the feed are not replaced."""
    values = {
        "text_letters": text_letters,
        "agency": func.coalesce(ArticleRow.agency, literal(agency, ArticleRow.agency.type)),
        "dateline": func.coalesce(ArticleRow.dateline, literal(dateline, ArticleRow.dateline.type)),
    }
    connection.execute(update(ArticleRow).where(ArticleRow.id == article).values(**values))


def note_credit(connection: Connection, article: int, agency: str) -> bool:
    """Store the credited agency; True if it overrides the assumption that the feed's own agency wrote it."""
    row = connection.execute(
        select(ArticleRow.agency, ArticleRow.is_agency).where(ArticleRow.id == article)
    ).first()
    if row is None or row.agency == agency or (row.agency is not None and not row.is_agency):
        return False
    values = {"agency": agency, "is_agency": False}
    connection.execute(update(ArticleRow).where(ArticleRow.id == article).values(**values))
    return bool(row.is_agency)


def feed_of(connection: Connection, article: int) -> str | None:
    """The feed of an article; None if the article is not stored."""
    return connection.scalar(select(ArticleRow.feed_id).where(ArticleRow.id == article))


def has_articles(connection: Connection, feed: str) -> bool:
    """Whether any article of a feed is stored."""
    return connection.scalar(select(ArticleRow.id).where(ArticleRow.feed_id == feed).limit(1)) is not None
