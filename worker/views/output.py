"""Command output: JSON Lines for programs, tables for people."""

import json
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from worker.durations import parse_duration
from worker.redaction import redact_data
from worker.text.controls import escape_controls
from worker.views.table import print_table
from worker.views.times import show_time

DATE_DIGITS = 8  # of a date such as 20261124


def rfc3339(value: datetime) -> str:
    """A UTC time as RFC 3339 with whole seconds or microseconds, and Z."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def print_json(row: Mapping[str, Any]) -> None:
    """Print one JSON object as one line on stdout, without known secrets."""
    sys.stdout.buffer.write(json_line(redact_data(row)))


def json_line(row: Mapping[str, Any]) -> bytes:
    """A JSON object as one line of UTF-8, times as RFC 3339."""
    return json_text(row).encode("utf-8", "replace") + b"\n"


def json_text(value: Any) -> str:
    """A value as JSON in one line, times as RFC 3339, control characters as escapes."""
    return escape_controls(json.dumps(value, ensure_ascii=False, default=_plain))


def print_rows(
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    *,
    dropped: Sequence[str] = (),
    whole: Collection[str] = (),
) -> None:
    """Print a table of values, see `print_table`; ids and times are never cut."""
    cells = [{name: shown(row.get(name)) for name in columns} for row in rows]
    kept = {name for name in columns if name == "id" or name.endswith("_at")} | set(whole)
    print_table(cells, columns, dropped=dropped, whole=kept)


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
    if text.strip().isdigit() and len(text.strip()) < DATE_DIGITS:
        number = text.strip()
        raise click.BadParameter(
            f'"{number}" has no unit; write "{number}h" for hours or "{number}d" for days'
        )
    try:
        value = datetime.fromisoformat(text)
    except ValueError as exc:
        raise click.BadParameter(
            f'"{text}" is not a duration such as "6h" or "7d", nor a time such as "2026-11-24T10:00:00Z"'
        ) from exc
    return value if value.tzinfo else value.replace(tzinfo=UTC)
