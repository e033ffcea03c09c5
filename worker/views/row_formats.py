"""Rows of a table for programs: JSON Lines, CSV or Parquet, written to a stream of bytes."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO, Protocol

from sqlalchemy import JSON, BigInteger, Boolean, Column, Double, Integer, Text

from worker.errors import ServiceError
from worker.store.models import UtcDateTime
from worker.views.output import json_line, json_text, rfc3339

Row = Mapping[str, Any]


class RowWriter(Protocol):
    """Writes rows of given columns."""

    def write(self, rows: Sequence[Row]) -> None:
        """Write some rows, whose keys are the columns."""

    def close(self) -> None:
        """Write what belongs behind all rows."""


class JsonLines:
    """One JSON object for each line; times are RFC 3339."""

    def __init__(self, out: BinaryIO, columns: Sequence[Column[Any]]) -> None:
        self._out = out

    def write(self, rows: Sequence[Row]) -> None:
        """Write some rows."""
        self._out.write(b"".join(map(json_line, rows)))

    def close(self) -> None:
        """Write nothing: each line is complete."""


class Csv:
    """Comma-separated values (RFC 4180) with the names first, in UTF-8; no value is an empty cell."""

    def __init__(self, out: BinaryIO, columns: Sequence[Column[Any]]) -> None:
        self._out, self._names = out, [column.name for column in columns]
        self._put([self._names])

    def write(self, rows: Sequence[Row]) -> None:
        """Write some rows."""
        self._put([[_cell(row[name]) for name in self._names] for row in rows])

    def _put(self, rows: Sequence[Sequence[str]]) -> None:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        self._out.write(text.getvalue().encode("utf-8", "replace"))

    def close(self) -> None:
        """Write nothing: each row is complete."""


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return rfc3339(value)
    return value if isinstance(value, str) else json_text(value)


class Parquet:
    """A Parquet file: 64-bit integers, UTC times with microseconds, objects as JSON texts.

    Raises ServiceError if pyarrow, which is optional, is not installed.
    """

    def __init__(self, out: BinaryIO, columns: Sequence[Column[Any]]) -> None:
        self._arrow, parquet = _import_arrow()
        kinds = {
            Boolean: self._arrow.bool_(), Integer: self._arrow.int64(), BigInteger: self._arrow.int64(),
            Double: self._arrow.float64(), UtcDateTime: self._arrow.timestamp("us", tz="UTC"),
            Text: self._arrow.string(), JSON: self._arrow.string(),
        }  # fmt: skip
        self._schema = self._arrow.schema([(column.name, kinds[type(column.type)]) for column in columns])
        self._objects = [column.name for column in columns if isinstance(column.type, JSON)]
        self._writer = parquet.ParquetWriter(out, self._schema)

    def write(self, rows: Sequence[Row]) -> None:
        """Write some rows as one row group."""
        plain = [{**row, **{name: _cell(row[name]) for name in self._objects}} for row in rows]
        if plain:
            self._writer.write_table(self._arrow.Table.from_pylist(plain, schema=self._schema))

    def close(self) -> None:
        """Write the end of the file, without which it cannot be read."""
        self._writer.close()


def _import_arrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as exc:
        raise ServiceError(
            "Parquet needs the package pyarrow, which is not installed: "
            "`pip install pyarrow`, or choose --format jsonl or csv"
        ) from exc
    return pa, parquet


FORMATS: Mapping[str, type[JsonLines] | type[Csv] | type[Parquet]] = {
    "jsonl": JsonLines, "csv": Csv, "parquet": Parquet,
}  # fmt: skip
