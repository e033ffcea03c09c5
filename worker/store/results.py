"""The results of extraction, and the feed metadata that it uses."""

from typing import Any

from sqlalchemy import Connection, select

from worker.parse.choices import read_sources
from worker.records import ExtractionStatus, FeedMetadata, Kind
from worker.redaction import redact_data
from worker.store.models import ArticleRow, ExtractionRow
from worker.store.secrets import learn_secrets


def feed_word(connection: Connection, article: int, timezone: str | None, agency: str | None) -> FeedMetadata:
    """The feed's metadata of an article; `timezone` and `agency` are those of the feed's config."""
    row = connection.execute(
        select(
            ArticleRow.title, ArticleRow.text, ArticleRow.summary, ArticleRow.author, ArticleRow.source_name,
            ArticleRow.lang, ArticleRow.tags, ArticleRow.published_at, ArticleRow.published_raw,
            ArticleRow.updated_at,
        ).where(ArticleRow.id == article)
    ).one()  # fmt: skip
    return FeedMetadata(
        title=row.title,
        text=row.text or row.summary,
        author=row.author,
        source=row.source_name,
        lang=row.lang,
        tags=tuple(row.tags or ()),
        published_at=row.published_at,
        published_raw=row.published_raw,
        updated_at=row.updated_at,
        timezone=timezone,
        agency=agency,
    )


def stored_sources(connection: Connection, article: int) -> tuple[dict[str, str], bool]:
    """The feed's element of each field of an article, and whether the feed's own agency wrote it.

    Empty for an article stored before the elements were kept.
    """
    query = select(ArticleRow.sources, ArticleRow.is_agency).where(ArticleRow.id == article)
    row = connection.execute(query).one()
    return read_sources(row.sources), row.is_agency


def newest_of(connection: Connection, article: int, kind: str) -> dict[str, Any]:
    """The newest payload of a kind that is not empty; empty if there is none."""
    query = (
        select(ExtractionRow.payload)
        .where(ExtractionRow.article_id == article, ExtractionRow.kind == kind)
        .order_by(ExtractionRow.id.desc())
    )
    return next((dict(payload) for payload in connection.scalars(query) if payload), {})


def kept_text(connection: Connection, article: int, version: str) -> tuple[bool, str]:
    """Whether the article's page has given its text, and the newest one that this extractor version found."""
    query = (
        select(ExtractionRow.extractor_version, ExtractionRow.payload)
        .where(ExtractionRow.article_id == article, ExtractionRow.kind == Kind.FULLTEXT.value)
        .where(ExtractionRow.status == ExtractionStatus.OK.value)
        .order_by(ExtractionRow.id.desc())
    )
    found = connection.execute(query).all()
    texts = (row.payload.get("text") for row in found if row.extractor_version == version)
    return bool(found), next(texts, None) or ""


def newest_results(connection: Connection, article: int) -> list[dict[str, Any]]:
    """The newest result of each kind: kind, extractor, version, status, reason, payload, created_at."""
    columns = (
        ExtractionRow.kind, ExtractionRow.extractor, ExtractionRow.extractor_version, ExtractionRow.status,
        ExtractionRow.reason, ExtractionRow.payload, ExtractionRow.created_at,
    )  # fmt: skip
    query = select(*columns).where(ExtractionRow.article_id == article).order_by(ExtractionRow.id)
    learn_secrets(connection)
    newest = {row["kind"]: redact_data(row) for row in connection.execute(query).mappings()}
    return [newest[kind] for kind in sorted(newest)]
