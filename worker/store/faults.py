"""What an error of the database means: it is away, transactions collided, or it refused a value.

PostgreSQL says it by SQLSTATE (its manual, appendix A), SQLite by result code (sqlite.org/rescode.html).
"""

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError

from worker.errors import ConflictError, ServiceError, StoreError
from worker.redaction import redact

# connection exception; insufficient resources (disk full, out of memory, too many connections); operator
# intervention (shutdown, canceled). Everything else is about the statement and its values.
AWAY_CLASSES = ("08", "53", "57")
CONFLICTS = {"40P01", "40001"}  # deadlock detected, serialization failure
UNIQUE_VIOLATION = "23505"
UNDEFINED = {"42P01", "42703"}  # table, column
UNDEFINED_SIGNS = ("no such table", "no such column", "has no column named")
SQLITE_AWAY = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT,
}  # fmt: skip
# primary keys that a sequence numbers; a story and a signature have the id of their article
NUMBERED = ("polls", "articles", "versions", "jobs", "extractions", "events", "stories", "signatures")


class SequenceError(ConflictError):
    """A new row was given a number that is taken: the sequence is behind its table, after a restore say."""


def error_of(exc: DBAPIError) -> ServiceError | StoreError:
    """The error to raise instead: ServiceError (its ConflictError, too) or StoreError; one line each."""
    if is_away(exc):
        return ServiceError(f"the database does not answer: {first_line(exc)}")
    sqlstate = getattr(exc.orig, "sqlstate", None)
    if sqlstate in CONFLICTS:
        return ConflictError("two transactions were in each other's way")
    if _is_taken_number(exc):
        return SequenceError(f"the number of a new row is taken: {first_line(exc)}")
    code = f" (SQLSTATE {sqlstate})" if sqlstate else ""
    return StoreError(f"the database refused it: {first_line(exc)}{code}")


def is_away(exc: DBAPIError) -> bool:
    """Whether the database cannot be reached or cannot work now; another statement would fare no better."""
    orig = exc.orig
    if isinstance(orig, sqlite3.Error):
        code = getattr(orig, "sqlite_errorcode", None)
        return code is not None and code & 0xFF in SQLITE_AWAY
    sqlstate = getattr(orig, "sqlstate", None)
    if sqlstate is not None:
        return str(sqlstate).startswith(AWAY_CLASSES)
    return exc.connection_invalidated or isinstance(exc, OperationalError)


def is_undefined(exc: DBAPIError) -> bool:
    """Whether a table or column is missing: the schema is another one, no value is at fault."""
    if sqlstate := getattr(exc.orig, "sqlstate", None):
        return sqlstate in UNDEFINED
    return any(sign in str(exc.orig) for sign in UNDEFINED_SIGNS)


def first_line(exc: DBAPIError) -> str:
    """The first line of what the database said, without the statement and its values."""
    return next(iter(redact(str(exc.orig)).strip().splitlines()), type(exc.orig).__name__)[:200]


def _is_taken_number(exc: DBAPIError) -> bool:
    orig = exc.orig
    if getattr(orig, "sqlstate", None) == UNIQUE_VIOLATION:
        constraint = getattr(getattr(orig, "diag", None), "constraint_name", None)
        return constraint in {f"pk_{table}" for table in NUMBERED}
    if getattr(orig, "sqlite_errorcode", None) != sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
        return False
    columns = {f"{table}.{'article_id' if table == 'signatures' else 'id'}" for table in NUMBERED}
    return str(orig).rpartition(": ")[2] in columns
