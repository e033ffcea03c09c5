"""The rows of a database, kept to begin the next test with what costs seconds to make."""

from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import insert

from worker.store import Database
from worker.store.models import Base
from worker.store.search import index_all
from worker.store.sequences import advance_sequences

TABLES = Base.metadata.sorted_tables


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All rows of all tables, in the order in which they can be stored."""

    rows: dict[str, list[dict[str, Any]]]

    @classmethod
    def take(cls, db: Database) -> Self:
        """The rows of a database as they are now."""
        with db.read() as connection:
            return cls(
                {t.name: [dict(row) for row in connection.execute(t.select()).mappings()] for t in TABLES}
            )

    def restore(self, db: Database) -> None:
        """Give a migrated database these rows and no others."""
        with db.write() as connection:
            for table in reversed(TABLES):
                connection.execute(table.delete())
            for table in TABLES:
                if self.rows[table.name]:
                    connection.execute(insert(table), self.rows[table.name])
            advance_sequences(connection)
            index_all(connection)
