"""SQL: models, sessions, queries by aggregate, migrations. Records in, records out."""

from worker.store.schema import migrate
from worker.store.session import Database, retried, savepoint

__all__ = ["Database", "migrate", "retried", "savepoint"]
