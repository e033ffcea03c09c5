"""Corrections and withdrawals: stored when an edit is, told once, and at the latest when they are due."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update

from worker.records import ArticleState, Notice
from worker.redaction import redact_data
from worker.store import models
from worker.store.models import ArticleRow, Event, Version
from worker.store.secrets import learn_secrets
from worker.store.session import chunks
from worker.store.tables import aliased

_notices: Any = models.Notice.__table__
_ROW = models.Notice
_QUERY = select(
    _ROW.article_id, ArticleRow.feed_id, _ROW.at, _ROW.kind, _ROW.known_from, _ROW.note, _ROW.title_before,
    _ROW.title, _ROW.id,
).join(ArticleRow, ArticleRow.id == _ROW.article_id)  # fmt: skip


def add(connection: Connection, notices: Iterable[tuple[Notice, datetime]]) -> None:
    """Store notices, each with the time when it is due, and what they say of their articles."""
    for notice, due_at in notices:
        row = {**notice.as_object(), "article_id": notice.article, "due_at": due_at}
        del row["article"], row["feed"]
        connection.execute(_notices.insert(), row)
        state = update(ArticleRow).where(ArticleRow.id == notice.article).values(state=notice.kind)
        connection.execute(state)


def states(connection: Connection, articles: Collection[int]) -> dict[int, str]:
    """What is declared of each stored article."""
    query = select(ArticleRow.id, ArticleRow.state)
    parts = (connection.execute(query.where(ArticleRow.id.in_(part))) for part in chunks(articles))
    return {row.id: row.state or ArticleState.ACTIVE.value for rows in parts for row in rows}


def due_times(
    connection: Connection, article: int, kinds: Collection[str], since: datetime
) -> list[datetime]:
    """When the notices of an article since a time were or are due, in order, each time once."""
    where = (_ROW.article_id == article, _ROW.kind.in_(kinds), _ROW.at > since)
    query = select(_ROW.due_at).where(*where)
    return list(connection.scalars(query.distinct().order_by(_ROW.due_at)))


def earlier_texts(connection: Connection, article: int, most: int) -> list[tuple[str, str]]:
    """Title and text of an article's latest earlier versions."""
    text = func.coalesce(Version.text, Version.summary)
    query = select(Version.title, text).where(Version.article_id == article)
    return [
        (row[0] or "", row[1] or "")
        for row in connection.execute(query.order_by(Version.number.desc()).limit(most))
    ]


def untold(connection: Connection, stories: Collection[int]) -> dict[int, list[tuple[Notice, datetime]]]:
    """The notices of these stories' articles that were not told yet, with the times when they are due."""
    query = _QUERY.add_columns(_ROW.due_at, ArticleRow.story_id).where(_ROW.told_at.is_(None))
    found: dict[int, list[tuple[Notice, datetime]]] = {}
    for part in chunks(stories):
        for row in connection.execute(query.where(ArticleRow.story_id.in_(part)).order_by(_ROW.id)):
            found.setdefault(row.story_id, []).append((Notice(*row[:-2]), row.due_at))
    return found


def latest(connection: Connection, articles: Collection[int], kind: str) -> Notice | None:
    """The latest notice of a kind among these articles."""
    query = _QUERY.where(_ROW.kind == kind).order_by(_ROW.id.desc()).limit(1)
    parts = (connection.execute(query.where(_ROW.article_id.in_(part))).first() for part in chunks(articles))
    return max((Notice(*row) for row in parts if row), key=lambda notice: notice.id, default=None)


def was_told(connection: Connection, notice: Notice, story: int) -> bool:
    """Whether the last event about a notice reported it of this story."""
    at = select(_ROW.told_at).where(_ROW.id == notice.id).scalar_subquery()
    same = (Event.at == at, Event.article_id == notice.article, Event.kind == f"story.{notice.kind}")
    query = select(Event.id).where(*same, Event.message.startswith(f"story {story} ")).limit(1)
    return connection.scalar(query) is not None


def has_told_withdrawal(connection: Connection, articles: Collection[int]) -> bool:
    """Whether one of these articles is withdrawn and none of its notices waits to be reported."""
    waiting = select(_ROW.id).where(_ROW.article_id == ArticleRow.id, _ROW.told_at.is_(None)).exists()
    query = select(ArticleRow.id).where(ArticleRow.state == ArticleState.WITHDRAWN.value, ~waiting).limit(1)
    parts = (connection.scalar(query.where(ArticleRow.id.in_(part))) for part in chunks(articles))
    return any(article is not None for article in parts)


def last_told(connection: Connection, articles: Collection[int]) -> int | None:
    """That of these articles which was last reported of."""
    query = select(_ROW.told_at, _ROW.id, _ROW.article_id).where(_ROW.told_at.is_not(None))
    query = query.order_by(_ROW.told_at.desc(), _ROW.id.desc()).limit(1)
    parts = (connection.execute(query.where(_ROW.article_id.in_(part))).first() for part in chunks(articles))
    found = [(row.told_at, row.id, row.article_id) for row in parts if row]
    return max(found)[2] if found else None


def earlier_title(
    connection: Connection, notice: Notice, story: int, shown: Sequence[int | None]
) -> str | None:
    """The headline of the first of the articles `shown` that is in this story and older than a notice's.

    If there is none, that of the last older entry of its outlet in the story, or None. Feeds show the latest
    entry first, so an older one may be stored after the notice's: it has an earlier time, or declares nothing
    and has the same time.
    """
    own = aliased(ArticleRow)
    is_plain = and_(ArticleRow.sort_at == own.sort_at, ArticleRow.state == ArticleState.ACTIVE.value)
    is_older = or_(ArticleRow.id < own.id, ArticleRow.sort_at < own.sort_at, is_plain)
    before = select(ArticleRow.title).join(own, own.id == notice.article)
    before = before.where(ArticleRow.story_id == story, ArticleRow.id != own.id, is_older)
    queries = [before.where(ArticleRow.id == article) for article in shown if article is not None]
    last = before.where(ArticleRow.feed_id == notice.feed)
    queries.append(last.order_by(ArticleRow.sort_at.desc(), ArticleRow.id.desc()).limit(1))
    rows = (connection.execute(query).first() for query in queries)
    return next((row.title for row in rows if row is not None), None)


def read_title(connection: Connection, article: int) -> str:
    """The present headline of an article; empty if it has none."""
    return connection.scalar(select(ArticleRow.title).where(ArticleRow.id == article)) or ""


def set_title_before(connection: Connection, notice: Notice) -> None:
    """Store the headline before, which was not known when the notice was stored."""
    connection.execute(update(_notices).where(_ROW.id == notice.id).values(title_before=notice.title_before))


def settle(connection: Connection, notices: Sequence[Notice], now: datetime) -> None:
    """Mark notices as told, or as not to be reported."""
    for part in chunks([notice.id for notice in notices]):
        connection.execute(update(_notices).where(_ROW.id.in_(part)).values(told_at=now))


def end_wait(connection: Connection, article: int, now: datetime) -> None:
    """Have what an article declared when it was new be due, as its page was read."""
    where = (
        _ROW.article_id == article,
        _ROW.told_at.is_(None),
        _ROW.title_before.is_(None),
        _ROW.due_at > now,
    )
    connection.execute(update(_notices).where(*where).values(due_at=now))


def put_off(connection: Connection, article: int, now: datetime, until: datetime) -> None:
    """Have the notices of an article that are due wait until a time."""
    where = (_ROW.article_id == article, _ROW.told_at.is_(None), _ROW.due_at <= now)
    connection.execute(update(_notices).where(*where).values(due_at=until))


def due_articles(connection: Connection, now: datetime, unmatched_before: datetime, limit: int) -> list[int]:
    """The articles with a notice that is due but was not told.

    One that waits for being compared with others is left to that, unless it was due before a time.
    """
    is_compared = or_(ArticleRow.matched_at.is_not(None), _ROW.due_at < unmatched_before)
    query = select(_ROW.article_id).join(ArticleRow, ArticleRow.id == _ROW.article_id)
    where = and_(_ROW.told_at.is_(None), _ROW.due_at <= now, is_compared)
    return list(dict.fromkeys(connection.scalars(query.where(where).order_by(_ROW.due_at).limit(limit))))


def of_articles(connection: Connection, articles: Collection[int], most: int) -> list[Notice]:
    """The latest notices of these articles, oldest first, at most `most`."""
    learn_secrets(connection)
    query = _QUERY.add_columns(_ROW.due_at, _ROW.told_at).order_by(_ROW.id.desc()).limit(most)
    parts = (connection.execute(query.where(_ROW.article_id.in_(part))) for part in chunks(articles))
    found = (
        Notice(*redact_data((*row[:-2], None if row.told_at else row.due_at)))
        for rows in parts
        for row in rows
    )
    return sorted(found, key=lambda notice: notice.id)[-most:]


def of_versions(connection: Connection, article: int, versions: int) -> list[Notice]:
    """All notices of an article with this number of versions, oldest first: at most two for each."""
    return of_articles(connection, [article], 2 * versions)
