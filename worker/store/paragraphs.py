"""The paragraphs of each source, counted to learn which ones it repeats."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, select

from worker.store.models import Paragraph
from worker.store.session import chunks, insert_for
from worker.store.sketches import Sketch

_PARAGRAPHS = select(Paragraph.key, Paragraph.articles).where(
    Paragraph.source == bindparam("feed"), Paragraph.key.in_(bindparam("values", expanding=True))
)


def paragraph_counts(connection: Connection, source: str, keys: Collection[int]) -> dict[int, int]:
    """The number of articles of the source that contain each paragraph."""
    counts: dict[int, int] = {}
    for part in chunks(keys):
        rows = connection.execute(_PARAGRAPHS, {"feed": source, "values": part})
        counts |= {row[0]: row[1] for row in rows}
    return counts


def count_paragraphs(connection: Connection, sketches: Sequence[Sketch]) -> None:
    """Count the paragraphs of new articles, to learn which ones a source repeats."""
    counts: dict[tuple[str, int], int] = {}
    for sketch in sketches:
        for key in set(sketch.paragraphs):
            counts[sketch.source, key] = counts.get((sketch.source, key), 0) + 1
    if not counts:
        return
    seen_at = max(sketch.seen_at for sketch in sketches)
    rows = [
        {"source": source, "key": key, "articles": n, "seen_at": seen_at}
        for (source, key), n in sorted(counts.items())
    ]
    connection.execute(_counting(insert_for(connection)), rows)


@cache
def _counting(insert: Any) -> Any:
    statement = insert(Paragraph)
    new = statement.excluded
    news = {"articles": Paragraph.articles + new.articles, "seen_at": new.seen_at}
    return statement.on_conflict_do_update(index_elements=["source", "key"], set_=news)
