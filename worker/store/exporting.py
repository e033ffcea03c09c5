"""The rows of an export, a batch at a time, in the order in which they changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, select, tuple_

from worker.records import ExtractionStatus, Kind
from worker.redaction import redact, redact_data
from worker.store import sql_views
from worker.store.changes import Position, last_number, read_changes, start_of
from worker.store.models import ArticleRow, Change, Event, ExtractionRow, Story
from worker.store.secrets import learn_secrets
from worker.store.session import chunks, pairs

MESSAGES = ("message", "reason")  # for operators, redacted as a whole


@dataclass(frozen=True, slots=True)
class _Part:
    """Changed rows, and the row of an export that each is part of, under further conditions."""

    changed: Column[int]
    row: Column[int]
    where: tuple[ColumnElement[bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Export:
    """A kind of export: its view, the column that identifies a row, and the changes that concern it.

    `parts` maps a kind of change to the ids of the changed rows and of the rows of this export that they are
    part of.
    """

    view: Table
    key: str
    parts: Mapping[str, _Part]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows with the position behind each; `after` is behind all changes that were looked at."""

    rows: Sequence[tuple[dict[str, Any], Position]]
    after: Position
    is_last: bool


_ARTICLE = _Part(ArticleRow.id, ArticleRow.id)
_STORY_OF = _Part(ArticleRow.id, ArticleRow.story_id)
_RESULT = _Part(ExtractionRow.id, ExtractionRow.id)
_TEXT_OF_PAGE = _Part(
    ExtractionRow.id,
    ExtractionRow.article_id,
    (ExtractionRow.kind == Kind.FULLTEXT.value, ExtractionRow.status == ExtractionStatus.OK.value),
)

EXPORTS: Mapping[str, Export] = {
    "articles": Export(sql_views.ARTICLES, "id", {"article": _ARTICLE, "extraction": _TEXT_OF_PAGE}),
    # title, agency and number of outlets are those of the articles
    "stories": Export(sql_views.STORIES, "id", {"story": _Part(Story.id, Story.id), "article": _STORY_OF}),
    "copies": Export(sql_views.COPIES, "article", {"article": _ARTICLE}),
    "extractions": Export(sql_views.EXTRACTIONS, "id", {"extraction": _RESULT}),
    "events": Export(sql_views.EVENTS, "id", {"event": _Part(Event.id, Event.id)}),
}


@dataclass(frozen=True, slots=True)
class Run:
    """A run of an export: where it began, and the number of the last change before that."""

    start: Position
    last: int


def begin_run(connection: Connection, after: Position | None) -> Run:
    """A run that begins behind a position, or at the first change."""
    return Run(after or start_of(connection), last_number(connection))


def read_batch(
    connection: Connection, export: Export, after: Position | None, limit: int, run: Run | None = None
) -> Batch:
    """The rows that the next `limit` changes behind a position concern, each once, as they are now.

    A row that changes again comes again later. Rows deleted meanwhile are omitted, and so are those that an
    earlier batch of the run had as they are now. Raises OtherOriginError.
    """
    changes = read_changes(connection, after, limit)
    if not changes:
        return Batch((), after or start_of(connection), is_last=True)
    wanted: dict[int, Position] = {}
    found = {kind: _rows_of(connection, part, kind, changes) for kind, part in export.parts.items()}
    for change in changes:
        ref = found.get(change.kind, {}).get(change.ref)
        if ref is not None:
            wanted.pop(ref, None)  # its place is that of its last change
            wanted[ref] = change
    if run is not None and after is not None and after != run.start:
        unchanged = [ref for ref, change in wanted.items() if change.number <= run.last]
        for ref in _read_before(connection, export, unchanged, run.start, after):
            del wanted[ref]
    rows = _rows(connection, export, list(wanted))
    ordered = [(rows[ref], position) for ref, position in wanted.items() if ref in rows]
    return Batch(ordered, changes[-1], is_last=len(changes) < limit)


def _rows_of(
    connection: Connection, part: _Part, kind: str, changes: Sequence[Position]
) -> Mapping[int, int]:
    """The rows of an export that the changed rows of a kind are part of."""
    refs = [change.ref for change in changes if change.kind == kind]
    if part.changed is part.row:
        return {ref: ref for ref in refs}
    query = select(part.changed, part.row).where(*part.where)
    found: dict[int, int] = {}
    for some in chunks(refs):
        found.update(pairs(connection, query.where(part.changed.in_(some))))
    return found


def _read_before(
    connection: Connection, export: Export, refs: Sequence[int], start: Position, end: Position
) -> set[int]:
    """Those of the rows that have a change between two positions too."""
    order = tuple_(Change.number, Change.kind, Change.ref_id)
    is_between = (order > tuple_(*start.order), order <= tuple_(*end.order))
    found = set[int]()
    for kind, part in export.parts.items():
        query = select(part.row).join(Change, (Change.ref_id == part.changed) & (Change.kind == kind))
        for some in chunks(refs):
            found.update(connection.scalars(query.where(part.row.in_(some), *part.where, *is_between)))
    return found


def _rows(connection: Connection, export: Export, refs: Sequence[int]) -> dict[int, dict[str, Any]]:
    learn_secrets(connection)
    key = export.view.c[export.key]
    found: dict[int, dict[str, Any]] = {}
    for part in chunks(refs):
        for row in connection.execute(select(export.view).where(key.in_(part))).mappings():
            messages = {name: redact(row[name]) for name in MESSAGES if row.get(name)}
            found[row[export.key]] = redact_data({**row, **messages})
    return found
