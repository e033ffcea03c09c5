"""`wireroom cluster`: join a stream of documents into stories."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

import click

from worker.cli.documents import BadLineError, LineReader
from worker.flows.cluster import StoryIndex
from worker.text.amounts import count_of

COLUMNS = ("id", "story", "role", "similarity")


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--ignore-decisions", is_flag=True, help="Ignore the keys `together` and `apart`.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def cluster(file: BinaryIO, ignore_decisions: bool, as_json: bool) -> None:
    """Read documents as JSON Lines {id,title,text,lang?,published_at?,source?}; print the story of each.

    Also reads together? and apart?, ids of earlier documents that must and must not be in the same story.
    A document is printed again if a later one changes its story or its role: the last line of an id counts.
    An invalid line is reported with its number and how to fix it; the exit code is then 1.
    """
    index, reader = StoryIndex(), LineReader(ignore_decisions=ignore_decisions)
    counts: Counter[str] = Counter()
    if not as_json:
        _say("\t".join(COLUMNS))
    for number, line in _watched(file):
        results = _place(index, reader, number, line)
        counts["bad" if "error" in results[0] else "document"] += 1
        for result in results:
            if as_json:
                _say(json.dumps(result, ensure_ascii=False))
            elif "error" in result:
                _say(f"line {number}: {result['error']}", err=True)
            else:
                _say(_row(result))
    _say(_summary(counts, index.merges), err=True)
    if counts["bad"]:
        sys.exit(1)


def _watched(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The non-empty lines with their numbers; shows a progress bar if stderr is a terminal."""
    lines: Iterable[tuple[int, bytes]] = (pair for pair in enumerate(file, 1) if pair[1].strip())
    if not sys.stderr.isatty():
        yield from lines
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(lines, "Placing documents", console=Console(stderr=True))


def _place(index: StoryIndex, reader: LineReader, number: int, line: bytes) -> list[dict[str, Any]]:
    """The line's document or error, then the earlier documents whose story or role it changed."""
    try:
        document, warnings = reader.read(line)
        _reject_known(index, document.id)
    except BadLineError as exc:
        known = {} if exc.ident is None else {"id": exc.ident}
        return [{**known, "line": number, "error": str(exc)}]
    for warning in warnings:
        _say(f"line {number}: {warning}", err=True)
    return [
        {"id": placed.id, "story": placed.story, "role": placed.role.value, "similarity": placed.similarity}
        for placed in index.place(document, document.published_at or datetime.now(UTC))
    ]


def _reject_known(index: StoryIndex, ident: int | str) -> None:
    if ident in index:
        raise BadLineError(f'id "{ident}" is used twice; ids must be unique', ident)


def _row(result: dict[str, Any]) -> str:
    cells = (" ".join(str(result[name]).split()) for name in ("id", "story", "role"))
    return "\t".join((*cells, f"{result['similarity']:.2f}"))


def _summary(counts: Counter[str], merges: int) -> str:
    documents = counts["document"]
    parts = ((documents, "document"), (documents - merges, "story"), (merges, "copy"))
    return ", ".join(count_of(number, word) for number, word in (*parts, (counts["bad"], "bad line")))


def _say(text: str, *, err: bool = False) -> None:
    """Print a line; characters that cannot be encoded are replaced."""
    click.echo(text.encode("utf-8", "replace"), err=err)
