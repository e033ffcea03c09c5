"""The revision of a database's schema, and whether this program can use it."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from worker.errors import SchemaError

if TYPE_CHECKING:
    from sqlalchemy import Connection  # `wireroom health` has no time to import it

MIGRATIONS = Path(__file__).parent / "migrations"
REVISION_TABLE = "alembic_version"
OUR_TABLES = frozenset({"feeds", "articles", "jobs"})  # since the first schema
SHOWN_TABLES = 3
_FIELD = re.compile(r'^(revision|down_revision) = (?:"([^"]+)"|None)$', re.MULTILINE)
REVISIONS = f"SELECT version_num FROM {REVISION_TABLE}"  # noqa: S608 - a constant
# The tables of the current schema, without those of extensions.
TABLES = {
    "sqlite": r"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'",
    "postgresql": (
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() AND NOT EXISTS ("
        "SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid "
        "AND d.deptype = 'e')"
    ),
}


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of a database and the revisions that it names (normally one)."""

    tables: frozenset[str]
    revisions: tuple[str, ...]

    @property
    def revision(self) -> str | None:
        """The revision, or None for an empty database."""
        return self.revisions[0] if self.revisions else None


@lru_cache(maxsize=1)
def known_revisions() -> Mapping[str, str | None]:
    """The revisions known to this program, each with the one before it.

    Read from the text of the migrations, since importing Alembic would double the time of a command.
    """
    found: dict[str, str | None] = {}
    for path in sorted((MIGRATIONS / "versions").glob("*.py")):
        fields = {name: value or None for name, value in _FIELD.findall(path.read_text(encoding="utf-8"))}
        if revision := fields.get("revision"):
            found[revision] = fields.get("down_revision")
    return MappingProxyType(found)


def newest_revision() -> str:
    """The revision that this program requires."""
    known = known_revisions()
    [head] = known.keys() - set(known.values())
    return head


def read_schema(connection: "Connection") -> Schema:
    """The tables and revisions of a database. Raises SQLAlchemy's errors."""
    return ask_schema(
        lambda query: connection.exec_driver_sql(query).scalars().all(), connection.dialect.name
    )


def ask_schema(ask: Callable[[str], Collection[str]], dialect: str) -> Schema:
    """The same by a function that returns the first column of a query's rows. Raises its errors."""
    tables = frozenset(ask(TABLES[dialect]))
    return Schema(tables, tuple(sorted(ask(REVISIONS) if REVISION_TABLE in tables else ())))


def find_fault(schema: Schema) -> SchemaError | None:
    """The error why this program cannot use a database, or None if it can."""
    others = schema.tables - {REVISION_TABLE}
    if not schema.revisions:
        return _fault_without_revision(others)
    unknown = [name for name in schema.revisions if name not in known_revisions()]
    if unknown and not others & OUR_TABLES:
        return _fault_of_foreign(others)
    if unknown:
        return SchemaError(
            f"the database is newer than this program: its schema is at revision {unknown[0]}, which this "
            "version of wireroom does not know",
            "install the version that upgraded it, or restore a backup from before the upgrade",
        )
    if len(schema.revisions) > 1:
        return SchemaError(
            f"the database names several schema revisions at once ({', '.join(schema.revisions)})",
            "restore a backup",
        )
    return _fault_of_known(schema.revisions[0], others)


def require_upgradable(schema: Schema) -> None:
    """Raise SchemaError unless the database is empty, current, or can be upgraded."""
    fault = find_fault(schema)
    if fault is not None and not fault.may_pass:
        raise fault


def _fault_without_revision(others: frozenset[str]) -> SchemaError | None:
    if others & OUR_TABLES:
        return SchemaError(
            "the database has tables of wireroom but names no schema revision "
            f"({REVISION_TABLE} is missing or empty)",
            "restore a backup",
        )
    if others:
        return _fault_of_foreign(others)
    return SchemaError(
        "the database has no tables yet",
        "start `wireroom run`, or create them with `wireroom db upgrade`",
        may_pass=True,
    )


def _fault_of_foreign(others: frozenset[str]) -> SchemaError:
    names = sorted(others)
    shown = ", ".join(names[:SHOWN_TABLES]) + (", …" if len(names) > SHOWN_TABLES else "")
    return SchemaError(
        f"the database belongs to another program (its tables: {shown or 'none'})",
        "set WIREROOM_DATABASE_URL to a database for wireroom alone",
    )


def _fault_of_known(revision: str, others: frozenset[str]) -> SchemaError | None:
    if missing := OUR_TABLES - others:
        return SchemaError(
            f"the database is damaged: it names schema revision {revision} but has no table "
            f"{', '.join(sorted(missing))}",
            "restore a backup",
        )
    newest = newest_revision()
    if revision == newest:
        return None
    return SchemaError(
        f"the database is older than this program: its schema is at revision {revision} and {newest} is "
        "needed",
        "upgrade it with `wireroom db upgrade` (`wireroom run` does so when it starts)",
        may_pass=True,
    )
