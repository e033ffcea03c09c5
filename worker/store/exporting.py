"""The rows of an export, a batch at a time, in the order in which they changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from worker.records import ExtractionStatus, Kind
from worker.redaction import redact, redact_data
from worker.store import sql_views
from worker.store.changes import Position, read_changes, start_of
from worker.store.models import ArticleRow, ExtractionRow
from worker.store.secrets import learn_secrets
from worker.store.session import chunks, pairs

MESSAGES = ("message", "reason")  # for operators, redacted as a whole


@dataclass(frozen=True, slots=True)
class Export:
    """A kind of export: its view, the column that identifies a row, and the changes that concern it.

    `refs_of` maps a kind of change to a function that returns the rows of this export that each of some
    changed rows is part of.
    """

    view: Table
    key: str
    refs_of: Mapping[str, Callable[[Connection, Sequence[int]], Mapping[int, int]]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows with the position behind each; `after` is behind all changes that were looked at."""

    rows: Sequence[tuple[dict[str, Any], Position]]
    after: Position
    is_last: bool


def _themselves(_: Connection, refs: Sequence[int]) -> dict[int, int]:
    return {ref: ref for ref in refs}


def _stories(connection: Connection, articles: Sequence[int]) -> dict[int, int]:
    return pairs(
        connection, select(ArticleRow.id, ArticleRow.story_id).where(ArticleRow.id.in_(list(articles)))
    )


def _pages(connection: Connection, extractions: Sequence[int]) -> dict[int, int]:
    """The articles of those of the results that are texts of pages."""
    query = select(ExtractionRow.id, ExtractionRow.article_id).where(
        ExtractionRow.kind == Kind.FULLTEXT.value, ExtractionRow.status == ExtractionStatus.OK.value
    )
    return pairs(connection, query.where(ExtractionRow.id.in_(list(extractions))))


EXPORTS: Mapping[str, Export] = {
    "articles": Export(sql_views.ARTICLES, "id", {"article": _themselves, "extraction": _pages}),
    # title, agency and number of outlets are those of the articles
    "stories": Export(sql_views.STORIES, "id", {"story": _themselves, "article": _stories}),
    "copies": Export(sql_views.COPIES, "article", {"article": _themselves}),
    "extractions": Export(sql_views.EXTRACTIONS, "id", {"extraction": _themselves}),
    "events": Export(sql_views.EVENTS, "id", {"event": _themselves}),
}


def read_batch(connection: Connection, export: Export, after: Position | None, limit: int) -> Batch:
    """The rows that the next `limit` changes behind a position concern, each once, as they are now.

    A row that changes again comes again later. Rows deleted meanwhile are omitted. Raises OtherOriginError.
    """
    changes = read_changes(connection, after, limit)
    if not changes:
        return Batch((), after or start_of(connection), is_last=True)
    wanted: dict[int, Position] = {}
    found = {kind: _refs(connection, export, kind, changes) for kind in export.refs_of}
    for change in changes:
        ref = found.get(change.kind, {}).get(change.ref)
        if ref is not None:
            wanted.pop(ref, None)  # its place is that of its last change
            wanted[ref] = change
    rows = _rows(connection, export, list(wanted))
    ordered = [(rows[ref], position) for ref, position in wanted.items() if ref in rows]
    return Batch(ordered, changes[-1], is_last=len(changes) < limit)


def _refs(connection: Connection, export: Export, kind: str, changes: Sequence[Position]) -> dict[int, int]:
    refs = [change.ref for change in changes if change.kind == kind]
    return {ref: row for part in chunks(refs) for ref, row in export.refs_of[kind](connection, part).items()}


def _rows(connection: Connection, export: Export, refs: Sequence[int]) -> dict[int, dict[str, Any]]:
    learn_secrets(connection)
    key = export.view.c[export.key]
    found: dict[int, dict[str, Any]] = {}
    for part in chunks(refs):
        for row in connection.execute(select(export.view).where(key.in_(part))).mappings():
            messages = {name: redact(row[name]) for name in MESSAGES if row.get(name)}
            found[row[export.key]] = redact_data({**row, **messages})
    return found
