"""Parses the input lines of `wireroom cluster`; errors say what is wrong and how to fix it."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from worker.flows.cluster import WINDOW
from worker.records import Document

KEYS = ("id", "title", "text", "lang", "published_at", "source", "together", "apart")
LIKENESS = 0.7  # of a misspelled key to the known one
MAX_KEY_CHARS = 40  # a longer one is not a misspelling
MAX_ODD_KEYS = 1_000  # checked; more of them mean another format


class BadLineError(ValueError):
    """The line is not a valid document; the message says why; `ident` is its id if known."""

    def __init__(self, message: str, ident: int | str | None = None) -> None:
        super().__init__(message)
        self.ident = ident


class LineReader:
    """Parses lines; warns once about each misspelled key."""

    def __init__(self, *, ignore_decisions: bool = False) -> None:
        self._odd: set[str] = set()
        self._ignore_decisions = ignore_decisions

    def read(self, line: bytes) -> tuple[Document, list[str]]:
        """Return the document of a line and new warnings. Raises BadLineError."""
        row = _object_of(line)
        ident = _id_of(row)
        try:
            texts = {name: _text(row, name) for name in ("title", "text", "source", "lang")}
            at = _time(row)
            together, apart = _ids(row, "together"), _ids(row, "apart")
        except ValueError as exc:
            raise BadLineError(str(exc), ident) from exc
        if self._ignore_decisions:
            together, apart = (), ()
        document = Document(
            ident, texts["title"], texts["text"], texts["source"], texts["lang"] or None, at,
            together=together, apart=apart,
        )  # fmt: skip
        return document, list(self._warnings(row))

    def _warnings(self, row: Mapping[str, Any]) -> Iterator[str]:
        for key in row.keys() - self._odd - set(KEYS):
            if len(key) > MAX_KEY_CHARS or len(self._odd) >= MAX_ODD_KEYS:
                continue
            self._odd.add(key)
            meant = get_close_matches(key.lower(), KEYS, 1, LIKENESS)
            if meant and meant[0] not in row:
                yield f'"{key}" is not a known key and is ignored; did you mean "{meant[0]}"?'


def _object_of(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        raise BadLineError("not UTF-8; save the file as UTF-8") from exc
    except RecursionError as exc:
        raise BadLineError("nested too deeply; write flat objects") from exc
    except ValueError as exc:
        raise BadLineError("not JSON; write one object per line") from exc
    if not isinstance(row, dict):
        raise BadLineError('not an object; write one per line, such as {"id": 1, "title": "…", "text": "…"}')
    return row


def _id_of(row: Mapping[str, Any]) -> int | str:
    ident = row.get("id")
    if ident is None:
        raise BadLineError('"id" is missing; each document needs a unique one')
    if isinstance(ident, bool) or not isinstance(ident, int | str):
        raise BadLineError("id: must be a string or an integer")
    return ident


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name}: must be a string")
    return value or ""


def _ids(row: Mapping[str, Any], name: str) -> tuple[int | str, ...]:
    value = row.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, int | str) for one in value):
        raise ValueError(f"{name}: must be a list of ids of earlier documents")
    return tuple(value)


def _time(row: Mapping[str, Any]) -> datetime | None:
    value = row.get("published_at")
    if value in (None, ""):
        return None
    try:
        at = datetime.fromisoformat(value)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        _ = at - WINDOW, at + WINDOW  # the index looks back from it
    except (TypeError, ValueError, OverflowError) as exc:
        raise ValueError("published_at: must be an RFC 3339 time such as 2026-11-24T10:00:00Z") from exc
    return at
