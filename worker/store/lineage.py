"""The data for the lineage of a story and the history of an article."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from worker.records import Document, ExtractionStatus, Kind
from worker.redaction import redact_values
from worker.store.models import ArticleRow, ExtractionRow, Link, Story, Version
from worker.store.rereads import PageAge, page_ages
from worker.store.secrets import learn_secrets
from worker.store.session import chunks, pairs

BRIEF_CHARS = 400  # a text equal to the summary and at most this long is a summary
BROKEN_OFF = ("…", "...", "[…]", "[...]", "[&hellip;]")  # as is one truncated by the feed


@dataclass(frozen=True, slots=True)
class KnownText:
    """The fullest known text of an article, or one version of its feed text.

    `known_from` is page (extracted), feed, summary (also a text truncated by the feed) or nothing; `at` is
    when the version was first seen, and `changed_at` when title or text last changed, by an edit or the page.
    """

    document: Document
    known_from: str
    at: datetime
    number: int  # of the version
    changed_at: datetime
    age: PageAge | None = None  # if the text of the page was read before an edit


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A pair of copies: `article` has the text of `other`, with reasons."""

    article: int
    other: int
    similarity: float
    reasons: dict[str, Any]


def known_texts(connection: Connection, articles: Collection[int]) -> dict[int, KnownText]:
    """The fullest known text of each stored article."""
    learn_secrets(connection)
    found: dict[int, KnownText] = {}
    for part in chunks(articles):
        pages, edited = _page_texts(connection, part), _edit_times(connection, part)
        ages = page_ages(connection, {n: (edited[n], pages[n][1]) for n in pages.keys() & edited.keys()})
        for row in connection.execute(_states().where(ArticleRow.id.in_(part))):
            edited_at = edited.get(row.id, row.fetched_at)
            page, at = pages.get(row.id, ("", edited_at))
            known = _known(row, at, row.versions, page)
            found[row.id] = replace(known, changed_at=max(at, edited_at), age=ages.get(row.id))
    return found


def article_states(connection: Connection, article: int) -> list[KnownText]:
    """All versions of an article's feed text, oldest first; empty if the article is unknown."""
    learn_secrets(connection)
    now = connection.execute(_states().where(ArticleRow.id == article)).first()
    if now is None:
        return []
    query = select(
        Version.number, Version.title, Version.text, Version.summary, Version.replaced_at, ArticleRow.feed_id,
        ArticleRow.id, ArticleRow.lang,
    ).join(ArticleRow, ArticleRow.id == Version.article_id)  # fmt: skip
    states, at = [], now.fetched_at
    for row in connection.execute(query.where(Version.article_id == article).order_by(Version.number)):
        states.append(_known(row, at, row.number))
        at = row.replaced_at
    return [*states, _known(now, at, now.versions)]


def last_edits(connection: Connection, articles: Collection[int]) -> dict[int, tuple[Document, Document]]:
    """The feed's text of each edited article before its last edit and after it."""
    old_text = func.coalesce(Version.text, Version.summary)
    query = (
        _states()
        .add_columns(Version.title.label("old_title"), old_text.label("old_text"))
        .join(Version, Version.article_id == ArticleRow.id)
        .where(Version.number == ArticleRow.versions - 1)
    )
    found: dict[int, tuple[Document, Document]] = {}
    for part in chunks(articles):
        for row in connection.execute(query.where(ArticleRow.id.in_(part))):
            found[row.id] = (
                _plain(row, row.old_title, row.old_text),
                _plain(row, row.title, row.text or row.summary),
            )
    return found


def _plain(row: Any, title: str | None, text: str | None) -> Document:
    return Document(row.id, title or "", text or "", row.feed_id, row.lang)


def sort_times(connection: Connection, articles: Collection[int]) -> dict[int, datetime]:
    """The time by which each stored article is ordered: that of its publication, if it is known."""
    found: dict[int, datetime] = {}
    for part in chunks(articles):
        found |= pairs(connection, select(ArticleRow.id, ArticleRow.sort_at).where(ArticleRow.id.in_(part)))
    return found


def companions(connection: Connection, articles: Collection[int], most: int) -> set[int]:
    """These articles and others of their stories, the first ones, at most `most`."""
    stories = select(ArticleRow.story_id).where(ArticleRow.id.in_(list(articles)))
    others = select(ArticleRow.id).where(ArticleRow.story_id.in_(stories)).order_by(ArticleRow.id).limit(most)
    return {*articles, *connection.scalars(others)}


def merged_at(connection: Connection, story: int) -> datetime | None:
    """When a story was merged into another; None if it was not."""
    return connection.scalar(select(Story.merged_at).where(Story.id == story))


def links_within(connection: Connection, articles: Collection[int]) -> list[LinkFacts]:
    """The links among these articles, most similar first."""
    found: dict[tuple[int, int], LinkFacts] = {}
    columns = (Link.article_id, Link.other_id, Link.similarity, Link.reasons)
    for part in chunks(articles):
        for row in connection.execute(select(*columns).where(Link.article_id.in_(part))):
            found[row.article_id, row.other_id] = LinkFacts(*row)
    return sorted(found.values(), key=lambda link: (-link.similarity, link.article, link.other))


def _states() -> Any:
    return select(
        ArticleRow.id, ArticleRow.feed_id, ArticleRow.title, ArticleRow.text, ArticleRow.summary,
        ArticleRow.lang, ArticleRow.fetched_at, ArticleRow.versions,
    )  # fmt: skip


def _edit_times(connection: Connection, articles: Iterable[int]) -> dict[int, datetime]:
    """When the current version of each edited article was first seen."""
    query = select(Version.article_id, func.max(Version.replaced_at)).group_by(Version.article_id)
    return pairs(connection, query.where(Version.article_id.in_(list(articles))))


def _page_texts(connection: Connection, articles: Iterable[int]) -> dict[int, tuple[str, datetime]]:
    """The newest text extracted successfully from each article's page, and when."""
    where = (
        ExtractionRow.article_id.in_(list(articles)),
        ExtractionRow.kind == Kind.FULLTEXT.value,
        ExtractionRow.status == ExtractionStatus.OK.value,
    )
    columns = (ExtractionRow.article_id, ExtractionRow.payload, ExtractionRow.created_at)
    rows = connection.execute(select(*columns).where(*where).order_by(ExtractionRow.id))
    found = {row.article_id: (row.payload.get("text"), row.created_at) for row in rows}
    return {article: (text, at) for article, (text, at) in found.items() if text}


def _known(row: Any, at: datetime, number: int, page: str = "") -> KnownText:
    text = page or row.text or row.summary or ""
    is_short = text == (row.summary or "") and len(text) <= BRIEF_CHARS
    is_summary = is_short or text.rstrip().endswith(BROKEN_OFF)
    known_from = "page" if page else "nothing" if not text else "summary" if is_summary else "feed"
    title, shown = redact_values(row.title or ""), redact_values(text)
    document = Document(row.id, title, shown, row.feed_id, row.lang)
    return KnownText(document, known_from, at, number, at)
