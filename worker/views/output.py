"""Command output: JSON Lines for programs, tables for people."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import click
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.redaction import redact_data, redact_values
from worker.settings import parse_duration
from worker.views.times import show_time

KEPT_WIDTH = 12  # shorter columns are never truncated


def rfc3339(value: datetime) -> str:
    """A UTC time as RFC 3339 with whole seconds or microseconds, and Z."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def print_json(row: Mapping[str, Any]) -> None:
    """Print one JSON object as one line on stdout, without known secrets."""
    line = json.dumps(redact_data(row), ensure_ascii=False, default=_plain)
    sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")


def print_rows(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, title: str = "", one_line: bool = False
) -> int:
    """Print a table and return the number of rows. With `one_line` long cells are truncated, not wrapped."""
    console = Console()
    cells = [[redact_values(shown(row.get(name))) for name in columns] for row in rows]
    if one_line:
        cells = _cut(cells, columns, console.width)
    table = Table(title=title or None, box=None, header_style="bold", pad_edge=False)
    for name in columns:
        overflow: Literal["fold", "ellipsis"] = "fold" if name == "title" else "ellipsis"
        table.add_column(name.replace("_", " "), overflow=overflow, no_wrap=one_line)
    for row in cells:
        table.add_row(*map(Text, row))
    console.print(table if cells else "nothing to show")
    return len(cells)


def _cut(cells: list[list[str]], columns: Sequence[str], width: int) -> list[list[str]]:
    """Truncate cells to one line per row; long columns share the width that short ones leave."""
    widths = [
        max(len(name), *(cell_len(row[place]) for row in cells), 0) for place, name in enumerate(columns)
    ]
    long = [place for place, wide in enumerate(widths) if wide > KEPT_WIDTH]
    left = width - len(columns) * 2 - sum(wide for place, wide in enumerate(widths) if place not in long)
    share = max(KEPT_WIDTH, left // max(1, len(long)))
    return [
        [set_cell_size(cell, share - 1).rstrip() + "…" if cell_len(cell) > share else cell for cell in row]
        for row in cells
    ]


def shown(value: Any) -> str:
    """Format a value: times by `show_time`, floats with two decimals, None as "-"."""
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return show_time(value)
    if isinstance(value, float):
        return f"{value:.2f}"
    return str(value)


def since_time(text: str | None) -> datetime | None:
    """Parse a `--since` value: a duration back from now ("6h", "7d") or an RFC 3339 time."""
    if text is None:
        return None
    try:
        return datetime.now(UTC) - timedelta(seconds=parse_duration(text))
    except (ValueError, OverflowError):
        pass
    try:
        value = datetime.fromisoformat(text)
    except ValueError as exc:
        raise click.BadParameter('write a duration such as "6h" or "7d", or an RFC 3339 time') from exc
    return value if value.tzinfo else value.replace(tzinfo=UTC)
