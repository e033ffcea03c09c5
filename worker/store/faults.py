"""Classification of database errors: unavailable, conflict of transactions, or rejected values.

By SQLSTATE in PostgreSQL (its manual, appendix A), by result code in SQLite (sqlite.org/rescode.html).
"""

import re
import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError

from worker.errors import ConflictError, ServiceError, StoreError
from worker.fault_words import describe_database_fault
from worker.redaction import redact
from worker.store.sequences import SEQUENCES

# connection exception; insufficient resources (disk full, out of memory, too many connections); operator
# intervention (shutdown, canceled). All other classes concern the statement and its values.
AWAY_CLASSES = ("08", "53", "57")
# a lock that another one held for too long; a transaction that was ended because it was idle
AWAY_STATES = {"55P03", "25P03"}
CONFLICTS = {"40P01", "40001"}  # deadlock detected, serialization failure
UNIQUE_VIOLATION = "23505"
# of psycopg and libpq, before they connect: an unknown option of the URL, or a value that it cannot have
UNUSABLE_URL = re.compile(r"(?:connection is bad: )?(?:invalid |bad value for )")
UNDEFINED = {"42P01", "42703"}  # table, column
UNDEFINED_SIGNS = ("no such table", "no such column", "has no column named")
SQLITE_AWAY = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT,
}  # fmt: skip
# (table, primary key) of all ids that come from a sequence
NUMBERED = tuple(numbered for tables in SEQUENCES.values() for numbered in tables)


class SequenceError(ConflictError):
    """The id of a new row is taken: the sequence is behind its table, for example after a restore."""


def error_of(exc: DBAPIError) -> ServiceError | StoreError:
    """Translate a database error into ServiceError, ConflictError or StoreError, with a one-line message."""
    if getattr(exc.orig, "sqlstate", None) is None and UNUSABLE_URL.match(str(exc.orig)):
        return ServiceError(f"WIREROOM_DATABASE_URL cannot be used: {first_line(exc)}; correct it")
    if is_away(exc):
        return ServiceError(describe_database_fault(redact(str(exc.orig)) or type(exc.orig).__name__))
    sqlstate = getattr(exc.orig, "sqlstate", None)
    if sqlstate in CONFLICTS:
        return ConflictError("conflict between two transactions")
    if _is_taken_id(exc):
        return SequenceError(f"the id of a new row is taken: {first_line(exc)}")
    code = f" (SQLSTATE {sqlstate})" if sqlstate else ""
    return StoreError(f"the database refused it: {first_line(exc)}{code}")


def is_away(exc: DBAPIError) -> bool:
    """Whether the database is unreachable or unable to work, so that other statements would fail as well."""
    orig = exc.orig
    if isinstance(orig, sqlite3.Error):
        code = getattr(orig, "sqlite_errorcode", None)
        return code is not None and code & 0xFF in SQLITE_AWAY
    sqlstate = getattr(orig, "sqlstate", None)
    if sqlstate is not None:
        return str(sqlstate).startswith(AWAY_CLASSES) or sqlstate in AWAY_STATES
    return exc.connection_invalidated or isinstance(exc, OperationalError)


def is_undefined(exc: DBAPIError) -> bool:
    """Whether a table or column is missing, which means that the schema differs."""
    if sqlstate := getattr(exc.orig, "sqlstate", None):
        return sqlstate in UNDEFINED
    return any(sign in str(exc.orig) for sign in UNDEFINED_SIGNS)


def first_line(exc: DBAPIError) -> str:
    """The first line of the database's message, without the statement and its values."""
    return next(iter(redact(str(exc.orig)).strip().splitlines()), type(exc.orig).__name__)[:200]


def _is_taken_id(exc: DBAPIError) -> bool:
    orig = exc.orig
    if getattr(orig, "sqlstate", None) == UNIQUE_VIOLATION:
        constraint = getattr(getattr(orig, "diag", None), "constraint_name", None)
        return constraint in {f"pk_{table}" for table, _ in NUMBERED}
    if getattr(orig, "sqlite_errorcode", None) != sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
        return False
    return str(orig).rpartition(": ")[2] in {f"{table}.{key}" for table, key in NUMBERED}
