"""SQL: models, sessions, queries by aggregate, migrations. Records in, records out."""

from worker.store.migrate import migrate
from worker.store.session import Database

__all__ = ["Database", "migrate"]
