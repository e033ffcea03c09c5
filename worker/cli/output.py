"""How commands print: JSON Lines for programs, tables for people."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.settings import parse_duration

KEPT_WIDTH = 24  # of a cell that gives way to no other


def rfc3339(value: datetime) -> str:
    """A UTC time as RFC 3339 with whole seconds or microseconds, and Z."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")


def print_json(row: Mapping[str, Any]) -> None:
    """One JSON object as one line on stdout."""
    line = json.dumps(row, ensure_ascii=False, default=_plain)
    sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")


def print_rows(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, title: str = "", one_line: bool = False
) -> int:
    """A table of rows; gives how many there were. With `one_line` long cells are cut, not folded."""
    cells = [[shown(row.get(name)) for name in columns] for row in rows]
    table = Table(title=title or None, box=None, header_style="bold", pad_edge=False)
    for place, name in enumerate(columns):
        overflow: Literal["fold", "ellipsis"] = "fold" if name == "title" and not one_line else "ellipsis"
        widest = max(len(name), *(len(row[place]) for row in cells), 0)
        width = min(widest, KEPT_WIDTH) if one_line and name != "title" else None
        table.add_column(name.replace("_", " "), overflow=overflow, no_wrap=one_line, min_width=width)
    for row in cells:
        table.add_row(*map(Text, row))
    Console().print(table if cells else "nothing to show")
    return len(cells)


def shown(value: Any) -> str:
    """A value as a person reads it: local-free short times, no None."""
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%m-%d %H:%M:%SZ")
    if isinstance(value, float):
        return f"{value:.2f}"
    return str(value)


def since_time(text: str | None) -> datetime | None:
    """The time that a `--since` value names: a duration back from now ("6h", "7d") or an RFC 3339 time."""
    if text is None:
        return None
    try:
        return datetime.now(UTC) - timedelta(seconds=parse_duration(text))
    except (ValueError, OverflowError):
        pass
    try:
        value = datetime.fromisoformat(text)
    except ValueError as exc:
        raise click.BadParameter('give a duration such as "6h" or "7d", or an RFC 3339 time') from exc
    return value if value.tzinfo else value.replace(tzinfo=UTC)
