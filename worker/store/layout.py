"""The layout of a SQLite database (columns, indexes, foreign keys), compared with what its revision has."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from alembic import command
from sqlalchemy import Connection, create_engine, text

from worker.store.schema import config_for

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns, its indexes by name, and its keys, each with all its properties."""

    columns: dict[str, tuple[object, ...]] = field(default_factory=dict)
    indexes: dict[str, tuple[object, ...]] = field(default_factory=dict)
    keys: frozenset[tuple[object, ...]] = frozenset()  # unique and foreign ones, which have no name
    has_foreign: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The tables of a database, and the triggers and views as (kind, name)."""

    tables: dict[str, Table]
    programs: frozenset[tuple[str, str]]


@cache
def expected_layout(revision: str) -> Layout:
    """Return the layout of a new database that was migrated to a revision; it is built in memory."""
    engine = create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            command.upgrade(config_for(connection), revision)
            return read_layout(connection)
    finally:
        engine.dispose()


def read_layout(connection: Connection) -> Layout:
    """Return the layout of a SQLite database. Raises SQLAlchemy's errors."""
    query = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    rows = [(str(row[0]), str(row[1])) for row in connection.execute(text(query))]
    tables = {name: _read_table(connection, name) for kind, name in rows if kind == "table"}
    return Layout(tables, frozenset(row for row in rows if row[0] in {"trigger", "view"}))


def _pragma(connection: Connection, pragma: str, name: str) -> list[tuple[object, ...]]:
    query = text(f"SELECT * FROM pragma_{pragma}(:name)")  # noqa: S608 - the name of a pragma of ours
    return [tuple(row) for row in connection.execute(query, {"name": name})]


def _read_table(connection: Connection, name: str) -> Table:
    columns = {str(row[1]): row[2:] for row in _pragma(connection, "table_xinfo", name)}
    foreign = [("foreign", *row[2:]) for row in _pragma(connection, "foreign_key_list", name)]
    indexes: dict[str, tuple[object, ...]] = {}
    keys: set[tuple[object, ...]] = set(foreign)
    for _, index, is_unique, origin, _ in _pragma(connection, "index_list", name):
        parts = tuple(row[2:5] for row in _pragma(connection, "index_xinfo", str(index)) if row[5])
        if origin == "c":
            indexes[str(index)] = (is_unique, parts, _condition(connection, str(index)))
        else:
            keys.add((origin, parts))
    return Table(columns, indexes, frozenset(keys), bool(foreign))


def _condition(connection: Connection, index: str) -> str:
    """Return what follows the name of the table in an index's statement: its expressions and condition."""
    query = text("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = :name")
    statement = str(connection.scalar(query, {"name": index}))
    return "".join(statement.lower().partition(" on ")[2].replace('"', "").split())


def find_differences(found: Layout, expected: Layout) -> list[str]:
    """Return what is missing, changed or foreign, in words; tables and plain indexes may be added."""
    return [
        *(
            f"{kind} {name} is not one of wireroom"
            for kind, name in sorted(found.programs - expected.programs)
        ),
        *(f"{kind} {name} is missing" for kind, name in sorted(expected.programs - found.programs)),
        *(
            f"table {name} is not one of wireroom and has foreign keys"
            for name in sorted(found.tables.keys() - expected.tables.keys())
            if found.tables[name].has_foreign
        ),
        *(line for name, table in sorted(expected.tables.items()) for line in _of_table(name, table, found)),
    ]


def _of_table(name: str, wanted: Table, layout: Layout) -> Iterator[str]:
    table = layout.tables.get(name)
    if table is None:
        yield f"table {name} is missing"
        return
    yield from _of_parts(f"column of {name}", table.columns, wanted.columns)
    plain = {index for index, made in table.indexes.items() if index not in wanted.indexes and not made[0]}
    indexes = {index: made for index, made in table.indexes.items() if index not in plain}
    yield from _of_parts(f"index of {name}", indexes, wanted.indexes)
    if table.keys != wanted.keys:
        yield f"the keys of {name} are others"


def _of_parts(
    what: str, found: dict[str, tuple[object, ...]], wanted: dict[str, tuple[object, ...]]
) -> Iterator[str]:
    for name in sorted(wanted.keys() | found.keys()):
        if name not in found:
            yield f"{what} {name} is missing"
        elif name not in wanted:
            yield f"{what} {name} is not one of wireroom"
        elif found[name] != wanted[name]:
            yield f"{what} {name} has another definition"


def find_broken_references(connection: Connection) -> list[str]:
    """Return which tables have rows that refer to rows which do not exist, in words."""
    broken = Counter((row[0], row[2]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check"))
    return [
        f"rows of {table} without their row of {parent}: {count}"
        for (table, parent), count in sorted(broken.items())
    ]


def describe(faults: list[str]) -> str:
    """Return the first faults in one line, and how many more there are."""
    more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
    return "; ".join(faults[:SHOWN]) + more
