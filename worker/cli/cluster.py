"""`wireroom cluster`: join a stream of documents into stories."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

import click

from worker.flows.cluster import StoryIndex
from worker.records import Document


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def cluster(file: BinaryIO, as_json: bool) -> None:
    """Read documents as JSON Lines {id,title,text,lang?,published_at?,source?}; tell the story of each."""
    index = StoryIndex()
    failed = False
    for line in _watched(file):
        answer = _place(index, line)
        failed |= "error" in answer
        click.echo(json.dumps(answer, ensure_ascii=False) if as_json else _row(answer))
    if failed:
        sys.exit(1)


def _watched(file: BinaryIO) -> Iterator[bytes]:
    """The lines that hold anything; with a progress bar when a person is watching."""
    lines: Iterable[bytes] = (line for line in file if line.strip())
    if not sys.stderr.isatty():
        yield from lines
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(lines, "Placing documents", console=Console(stderr=True))


def _place(index: StoryIndex, line: bytes) -> dict[str, Any]:
    row: Any = None
    try:
        row = json.loads(line)
        document = _document(row)
        placed = index.place(document, document.published_at or datetime.now(UTC))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as exc:
        known = {"id": row["id"]} if isinstance(row, dict) and isinstance(row.get("id"), int | str) else {}
        return {**known, "error": f"{type(exc).__name__}: {exc}"[:300]}
    return {
        "id": placed.id,
        "story": placed.story,
        "role": placed.role.value,
        "similarity": placed.similarity,
    }


def _document(row: Any) -> Document:
    if not isinstance(row, dict) or not isinstance(row.get("id"), int | str):
        raise ValueError("not an object with an id")  # noqa: TRY004 - bad input, no bug
    published = row.get("published_at")
    at = datetime.fromisoformat(published) if published else None
    if at is not None:
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    texts = {name: _text(row, name) for name in ("title", "text", "source")}
    return Document(row["id"], texts["title"], texts["text"], texts["source"], row.get("lang"), at)


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is not a text")
    return value or ""


def _row(answer: dict[str, Any]) -> str:
    if "error" in answer:
        return f"{answer.get('id', '?')}\t{answer['error']}"
    return f"{answer['id']}\t{answer['story']}\t{answer['role']}\t{answer['similarity']:.2f}"
