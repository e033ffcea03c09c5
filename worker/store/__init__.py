"""SQL: models, sessions, queries by aggregate, migrations. Records in, records out."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from worker.store.schema import migrate
    from worker.store.session import Database, retried, savepoint

__all__ = [
    "Database",
    "migrate",
    "retried",
    "savepoint",
]

# imported on first use: only migrations need alembic
_MODULES = {
    "migrate": "worker.store.schema",
    "Database": "worker.store.session",
    "retried": "worker.store.session",
    "savepoint": "worker.store.session",
}


def __getattr__(name: str) -> Any:
    """Import the module that defines a public name when the name is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULES[name]), name)
    return value
