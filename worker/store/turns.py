"""Controls claim in turns, so that each counts what the others have claimed."""

from sqlalchemy import Connection, func, select

from worker.store.session import is_postgres

FEEDS = 0x66656564  # what the turn is about, as PostgreSQL's advisory locks want it: any number
JOBS = 0x6A6F6273
KINDS = 0x6B696E64


def take_turns(connection: Connection, what: int) -> None:
    """Wait until other transactions that claim the same kind of thing have ended.

    SQLite's write transactions take turns anyway.
    """
    if is_postgres(connection):
        connection.execute(select(func.pg_advisory_xact_lock(what)))
