"""Editors' decisions as documents of `wireroom cluster`, with the ones that they belong with and do not."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection

from worker.store import decisions as decision_store
from worker.store import lineage
from worker.store.decisions import TOGETHER, Kept

DOCUMENTS = 200  # whose texts are read at once


def iter_feedback(connection: Connection) -> Iterator[dict[str, Any]]:
    """The articles of all decisions in force as documents, in order of their ids.

    `together` and `apart` name the earlier documents that must, and must not, be in the same story.
    """
    rows = decision_store.all_rows(connection)
    together, apart = _pairs(rows)
    articles = sorted({row.article for row in rows})
    for start in range(0, len(articles), DOCUMENTS):
        part = articles[start : start + DOCUMENTS]
        texts, times = lineage.known_texts(connection, part), lineage.sort_times(connection, part)
        for article in part:
            if article in texts:
                document = texts[article].document
                yield {
                    "id": article,
                    "title": document.title,
                    "text": document.text,
                    "lang": document.lang,
                    "published_at": times[article],
                    "source": document.source,
                    "together": sorted(together.get(article, ())),
                    "apart": sorted(apart.get(article, ())),
                }


def _pairs(rows: Iterable[Kept]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """The earlier articles that each article is kept together with, and apart from.

    Of those kept together with an article the first one is named, as all are in one story.
    """
    together, apart = dict[int, set[int]](), dict[int, set[int]]()
    by_decision: dict[int, list[Kept]] = {}
    for row in rows:
        by_decision.setdefault(row.decision, []).append(row)
    for group in by_decision.values():
        first = min(row.article for row in group)
        for row in group:
            if row.side in TOGETHER and row.article != first:
                together.setdefault(row.article, set()).add(first)
            elif row.side not in TOGETHER:
                others = {other.article for other in group if other.side != row.side}
                apart.setdefault(row.article, set()).update(o for o in others if o < row.article)
    return together, apart
