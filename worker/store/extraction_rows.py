"""Writing the results of extraction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select

from worker.records import Extraction
from worker.store.models import ExtractionRow
from worker.store.session import insert_ignore

SAME_RESULT = ("article_id", "kind", "extractor", "extractor_version", "input_sha256")


@dataclass(frozen=True, slots=True)
class Made:
    """The result of a kind, with the extractor's name and version."""

    kind: str
    extractor: str
    version: str
    extraction: Extraction


def put_results(
    connection: Connection, article: int, made: Sequence[Made], *, input_sha256: str, now: datetime
) -> None:
    """Store results made of one input, each once.

    A result that is stored already becomes the newest of its kind again: the page or the feed's text is what
    it was before other edits.
    """
    rows: list[dict[str, Any]] = [
        {
            "article_id": article, "kind": one.kind, "extractor": one.extractor,
            "extractor_version": one.version, "input_sha256": input_sha256, "status": one.extraction.status,
            "reason": one.extraction.reason, "payload": dict(one.extraction.payload), "created_at": now,
        }
        for one in made
    ]  # fmt: skip
    if insert_ignore(connection, ExtractionRow, rows, unique=SAME_RESULT) == len(rows):
        return
    for row in rows:
        same = [getattr(ExtractionRow, name) == row[name] for name in SAME_RESULT]
        others = (ExtractionRow.article_id == article, ExtractionRow.kind == row["kind"])
        newest = connection.scalar(select(func.max(ExtractionRow.id)).where(*others))
        connection.execute(delete(ExtractionRow).where(*same, ExtractionRow.id != newest))
    insert_ignore(connection, ExtractionRow, rows, unique=SAME_RESULT)
