"""What takes long to make and is the same for all tests of a process: compiled statements, authorities."""

import ssl
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

from worker.store import Database

STATEMENTS = 2_000  # more than the service has for both kinds of databases


class _Statements(LRUCache[Any, Any]):
    """Compiled statements by kind of database, where SQLAlchemy has a cache for each engine.

    Every test has engines of its own, and would compile each statement again.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_of_kind(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_of_kind(key), value)


def _of_kind(key: Any) -> tuple[Any, ...]:
    dialect, *others = key
    return (dialect.name, *others)


def share(patch: pytest.MonkeyPatch) -> None:
    """Let every database use one cache of statements, and every fetcher the authorities read once."""
    statements, open_engine = _Statements(STATEMENTS), Database._open

    def open_sharing(database: Database) -> Engine:
        engine = open_engine(database)
        engine.update_execution_options(compiled_cache=statements)
        return engine

    patch.setattr(Database, "_open", open_sharing)
    patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
