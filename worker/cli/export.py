"""`wireroom export`: articles, stories, copies, results and events for other programs."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from worker.views.choices import OneOf

if TYPE_CHECKING:
    from worker.store.changes import Position
    from worker.store.exporting import Batch
    from worker.views.row_formats import RowWriter

KINDS = ("articles", "stories", "copies", "extractions", "events")
FORMATS = ("jsonl", "csv", "parquet")


@click.command()
@click.argument("kind", type=OneOf("kind of export", KINDS))
@click.option(
    "--format", "form", type=OneOf("format", FORMATS), default="jsonl", help="JSON Lines, CSV or Parquet."
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this new file, not to stdout."
)
@click.option("--after", metavar="CURSOR", help="Only what changed behind this cursor.")
@click.option(
    "--cursor-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Begin at the cursor in this file, and store the next one there.",
)
@click.option("--cursors", is_flag=True, help="Add to each row the cursor behind it, as `cursor`.")
@click.option("--follow", is_flag=True, help="Go on with what changes, until it is interrupted.")
def export(
    *,
    kind: str,
    form: str,
    output: Path | None,
    after: str | None,
    cursor_file: Path | None,
    cursors: bool,
    follow: bool,
) -> None:
    """Export all rows of KIND, or those that changed behind a cursor, in the order of their changes.

    The next cursor is the last line on stderr. Rows that change come again, with the same id.
    """
    from worker.flows.export import iter_batches, write_cursor
    from worker.flows.services import services

    _require_fit(form, output, after, cursor_file, follow=follow)
    position = _start(after, cursor_file)
    batches = iter_batches(services().db, kind, position, is_endless=follow)
    with _opened(output) as out:
        writer = _make_writer(form, kind, out, cursors=cursors)
        for batch in _until_interrupted(batches) if follow else batches:
            writer.write(_rows_of(batch, cursors=cursors))
            position = batch.after
            if output is None and form != "parquet":  # whose file cannot be read before its end
                out.flush()
                _store(cursor_file, position)
        writer.close()
        out.flush()
    _store(cursor_file, position)
    if position is not None:
        click.echo(f"next cursor: {write_cursor(position)}", err=True)


def _until_interrupted(batches: "Iterator[Batch]") -> "Iterator[Batch]":
    with suppress(KeyboardInterrupt):
        yield from batches


def _require_fit(
    form: str, output: Path | None, after: str | None, cursor_file: Path | None, *, follow: bool
) -> None:
    """Raise a usage error for options that exclude each other."""
    if after is not None and cursor_file is not None and cursor_file.exists():
        raise click.UsageError(f"--after and the cursor in {cursor_file} exclude each other: leave one out")
    if follow and (form == "parquet" or output is not None):
        raise click.UsageError("--follow writes JSON Lines or CSV to stdout, not to a file or as Parquet")
    if output and cursor_file and os.path.realpath(output) == os.path.realpath(cursor_file):
        raise click.UsageError(f"--output and --cursor-file are the same file, {output}: name two")
    if output is not None and os.path.lexists(output):
        raise click.UsageError(f"{output} already exists: name a new file")


def _start(after: str | None, cursor_file: Path | None) -> "Position | None":
    from worker.flows.export import BadCursorError, read_cursor

    source = "--after"
    try:
        if cursor_file is not None and cursor_file.exists():
            source, after = "--cursor-file", cursor_file.read_text(encoding="utf-8", errors="replace")
        return None if after is None else read_cursor(after)
    except BadCursorError as exc:
        raise click.BadParameter(str(exc), param_hint=source) from exc
    except OSError as exc:
        raise click.ClickException(f"{cursor_file} cannot be read: {exc.strerror}") from exc


def _make_writer(form: str, kind: str, out: BinaryIO, *, cursors: bool) -> "RowWriter":
    from sqlalchemy import Column, Text

    from worker.store.exporting import EXPORTS
    from worker.views.row_formats import FORMATS as WRITERS

    columns: list[Column[Any]] = list(EXPORTS[kind].view.columns)
    return WRITERS[form](out, [*columns, Column("cursor", Text())] if cursors else columns)


def _rows_of(batch: "Batch", *, cursors: bool) -> Sequence[dict[str, Any]]:
    from worker.flows.export import write_cursor

    if not cursors:
        return [row for row, _ in batch.rows]
    return [{**row, "cursor": write_cursor(position)} for row, position in batch.rows]


@contextmanager
def _opened(output: Path | None) -> "Iterator[BinaryIO]":
    """Stdout, or a file that has its name only when it is complete and on disk."""
    from worker.cli.whole_files import new_file

    try:
        if output is None:
            yield sys.stdout.buffer
        else:
            with new_file(output) as file:
                yield file
    except BrokenPipeError:  # the reader of stdout has ended, which is not an error
        raise
    except FileExistsError as exc:
        raise click.ClickException(f"{output} already exists: name a new file") from exc
    except OSError as exc:
        if output is None:
            _drop_buffered()
        name = "standard output" if output is None else output
        raise click.ClickException(f"{name} cannot be written: {exc.strerror or exc}") from exc


def _drop_buffered() -> None:
    """Let what is still buffered for stdout go nowhere: written at the exit, it would fail once more."""
    with suppress(OSError):  # not a file
        target = sys.stdout.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, target)
        os.close(nowhere)


def _store(cursor_file: Path | None, position: "Position | None") -> None:
    """Replace the file with the cursor, so that it is never read half written."""
    from worker.cli.whole_files import replace_file
    from worker.flows.export import write_cursor

    if cursor_file is None or position is None:
        return
    try:
        replace_file(cursor_file, f"{write_cursor(position)}\n".encode("ascii"))
    except OSError as exc:
        raise click.ClickException(f"{cursor_file} cannot be written: {exc.strerror}") from exc
