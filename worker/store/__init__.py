"""SQL: models, sessions, queries by aggregate, migrations. Records in, records out."""

from typing import TYPE_CHECKING

from worker.public_names import import_on_use

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
__getattr__ = import_on_use(
    __name__,
    {
        "worker.store.schema": "migrate",
        "worker.store.session": "Database retried savepoint",
    },
)
